"""How a file refers to an object, and how its imports grow and shrink with a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate.layout import formatted
from raytune_migrate.names import bound_names, module_name, ray_name
from raytune_migrate.proposal import ImportName, Replace
from raytune_migrate.rules import ray_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from raytune_migrate.layout import Layout
    from raytune_migrate.parsed import Parsed


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
        if written == name:
            return Reference(bound)
    for bound, written, _ in _visible_imports(parsed, at):
        if written == module and "." not in bound:
            return Reference(f"{bound}.{last}")
    if module != "ray" and _uses_dotted(parsed, module, at):
        return Reference(name)
    taken = bound_names(parsed)
    if _by_module(parsed, module, last, at):
        parent, _, leaf = module.rpartition(".")
        alias = None if leaf not in taken else f"{parent}_{leaf}"
        return Reference(f"{alias or leaf}.{last}", (ImportName(parent, leaf, alias),))
    if last not in taken:
        return Reference(last, (ImportName(module, last),))
    for bound, written, binding in _visible_imports(parsed, at):
        if (
            bound == last
            and ray_api.public_name(written) == name
            and _may_move(parsed, name, binding, owned)
        ):
            home = written.rpartition(".")[0]
            return Reference(last, (ImportName(module, last, replaces=home),))
    alias = f"{module.rpartition('.')[2].title()}{last}"
    return Reference(alias, (ImportName(module, last, alias),))


def _may_move(
    parsed: Parsed, name: str, binding: ImportAssignment, owned: Sequence[cst.CSTNode]
) -> bool:
    """Whether all that a name stands for can come from its new home.

    A Tuner over a function still takes the RunConfig of ray.air, and not that of ray.train.
    """
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


def add_imports(parsed: Parsed, wanted: Iterable[ImportName], style: Layout) -> list[Replace]:
    """The edits that bring names into the file, each next to its like."""
    names = sorted(set(wanted), key=lambda one: (one.module, one.name))
    edits = _leave(parsed, [one for one in names if one.replaces])
    new: list[ImportName] = []
    for module in sorted({one.module for one in names}):
        group = [one for one in names if one.module == module]
        home = _import_from(parsed, module)
        if home is None:
            new += group
        else:
            edits.append(_extend(parsed, home, group))
    for module in sorted({one.module for one in new}):
        line = _statement([one for one in new if one.module == module])
        edits.append(_new_line(parsed, module, line, style))
    return edits


def _new_line(parsed: Parsed, module: str, line: str, style: Layout) -> Replace:
    """A new import statement: in its place among the imports of Ray, or behind the last."""
    company = [one for one in _home(parsed) if _imports_ray(one)]
    if not company:
        offset = first_import_offset(parsed)
        return Replace(offset, offset, f"{formatted(line, '', style)}\n")
    modules = [_first_module(one) for one in company]
    later = next((i for i, one in enumerate(modules) if one > module), None)
    if later is not None and modules == sorted(modules):
        offset = parsed.line_start(parsed.line(company[later]))
        text = formatted(line, parsed.indent(company[later]), style)
        return Replace(offset, offset, f"{text}\n")
    offset = _end_of_line(parsed, company[-1])
    text = formatted(line, parsed.indent(company[-1]), style)
    return Replace(offset, offset, f"\n{text}")


def _first_module(statement: cst.CSTNode) -> str:
    """The module that an import statement names first; plain imports come before all others."""
    inner = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return module_name(inner) if isinstance(inner, cst.ImportFrom) else ""


def useless_imports(before: Parsed, after: Parsed) -> list[Replace]:
    """The edits that take out of ``after`` what ``before`` used and ``after`` does not."""
    used = {
        (written, bound)
        for bound, written, binding in _imports(before)
        if len(binding.references) > 0
    }
    exported = _exported(after)
    edits: list[Replace] = []
    for statement in after.nodes:
        if not isinstance(statement, cst.Import | cst.ImportFrom):
            continue
        if isinstance(statement.names, cst.ImportStar):
            continue
        idle = [
            alias
            for alias in statement.names
            if _is_idle(after, statement, alias, used) and _bound_name(alias) not in exported
        ]
        if idle:
            edits += _without(after, statement, idle)
    return edits


def first_import_offset(parsed: Parsed) -> int:
    """Where code goes that must run before every import but ``__future__``.

    Behind the docstring, the ``__future__`` imports and the comments at the head of the file;
    ahead of the comments that belong to the first import.
    """
    after = 0
    for statement in parsed.module.body:
        if not isinstance(statement, cst.SimpleStatementLine):
            return _start_with_comments(parsed, statement, after)
        if _is_docstring(statement) or _is_future(statement):
            after = _next_line(parsed, statement)
            continue
        return _start_with_comments(parsed, statement, after)
    return after or len(parsed.text)


def _start_with_comments(parsed: Parsed, statement: cst.BaseStatement, after: int) -> int:
    line = parsed.line(statement)
    first_line = parsed.line_of(after) if after else 1
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        line = parsed.line(statement.decorators[0])
    start = line
    while start > first_line:
        above = parsed.text[parsed.line_start(start - 1) : parsed.line_start(start)].strip()
        if not above.startswith("#"):
            break
        start -= 1
    # A block of comments at the very top is the file's own, not its first statement's.
    return parsed.line_start(line if start == 1 else start)


def _imports(parsed: Parsed) -> Iterator[tuple[str, str, ImportAssignment]]:
    """Bound name, dotted name and binding of every import in the module."""
    for statement in parsed.nodes:
        if not isinstance(statement, cst.Import | cst.ImportFrom):
            continue
        scope = parsed.scope(statement)
        if scope is None or isinstance(statement.names, cst.ImportStar):
            continue
        for alias in statement.names:
            bound = _bound_name(alias)
            for binding in scope[bound]:
                if isinstance(binding, ImportAssignment) and binding.node is statement:
                    yield bound, _written(statement, alias), binding
                    break


def _visible_imports(
    parsed: Parsed, at: cst.CSTNode
) -> Iterator[tuple[str, str, ImportAssignment]]:
    """The imports whose names mean, at a place, nothing but what was imported."""
    scope = parsed.scope(at)
    for bound, written, binding in _imports(parsed):
        if scope is None or bound.count("."):
            continue
        found = scope[bound]
        if found and all(isinstance(one, ImportAssignment) for one in found) and binding in found:
            if isinstance(binding.node, cst.Import) and "." in written and bound != written:
                alias = written.split(".", 1)[0]
                if bound == alias:  # ``import ray.tune`` binds ``ray``
                    yield bound, alias, binding
                    continue
            yield bound, written, binding


def _uses_dotted(parsed: Parsed, module: str, at: cst.CSTNode) -> bool:
    """Whether the file already reaches ``module`` through ``import ray`` alone."""
    if not any(bound == written == "ray" for bound, written, _ in _visible_imports(parsed, at)):
        return False
    for node in parsed.nodes:
        if isinstance(node, cst.Attribute) and (found := ray_name(parsed, node)) is not None:
            root = parsed.source(node)
            imported = parsed.enclosing(node, cst.ImportFrom) or parsed.enclosing(node, cst.Import)
            if found.written.startswith(f"{module}.") and root == found.written and not imported:
                return True
    return any(
        isinstance(one, cst.Import)
        and any(_written(one, alias) == module and alias.asname is None for alias in one.names)
        for one in parsed.nodes
    )


def _import_from(parsed: Parsed, module: str) -> cst.ImportFrom | None:
    """The first plain ``from module import ...`` of the block that imports Ray."""
    home = _home(parsed)
    for statement in home:
        for inner in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if (
                isinstance(inner, cst.ImportFrom)
                and not isinstance(inner.names, cst.ImportStar)
                and module_name(inner) == module
            ):
                return inner
    return None


def _home(parsed: Parsed) -> Sequence[cst.BaseStatement]:
    """The statements among which new imports go: the module's, or those of the one function
    that imports Ray."""
    if any(_imports_ray(one) for one in parsed.module.body):
        return [one for one in parsed.module.body if isinstance(one, cst.BaseStatement)]
    for node in parsed.nodes:
        if isinstance(node, cst.IndentedBlock) and any(_imports_ray(one) for one in node.body):
            return list(node.body)
    return [one for one in parsed.module.body if isinstance(one, cst.BaseStatement)]


def _imports_ray(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return any(
        (isinstance(one, cst.ImportFrom) and _is_ray(module_name(one)))
        or (isinstance(one, cst.Import) and any(_is_ray(_written(one, a)) for a in one.names))
        for one in statement.body
    )


def _is_ray(module: str) -> bool:
    return module.split(".", 1)[0] in ("ray", ray_api.RUNTIME)


def _extend(parsed: Parsed, statement: cst.ImportFrom, names: Sequence[ImportName]) -> Replace:
    """Add names to a ``from`` import, in its order if it has one."""
    assert not isinstance(statement.names, cst.ImportStar)
    aliases = list(statement.names)
    texts = [parsed.source(one).rstrip(",").strip() for one in aliases]
    key = _order(texts)
    start, end = parsed.start(aliases[0]), parsed.end(aliases[-1])
    old = parsed.text[start:end]
    if "#" in old or "\n" in old:
        return _append_names(parsed, aliases, names)
    for one in names:
        text = _alias_text(one)
        if text in texts:
            continue
        index = len(texts)
        if key is not None:
            index = next((i for i, other in enumerate(texts) if key(other) > key(text)), index)
        texts.insert(index, text)
    trailing = "," if old.rstrip().endswith(",") else ""
    return Replace(start, end, ", ".join(texts) + trailing)


def _append_names(
    parsed: Parsed, aliases: Sequence[cst.ImportAlias], names: Sequence[ImportName]
) -> Replace:
    """Add names to an import that is written over several lines: each on its own line."""
    texts = [one.evaluated_name for one in aliases]
    key = _order(texts)
    first = _alias_text(names[0])
    later = (
        [one for one, text in zip(aliases, texts, strict=True) if key(text) > key(first)]
        if key is not None
        else []
    )
    joined = [_alias_text(one) for one in names if one.name not in texts]
    if later:
        offset = parsed.start(later[0])
        indent = parsed.indent(later[0])
        return Replace(offset, offset, "".join(f"{one},\n{indent}" for one in joined))
    last = aliases[-1]
    offset = parsed.start(last) + len(parsed.source(last).rstrip().rstrip(",").rstrip())
    indent = parsed.indent(last)
    return Replace(offset, offset, "".join(f",\n{indent}{one}" for one in joined))


def _order(texts: Sequence[str]) -> Callable[[str], tuple[int, str]] | None:
    """The order in which names stand: constants, classes, functions; or case set aside; or none."""
    for key in (_by_type, _by_case, _plain):
        if list(texts) == sorted(texts, key=key):
            return key
    return None


def _by_type(text: str) -> tuple[int, str]:
    name = text.split(" ", 1)[0]
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _by_case(text: str) -> tuple[int, str]:
    return 0, text.lower()


def _plain(text: str) -> tuple[int, str]:
    return 0, text


def _statement(names: Sequence[ImportName]) -> str:
    texts = sorted((_alias_text(one) for one in names), key=_by_type)
    return f"from {names[0].module} import {', '.join(texts)}"


def _alias_text(one: ImportName) -> str:
    return one.name if one.alias is None else f"{one.name} as {one.alias}"


def _leave(parsed: Parsed, names: Sequence[ImportName]) -> list[Replace]:
    """Take names out of the imports that they move away from."""
    edits: list[Replace] = []
    for statement in parsed.nodes:
        if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        leaving = {one.name for one in names if one.replaces == module_name(statement)}
        gone = [one for one in statement.names if one.evaluated_name in leaving]
        if gone:
            edits += _without(parsed, statement, gone)
    return edits


def _without(
    parsed: Parsed, statement: cst.Import | cst.ImportFrom, gone: Sequence[cst.ImportAlias]
) -> list[Replace]:
    """An import statement without some of its names; the whole line where none is left."""
    assert not isinstance(statement.names, cst.ImportStar)
    aliases = list(statement.names)
    kept = [one for one in aliases if not any(one is other for other in gone)]
    if kept:
        start, end = parsed.start(aliases[0]), _alias_end(parsed, aliases[-1])
        text = parsed.text[start:end]
        if "\n" in text or "\r" in text:
            return [_without_alias(parsed, aliases, one) for one in gone]
        names = [_alias_source(parsed, one) for one in kept]
        trailing = "," if text.endswith(",") else ""
        return [Replace(start, end, ", ".join(names) + trailing)]
    line = parsed.statement(statement)
    block = parsed.parent(line)
    shared = isinstance(line, cst.SimpleStatementLine) and len(line.body) > 1
    if shared or (isinstance(block, cst.IndentedBlock) and len(block.body) == 1):
        return [Replace(*parsed.span(statement), "pass")]
    start = parsed.line_start(parsed.line(line))
    return [Replace(start, _next_line(parsed, line), "")]


def _without_alias(
    parsed: Parsed, aliases: Sequence[cst.ImportAlias], gone: cst.ImportAlias
) -> Replace:
    """One name out of an import over several lines: its line, or its part of a line."""
    text = parsed.text
    start, end = parsed.start(gone), _alias_end(parsed, gone)
    line = parsed.line_start(parsed.line(gone))
    below = parsed.line_start(parsed.line_of(end) + 1)
    rest = text[end:below].strip()
    if not text[line:start].strip() and (not rest or rest.startswith("#")):
        return Replace(line, below, "")
    index = next(i for i, one in enumerate(aliases) if one is gone)
    if index + 1 < len(aliases) and not rest.startswith("#") and rest:
        return Replace(start, parsed.start(aliases[index + 1]), "")
    if index == 0:
        return Replace(start, end, "")
    return Replace(_alias_end(parsed, aliases[index - 1]), end, "")


def _alias_source(parsed: Parsed, alias: cst.ImportAlias) -> str:
    return parsed.source(alias).rstrip().rstrip(",").rstrip()


def _alias_end(parsed: Parsed, alias: cst.ImportAlias) -> int:
    """Behind an imported name and its comma."""
    end = parsed.start(alias) + len(_alias_source(parsed, alias))
    if isinstance(alias.comma, cst.Comma):
        return parsed.text.index(",", end) + 1
    return end


def _is_idle(
    after: Parsed,
    statement: cst.Import | cst.ImportFrom,
    alias: cst.ImportAlias,
    used: set[tuple[str, str]],
) -> bool:
    bound = _bound_name(alias)
    if (_written(statement, alias), bound) not in used:
        return False
    scope = after.scope(statement)
    found = [
        one
        for one in (scope[bound] if scope is not None else ())
        if isinstance(one, ImportAssignment) and one.node is statement
    ]
    return bool(found) and not any(one.references for one in found)


def _exported(parsed: Parsed) -> set[str]:
    """Names in ``__all__``."""
    found = set[str]()
    for node in parsed.nodes:
        if isinstance(node, cst.Assign | cst.AugAssign) and "__all__" in parsed.source(node):
            found.update(re.findall(r"[\"'](\w+)[\"']", parsed.source(node)))
    return found


def _bound_name(alias: cst.ImportAlias) -> str:
    if alias.evaluated_alias is not None:
        return alias.evaluated_alias
    return alias.evaluated_name.split(".", 1)[0]


def _written(statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> str:
    if isinstance(statement, cst.ImportFrom):
        module = module_name(statement)
        joint = "" if module.endswith(".") else "."
        return f"{module}{joint}{alias.evaluated_name}"
    return alias.evaluated_name


def _end_of_line(parsed: Parsed, statement: cst.CSTNode) -> int:
    """The end of the last line of a statement, its newline not included."""
    end = parsed.end(statement)
    found = re.compile(r"[^\r\n]*").match(parsed.text, end)
    return found.end() if found else end


def _next_line(parsed: Parsed, statement: cst.CSTNode) -> int:
    return parsed.line_start(parsed.line_of(parsed.end(statement)) + 1)


def _is_docstring(statement: cst.SimpleStatementLine) -> bool:
    first = statement.body[0]
    return isinstance(first, cst.Expr) and isinstance(
        first.value, cst.SimpleString | cst.ConcatenatedString
    )


def _is_future(statement: cst.SimpleStatementLine) -> bool:
    first = statement.body[0]
    return isinstance(first, cst.ImportFrom) and module_name(first) == "__future__"
