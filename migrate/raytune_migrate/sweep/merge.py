"""How the driver puts the sampled part of a config over the trainer's own, as V1 did.

V1 merged deeply: where both sides hold a dict under one key, their keys are merged in turn, else
the sampled value wins. The shortest form that gives the same is written.
"""

from __future__ import annotations

import tokenize
from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.values import choices, is_none, may_be_dict

if TYPE_CHECKING:
    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Sweep


_NO_CODE = frozenset({tokenize.COMMENT, tokenize.ENDMARKER, tokenize.NEWLINE, tokenize.NL})


class Merge(Enum):
    """The form in which two dicts become one."""

    SPREAD_INTO = "{..., **swept}"  # the base is a dict display: one more element
    SPREAD = "{**base, **swept}"
    JOIN = "base | swept"  # the base is a call that makes a dict anew
    DEEP = "merge_config(base, swept)"


def merge_forms(parsed: Parsed, sweep: Sweep) -> dict[str, Merge | None]:
    """For every outer key of the space, how its value joins the trainer's own; None: it replaces
    that."""
    swept = dict(sweep.space.items) if sweep.space is not None else {}
    forms: dict[str, Merge | None] = {}
    for key, value in swept.items():
        base = sweep.trainer.value(key)
        merged = key in ray_api.MERGED_KEYS and base is not None and not is_none(base)
        forms[key] = (
            _merge_form(parsed, base, value, searched=sweep.searched)
            if merged and base is not None
            else None
        )
    return forms


def _merge_form(
    parsed: Parsed, base: cst.BaseExpression, swept: cst.BaseExpression, *, searched: bool
) -> Merge:
    """The shortest form that merges ``swept`` over ``base`` as V1 did.

    ``searched`` says that a searcher may add keys to ``swept``.
    """
    below = view_dict(parsed, base)
    if below is None or any(
        _overlap(parsed, below, one, searched=searched) for one in choices(parsed, swept)
    ):
        return Merge.DEEP
    if isinstance(base, cst.Dict):
        return Merge.SPREAD_INTO
    # What cannot be seen may be another mapping than a dict, which ``|`` may not take.
    seen = all(view_dict(parsed, one) is not None for one in choices(parsed, swept))
    return Merge.JOIN if isinstance(base, cst.Call) and seen else Merge.SPREAD


def _overlap(parsed: Parsed, base: DictView, swept: cst.BaseExpression, *, searched: bool) -> bool:
    """Whether both dicts can hold a dict under the same key."""
    nested = {key for key, value in base.items if may_be_dict(parsed, value)}
    over = view_dict(parsed, swept)
    if over is None:
        return bool(nested) or not base.complete
    swept_nested = {key for key, value in over.items if may_be_dict(parsed, value)}
    if nested & swept_nested:
        return True
    return (not base.complete and bool(swept_nested)) or (
        (searched or not over.complete) and bool(nested)
    )


def spread(base: str, sampled: str, form: Merge) -> str:
    """The text of a shallow merge; a dict display that can take one more element does."""
    if form is Merge.JOIN:
        return f"{base} | {sampled}"
    whole = f"{{**{base}, **{sampled}}}"
    if form is not Merge.SPREAD_INTO:
        return whole
    inner = base.rstrip()[:-1].rstrip()
    if inner == "{":
        return sampled
    tokens = [*tokenize.generate_tokens(iter([*base.splitlines(keepends=True), ""]).__next__)]
    # The last of these are the dict's closing brace, and what ends every text.
    *_, element, _ = (one for one in tokens if one.type not in _NO_CODE)
    comma = "" if element.string in "{," else ","
    behind = next((one for one in reversed(tokens) if one.type == tokenize.COMMENT), None)
    if behind is None or behind.start < element.start:
        closing = ",\n}" if "\n" in inner else "}"
        return f"{inner}{comma} **{sampled}{closing}"
    # What follows a comment goes on a line of its own.
    line, column = element.end
    lines = inner.splitlines(keepends=True)
    lines[line - 1] = f"{lines[line - 1][:column]}{comma}{lines[line - 1][column:]}"
    return f"{''.join(lines)}\n**{sampled},\n}}"
