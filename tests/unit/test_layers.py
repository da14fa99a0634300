"""What is understood of code knows nothing of what is made of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import raytune_migrate

PACKAGE = Path(raytune_migrate.__file__).parent
LAYERS = [
    {"module"},
    {"expressions"},
    {"sweep", "loops", "readers"},
    {"rewrite"},
    {"rules"},
]


def imported(folder: str) -> set[str]:
    """The folders of the package that the modules of one import from."""
    nodes = (node for path in (PACKAGE / folder).rglob("*.py") for node in walk(path))
    names = (node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))
    return {name.split(".")[1] for name in names if is_ours(name)}


def walk(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def is_ours(name: str) -> bool:
    return name.startswith("raytune_migrate.")


@pytest.mark.parametrize("place", range(len(LAYERS)))
def test_no_layer_imports_from_a_later_one(place: int) -> None:
    later = set().union(*LAYERS[place + 1 :])
    for folder in LAYERS[place]:
        assert not imported(folder) & later, folder


def test_the_layers_are_there() -> None:
    assert all((PACKAGE / folder).is_dir() for layer in LAYERS for folder in layer)
    assert imported("rewrite") >= {"module", "expressions", "sweep"}


@pytest.mark.parametrize(
    ("folder", "later"),
    [("search", {"reading", "linking"}), ("reading", {"linking"})],
)
def test_facts_are_searched_for_then_read_then_linked(folder: str, later: set[str]) -> None:
    nodes = (node for path in (PACKAGE / "facts" / folder).rglob("*.py") for node in walk(path))
    names = (node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))
    found = {name.split(".")[2] for name in names if name.startswith("raytune_migrate.facts.")}
    assert found >= {folder}
    assert not found & later
