"""A ``RAY_TRAIN_V2_ENABLED`` that is set below the imports of Ray is set too late.

Ray chooses the classes of ``ray.train`` once, when it or ``ray.tune`` is first imported. Below Ray
2.51 a flag that comes later gives a mixture of both, without an error.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.editing.edits import splice, with_comments
from raytune_migrate.expressions.values import constant, settled
from raytune_migrate.imports.statements import imports_of
from raytune_migrate.module.names import imported_name, module_name
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.rules.scripts import is_script, needs_flag
from raytune_migrate.rules.v2_flag import (
    first_of_v2,
    flag_edits,
    flag_piece,
    leading_import,
    taken_out,
)
from raytune_migrate.runtime.home import of_runtime
from raytune_migrate.sweep.pins import pins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Finding, Proposal

_CODE = "RTM501"


def propose(context: Context) -> Iterator[Proposal]:
    """One change where the statement can go above the imports; else a finding at each.

    Where a package has imported Ray before, no place in the module is early enough.
    """
    yield from _behind_package(context)
    parsed = context.parsed
    moved = moved_flag(context)
    if moved is not None:
        rule = RULES[_CODE]
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="Ray reads the flag when ray.train or ray.tune is first imported.",
            link=rule.link,
            place=parsed.place(moved),
            edits=tuple(_edits(context, moved)),
        )
        return
    for node in _late(context):
        yield finding(
            parsed,
            node,
            _CODE,
            "Below Ray 2.51 this is too late: Ray reads the flag when it is first imported.",
            f"Set {ray_api.FLAG} above the imports of Ray.",
        )


def _behind_package(context: Context) -> Iterator[Finding]:
    parsed = context.parsed
    package = parsed.elsewhere.ray_before
    if package is None or not _is_needed(context) or pins(parsed):
        return
    sets = ray_api.FLAG in parsed.text and any(_settings(parsed))
    gets = needs_flag(context) and is_script(parsed) and first_of_v2(context) is not None
    first = leading_import(parsed) if sets or gets else None
    if first is not None:
        yield finding(
            parsed,
            first,
            _CODE,
            f"Below Ray 2.51 the flag is too late here: {package} has imported Ray by then.",
            f"Set {ray_api.FLAG}=1 in the environment, or above the imports of that file.",
        )


def _is_needed(context: Context) -> bool:
    """Whether the project may run on a Ray that has Train V2 off by default."""
    minimum = context.project.minimum_ray
    return minimum is None or minimum < Version(ray_api.V2_BY_DEFAULT)


def moved_flag(context: Context) -> cst.SimpleStatementLine | None:
    """The statement that this rule moves, if it moves one."""
    if not context.goes_to_v2:
        return None
    parsed = context.parsed
    home = flag_piece(parsed)
    for node in _late(context):
        statement = parsed.statement(node)
        if home is not None and home != parsed.piece(parsed.start(statement)):
            continue  # nothing moves from one cell to another
        if (
            isinstance(statement, cst.SimpleStatementLine)
            and isinstance(parsed.parent(statement), cst.Module)
            and len(statement.body) == 1
            and _stands_alone(parsed, node)
        ):
            return statement
    return None


def _late(context: Context) -> list[cst.CSTNode]:
    """Every place that sets the flag, if all are too late for a Ray that needs it."""
    parsed = context.parsed
    if not _is_needed(context):
        return []
    found = list(_settings(parsed)) if ray_api.FLAG in parsed.text else []
    loading = list(_loading_imports(parsed)) if found else []
    late: list[cst.CSTNode] = [
        node
        for node in found
        if any(
            parsed.start(one) < parsed.start(node) and _runs_before(parsed, one, node)
            for one in loading
        )
    ]
    return late if len(late) == len(found) else []


def _settings(parsed: Parsed) -> Iterator[cst.Assign | cst.Call]:
    """Places that put the flag into this process's environment."""
    for node in parsed.of(cst.Assign, cst.Call):
        if isinstance(node, cst.Assign):
            if any(_is_item(parsed, one.target) for one in node.targets):
                yield node
        else:
            name = imported_name(parsed, node.func)
            if name == "os.environ.setdefault" and node.args:
                if settled(parsed, node.args[0].value) == ray_api.FLAG:
                    yield node
            elif name == "os.environ.update" and any(_holds(parsed, one) for one in node.args):
                yield node


def _is_item(parsed: Parsed, target: cst.BaseExpression) -> bool:
    """Whether a target is ``os.environ["RAY_TRAIN_V2_ENABLED"]``."""
    if not isinstance(target, cst.Subscript) or len(target.slice) != 1:
        return False
    index = target.slice[0].slice
    return (
        imported_name(parsed, target.value) == "os.environ"
        and isinstance(index, cst.Index)
        and settled(parsed, index.value) == ray_api.FLAG
    )


def _holds(parsed: Parsed, argument: cst.Arg) -> bool:
    if argument.keyword is not None:
        return argument.keyword.value == ray_api.FLAG
    return isinstance(argument.value, cst.Dict) and any(
        isinstance(one, cst.DictElement) and constant(parsed, one.key) == ray_api.FLAG
        for one in argument.value.elements
    )


def _stands_alone(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a setting says nothing but ``os``, the flag and a literal value."""
    match node:
        case cst.Assign(targets=[_], value=cst.SimpleString()):
            pass
        case cst.Call(args=[cst.Arg(), cst.Arg(value=cst.SimpleString())]) if isinstance(
            parsed.parent(node), cst.Expr
        ):
            pass
        case _:
            return False
    return all(
        is_part(parsed, one) or imported_name(parsed, one) == "os"
        for one in parsed.walk(node, cst.Name)
    )


def _loading_imports(parsed: Parsed) -> Iterator[cst.CSTNode]:
    """The imports that load ``ray.train``, those that only a type checker sees left out."""
    for _, dotted, binding in imports_of(parsed):
        if _loads_train(dotted):
            yield binding.node
    for node in parsed.of(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar) and _loads_train(module_name(node)):
            yield node


def _loads_train(dotted: str) -> bool:
    return any(f"{of_runtime(dotted)}.".startswith(f"{one}.") for one in ray_api.LOADS_TRAIN)


def _runs_before(parsed: Parsed, imported: cst.CSTNode, node: cst.CSTNode) -> bool:
    """Whether an import that stands above a place has run by the time that is reached."""
    function = parsed.function(imported)
    return function is None or parsed.inside(node, function)


def _edits(context: Context, statement: cst.SimpleStatementLine) -> Iterator[Edit]:
    """Take the statement, and the comments that are its own, to where the flag goes."""
    parsed, text = context.parsed, context.parsed.text
    whole = taken_out(parsed, statement)
    if whole is None:  # the comment above it speaks of what follows too
        start = parsed.line_start(parsed.line(statement))
        _, end = with_comments(parsed, statement)
        whole = text[start:end], start, parsed.line_start(parsed.line_of(end) + 1)
    written, start, end = whole
    values = [
        parsed.span(one)
        for one in parsed.walk(statement, cst.SimpleString)
        if ray_api.turns_off(constant(parsed, one))
    ]
    on = [Replace(first, last, context.layout.literal("1")) for first, last in values]
    yield Replace(start, end, "")
    yield from flag_edits(context, splice(text, on, start, start + len(written)))
