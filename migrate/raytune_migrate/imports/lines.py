"""Where a new import goes: in its place among its like, or first in a file or a function."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.editing.layout import formatted
from raytune_migrate.imports.statements import imports_ray, next_line
from raytune_migrate.imports.top import first_import_offset, is_docstring
from raytune_migrate.module.names import module_name
from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed

_BLANK_LINE = re.compile(r"(\r\n?|\n)[ \t]*(\r\n?|\n)")


def own_line(
    parsed: Parsed,
    home: Sequence[cst.BaseStatement],
    module: str,
    line: str,
    style: Layout,
    piece: tuple[int, int] | None,
) -> Replace:
    """A new import of the project's own code: among others of its package, or below the last."""
    absolute = [one for one in home if is_import(one) and not _first_module(one).startswith(".")]
    package = module.split(".", 1)[0]
    kin = [one for one in absolute if _first_module(one).split(".", 1)[0] == package]
    if kin or not absolute:
        return _line_among(parsed, kin, absolute, module, line, style, piece)
    edit = _line_among(parsed, [], absolute, module, line, style, piece)
    # A group of its own, unless a blank line sets others apart from Ray's already.
    rays = [one for one in absolute if imports_ray(one)]
    between = parsed.text[parsed.end(rays[-1]) : parsed.start(absolute[-1])] if rays else ""
    return edit if _BLANK_LINE.search(between) else replace(edit, text=f"\n{edit.text}")


def new_line(
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
    imports = [one for one in home if is_import(one)]
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


def first_line(parsed: Parsed, line: str, style: Layout) -> Replace:
    """The first import of a file."""
    offset = first_import_offset(parsed)
    return Replace(offset, offset, f"{formatted(line, '', style)}\n")


def first_line_in_block(
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


def apart(parsed: Parsed, imports: Sequence[Replace]) -> list[Replace]:
    """The first imports of a file, with the blank lines that set them apart from what follows."""
    if not imports:
        return []
    offset = imports[0].start
    following = next((one for one in parsed.module.body if parsed.start(one) >= offset), None)
    is_definition = isinstance(following, cst.FunctionDef | cst.ClassDef)
    blank = 0 if following is None else 2 if is_definition else 1
    return [*imports[:-1], replace(imports[-1], text=imports[-1].text + "\n" * blank)]


def are_in_order(home: Sequence[cst.BaseStatement]) -> bool:
    """Whether the imports from Ray stand in the order of their modules."""
    modules = [_first_module(one) for one in home if imports_ray(one)]
    return modules == sorted(modules)


def is_import(statement: cst.BaseStatement) -> bool:
    """Whether a statement imports something."""
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
