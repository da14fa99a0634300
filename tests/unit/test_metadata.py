"""Places and scopes are those that LibCST's own providers find."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider, ScopeProvider

from raytune_migrate.module.parsed import Parsed, parse

if TYPE_CHECKING:
    from libcst.metadata import CodePosition, Scope

FIXTURES = Path(__file__).parents[2] / "fixtures"
# One of each kind of binding, scope and reading that Python has.
EVERYTHING = '''\
"""A module."""
from __future__ import annotations
import os, sys as system, os.path
import typing, typing_extensions as hints
from typing import ClassVar, Literal, NewType, cast as as_type
from ray import tune as t, train
from a.b import *

one: int = 1; two = three = (one,  # a comment
    2)
(a, *b), [c, d.e, f[0]] = two
a += 1
del a, b[0]


@decorator(one)
async def function(x, /, y: "List[int]" = one, *args, z=two, **kwargs) -> "Dict[str, t.Tuner]":
    # a comment
    global g
    g = x if (n := y) else lambda q, r=x: q + r + z
    async with open(x) as file, lock:
        nonlocal_name = [i for row in g if row for i in row]
    def inner():
        nonlocal nonlocal_name
        nonlocal_name = {k: v for k, v in file} | {s for s in kwargs}
        return (yield from nonlocal_name)
    try:
        await inner(*args, key=f"{x!r:>{z}} {t.Tuner}", **kwargs)
    except (OSError, t.TuneError) as error:
        raise error from None
    for i, (j, k) in enumerate(args):
        continue
    else:
        assert i, "nothing"
    match x:
        case {"a": first, **rest} | [first, *rest] if rest: pass
        case train.Result(metrics=m): m
        case _:
            while True: break


class Class(base, *others, metaclass=Meta):
    field: ClassVar[cast("Class", one)]
    kinds: Literal["one"] = typing.cast("Class", said("two"))
    other: hints.List["Class"] = as_type("three", NewType("Four", "Class"))
    def method(self): return self.field.other().third[one:two, ...]

print("no newline at the end" \\
    "é", t.choice([1, -2, not 3]), 4 if 5 else 6)'''


def offset(parsed: Parsed, position: CodePosition) -> int:
    return min(parsed.line_start(position.line) + position.column, len(parsed.text))


def told(scope: Scope | None) -> object:
    """What tells a scope from others, and all that is known in it."""
    if scope is None:
        return None
    return (
        type(scope).__name__,
        Counter((type(one).__name__, one.name, len(one.references)) for one in scope.assignments),
        Counter(
            (one.is_annotation, one.is_type_hint, id(one.node), len(one.referents))
            for one in scope.accesses
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        EVERYTHING,
        EVERYTHING.replace("\n", "\r\n"),
        EVERYTHING.replace("    ", "\t"),
        "",
        "\n",
        "# only a comment",
        "x = 1",
        *(path.read_text() for path in sorted(FIXTURES.glob("*/before.py"))[::5]),
    ],
)
def test_they_agree(text: str) -> None:
    parsed = parse(text)
    wrapper = MetadataWrapper(parsed.module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    for node in parsed.nodes:
        where = places[node]
        assert parsed.span(node) == (offset(parsed, where.start), offset(parsed, where.end))
    scopes = wrapper.resolve(ScopeProvider)
    for node in parsed.nodes:
        if scopes.get(node) is not None and not isinstance(node, cst.Comment):
            assert told(parsed.scope(node)) == told(scopes[node]), node
    every = [told(one) for one in {id(one): one for one in scopes.values() if one}.values()]
    assert len(parsed.scopes()) == len(every)
    assert all(told(one) in every for one in parsed.scopes())


def test_libcst_visits_as_before() -> None:
    parse("x = 1")

    class Renamed(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value="y")

    assert cst.parse_module("x = 1").visit(Renamed()).code == "y = 1"
