"""What an expression denotes: by scope and import, never by spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeGuard

import libcst as cst
from libcst.metadata import QualifiedNameSource

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import (
    assigned,
    bindings,
    is_import,
    is_missing,
    qualified_name,
    variable,
)
from raytune_migrate.module.in_force import in_force, tried_before_others
from raytune_migrate.module.parsed import remembered
from raytune_migrate.runtime.home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.elsewhere import Known
    from raytune_migrate.module.bindings import Variable
    from raytune_migrate.module.parsed import Parsed


class Certainty(Enum):
    """How surely a name denotes what it seems to."""

    SURE = "every binding of the name is this object"
    MIXED = "the name is also bound to something else"


@dataclass(frozen=True, slots=True)
class RayName:
    """An object of Ray by its public name, as ``ray.tune.Tuner``."""

    name: str
    written: str  # the path that the file imported it by, as ``ray.tune.tuner.Tuner``
    certainty: Certainty = Certainty.SURE


def ray_name(parsed: Parsed, node: cst.CSTNode) -> RayName | None:
    """The object of Ray that ``node`` (a name or a dotted name) denotes, if any.

    Also by a name that the module itself gives it, see :func:`aliases`.
    """
    return _ray_name(parsed, node) if _is_among(node, may_be_of_ray(parsed)) else None


@remembered
def aliases(parsed: Parsed, node: cst.CSTNode) -> tuple[Variable, ...]:
    """What gives an object the first of a dotted name: ``Trainer = ray.train.torch.TorchTrainer``.

    Every assignment that binds it; none where it is imported, or may be anything but a name.
    """
    while isinstance(node, cst.Attribute):
        node = node.value
    given = assigned(parsed, node) if isinstance(node, cst.Name) else ()
    plain = all(isinstance(one.value, cst.Name | cst.Attribute) for one in given)
    return given if plain and not any(one.target is node for one in given) else ()


def _is_among(
    node: cst.CSTNode, names: frozenset[str] | None
) -> TypeGuard[cst.Name | cst.Attribute]:
    """Whether a name, or the first of a dotted one, is among some; most are not.

    To say so is sooner done than to look into scopes. None stands for any names.
    """
    root: Any = node
    while root.__class__ is cst.Attribute:
        root = root.value
    return root.__class__ is cst.Name and (names is None or root.value in names)


@remembered
def _imported(parsed: Parsed) -> frozenset[str] | None:
    """The names that imports bind, whatever they mean where; None where a star may bind any."""
    names: set[str] = set()
    for statement in parsed.of(cst.Import, cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            return None
        names.update(map(bound_name, statement.names))
    return frozenset(names)


@remembered
def _imported_of_ray(parsed: Parsed) -> frozenset[str] | None:
    """Of those, the names that may be Ray's; another module may hand on any of them."""
    every = _imported(parsed)
    if every is None or parsed.elsewhere.names:
        return every
    names: set[str] = set()
    for statement in parsed.of(cst.Import, cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            continue
        whole = module_name(statement) if isinstance(statement, cst.ImportFrom) else None
        for alias in statement.names:
            module = alias.evaluated_name if whole is None else whole
            if module.split(".", 1)[0] == "ray":
                names.add(bound_name(alias))
    return frozenset(names)


@remembered
def may_be_of_ray(parsed: Parsed) -> frozenset[str] | None:
    """Of all names, those that may be Ray's: imported, or made another name of one that may.

    None where a star import may bring any.
    """
    imported = _imported_of_ray(parsed)
    if not imported:
        return imported
    names = imported
    given = list(_renamed(parsed))
    while new := frozenset(alias for alias, name in given if name in names) - names:
        names |= new
    return names


def _renamed(parsed: Parsed) -> Iterator[tuple[str, str]]:
    """Each variable that is given a dotted name, with the first part of that."""
    for one in parsed.of(cst.Assign, cst.AnnAssign):
        dotted = _dotted(one.value) if isinstance(one.value, cst.Name | cst.Attribute) else None
        for target in one.targets if isinstance(one, cst.Assign) else (one,):
            if dotted is not None and isinstance(target.target, cst.Name):
                yield target.target.value, dotted.partition(".")[0]


@remembered
def _ray_name(parsed: Parsed, node: cst.Name | cst.Attribute) -> RayName | None:
    return _imported_ray_name(parsed, node) or _by_alias(parsed, node, ())


def _by_alias(
    parsed: Parsed, node: cst.Name | cst.Attribute, around: tuple[Variable, ...]
) -> RayName | None:
    """What a dotted name stands for by its aliases, where they all say the same of it."""
    given, dotted = aliases(parsed, node), _dotted(node)
    if not given or dotted is None or any(one in around for one in given):  # ``a = b; b = a``
        return None
    _, _, rest = dotted.partition(".")
    found = set[RayName]()
    for one in given:
        assert isinstance(one.value, cst.Name | cst.Attribute), "so aliases are said to be"
        named = _imported_ray_name(parsed, one.value)
        named = named or _by_alias(parsed, one.value, (*around, *given))
        if named is None:
            return None
        written = f"{named.written}.{rest}" if rest else named.written
        found.add(replace(named, name=ray_api.public_name(written), written=written))
    return found.pop() if len(found) == 1 else None


@remembered
def _imported_ray_name(parsed: Parsed, node: cst.Name | cst.Attribute) -> RayName | None:
    scope = parsed.scope(node)
    if scope is None:
        return None
    dotted = _dotted(node)
    if dotted is None:
        return None
    found = scope.get_qualified_names_for(node)
    imported = {
        _handed_on(parsed, one.name) for one in found if one.source is QualifiedNameSource.IMPORT
    }
    written = {one for one in imported if one.split(".", 1)[0] == "ray"}
    if not found:
        written = _handed_on_by_star(parsed, dotted) or _from_star(parsed, dotted)
        imported = written
    public = {ray_api.public_name(one) for one in written}
    if len(public) > 1:  # ``try: from ray.train import A``, ``except: from ray.air import A``
        written = imported = {one for one in written if one in tried_before_others(parsed, node)}
        public = {ray_api.public_name(one) for one in written}
    if len(public) != 1:
        return None
    sure = len(written) == len(imported) and all(
        one.source is QualifiedNameSource.IMPORT for one in found
    )
    sure = sure or (len(written) == len(imported) and _is_ray_or_none(parsed, node))
    name = public.pop()
    home = min(written) if len(written) == 1 else in_force(parsed, node, written, name)
    return RayName(name, home, Certainty.SURE if sure else Certainty.MIXED)


def _handed_on(parsed: Parsed, imported: str) -> str:
    """The object of Ray that another module only hands on; else the name as it is."""
    known = parsed.elsewhere.names.get(imported)
    return known.ray if known is not None and known.ray is not None else imported


def denotes(parsed: Parsed, node: cst.CSTNode, name: str) -> bool:
    """Whether ``node`` surely denotes the object of Ray with this public name."""
    found = ray_name(parsed, node)
    return found is not None and found.name == name and found.certainty is Certainty.SURE


def imported_name(parsed: Parsed, node: cst.CSTNode) -> str | None:
    """The dotted name that ``node`` was imported by, of whatever package; None if not imported.

    The runtime goes by its own name, also where it is a copy in a package of the project.
    """
    return _imported_name(parsed, node) if _is_among(node, _imported(parsed)) else None


@remembered
def _imported_name(parsed: Parsed, node: cst.Name | cst.Attribute) -> str | None:
    scope = parsed.scope(node)
    found = scope.get_qualified_names_for(node) if scope is not None else set()
    names = {one.name for one in found if one.source is QualifiedNameSource.IMPORT}
    return of_runtime(names.pop()) if len(names) == 1 and len(found) == 1 else None


def known_elsewhere(parsed: Parsed, node: cst.CSTNode) -> Known | None:
    """What is known of a name, or a dotted name, that another module of the project brings.

    Of an attribute, too, of an object that is made here by a class of another module, and of what a
    class here has from one.
    """
    return _known_elsewhere(parsed, node) if parsed.elsewhere.names else None


@remembered
def _known_elsewhere(parsed: Parsed, node: cst.CSTNode) -> Known | None:
    symbol = symbol_elsewhere(parsed, node)
    return parsed.elsewhere.names.get(symbol) if symbol is not None else None


def symbol_elsewhere(parsed: Parsed, node: cst.CSTNode) -> str | None:
    """By which symbol the facts of a module have a name, or a dotted name, that another one brings.

    An attribute of ``self`` goes by the class around it, whichever module that has it from.
    """
    if not isinstance(node, cst.Name | cst.Attribute):
        return None
    imported = imported_name(parsed, node)
    if imported is not None:
        return imported
    root: cst.BaseExpression = node
    while isinstance(root, cst.Attribute):
        root = root.value
    if isinstance(root, cst.Name) and not bindings(parsed, root):  # by a star import
        return f":{_dotted(node)}"
    if isinstance(node, cst.Attribute):
        own = parsed.enclosing(node, cst.ClassDef)
        if own is not None and isinstance(root, cst.Name) and root.value in ("self", "cls"):
            _, _, attribute = (_dotted(node) or "").partition(".")
            return f":{qualified_name(parsed, own)}.{attribute}"
        made = _made_elsewhere(parsed, node.value)
        return f"{made}.{node.attr.value}" if made is not None else None
    return None


def _made_elsewhere(parsed: Parsed, node: cst.BaseExpression) -> str | None:
    """The imported name of what makes an object, and of the attribute of that which it is."""
    bound = variable(parsed, node)
    made = bound.value if bound is not None else node
    if isinstance(made, cst.Attribute):
        inner = _made_elsewhere(parsed, made.value)
        return f"{inner}.{made.attr.value}" if inner is not None else None
    return imported_name(parsed, made.func) if isinstance(made, cst.Call) else None


def _is_ray_or_none(parsed: Parsed, node: cst.Name | cst.Attribute) -> bool:
    """Whether the other bindings of a name say that its import has failed: ``tune = None``."""
    root: cst.BaseExpression = node
    while isinstance(root, cst.Attribute):
        root = root.value
    return isinstance(root, cst.Name) and all(
        is_import(one) or is_missing(parsed, one) for one in bindings(parsed, root)
    )


def calls(parsed: Parsed) -> Sequence[cst.Call]:
    """Every call of the module, in source order."""
    return parsed.of(cst.Call)


def _dotted(node: cst.Name | cst.Attribute) -> str | None:
    parts: list[str] = []
    current: cst.BaseExpression = node
    while isinstance(current, cst.Attribute):
        parts.append(current.attr.value)
        current = current.value
    if not isinstance(current, cst.Name):
        return None
    return ".".join([current.value, *reversed(parts)])


def _from_star(parsed: Parsed, dotted: str) -> set[str]:
    """The name that only star imports of Ray can have brought: the last of those that have it."""
    first, _, rest = dotted.partition(".")
    found = set[str]()
    if "import *" not in parsed.text:
        return found
    for statement in parsed.of(cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            module = module_name(statement)
            if first in ray_api.STAR_NAMES.get(module, ()):
                found = {f"{module}.{first}" + (f".{rest}" if rest else "")}
    return found


def _handed_on_by_star(parsed: Parsed, dotted: str) -> set[str]:
    """The name that a star import of another module of the project brings, if it is one of Ray."""
    first, _, rest = dotted.partition(".")
    known = parsed.elsewhere.names.get(f":{first}")
    if known is None or known.ray is None:
        return set()
    return {f"{known.ray}.{rest}" if rest else known.ray}


def last_name(node: cst.BaseExpression) -> str:
    """The name, or the last part of a dotted one, that an expression is."""
    last = node.attr if isinstance(node, cst.Attribute) else node
    return last.value if isinstance(last, cst.Name) else ""


def bound_name(alias: cst.ImportAlias) -> str:
    """The name that an imported name is bound to; for ``import a.b`` that is ``a``."""
    if alias.evaluated_alias is not None:
        return alias.evaluated_alias
    return alias.evaluated_name.split(".", 1)[0]


def module_name(statement: cst.ImportFrom) -> str:
    """The module of a ``from`` import as written, dots of a relative import included."""
    dots = "." * len(statement.relative)
    if statement.module is None:
        return dots
    return dots + (_dotted(statement.module) or "")
