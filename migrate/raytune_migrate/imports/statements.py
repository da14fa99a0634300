"""Import statements as they stand: what each binds, and its text without some of its names."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.module.fallbacks import Branch, branch
from raytune_migrate.module.names import bound_name, module_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.proposal import Replace
from raytune_migrate.runtime.home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed


@remembered
def imports_of(parsed: Parsed) -> Sequence[tuple[str, str, ImportAssignment]]:
    """Bound name, dotted name and binding of every import that is there at run time."""
    return tuple(one for one in every_import(parsed) if not is_for_types_only(parsed, one[2].node))


def every_import(parsed: Parsed) -> Iterator[tuple[str, str, ImportAssignment]]:
    """Bound name, dotted name and binding of every import, those for type checkers as well."""
    for statement in import_statements(parsed):
        scope = parsed.scope(statement)
        if scope is None or isinstance(statement.names, cst.ImportStar):
            continue
        for alias in statement.names:
            bound = bound_name(alias)
            for binding in scope[bound]:
                if isinstance(binding, ImportAssignment) and binding.node is statement:
                    yield bound, written_name(statement, alias), binding
                    break


def import_statements(parsed: Parsed) -> Sequence[cst.Import | cst.ImportFrom]:
    """The import statements of a module, wherever they stand, in source order."""
    return parsed.of(cst.Import, cst.ImportFrom)


def imports_ray(statement: cst.CSTNode) -> bool:
    """Whether a statement imports from Ray, or from the runtime."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return any(
        (isinstance(one, cst.ImportFrom) and _is_ray(module_name(one)))
        or (isinstance(one, cst.Import) and any(_is_ray(written_name(one, a)) for a in one.names))
        for one in statement.body
    )


def _is_ray(module: str) -> bool:
    return of_runtime(module).split(".", 1)[0] in ("ray", ray_api.RUNTIME)


def is_for_types_only(parsed: Parsed, statement: cst.CSTNode) -> bool:
    """Whether only type checkers see a statement."""
    return any(
        isinstance(one, cst.If) and parsed.source(one.test).endswith("TYPE_CHECKING")
        for one in parsed.ancestors(statement)
    )


def may_fail(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether the file is prepared for a Ray that does not have a name, or never runs this."""
    if branch(parsed, node) is not Branch.PLAIN or is_for_types_only(parsed, node):
        return True
    return any(
        isinstance(one, cst.If) and "version" in parsed.source(one.test).lower()
        for one in parsed.ancestors(node)
    )


def written_name(statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> str:
    """The dotted name that an import statement spells out for one of its names."""
    if isinstance(statement, cst.ImportFrom):
        module = module_name(statement)
        joint = "" if module.endswith(".") else "."
        return f"{module}{joint}{alias.evaluated_name}"
    return alias.evaluated_name


def without_names(
    parsed: Parsed, statement: cst.Import | cst.ImportFrom, gone: Sequence[cst.ImportAlias]
) -> list[Replace]:
    """An import statement without some of its names; the whole line where none is left."""
    assert not isinstance(statement.names, cst.ImportStar)
    aliases = list(statement.names)
    kept = [one for one in aliases if not any(one is other for other in gone)]
    if kept:
        start, end = parsed.start(aliases[0]), _alias_end(parsed, aliases[-1])
        text = parsed.text[start:end]
        bracketed = isinstance(statement, cst.ImportFrom) and statement.lpar is not None
        if bracketed and ("\n" in text or "\r" in text):
            return _without_aliases(parsed, aliases, gone)
        names = [_alias_source(parsed, one) for one in kept]
        trailing = "," if text.endswith(",") else ""
        return [Replace(start, end, ", ".join(names) + trailing)]
    line = parsed.statement(statement)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) > 1:
        return [_without_statement(parsed, line, statement)]
    return without_line(parsed, line)


def without_line(parsed: Parsed, line: cst.CSTNode) -> list[Replace]:
    """A block without one of its statements, which has its lines to itself."""
    block = parsed.parent(line)
    if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
        return [Replace(*parsed.span(line), "pass")]
    return [Replace(parsed.line_start(parsed.line(line)), next_line(parsed, line), "")]


def without_gap(parsed: Parsed, edit: Replace) -> Replace:
    """A removal of whole lines, with the blank lines that it would join."""
    first, last = parsed.line_of(edit.start), parsed.line_of(edit.end)
    whole = edit.start == parsed.line_start(first) and edit.end == parsed.line_start(last)
    if edit.text or not whole:
        return edit
    below = _blank_lines(parsed, last, 1)
    heads = any(_is_begun_on(parsed, one, first) for one in parsed.of(cst.IndentedBlock))
    spare = below if heads else min(below, _blank_lines(parsed, first - 1, -1))
    return Replace(edit.start, parsed.line_start(last + spare), "")


def _is_begun_on(parsed: Parsed, block: cst.IndentedBlock, line: int) -> bool:
    """Whether the first statement of a block is on a line, right below the block's head."""
    first = block.body[0]
    return (
        isinstance(first, cst.SimpleStatementLine)
        and parsed.line(first) == line
        and not any(one.comment for one in first.leading_lines)
    )


def _blank_lines(parsed: Parsed, line: int, step: int) -> int:
    """The number of blank lines from a line on, downwards or upwards."""
    count = 0
    while line >= 1 and (start := parsed.line_start(line)) < len(parsed.text):
        if parsed.text[start : parsed.line_start(line + 1)].strip():
            break
        count, line = count + 1, line + step
    return count


def _without_statement(parsed: Parsed, line: cst.SimpleStatementLine, gone: cst.CSTNode) -> Replace:
    """One of several statements on a line, with the semicolon between it and its neighbour."""
    index = next(i for i, one in enumerate(line.body) if one is gone)
    if index + 1 < len(line.body):
        return Replace(parsed.start(gone), parsed.start(line.body[index + 1]), "")
    return Replace(parsed.end(line.body[index - 1]), parsed.end(gone), "")


def _without_aliases(
    parsed: Parsed, aliases: Sequence[cst.ImportAlias], gone: Sequence[cst.ImportAlias]
) -> list[Replace]:
    """An import over several lines without some of its names: without lines, or parts of them."""
    leaving = {id(one) for one in gone}
    last = max(number for number, one in enumerate(aliases) if id(one) not in leaving)
    start, end = _name_end(parsed, aliases[last]), _name_end(parsed, aliases[-1])
    closes = parsed.text[end : parsed.line_start(parsed.line_of(end) + 1)].startswith(")")
    if last + 1 < len(aliases) and closes and "#" not in parsed.text[start:end]:
        return [*_in_lines(parsed, aliases[: last + 1], leaving), Replace(start, end, "")]
    return list(_in_lines(parsed, aliases, leaving))


def _in_lines(
    parsed: Parsed, aliases: Sequence[cst.ImportAlias], leaving: Collection[int]
) -> Iterator[Replace]:
    """The names that leave, line by line."""
    for _, some in groupby(aliases, key=parsed.line):
        runs = [(key, list(run)) for key, run in groupby(some, lambda one: id(one) in leaving)]
        for number, (leaves, run) in enumerate(runs):
            if not leaves:
                continue
            start, end = parsed.start(run[0]), _alias_end(parsed, run[-1])
            if number + 1 < len(runs):
                yield Replace(start, parsed.start(runs[number + 1][1][0]), "")
            elif number:
                yield Replace(_alias_end(parsed, runs[number - 1][1][-1]), end, "")
            else:
                yield _whole_line(parsed, start, end) or Replace(start, end, "")


def _whole_line(parsed: Parsed, start: int, end: int) -> Replace | None:
    """Without the line, or lines, that hold nothing else but a comment."""
    text = parsed.text
    line = parsed.line_start(parsed.line_of(start))
    below = parsed.line_start(parsed.line_of(end) + 1)
    rest = text[end:below].strip()
    if text[line:start].strip() or (rest and not rest.startswith("#")):
        return None
    return Replace(line, below, "")


def _alias_source(parsed: Parsed, alias: cst.ImportAlias) -> str:
    return parsed.source(alias).rstrip().rstrip(",").rstrip()


def _alias_end(parsed: Parsed, alias: cst.ImportAlias) -> int:
    """Behind an imported name and its comma."""
    end = _name_end(parsed, alias)
    if isinstance(alias.comma, cst.Comma):
        return parsed.text.index(",", end) + 1
    return end


def _name_end(parsed: Parsed, alias: cst.ImportAlias) -> int:
    """Behind an imported name, without its comma."""
    return parsed.start(alias) + len(_alias_source(parsed, alias))


def next_line(parsed: Parsed, statement: cst.CSTNode) -> int:
    """The start of the line below a statement."""
    return parsed.line_start(parsed.line_of(parsed.end(statement)) + 1)


def wanted_names(parsed: Parsed) -> set[str]:
    """Names in ``__all__``, and those that other modules of the project import from this one."""
    return exported_names(parsed) | parsed.elsewhere.wanted


def exported_names(parsed: Parsed) -> set[str]:
    """Names in ``__all__``."""
    found = set[str]()
    if "__all__" not in parsed.text:
        return found
    for node in (*parsed.of(cst.Assign), *parsed.of(cst.AugAssign)):
        if "__all__" in parsed.source(node):
            found.update(re.findall(r"[\"'](\w+)[\"']", parsed.source(node)))
    return found
