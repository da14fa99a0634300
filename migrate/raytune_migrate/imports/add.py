"""New imports, each next to its like and in the file's own manner."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.layout import formatted
from raytune_migrate.imports.extend import extend, statement_of
from raytune_migrate.imports.statements import (
    imports_ray,
    next_line,
    without_names,
    written_name,
)
from raytune_migrate.imports.top import first_import_offset, is_docstring
from raytune_migrate.module.names import bound_name, module_name
from raytune_migrate.proposal import ImportName, Replace
from raytune_migrate.runtime_home import RUNTIME, Home, of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.runtime_home import RuntimeImport

_BLANK_LINE = re.compile(r"(\r\n?|\n)[ \t]*(\r\n?|\n)")


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
    edits = _leave(parsed, [one for one in names if one.replaces])
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
        else:
            piece = None
            if block is None and parsed.borders:
                piece = left_piece or _piece(parsed, home, before)
                home = [one for one in home if _is_in(parsed, one, piece)]
            if block is None and piece is None and not any(map(_is_import, home)):
                first.append(_first_line(parsed, statement_of(group), style))
                continue
            if block is not None and not any(map(_is_import, home)):
                inner.setdefault(block, []).append(
                    _first_line_in_block(parsed, whole, statement_of(group), style)
                )
                continue
            own = module == runtime.module and runtime.home is Home.OWN
            line = f"{statement_of(group)}{_comment_on_left(parsed, group)}"
            left = None if own else _left_by(parsed, home, group)
            if left is not None and not _are_in_order(home):
                offset = parsed.line_start(parsed.line(left))
                text = formatted(line, parsed.indent(left), style)
                edits.append(Replace(offset, offset, f"{text}\n"))
                continue
            add = _own_line if own else _new_line
            edits.append(add(parsed, home, module, line, style, piece))
    for lines in inner.values():
        edits += [*lines[:-1], replace(lines[-1], text=lines[-1].text + "\n")]
    return [*edits, *_apart(parsed, first)]


def _left_by(
    parsed: Parsed, home: Sequence[cst.BaseStatement], names: Sequence[ImportName]
) -> cst.BaseStatement | None:
    """The first statement that some of the names move away from."""
    return next(
        (
            statement
            for statement in home
            for inner in (statement.body if isinstance(statement, cst.SimpleStatementLine) else ())
            if isinstance(inner, cst.ImportFrom)
            and not isinstance(inner.names, cst.ImportStar)
            and any(module_name(inner) == one.replaces and _named(inner, one.name) for one in names)
        ),
        None,
    )


def _comment_on_left(parsed: Parsed, names: Sequence[ImportName]) -> str:
    """The comment behind the imports of which nothing is left where some names move away."""
    moving = {(one.replaces, one.name) for one in names}
    lines = [
        parsed.parent(one)
        for one in parsed.of(cst.ImportFrom)
        if not isinstance(one.names, cst.ImportStar)
        and moving >= {(module_name(one), alias.evaluated_name) for alias in one.names}
    ]
    comments = {
        one.trailing_whitespace.comment.value
        for one in lines
        if isinstance(one, cst.SimpleStatementLine)
        and len(one.body) == 1
        and one.trailing_whitespace.comment is not None
    }
    return f"  {comments.pop()}" if len(comments) == 1 else ""


def _are_in_order(home: Sequence[cst.BaseStatement]) -> bool:
    """Whether the imports from Ray stand in the order of their modules."""
    modules = [_first_module(one) for one in home if imports_ray(one)]
    return modules == sorted(modules)


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
        and _named(one, name.name)
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


def _first_line(parsed: Parsed, line: str, style: Layout) -> Replace:
    offset = first_import_offset(parsed)
    return Replace(offset, offset, f"{formatted(line, '', style)}\n")


def _first_line_in_block(
    parsed: Parsed, body: Sequence[cst.BaseStatement], line: str, style: Layout
) -> Replace:
    """The first import of a function: below its docstring, and what may refuse to run it."""
    late = [one for one in body if not _goes_first(one)]
    place = late[0] if late else body[-1]
    offset = parsed.line_start(parsed.line(place))
    return Replace(offset, offset, f"{formatted(line, parsed.indent(place), style)}\n")


def _goes_first(statement: cst.BaseStatement) -> bool:
    """Whether it is a docstring, or raises in some case: ``if tune is None: raise ...``."""
    if isinstance(statement, cst.SimpleStatementLine):
        return is_docstring(statement)
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    inner = statement.body.body[-1]
    return isinstance(inner, cst.SimpleStatementLine) and isinstance(inner.body[-1], cst.Raise)


def _apart(parsed: Parsed, imports: Sequence[Replace]) -> list[Replace]:
    """The first imports of a file, with the blank lines that set them apart from what follows."""
    if not imports:
        return []
    offset = imports[0].start
    following = next((one for one in parsed.module.body if parsed.start(one) >= offset), None)
    is_definition = isinstance(following, cst.FunctionDef | cst.ClassDef)
    blank = 0 if following is None else 2 if is_definition else 1
    return [*imports[:-1], replace(imports[-1], text=imports[-1].text + "\n" * blank)]


def _piece(parsed: Parsed, home: Sequence[cst.BaseStatement], before: int) -> tuple[int, int]:
    """The piece that imports most from Ray, or else the one that needs a name."""
    rays = [parsed.piece(parsed.start(one)) for one in home if imports_ray(one)]
    return max(rays, key=rays.count, default=parsed.piece(before))


def written_runtime(parsed: Parsed) -> str | None:
    """The module from which a file imports the runtime already, if it does."""
    written = (module_name(one) for one in parsed.of(cst.ImportFrom))
    return next((one for one in written if of_runtime(one) == RUNTIME), None)


def _leave(parsed: Parsed, names: Sequence[ImportName]) -> list[Replace]:
    """Take names out of the imports that they move away from.

    Also out of others beside these that import the same object once more, from a home as old.
    """
    statements = [
        one for one in parsed.of(cst.ImportFrom) if not isinstance(one.names, cst.ImportStar)
    ]
    moves = [
        (one, parsed.parent(parsed.statement(left)))
        for one in names
        for left in statements
        if module_name(left) == one.replaces and _named(left, one.name)
    ]
    edits: list[Replace] = []
    for statement in statements:
        block = parsed.parent(parsed.statement(statement))
        gone = {
            id(alias): alias
            for one, where in moves
            for alias in _named(statement, one.name)
            if module_name(statement) == one.replaces
            or (where is block and _is_once_more(statement, alias, one))
        }
        if gone:
            edits += without_names(parsed, statement, list(gone.values()))
    return edits


def _named(statement: cst.ImportFrom, name: str) -> list[cst.ImportAlias]:
    assert not isinstance(statement.names, cst.ImportStar)
    return [one for one in statement.names if one.evaluated_name == name]


def _is_once_more(statement: cst.ImportFrom, alias: cst.ImportAlias, moved: ImportName) -> bool:
    """Whether an import is of the object that moves, under the same name, and not from its home."""
    written = written_name(statement, alias)
    old = f"{moved.replaces}.{moved.name}"
    return (
        bound_name(alias) == (moved.alias or moved.name)
        and ray_api.public_name(written) == ray_api.public_name(old)
        and written != f"{moved.module}.{moved.name}"
    )


def _own_line(
    parsed: Parsed,
    home: Sequence[cst.BaseStatement],
    module: str,
    line: str,
    style: Layout,
    piece: tuple[int, int] | None,
) -> Replace:
    """A new import of the project's own code: among others of its package, or below the last."""
    absolute = [one for one in home if _is_import(one) and not _first_module(one).startswith(".")]
    package = module.split(".", 1)[0]
    kin = [one for one in absolute if _first_module(one).split(".", 1)[0] == package]
    if kin or not absolute:
        return _line_among(parsed, kin, absolute, module, line, style, piece)
    edit = _line_among(parsed, [], absolute, module, line, style, piece)
    # A group of its own, unless a blank line sets others apart from Ray's already.
    rays = [one for one in absolute if imports_ray(one)]
    between = parsed.text[parsed.end(rays[-1]) : parsed.start(absolute[-1])] if rays else ""
    return edit if _BLANK_LINE.search(between) else replace(edit, text=f"\n{edit.text}")


def _new_line(
    parsed: Parsed,
    home: Sequence[cst.BaseStatement],
    module: str,
    line: str,
    style: Layout,
    piece: tuple[int, int] | None,
) -> Replace:
    """A new import statement: in its place among its like, those of Ray where it has none.

    What Python itself brings goes above all others where it is the first of its kind.
    """
    imports = [one for one in home if _is_import(one)]
    company = [one for one in home if imports_ray(one)]
    if _is_of_python(module):
        company = [one for one in imports if _is_of_python(_imported_module(one))]
        if imports and not company:
            offset = parsed.line_start(parsed.line(imports[0]))
            text = formatted(line, parsed.indent(imports[0]), style)
            return Replace(offset, offset, f"{text}\n\n")
    return _line_among(parsed, company, imports, module, line, style, piece)


def _line_among(
    parsed: Parsed,
    company: Sequence[cst.BaseStatement],
    imports: Sequence[cst.BaseStatement],
    module: str,
    line: str,
    style: Layout,
    piece: tuple[int, int] | None,
) -> Replace:
    """A new import in the order of its ``company``, if that has one; else behind the last."""
    if line.startswith("import "):  # which come before the others, in an order of their own
        plain = [one for one in company if not _first_module(one)]
        modules = [_imported_module(one) for one in plain]
        company, module = plain or company, module if plain else ""
    else:
        modules = [_first_module(one) for one in company]
    later = next((i for i, one in enumerate(modules) if one > module), None)
    if later is not None and modules == sorted(modules):
        offset = parsed.line_start(parsed.line(company[later]))
        text = formatted(line, parsed.indent(company[later]), style)
        return Replace(offset, offset, f"{text}\n")
    anchor = next(reversed(company or imports), None)
    if anchor is None:
        offset = first_import_offset(parsed, piece)
        return Replace(offset, offset, f"{formatted(line, '', style)}\n")
    offset = next_line(parsed, anchor)
    text = formatted(line, parsed.indent(anchor), style)
    if offset == len(parsed.text) and not parsed.text.endswith(("\n", "\r")):
        return Replace(offset, offset, f"\n{text}")
    return Replace(offset, offset, f"{text}\n")


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


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], cst.Import | cst.ImportFrom
    )


def _first_module(statement: cst.CSTNode) -> str:
    """The module that an import statement names first; plain imports come before all others."""
    inner = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return module_name(inner) if isinstance(inner, cst.ImportFrom) else ""


def _imported_module(statement: cst.BaseStatement) -> str:
    """The module that an import statement names first."""
    inner = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if isinstance(inner, cst.Import):
        return inner.names[0].evaluated_name
    return module_name(inner) if isinstance(inner, cst.ImportFrom) else ""


def _is_of_python(module: str) -> bool:
    """Whether the standard library has a module."""
    return module.partition(".")[0] in sys.stdlib_module_names - {"__future__"}
