"""Which modules are asked together."""

from __future__ import annotations

import pytest

from raytune_migrate.facts import groups
from raytune_migrate.facts.groups import groups_of

NONE: frozenset[str] = frozenset()


def test_nothing() -> None:
    assert groups_of([], {}, NONE) == []


def test_few_are_asked_together() -> None:
    assert groups_of(["b", "a"], {"a": [], "b": []}, NONE) == [["a", "b"]]


@pytest.fixture
def _by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_TOGETHER", 2)


@pytest.mark.usefixtures("_by_twos")
def test_many_are_parted() -> None:
    assert groups_of("abcde", {one: [] for one in "abcde"}, NONE) == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.usefixtures("_by_twos")
def test_what_is_imported_stays_with_what_imports_it() -> None:
    imports = {"a": ["d"], "b": [], "c": ["d"], "d": ["e"], "e": []}
    assert groups_of("abcde", imports, NONE) == [["a", "c", "d", "e"], ["b"]]


@pytest.mark.usefixtures("_by_twos")
def test_modules_that_are_not_asked_join_nothing() -> None:
    imports = {"a": ["x"], "b": ["x"], "c": ["x"], "x": ["a", "b", "c"]}
    assert groups_of("abc", imports, NONE) == [["a", "b"], ["c"]]


@pytest.mark.usefixtures("_by_twos")
def test_those_that_are_to_come_first() -> None:
    imports = {"a": [], "b": [], "c": ["d"], "d": []}
    assert groups_of("abcd", imports, frozenset("d")) == [["c", "d"], ["a", "b"]]
