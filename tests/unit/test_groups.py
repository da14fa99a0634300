"""Which modules are asked together, and which are read at once."""

from __future__ import annotations

import pytest

from raytune_migrate.facts.search import groups
from raytune_migrate.facts.search.groups import batches_of

NONE: frozenset[str] = frozenset()


def test_nothing() -> None:
    assert batches_of([], {}, NONE) == []


def test_few_are_read_at_once() -> None:
    assert batches_of(["b", "a"], {"a": [], "b": []}, NONE) == [[["a"], ["b"]]]


@pytest.fixture
def _by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_TOGETHER", 2)


@pytest.mark.usefixtures("_by_twos")
def test_many_are_parted() -> None:
    imports: dict[str, list[str]] = {one: [] for one in "abcde"}
    assert batches_of("abcde", imports, NONE) == [[["a"], ["b"]], [["c"], ["d"]], [["e"]]]


@pytest.mark.usefixtures("_by_twos")
def test_what_is_imported_stays_with_what_imports_it() -> None:
    imports = {"a": ["d"], "b": [], "c": ["d"], "d": ["e"], "e": []}
    assert batches_of("abcde", imports, NONE) == [[["a", "c", "d", "e"]], [["b"]]]


@pytest.mark.usefixtures("_by_twos")
def test_modules_that_are_not_asked_join_nothing() -> None:
    imports = {"a": ["x"], "b": ["x"], "c": ["x"], "x": ["a", "b", "c"]}
    assert batches_of("abc", imports, NONE) == [[["a"], ["b"]], [["c"]]]


@pytest.mark.usefixtures("_by_twos")
def test_those_that_are_to_come_first() -> None:
    imports = {"a": [], "b": [], "c": ["d"], "d": []}
    assert batches_of("abcd", imports, frozenset("d")) == [[["c", "d"]], [["a"], ["b"]]]
