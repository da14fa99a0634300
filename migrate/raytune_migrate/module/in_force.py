"""Which of several imports binds a name where Ray has Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.fallbacks import Branch, branch

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


def tried_before_others(parsed: Parsed, node: cst.CSTNode) -> frozenset[str]:
    """The name that a failing import decides, where Ray has Train V2; empty where none does."""
    return frozenset(_decided(_by_branch(parsed, node)))


def is_in_force(parsed: Parsed, binding: ImportAssignment, found: Collection[Any]) -> bool:
    """Whether an import is the one that binds its name where Ray has Train V2, of all that may.

    Of two paths to one object that failing imports decide on, either will do.
    """
    imports = [one for one in found if isinstance(one, ImportAssignment)]
    if len(imports) < 2:
        return True
    last = _last(parsed, imports)
    if last is not None:
        return _homes(binding, binding.name) == _homes(last, last.name)
    by_branch: dict[Branch, set[str]] = {}
    for one in imports:
        by_branch.setdefault(branch(parsed, one.node), set()).update(_homes(one, one.name))
    decided = _decided(by_branch)
    homes = _homes(binding, binding.name)
    return not decided or {*map(ray_api.public_name, homes)} == {*map(ray_api.public_name, decided)}


def _decided(by_branch: Mapping[Branch, set[str]]) -> set[str]:
    if by_branch.keys() != {Branch.TRIED, Branch.FALLBACK}:
        return set()
    tried = {one for one in by_branch[Branch.TRIED] if not ray_api.is_gone(one)}
    return tried or by_branch[Branch.FALLBACK]


def _homes(binding: ImportAssignment, text: str) -> set[str]:
    return {each.name for each in binding.get_qualified_names_for(text)}


def in_force(parsed: Parsed, node: cst.CSTNode, written: set[str], public: str) -> str:
    """Of the paths that a name may be imported by, the one that it has where Ray has Train V2.

    Where no failing import decides it, and they do not follow each other, the file knows both:
    then it has the public one.
    """
    by_branch = {one: names & written for one, names in _by_branch(parsed, node).items()}
    decided = _decided(by_branch) or _bound_last(parsed, node) & written
    if decided:
        return min(decided)
    return public if public in written else min(written)


def _bound_last(parsed: Parsed, node: cst.CSTNode) -> set[str]:
    """The path of the last import before a name, of those that follow each other in one block."""
    imports = _imports(parsed, node)
    here = parsed.function(node)
    before = [
        one
        for one in imports
        if parsed.function(one.node) is not here or parsed.end(one.node) <= parsed.start(node)
    ]
    last = _last(parsed, imports) and _last(parsed, before)
    return _homes(last, parsed.source(node)) if last is not None else set()


def _last(parsed: Parsed, imports: Sequence[ImportAssignment]) -> ImportAssignment | None:
    """The last of some imports where they all stand in one block, and so replace each other.

    ``import ray.train`` replaces no ``import ray``, but adds to it.
    """
    statements = [parsed.statement(one.node) for one in imports]
    blocks = {id(parsed.parent(one)) for one in statements}
    if len(blocks) != 1 or not all(isinstance(one.node, cst.ImportFrom) for one in imports):
        return None
    return max(imports, key=lambda one: parsed.start(one.node))


def _by_branch(parsed: Parsed, node: cst.CSTNode) -> dict[Branch, set[str]]:
    """The paths that a name may be imported by, by when that is."""
    by_branch: dict[Branch, set[str]] = {}
    for one in _imports(parsed, node):
        names = _homes(one, parsed.source(node))
        by_branch.setdefault(branch(parsed, one.node), set()).update(names)
    return by_branch


def _imports(parsed: Parsed, node: cst.CSTNode) -> list[ImportAssignment]:
    """The imports that bind the first of a dotted name."""
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    found = bindings(parsed, root) if isinstance(root, cst.Name) else frozenset()
    return [one for one in found if isinstance(one, ImportAssignment)]
