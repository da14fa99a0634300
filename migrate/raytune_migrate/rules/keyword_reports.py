"""``tune.report(loss=0.1)`` of Ray 1.0 to 2.6 is ``tune.report({"loss": 0.1})``.

So is that of ``ray.train``, of Ray 1 only; what ``**`` gives it is taken to be today's arguments.

https://docs.ray.io/en/latest/tune/api/doc/ray.tune.report.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.loops.roles import Role
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Change, Replace, Safety

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Proposal

_CODES: Mapping[str, str] = {ray_api.TUNE_REPORT: "RTM303", "ray.train.report": "RTM301"}
_HIDDEN = "What ** brings cannot be seen: if it is metrics=..., the report was right as it was."
_TRAIN = (Role.TRAIN_LOOP, Role.BOTH)  # whose reports by keywords nobody ever heard


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the reports of the module by each of the two."""
    for name, code in _CODES.items():
        found = tuple(_reports(context, name))
        parsed = context.parsed
        edits = tuple(edit for one in found for edit in _in_dict(parsed, one, context.layout))
        hidden = any(_is_hidden(parsed, one) for one in found)
        if edits:
            yield Change(
                code=code,
                title="a report has its metrics in a dict",
                reason=f"{name}() takes no metrics by their names any more.",
                link=RULES[code].link,
                place=parsed.place(found[0]),
                edits=edits,
                safety=Safety.REVIEW if hidden else Safety.SAFE,
                notes=(_HIDDEN,) if hidden else (),
            )


def _reports(context: Context, name: str) -> Iterator[cst.Call]:
    """The calls of a function that report metrics by their names."""
    parsed = context.parsed
    minimum = context.project.minimum_ray
    of_tune = name == ray_api.TUNE_REPORT
    old = of_tune and (minimum is None or minimum < Version(ray_api.REPORTS_TAKE_A_DICT))
    for call, called in ray_calls(parsed):
        if (
            (called.name, called.certainty) == (name, Certainty.SURE)
            and _names_metrics(parsed, call)
            and (old or not _is_hidden(parsed, call))
            and not (of_tune and context.roles.of(parsed, call) in _TRAIN)
        ):
            yield call


def _names_metrics(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a report has each metric by its name, or all of them by ``**``."""
    words = {one.keyword.value for one in call.args if one.keyword is not None}
    words |= {key for one in _starred(parsed, call) if one is not None for key, _ in one.items}
    return (
        bool(call.args)
        and all(one.keyword is not None or one.star == "**" for one in call.args)
        and ray_api.REPORT_ARGUMENTS.isdisjoint(words)
    )


def _is_hidden(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a report may have today's arguments, in a dict that cannot be seen."""
    return all(one.star for one in call.args) and not all(
        one is not None and one.complete for one in _starred(parsed, call)
    )


def _starred(parsed: Parsed, call: cst.Call) -> list[DictView | None]:
    """The dicts that a call is given by ``**``, as far as they can be seen."""
    return [view_dict(parsed, one.value) for one in call.args if one.star == "**"]


def _in_dict(parsed: Parsed, call: cst.Call, style: Layout) -> Iterator[Edit]:
    first, *others = call.args
    if first.star and not others:
        start = parsed.start(first)
        yield Replace(start, start + len(first.star), "")
        return
    opening = parsed.text.index("(", parsed.end(call.func)) + 1
    yield Replace(opening, opening, "{")
    for one in call.args:
        if one.keyword is not None:
            # A value has its own place without the parentheses around it.
            behind = parsed.text.index("=", parsed.end(one.keyword)) + 1
            space = "" if parsed.text[behind].isspace() else " "
            name = style.literal(one.keyword.value)
            yield Replace(parsed.start(one), behind, f"{name}:{space}")
    end = parsed.end(call) - 1
    yield Replace(end, end, "}")
