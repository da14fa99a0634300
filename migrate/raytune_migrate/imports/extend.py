"""What an import statement that brings some names says, and one that brings more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import ImportName


def extend(parsed: Parsed, statement: cst.ImportFrom, names: Sequence[ImportName]) -> Replace:
    """Add names to a ``from`` import, in its order if it has one."""
    assert not isinstance(statement.names, cst.ImportStar)
    aliases = list(statement.names)
    texts = [parsed.source(one).rstrip(",").strip() for one in aliases]
    key = _order(texts)
    start, end = parsed.start(aliases[0]), parsed.end(aliases[-1])
    old = parsed.text[start:end]
    if statement.lpar is not None and ("\n" in old or "\r" in old):
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
    """Add names to an import over several lines: each on its own, but where that begins."""
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
        between = _between(parsed, later[0])
        return Replace(offset, offset, "".join(f"{one},{between}" for one in joined))
    last = aliases[-1]
    offset = parsed.start(last) + len(parsed.source(last).rstrip().rstrip(",").rstrip())
    between = _between(parsed, last)
    return Replace(offset, offset, "".join(f",{between}{one}" for one in joined))


def _between(parsed: Parsed, alias: cst.ImportAlias) -> str:
    """What stands between a name and one beside it: on a line of names, a line of its own."""
    start = parsed.start(alias)
    line = parsed.text[parsed.line_start(parsed.line(alias)) : start]
    return " " if "(" in line else f"\n{parsed.indent(alias)}"


def statement_of(names: Sequence[ImportName]) -> str:
    """The import statement that brings names of one module, or that module."""
    if not names[0].name:
        return f"import {names[0].module}"
    texts = sorted((_alias_text(one) for one in names), key=_by_type)
    return f"from {names[0].module} import {', '.join(texts)}"


def _alias_text(one: ImportName) -> str:
    return one.name if one.alias is None else f"{one.name} as {one.alias}"


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
