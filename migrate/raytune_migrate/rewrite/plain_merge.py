"""The deep merge of two dicts, written out where the keys of both can be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.values import may_be_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.rewrite.driver_parts import Merging

_NAMED = re.compile(r"\w+(\[[\"'][^\"']*[\"']\])*")  # what may well be read several times
_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")


def merged_display(parsed: Parsed, merging: Merging, style: Layout) -> str | None:
    """``{**base, **swept, "key": {**base["key"], **swept["key"]}}``, as V1 merged the two.

    None where the keys under which both have a dict cannot all be seen.
    """
    if merging.searched:
        return None
    plain = isinstance(merging.base, cst.Dict) and merging.own == parsed.source(merging.base)
    both = (merging.base, merging.swept)
    return _merged(parsed, both, merging.own, merging.sampled, style, plain=plain)


def _merged(
    parsed: Parsed,
    pair: tuple[cst.BaseExpression, cst.BaseExpression],
    own: str,
    sampled: str,
    style: Layout,
    *,
    plain: bool,
) -> str | None:
    """``plain`` says that the first of the pair is a display that ``own`` is the text of."""
    base, swept = pair
    ours, theirs = view_dict(parsed, base), view_dict(parsed, swept)
    if theirs is None or not theirs.complete:
        return None
    flat = not any(may_be_dict(parsed, value) for _, value in theirs.items)
    if flat and not plain and (ours is None or not ours.complete):
        return f"{{**({own} or {{}}), **{sampled}}}"
    if ours is None or not ours.complete:
        return None
    mine, over = dict(ours.items), dict(theirs.items)
    both = [key for key in mine if key in over and _may_merge(parsed, mine[key], over[key])]
    if both and not plain and not _NAMED.fullmatch(own):
        return None
    nested: list[tuple[str, str]] = []
    for key in both:
        inner = mine[key]
        text = _merged(
            parsed,
            (inner, over[key]),
            parsed.source(inner) if plain else f"{own}[{style.literal(key)}]",
            f"{sampled}[{style.literal(key)}]",
            style,
            plain=plain and isinstance(inner, cst.Dict),
        )
        if text is None or len([one for one in ours.items if one[0] == key]) > 1:
            return None
        nested.append((key, f"{style.literal(key)}: {text}"))
    if not plain or not isinstance(base, cst.Dict):
        return f"{{{', '.join([f'**{own}', f'**{sampled}', *(one for _, one in nested)])}}}"
    elements = list(_elements(parsed, base))
    if not {one.key for one in elements}.issuperset(both):
        return None  # they are in what is spread into the display
    ahead = [one for one in elements if one.key not in both]
    moved = {one.key: one for one in elements if one.key in both}
    if any(one.comments or one.comment for one in elements):
        lines = [line for one in ahead for line in one.lines(one.text)]
        lines.append(f"**{sampled},")
        lines += [line for key, text in nested for line in moved[key].lines(text)]
        return "{\n" + "\n".join(lines) + "\n}"
    parts = [*(one.text for one in ahead), f"**{sampled}", *(one for _, one in nested)]
    return f"{{{', '.join(parts)}}}"


def _may_merge(parsed: Parsed, mine: cst.BaseExpression, over: cst.BaseExpression) -> bool:
    return may_be_dict(parsed, mine) and may_be_dict(parsed, over)


@dataclass(frozen=True, slots=True)
class _Element:
    """An element of a dict display, with its own comments."""

    key: str | None  # None where it is a spread, or no literal
    text: str
    comments: tuple[str, ...]
    comment: str

    def lines(self, text: str) -> list[str]:
        """The element as lines, with another text."""
        return [*self.comments, f"{text}," + (f"  {self.comment}" if self.comment else "")]


def _elements(parsed: Parsed, base: cst.Dict) -> Iterator[_Element]:
    done = parsed.start(base) + 1
    for element in base.elements:
        end = parsed.end(element.value)
        comma = isinstance(element.comma, cst.Comma)
        close = parsed.text.index(",", end) + 1 if comma else end
        trailing = _COMMENT.match(parsed.text, close)
        behind = trailing.end() if trailing is not None else close
        start = parsed.start(element)
        above = [line.strip() for line in parsed.text[done:start].splitlines()]
        named = element.key if isinstance(element, cst.DictElement) else None
        key = named.evaluated_value if isinstance(named, cst.SimpleString) else None
        yield _Element(
            key if isinstance(key, str) else None,
            parsed.text[start:end],
            tuple(one for one in above if one.startswith("#")),
            parsed.text[close:behind].strip(),
        )
        done = behind
