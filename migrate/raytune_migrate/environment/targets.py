"""Classes of Ray that configs of Hydra, or jsonargparse, name, and that Train V2 refuses.

By a path of Train V1's, or with what it takes no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding, Place, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where Hydra's users keep their configs, by groups in folders of their own.
FOLDERS = ("conf", "config", "configs")
_LINE = re.compile(
    r"(?P<before>\s*(?P<dash>(?:-\s+)*))[\"']?(?P<name>\w+)[\"']?\s*:(?P<value>.*?)(?:\s#.*)?"
)
# `_target_: ray.air.RunConfig`, with its arguments beside it; Lightning's CLI has `class_path`, and
# below `init_args` the arguments.
_TARGETS = {"_target_": None, "class_path": "init_args"}
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
    public = ray_api.public_name(written)
    trainer = ray_api.TRAINERS.get(public)
    if trainer is None and public not in ray_api.CONFIG_CLASSES:
        return
    number = keys[index].line
    column = lines[number].index(written)
    if trainer is not None and trainer.way_out is not None:
        reason = f"{written} has no counterpart in Train V2."
        yield _finding("RTM902", lines, number, column, reason, trainer.way_out)
        return
    tunes = ray_api.TUNE_CONFIG_CLASSES.get(public)
    if public != written:
        reason = f"What {written} makes is Train V1's, and Train V2 refuses it."
        advice = f"Write {public}{f' for a trainer, and {tunes} for a Tuner' if tunes else ''}."
        yield _finding("RTM504", lines, number, column, reason, advice)
    of_tuner = f" Where a Tuner is given the config, write {tunes}." if tunes else ""
    for key in _arguments(keys, index):
        if key.name in _refused_by(public):
            reason = f"{public} of Train V2 raises for {key.name}."
            yield _finding(
                "RTM904", lines, key.line, key.column, reason, f"Leave it out.{of_tuner}"
            )


def _finding(
    code: str, lines: Sequence[str], number: int, column: int, reason: str, advice: str
) -> Finding:
    place = Place(number + 1, column + 1, 0, digest(lines[number].strip()))
    return Finding(code, place, reason, advice, RULES[code].link)


def _refused_by(public: str) -> frozenset[str]:
    """What raises as soon as a class of Train V2 is given it."""
    if public in ray_api.REFUSED_ARGUMENTS:
        return ray_api.REFUSED_ARGUMENTS[public]
    if public == ray_api.SCALING_CONFIG:
        return frozenset(ray_api.GONE_FIELDS[public])
    return ray_api.REFUSED_FIELDS.get(public, frozenset())


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
