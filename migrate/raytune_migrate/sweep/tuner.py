"""What becomes of the Tuner call: the driver instead of the trainer, and the RunConfig it owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.edits import argument_text, rewritten, with_comments
from raytune_migrate.layout import dedented, formatted
from raytune_migrate.names import variable
from raytune_migrate.proposal import AddArgument, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.draft import Draft, retargeted
from raytune_migrate.sweep.model import Owner, Sweep, TrainerUse, construction
from raytune_migrate.sweep.values import choices, is_movable

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.layout import Layout
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.sweep.plan import Plan


def tuner_edits(parsed: Parsed, plan: Plan, draft: Draft, style: Layout) -> list[Edit]:
    """The edits to the Tuner call, and to the configs that it is given through variables."""
    sweep = plan.sweep
    edits: list[Edit] = [Replace(*parsed.span(sweep.trainable.value), plan.driver)]
    edits += _run_config(parsed, plan, draft, style)
    edits += _swept_scaling(parsed, sweep, style)
    return edits


def _run_config(parsed: Parsed, plan: Plan, draft: Draft, style: Layout) -> list[Edit]:
    sweep = plan.sweep
    use = sweep.run_config
    if use is None:
        return []
    config = use.config
    owned = [config.call, *_inner_calls(parsed, config.call)]
    renamed = [edit for call in owned for edit in retargeted(parsed, call, draft, _tune_home)]
    renamed = list(dict.fromkeys(renamed))
    if use.owner is Owner.TUNER:
        return [*renamed, *_unused_run_config(parsed, sweep)]
    if config.variable is not None:
        value = config.variable.name
        return [*renamed, AddArgument(sweep.tuner.call, "run_config", value)]
    outside = [one for one in renamed if not _within(parsed, one, config.call)]
    text = rewritten(parsed, config.call, renamed)
    comments: tuple[str, ...] = ()
    comment: str | None = None
    if sweep.use is not TrainerUse.KEPT:
        around = argument_text(parsed, sweep.trainer.call, use.argument)
        comments, comment = around.comments, around.comment
    indent = parsed.indent(sweep.tuner.call)
    code = dedented(text, parsed.indent(use.argument))
    if is_movable(parsed, config.call, sweep.tuner.call) or _nothing_between(parsed, sweep):
        return [
            *outside,
            AddArgument(sweep.tuner.call, "run_config", code, comments, comment),
        ]
    name = plan.run_config
    line = formatted(f"{name} = {code}", indent, style)
    start = parsed.line_start(parsed.line(parsed.statement(sweep.trainer.call)))
    return [
        *outside,
        Replace(start, start, f"{line}\n"),
        AddArgument(sweep.tuner.call, "run_config", name),
    ]


def _tune_home(name: str) -> str:
    return ray_api.TUNE_CONFIG_CLASSES.get(name, name)


def _inner_calls(parsed: Parsed, config: cst.Call) -> list[cst.Call]:
    """The constructors of the configs inside a RunConfig that are given through variables."""
    found = (construction(parsed, one.value) for one in config.args)
    return [one.call for one in found if one is not None and one.variable is not None]


def _unused_run_config(parsed: Parsed, sweep: Sweep) -> list[Edit]:
    """Take away the variable of a trainer's RunConfig that V1 did not use and nobody else does."""
    argument = sweep.trainer.arguments.get("run_config")
    if argument is None or sweep.use is TrainerUse.KEPT:
        return []
    found = variable(parsed, argument.value)
    if found is None or len(found.references) > 1 or len(found.statement.body) > 1:
        return []
    start, _ = with_comments(parsed, found.statement)
    line = parsed.line_of(parsed.end(found.statement))
    return [Replace(start, parsed.line_start(line + 1), "")]


def _swept_scaling(parsed: Parsed, sweep: Sweep, style: Layout) -> list[Edit]:
    """A ScalingConfig in the search space as the plain dict that Train V2 allows there."""
    node = sweep.space.get("scaling_config") if sweep.space is not None else None
    if node is None:
        return []
    edits: list[Edit] = []
    for one in choices(parsed, node):
        config = construction(parsed, one)
        if config is None or config.name != ray_api.SCALING_CONFIG:
            continue
        call = config.call
        opening = parsed.text.index("(", parsed.end(call.func))
        edits.append(Replace(parsed.start(call), opening + 1, "{"))
        for name, argument in config.arguments.items():
            start, value = parsed.start(argument), parsed.start(argument.value)
            edits.append(Replace(start, value, f"{style.literal(name)}: "))
        end = parsed.end(call)
        edits.append(Replace(end - 1, end, "}"))
    return edits


def _nothing_between(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether the trainer is built inside the Tuner call, or in the statement just before it."""
    if sweep.use is TrainerUse.INLINE:
        return True
    statement = parsed.statement(sweep.trainer.call)
    tuner = parsed.statement(sweep.tuner.call)
    body = list(getattr(parsed.parent(statement), "body", ()))
    index = next((i for i, one in enumerate(body) if one is statement), None)
    return index is not None and index + 1 < len(body) and body[index + 1] is tuner


def _within(parsed: Parsed, edit: Edit, node: cst.CSTNode) -> bool:
    start, end = parsed.span(node)
    return isinstance(edit, Replace) and start <= edit.start and edit.end <= end
