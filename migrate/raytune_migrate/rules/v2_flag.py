"""The script that runs a migrated sweep asks for Train V2, before it imports Ray.

Until Ray 2.51 Train V2 is off unless ``RAY_TRAIN_V2_ENABLED`` says otherwise, and the classes are
chosen once, when ``ray.train`` or ``ray.tune`` is first imported. Libraries leave it to the script.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.editing.edits import with_comments
from raytune_migrate.imports.statements import imports_ray
from raytune_migrate.imports.top import first_import_offset
from raytune_migrate.module.bindings import bindings, is_import
from raytune_migrate.module.names import module_name
from raytune_migrate.proposal import FLAG, Change, Replace, Safety
from raytune_migrate.rules import plain_fit, standing_trainers
from raytune_migrate.rules.scripts import is_script, needs_flag, runs_sweeps
from raytune_migrate.runtime.home import Home
from raytune_migrate.sweep.boosting import is_loopless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Place, Proposal

_CODE = FLAG
_WHY = "before Ray is imported"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for a script with a sweep, unless the project's Ray has V2 on by default."""
    parsed = context.parsed
    if not needs_flag(context) or not is_script(parsed):
        return
    place = first_of_v2(context)
    if place is None:
        return
    rule = RULES[_CODE]
    left = bool(context.findings or context.declined)
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="Below Ray 2.51 Train V2 is off unless the environment asks for it.",
        link=rule.link,
        place=place,
        edits=tuple(flag_edits(context)),
        safety=Safety.REVIEW if left else Safety.SAFE,
        notes=("The sweeps that are left as they were fail once V2 is on.",) if left else (),
    )


def first_of_v2(context: Context) -> Place | None:
    """The first place that runs on Train V2 only: a sweep, or a trainer that needs the runtime."""
    if context.tuner_calls:
        return context.parsed.place(context.tuner_calls[0])
    if not context.goes_to_v2:
        return None
    if (run := _first_run(context.parsed)) is not None:
        return context.parsed.place(run)
    alone = context.project.runtime.home is Home.NOWHERE
    # Train V1 had no boosting trainer with a train loop before Ray 2.44.
    loops = [context.parsed.place(one.call) for one in context.standing if is_loopless(one)]
    for one in chain(standing_trainers.propose(context), plain_fit.propose(context)):
        if not isinstance(one, Change):
            continue
        on_runtime = any(name.module == ray_api.RUNTIME for name in one.imports)
        if (one.place in loops and not on_runtime) if alone else on_runtime:
            return one.place
    return None


def _first_run(parsed: Parsed) -> cst.CSTNode | None:
    """The first call that runs a sweep of another module.

    Where no name says which it is, as that of a builder's last method, the first import of what
    the project's own modules have.
    """
    if not parsed.elsewhere.runs:
        return None
    imports = (one for one in parsed.of(cst.SimpleStatementLine) if _may_lead_to_ray(parsed, one))
    return next(chain(runs_sweeps(parsed), imports), None)


def flag_edits(context: Context, written: str | None = None) -> Iterator[Edit]:
    """The flag above the imports, in the words of a statement that is there already if it is."""
    parsed, style = context.parsed, context.layout
    piece = flag_piece(parsed)
    offset = first_import_offset(parsed, piece)
    imported = _import_os(parsed, offset, piece)
    flag, on = style.literal(ray_api.FLAG), style.literal("1")
    if imported is not None and piece is not None:
        place = parsed.start(imported)
        if place < piece[0]:  # it is there by now
            yield Replace(
                offset, offset, f"{written or _set('os', flag, on)}\n{_gap(parsed, offset)}"
            )
            return
        imported = imported if place < piece[1] else None
    if imported is not None and _is_first(parsed, imported, offset):
        following = parsed.line_start(parsed.line(imported) + 1)
        yield Replace(
            following, following, f"\n{written or _set('os', flag, on)}\n{_gap(parsed, following)}"
        )
        return
    os_name = "os" if imported is not None or not _is_taken(parsed) else "_os"
    statement = "import os" if os_name == "os" else "import os as _os"
    if imported is not None and (alone := taken_out(parsed, imported)) is not None:
        statement, start, end = alone
        yield Replace(start, end, "")
    yield Replace(
        offset,
        offset,
        f"{statement}\n\n{written or _set(os_name, flag, on)}\n{_gap(parsed, offset)}",
    )


def flag_piece(parsed: Parsed) -> tuple[int, int] | None:
    """The piece that takes the flag, the first that may import Ray, where a module has several."""
    if not parsed.borders:
        return None
    first = leading_import(parsed)
    return parsed.piece(parsed.start(first) if first is not None else parsed.borders[0])


def leading_import(parsed: Parsed) -> cst.SimpleStatementLine | None:
    """The first statement that imports Ray, or what may import it."""
    lines = parsed.of(cst.SimpleStatementLine)
    return next((one for one in lines if imports_ray(one) or _may_lead_to_ray(parsed, one)), None)


def _may_lead_to_ray(parsed: Parsed, statement: cst.SimpleStatementLine) -> bool:
    """Whether a statement imports what may import Ray: a module of the project, seen or not.

    Where something is put on ``sys.path`` ahead, it may be any that is not Python's own.
    """
    imported = [
        module
        for one in statement.body
        if isinstance(one, cst.Import | cst.ImportFrom)
        for module in (
            [module_name(one)]
            if isinstance(one, cst.ImportFrom)
            else [alias.evaluated_name for alias in one.names]
        )
    ]
    hidden = bool(imported) and "sys.path" in parsed.text[: parsed.start(statement)]
    return any(
        one in parsed.elsewhere.names
        or (hidden and one.partition(".")[0] not in sys.stdlib_module_names)
        for one in imported
    )


def taken_out(parsed: Parsed, statement: cst.SimpleStatementLine) -> tuple[str, int, int] | None:
    """The text of a statement with its own comments, and what goes with it from its old place.

    None where the comment above it speaks of the lines below it too.
    """
    text = parsed.text
    line = parsed.line(statement)
    start, end = with_comments(parsed, statement)
    last = parsed.line_of(end)
    following = parsed.line_start(last + 1)
    below = text[following : parsed.line_start(last + 2)]
    goes_on = bool(below.strip()) or (
        _is_late(parsed, statement) and text[following:].lstrip().startswith(("import ", "from "))
    )
    if start < parsed.line_start(line) and goes_on:
        return None
    above = text[:start].splitlines()
    if below and not below.strip() and (not above or not above[-1].strip()):
        following += len(below)
    return text[start:end], start, following


def _is_late(parsed: Parsed, statement: cst.SimpleStatementLine) -> bool:
    """Whether a module does more than to import before a statement, as in a section of its own."""
    earlier = [one for one in parsed.module.body if parsed.start(one) < parsed.start(statement)]
    return any(
        not isinstance(one, cst.SimpleStatementLine)
        or not all(isinstance(part, cst.Import | cst.ImportFrom | cst.Expr) for part in one.body)
        for one in earlier
    )


def _set(os_name: str, flag: str, on: str) -> str:
    return f"{os_name}.environ.setdefault({flag}, {on})  # {_WHY}\n".rstrip("\n")


def _gap(parsed: Parsed, offset: int) -> str:
    """A blank line, unless there is one already."""
    rest = parsed.text[offset:]
    return "" if rest.startswith(("\n", "\r")) or not rest else "\n"


def _import_os(
    parsed: Parsed, first: int, piece: tuple[int, int] | None
) -> cst.SimpleStatementLine | None:
    """The module's own ``import os``: by itself, or with more that knows no Ray.

    The latter at ``first``, or in a piece before the one that takes the flag.
    """
    for statement in parsed.module.body:
        if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
            continue
        inner = statement.body[0]
        if not isinstance(inner, cst.Import) or not any(map(_is_os, inner.names)):
            continue
        standard = all(_root(one) in sys.stdlib_module_names for one in inner.names)
        start = parsed.start(statement)
        early = _is_first(parsed, statement, first) or (piece is not None and start < piece[0])
        if len(inner.names) == 1 or (standard and early):
            return statement
    return None


def _is_first(parsed: Parsed, statement: cst.SimpleStatementLine, offset: int) -> bool:
    """Whether a statement is the first at an offset, but for the comments above it."""
    above = parsed.text[offset : parsed.start(statement)].splitlines()
    return offset <= parsed.start(statement) and all(one.startswith("#") for one in above)


def _is_os(alias: cst.ImportAlias) -> bool:
    return (alias.evaluated_name, alias.evaluated_alias) == ("os", None)


def _root(alias: cst.ImportAlias) -> str:
    return alias.evaluated_name.partition(".")[0]


def _is_taken(parsed: Parsed) -> bool:
    """Whether the module gives the name ``os`` to something else."""
    return any(
        node.value == "os" and any(not is_import(one) for one in bindings(parsed, node))
        for node in parsed.of(cst.Name)
    )
