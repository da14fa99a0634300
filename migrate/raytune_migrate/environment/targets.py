"""Classes of Ray that configs of Hydra, or jsonargparse, name, and that Train V2 refuses.

By a path of Train V1's, or with what it takes no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding, Place, digest
from raytune_migrate.ray_api.named_classes import TARGET, refusals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where Hydra's users keep their configs, by groups in folders of their own.
FOLDERS = ("conf", "config", "configs")
_LINE = re.compile(
    r"(?P<before>\s*(?P<dash>(?:-\s+)*))[\"']?(?P<name>\w+)[\"']?\s*:(?P<value>.*?)(?:\s#.*)?"
)
# `_target_: ray.air.RunConfig`, with its arguments beside it; Lightning's CLI has `class_path`, and
# below `init_args` the arguments.
_TARGETS = {TARGET: None, "class_path": "init_args"}
_RAY = re.compile(r"[\"']?(ray(?:\.\w+)+)")
_NULL = frozenset({"", "null", "~"})


@dataclass(frozen=True, slots=True)
class _Key:
    """A key on a line of its own: number and column, from 0."""

    line: int
    column: int
    name: str
    value: str
    opens: bool  # an item of a list


def refused_targets(text: str) -> Iterator[Finding]:
    """A finding at each class that Train V2 has elsewhere, or not, and at each key it refuses."""
    lines = text.splitlines()
    keys = [key for number, line in enumerate(lines) for key in _keys_in(number, line)]
    for index, key in enumerate(keys):
        found = _RAY.match(key.value) if key.name in _TARGETS else None
        if found is not None:
            yield from _of_target(lines, keys, index, found[1])


def _keys_in(number: int, line: str) -> Iterator[_Key]:
    found = _LINE.fullmatch(line)
    if found is not None:
        column = len(found["before"])
        yield _Key(number, column, found["name"], found["value"].strip(), opens=bool(found["dash"]))


def _of_target(
    lines: Sequence[str], keys: Sequence[_Key], index: int, written: str
) -> Iterator[Finding]:
    number = keys[index].line
    column = lines[number].index(written)
    arguments = {key.name: key for key in _arguments(keys, index)}
    for one in refusals(written, arguments):
        key = arguments[one.argument] if one.argument is not None else None
        place = (key.line, key.column) if key is not None else (number, column)
        yield _finding(one.code, lines, *place, one.reason, one.advice)


def _finding(
    code: str, lines: Sequence[str], number: int, column: int, reason: str, advice: str
) -> Finding:
    place = Place(number + 1, column + 1, 0, digest(lines[number].strip()))
    return Finding(code, place, reason, advice, RULES[code].link)


def _arguments(keys: Sequence[_Key], index: int) -> Iterator[_Key]:
    """What the class that a key names is given, but for null."""
    home = _TARGETS[keys[index].name]
    block = list(_block(keys, index))
    if home is not None:
        inner = [one + 1 for one in block if keys[one].name == home and _holds_more(keys, one)]
        block = [each for one in inner for each in _block(keys, one)]
    for one in block:
        if keys[one].value.lower() not in _NULL or _holds_more(keys, one):
            yield keys[one]


def _holds_more(keys: Sequence[_Key], index: int) -> bool:
    """Whether there are keys below one."""
    return index + 1 < len(keys) and keys[index + 1].column > keys[index].column


def _block(keys: Sequence[_Key], index: int) -> Iterator[int]:
    """Which keys are those of the mapping that one is of."""
    column = keys[index].column
    first = index
    while first and keys[first - 1].column >= column and not _starts(keys[first], column):
        first -= 1
    for one in range(first, len(keys)):
        if keys[one].column < column or (one > index and _starts(keys[one], column)):
            return
        if keys[one].column == column:
            yield one


def _starts(key: _Key, column: int) -> bool:
    """Whether a key is the first of an item of a list, whose others are at a column."""
    return key.opens and key.column == column
