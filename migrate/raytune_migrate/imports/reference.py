"""How a file refers to an object: by what it imports already, or by what it must import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import FunctionScope, GlobalScope, ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.imports.statements import (
    exported_names,
    imports_of,
    imports_ray,
    is_for_types_only,
    written_name,
)
from raytune_migrate.module.bindings import bindings, is_import, is_missing
from raytune_migrate.module.in_force import is_in_force
from raytune_migrate.module.names import denotes, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.parts import other_branch, passed_over
from raytune_migrate.module.taken_names import names_beside_import
from raytune_migrate.proposal import ImportName
from raytune_migrate.runtime.home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from libcst.metadata import BaseAssignment, Scope

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Reference:
    """The text that denotes an object at a place, and the imports that it needs there."""

    text: str
    imports: tuple[ImportName, ...] = ()


def reference(
    parsed: Parsed, name: str, at: cst.CSTNode, owned: Sequence[cst.CSTNode] = ()
) -> Reference:
    """How to write the object ``name`` (as ``ray.train.RunConfig``) at a place.

    What the file already imports is used as it is; else a name, or the module that holds it, is
    imported, under another name where its own is taken. A name that the file imports from an old
    home moves, unless code outside ``owned`` needs it from there.
    """
    module, _, last = name.rpartition(".")
    for bound, written, _ in _visible_imports(parsed, at):
        if of_runtime(written) == name:
            return Reference(bound)
    moved = _moved(parsed, name, at, owned)
    if moved is not None and module == "ray.train" and not last.islower():
        return moved  # a class goes on by its name: the import alone changes
    for bound, written, _ in _visible_imports(parsed, at):
        if of_runtime(written) == module and "." not in bound:
            return Reference(f"{bound}.{last}")
    handed_on = _handed_on(parsed, name, at)
    if handed_on is not None:
        return Reference(handed_on)
    if module != "ray" and _uses_dotted(parsed, module, at):
        return Reference(name)
    block = _own_block(parsed, {module.rpartition(".")[2], last}, at) or _block(parsed, at)
    taken = names_beside_import(parsed, at, block)
    if module == "os.path" and _is_free(parsed, "os", "os", taken):
        return Reference(name, (ImportName("os", "", block=block),))
    parent, _, leaf = module.rpartition(".")
    if _by_module(parsed, module, last, at):
        if leaf in taken and _is_handed_on(parsed, leaf, module, at):
            return Reference(f"{leaf}.{last}")
        alias = None if _is_free(parsed, leaf, module, taken) else f"{parent}_{leaf}"
        needed = ImportName(parent, leaf, alias, block=block)
        return Reference(f"{alias or leaf}.{last}", (needed,))
    if moved is not None:
        return moved
    if _is_free(parsed, last, name, taken):
        return Reference(last, (ImportName(module, last, block=block),))
    # TrainRunConfig, runtime_trial_run
    of = "runtime" if module == ray_api.RUNTIME else leaf
    prefix = f"{of}_" if last.islower() else of.title().replace("_", "")
    alias = f"{prefix}{last}"
    return Reference(alias, (ImportName(module, last, alias, block=block),))


def _handed_on(parsed: Parsed, name: str, at: cst.CSTNode) -> str | None:
    """How an object is written by what another module of the project hands on.

    By its module; of the classes a ScalingConfig, which has one home when all is migrated.
    """
    module, _, last = name.rpartition(".")
    found: dict[str, str] = {}
    for bound, written, _ in _visible_imports(parsed, at):
        known = parsed.elsewhere.names.get(written)
        if known is not None and known.ray is not None and not known.may_lack:
            found.setdefault(known.ray, bound)
    if name == ray_api.SCALING_CONFIG and name in found:
        return found[name]
    return f"{found[module]}.{last}" if module in found else None


def _moved(
    parsed: Parsed, name: str, at: cst.CSTNode, owned: Sequence[cst.CSTNode]
) -> Reference | None:
    """The name by which a file imports an object from an old home, if all of its uses can move."""
    module, _, last = name.rpartition(".")
    for bound, written, binding in _visible_imports(parsed, at):
        public = ray_api.public_name(_of_ray(parsed, name, written))
        stands_for = ray_api.STAND_INS.get(name, name)
        if stands_for in (public, ray_api.V2_HOMES.get(public)) and _may_move(
            parsed, name, binding, owned
        ):
            home = written.rpartition(".")[0]
            beside = _block_of(parsed, binding.node)
            alias = bound if bound != last else None
            return Reference(bound, (ImportName(module, last, alias, home, beside),))
    return None


def _of_ray(parsed: Parsed, name: str, written: str) -> str:
    """What an imported name is of Ray, by way of another module too.

    Of what others hand on, only the RunConfig has another home than theirs from now on.
    """
    known = parsed.elsewhere.names.get(written) if name == ray_api.TRAIN_RUN_CONFIG else None
    if known is None or known.ray is None or known.may_lack:
        return written
    return known.ray


def module_in_use(parsed: Parsed, module: str, at: cst.CSTNode) -> str | None:
    """The name by which a file has imported a whole module, if it has where ``at`` stands."""
    found = (bound for bound, written, _ in _visible_imports(parsed, at) if written == module)
    return next(found, None)


def _is_free(parsed: Parsed, name: str, dotted: str, taken: frozenset[str]) -> bool:
    """Whether nothing else goes by a name than the object ``dotted``, where an import is seen."""
    if name not in taken:
        return True
    meanings = [of_runtime(written) for bound, written, _ in imports_of(parsed) if bound == name]
    others = (
        not is_import(binding)
        for node in parsed.of(cst.Name)
        if node.value == name
        for binding in bindings(parsed, node)
    )
    return bool(meanings) and set(meanings) == {dotted} and not any(others)


def _is_handed_on(parsed: Parsed, name: str, module: str, at: cst.CSTNode) -> bool:
    """Whether another module of the project gives this one a module of Ray by its own name."""
    uses = [node for node in parsed.of(cst.Name) if node.value == name]
    brought = [one for node in uses for one in bindings(parsed, node)]
    return any(denotes(parsed, node, module) for node in uses) and all(
        isinstance(one, ImportAssignment)
        and isinstance(one.scope, GlobalScope)
        and parsed.start(one.node) < parsed.start(at)
        for one in brought
    )


def _block(parsed: Parsed, at: cst.CSTNode) -> int | None:
    """The function, guard or branch that imports Ray for a place; None where the module does."""
    if any(imports_ray(one) for one in parsed.module.body):
        return None
    for _, written, binding in _visible_imports(parsed, at):
        if written.split(".", 1)[0] == "ray":
            return _block_of(parsed, binding.node)
    types = _block_of_types(parsed, at)
    return types if types is not None or not _may_lack_ray(parsed) else _function_block(parsed, at)


def _own_block(parsed: Parsed, names: Collection[str], at: cst.CSTNode) -> int | None:
    """The block around a place that must import a name itself: only a branch beside it does.

    To the whole function that is the name's meaning, so that an import above it is not seen.
    """
    blocks = (
        _without(parsed, binding, at)
        for bound, _, binding in imports_of(parsed)
        if bound in names
        and isinstance(binding.scope, FunctionScope)
        and _is_seen_from(binding.scope, parsed.scope(at))
    )
    found = next((one for one in blocks if one is not None), None)
    return parsed.start(found.body[0]) if found is not None else None


def _without(
    parsed: Parsed, binding: ImportAssignment, at: cst.CSTNode
) -> cst.IndentedBlock | None:
    """The block around a place where an import may not have run; None where it has.

    In a function, where nothing else gives its name a meaning, that is any branch but its own.
    """
    alone = isinstance(binding.scope, FunctionScope) and len(binding.scope[binding.name]) == 1
    block = other_branch(parsed, binding.node, at)
    return passed_over(parsed, binding.node, at) if block is None and alone else block


def _is_seen_from(outer: Scope, scope: Scope | None) -> bool:
    """Whether a function's scope is this one, or one around it."""
    while scope is not None and scope is not outer:
        scope = None if isinstance(scope, GlobalScope) else scope.parent
    return scope is outer


@remembered
def _may_lack_ray(parsed: Parsed) -> bool:
    """Whether a module is imported without Ray, too: another hands on what there is of it."""
    return any(one.may_lack for one in parsed.elsewhere.names.values())


def _function_block(parsed: Parsed, at: cst.CSTNode) -> int | None:
    """The body of the outermost function around a place; None where it is the module's own code."""
    bodies = [one.body for one in parsed.ancestors(at) if isinstance(one, cst.FunctionDef)]
    around = [one for one in bodies if parsed.inside(at, one)]
    found = around[-1] if around else None
    return parsed.start(found.body[0]) if isinstance(found, cst.IndentedBlock) else None


def _block_of_types(parsed: Parsed, at: cst.CSTNode) -> int | None:
    """The block for type checkers that imports what stands at a place, if nothing else does.

    It is in an annotation that nothing evaluates.
    """
    while isinstance(at, cst.Attribute):
        at = at.value
    found = list(bindings(parsed, at)) if isinstance(at, cst.Name) else []
    imports = [one.node for one in found if isinstance(one, ImportAssignment)]
    if not found or not all(is_for_types_only(parsed, one) for one in imports):
        return None
    return _block_of(parsed, imports[0]) if len(imports) == len(found) else None


def _block_of(parsed: Parsed, statement: cst.CSTNode) -> int | None:
    """The block in which an import stands, by its first statement; None for the module."""
    block = parsed.parent(parsed.statement(statement))
    return parsed.start(block.body[0]) if isinstance(block, cst.IndentedBlock) else None


def _may_move(
    parsed: Parsed, name: str, binding: ImportAssignment, owned: Sequence[cst.CSTNode]
) -> bool:
    """Whether all that a name stands for can come from its new home.

    A Tuner over a function still takes the RunConfig of ray.air, and not that of ray.train. What a
    module exports stays where it is, but for a class of Train V1 that V2 has anew.
    """
    if ray_api.STAND_INS.get(name, name) in (*ray_api.MOVED_CLASSES, ray_api.TRAINING_FAILED):
        return True
    if any(name.endswith(f".{one}") for one in exported_names(parsed)):
        return False
    if name != ray_api.TRAIN_RUN_CONFIG:
        return True
    return all(any(parsed.inside(one.node, call) for call in owned) for one in binding.references)


def _by_module(parsed: Parsed, module: str, last: str, at: cst.CSTNode) -> bool:
    """Whether an object is better written as an attribute of its module.

    tune.RunConfig and train.report say more than the bare names do; a file that writes
    air.ScalingConfig goes on with train.ScalingConfig.
    """
    if module == "ray.tune" or (module == "ray.train" and last.islower()):
        return True
    if module != "ray.train":
        return False
    written = {one for _, one, _ in _visible_imports(parsed, at)}
    classes = any(ray_api.public_name(one) in ray_api.CONFIG_CLASSES for one in written)
    return "ray.air" in written and not classes


@remembered
def _visible_imports(
    parsed: Parsed, at: cst.CSTNode
) -> tuple[tuple[str, str, ImportAssignment], ...]:
    """The imports whose names mean, at a place, nothing but what was imported."""
    return tuple(_visible_at(parsed, at))


def _visible_at(parsed: Parsed, at: cst.CSTNode) -> Iterator[tuple[str, str, ImportAssignment]]:
    scope = parsed.scope(at)
    for bound, written, binding in imports_of(parsed):
        if scope is None or bound.count("."):
            continue
        if scope is binding.scope and _is_below(parsed, binding, at):
            continue  # not imported yet
        if _without(parsed, binding, at) is not None:
            continue  # not imported in this branch
        found = scope[bound]
        sure = all(isinstance(one, ImportAssignment) or is_missing(parsed, one) for one in found)
        before = [one for one in found if scope is not one.scope or not _is_below(parsed, one, at)]
        if found and sure and binding in found and is_in_force(parsed, binding, before):
            if isinstance(binding.node, cst.Import) and "." in written and bound != written:
                alias = written.split(".", 1)[0]
                if bound == alias:  # ``import ray.tune`` binds ``ray``
                    yield bound, alias, binding
                    continue
            yield bound, written, binding


def _is_below(parsed: Parsed, binding: BaseAssignment, at: cst.CSTNode) -> bool:
    """Whether an import stands below a place."""
    return isinstance(binding, ImportAssignment) and parsed.start(binding.node) > parsed.start(at)


def _uses_dotted(parsed: Parsed, module: str, at: cst.CSTNode) -> bool:
    """Whether the file already reaches ``module`` through ``import ray`` alone."""
    if not any(bound == written == "ray" for bound, written, _ in _visible_imports(parsed, at)):
        return False
    return module in _dotted_imports(parsed) or any(
        one.startswith(f"{module}.") for one in _dotted_names(parsed)
    )


@remembered
def _dotted_names(parsed: Parsed) -> frozenset[str]:
    """What of Ray the file reaches by a dotted name that starts at ``ray``."""
    return frozenset(
        found.written
        for node in parsed.of(cst.Attribute)
        if (found := ray_name(parsed, node)) is not None
        and parsed.source(node) == found.written
        and parsed.enclosing(node, cst.ImportFrom) is None
        and parsed.enclosing(node, cst.Import) is None
    )


@remembered
def _dotted_imports(parsed: Parsed) -> frozenset[str]:
    """The modules that ``import module`` alone brings."""
    return frozenset(
        written_name(one, alias)
        for one in parsed.of(cst.Import)
        for alias in one.names
        if alias.asname is None
    )
