"""Which of several imports binds a name where Ray has Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.fallbacks import Branch, branch
from raytune_migrate.module.bindings import bindings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from raytune_migrate.module.parsed import Parsed


def tried_before_others(parsed: Parsed, node: cst.CSTNode) -> frozenset[str]:
    """The name that a failing import decides, where Ray has Train V2; empty where none does."""
    return frozenset(_decided(_by_branch(parsed, node)))


def is_in_force(parsed: Parsed, binding: ImportAssignment, found: Collection[Any]) -> bool:
    """Whether an import is the one that binds its name where Ray has Train V2, of all that may.

    Of two paths to one object either will do.
    """
    imports = [one for one in found if isinstance(one, ImportAssignment)]
    if len(imports) < 2:
        return True
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

    Where no failing import decides it, the file knows both: then it has the public one.
    """
    by_branch = {one: names & written for one, names in _by_branch(parsed, node).items()}
    decided = _decided(by_branch)
    if decided:
        return min(decided)
    return public if public in written else min(written)


def _by_branch(parsed: Parsed, node: cst.CSTNode) -> dict[Branch, set[str]]:
    """The paths that a name may be imported by, by when that is."""
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    found = bindings(parsed, root) if isinstance(root, cst.Name) else frozenset()
    by_branch: dict[Branch, set[str]] = {}
    for one in found:
        if isinstance(one, ImportAssignment):
            names = _homes(one, parsed.source(node))
            by_branch.setdefault(branch(parsed, one.node), set()).update(names)
    return by_branch
