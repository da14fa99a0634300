"""New imports, each next to its like and in the file's own manner."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from raytune_migrate.editing.layout import formatted
from raytune_migrate.imports.extend import extend, statement_of
from raytune_migrate.imports.lines import (
    apart,
    are_in_order,
    first_line,
    first_line_in_block,
    is_import,
    new_line,
    own_line,
)
from raytune_migrate.imports.moved import comment_on_left, leave, left_by, named_in
from raytune_migrate.imports.statements import imports_ray
from raytune_migrate.module.names import module_name
from raytune_migrate.proposal import ImportName, Replace
from raytune_migrate.runtime.home import RUNTIME, Home, of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.runtime.home import RuntimeImport


def add_imports(
    parsed: Parsed,
    wanted: Iterable[ImportName],
    style: Layout,
    runtime: RuntimeImport,
    *,
    before: int,
    written: Mapping[tuple[int, int], str],
) -> list[Replace]:
    """The edits that bring names into the file, each next to its like.

    ``before`` is the offset at which they are first used, ``written`` what other edits write at
    which places, such as the module that an import names from now on.
    """
    # Another would be a different module to Python, with objects of its own.
    module = written_runtime(parsed) or runtime.module
    named = {replace(one, module=module) if one.module == RUNTIME else one for one in wanted}
    names = sorted(named, key=_order_of_names)
    edits = leave(parsed, [one for one in names if one.replaces])
    placed = [(piece, one) for one in names for piece in _pieces_left(parsed, one)]
    placed = sorted(_with_their_like(parsed, placed, before, written), key=_of_one_piece)
    first: list[Replace] = []  # of a file that imports nothing yet
    inner: dict[int, list[Replace]] = {}  # of a function that imports nothing yet
    for (left_piece, block, module, _), some in groupby(placed, key=_of_one_statement):
        group = [one for _, one in some]
        whole = _home(parsed, block)
        if left_piece is not None:
            whole = [one for one in whole if _is_in(parsed, one, left_piece)]
        home = [one for one in whole if parsed.start(one) < before] or whole
        statement = _import_from(parsed, home, module, written) if group[0].name else None
        if statement is not None:
            edits.append(extend(parsed, statement, group))
            continue
        piece = None
        if block is None and parsed.borders:
            piece = left_piece or _piece(parsed, home, before)
            home = [one for one in home if _is_in(parsed, one, piece)]
        imports_some = any(map(is_import, home))
        if block is None and piece is None and not imports_some:
            first.append(first_line(parsed, statement_of(group), style))
        elif block is not None and not imports_some:
            line = first_line_in_block(parsed, whole, statement_of(group), style)
            inner.setdefault(block, []).append(line)
        else:
            own = module == runtime.module and runtime.home is Home.OWN
            edits.append(_line(parsed, home, group, style, piece, own=own))
    for lines in inner.values():
        edits += [*lines[:-1], replace(lines[-1], text=lines[-1].text + "\n")]
    return [*edits, *apart(parsed, first)]


def _line(
    parsed: Parsed,
    home: Sequence[cst.BaseStatement],
    names: Sequence[ImportName],
    style: Layout,
    piece: tuple[int, int] | None,
    *,
    own: bool,
) -> Replace:
    """A new statement that imports names of one module, the project's ``own`` or another's."""
    module = names[0].module
    line = f"{statement_of(names)}{comment_on_left(parsed, names)}"
    if own:
        return own_line(parsed, home, module, line, style, piece)
    left = left_by(parsed, home, names)
    if left is None or are_in_order(home):
        return new_line(parsed, home, module, line, style, piece)
    offset = parsed.line_start(parsed.line(left))
    return Replace(offset, offset, f"{formatted(line, parsed.indent(left), style)}\n")


def _order_of_names(one: ImportName) -> tuple[int, str, str, str]:
    return one.block or 0, one.module, one.name, one.alias or ""


# A piece of a module that has several, and a name that is imported in it; None for where it fits.
_Placed: TypeAlias = "tuple[tuple[int, int] | None, ImportName]"


def _of_one_piece(placed: _Placed) -> tuple[tuple[int, int], tuple[int, str, str, str]]:
    piece, name = placed
    return piece or (-1, -1), _order_of_names(name)


def _of_one_statement(placed: _Placed) -> tuple[tuple[int, int] | None, int | None, str, bool]:
    piece, name = placed
    return piece, name.block, name.module, bool(name.name)


def _pieces_left(parsed: Parsed, name: ImportName) -> list[tuple[int, int] | None]:
    """The pieces of a module that have several in which a name moves away from where it was.

    It stays in these: they are read, and may be run, by themselves.
    """
    if not parsed.borders or not name.replaces or name.block is not None:
        return [None]
    found = {
        parsed.piece(parsed.start(one))
        for one in parsed.of(cst.ImportFrom)
        if not isinstance(one.names, cst.ImportStar)
        and module_name(one) == name.replaces
        and named_in(one, name.name)
    }
    return [*sorted(found)] or [None]


def _with_their_like(
    parsed: Parsed, placed: Sequence[_Placed], before: int, written: Mapping[tuple[int, int], str]
) -> Iterator[_Placed]:
    """Have names join those of their module that stay in the piece to which they would come."""
    stays = {(piece, one.module) for piece, one in placed if piece is not None}
    home = [one for one in _home(parsed, None) if parsed.start(one) < before] if stays else []
    for piece, one in placed:
        joins = piece is None and one.block is None and one.name
        if joins and _import_from(parsed, home, one.module, written) is None:
            there = _piece(parsed, home, before)
            piece = there if (there, one.module) in stays else None
        yield piece, one


def _is_in(parsed: Parsed, statement: cst.BaseStatement, piece: tuple[int, int]) -> bool:
    return piece[0] <= parsed.start(statement) < piece[1]


def _piece(parsed: Parsed, home: Sequence[cst.BaseStatement], before: int) -> tuple[int, int]:
    """The piece that imports most from Ray, or else the one that needs a name."""
    rays = [parsed.piece(parsed.start(one)) for one in home if imports_ray(one)]
    return max(rays, key=rays.count, default=parsed.piece(before))


def written_runtime(parsed: Parsed) -> str | None:
    """The module from which a file imports the runtime already, if it does."""
    written = (module_name(one) for one in parsed.of(cst.ImportFrom))
    return next((one for one in written if of_runtime(one) == RUNTIME), None)


def _import_from(
    parsed: Parsed,
    home: Sequence[cst.BaseStatement],
    module: str,
    written: Mapping[tuple[int, int], str],
) -> cst.ImportFrom | None:
    """The first plain ``from module import ...`` among some statements, once all is written."""
    for statement in home:
        for inner in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if not isinstance(inner, cst.ImportFrom) or isinstance(inner.names, cst.ImportStar):
                continue
            place = parsed.span(inner.module) if inner.module is not None else None
            named = written.get(place) if place is not None else None
            if (named or module_name(inner)) == module:
                return inner
    return None


def _home(parsed: Parsed, block: int | None) -> Sequence[cst.BaseStatement]:
    """The statements among which new imports go: the module's, or those of one block."""
    body: Sequence[cst.CSTNode] = parsed.module.body
    for node in parsed.of(cst.IndentedBlock) if block is not None else ():
        if parsed.start(node.body[0]) == block:
            body = node.body
    return [one for one in body if isinstance(one, cst.BaseStatement)]
