"""The RunConfig that V1 used, handed to the Tuner whole: it owns retention, retries and storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.edits import argument_text, rewritten, with_comments
from raytune_migrate.layout import dedented
from raytune_migrate.names import variable
from raytune_migrate.proposal import AddArgument, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.draft import Draft, retargeted
from raytune_migrate.sweep.model import Owner, Sweep, TrainerUse, construction

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.sweep.plan import Plan


def run_config_edits(parsed: Parsed, plan: Plan, draft: Draft) -> list[Edit]:
    """The edits that make the sweep's RunConfig the Tuner's, as a class of ray.tune."""
    sweep = plan.sweep
    use = sweep.run_config
    if use is None:
        return []
    renamed = _renamed(parsed, use.config.call, draft)
    if use.owner is Owner.TUNER:
        return [*renamed, *_unused_run_config(parsed, sweep)]
    comments: tuple[str, ...] = ()
    comment: str | None = None
    if sweep.use is not TrainerUse.KEPT:
        around = argument_text(parsed, sweep.trainer.call, use.argument)
        comments, comment = around.comments, around.comment
    if use.config.variable is not None:
        value = use.config.variable.name
    else:
        renamed = [one for one in renamed if not _within(parsed, one, use.config.call)]
        value = plan.run_config or run_config_code(parsed, sweep, draft)
    given = sweep.tuner.arguments.get("run_config")
    if given is not None:  # the literal None
        return [*renamed, Replace(*parsed.span(given.value), value)]
    return [*renamed, AddArgument(sweep.tuner.call, "run_config", value, comments, comment)]


def run_config_code(parsed: Parsed, sweep: Sweep, draft: Draft) -> str:
    """The RunConfig that stands in the trainer's call, as the Tuner takes it, at the margin."""
    assert sweep.run_config is not None, "a RunConfig is bound only where there is one"
    call = sweep.run_config.config.call
    code = rewritten(parsed, call, _renamed(parsed, call, draft))
    return dedented(code, parsed.indent(sweep.run_config.argument))


def _renamed(parsed: Parsed, config: cst.Call, draft: Draft) -> list[Edit]:
    calls = [config, *_inner_calls(parsed, config)]
    edits = (edit for call in calls for edit in retargeted(parsed, call, draft, _tune_home))
    return list(dict.fromkeys(edits))


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


def _within(parsed: Parsed, edit: Edit, node: cst.CSTNode) -> bool:
    start, end = parsed.span(node)
    return isinstance(edit, Replace) and start <= edit.start and edit.end <= end
