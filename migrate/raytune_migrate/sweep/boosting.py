"""The boosting trainers of Train V1 that are given ``params`` instead of a train loop.

Train V2's take a train loop only. The runtime has one for each library; what else such a trainer
was given for the library's ``train()`` becomes the loop's, and ``params`` its config.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import BuiltinScope, GlobalScope

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.origins import may_be_none, origins
from raytune_migrate.expressions.values import is_movable, is_none
from raytune_migrate.module.bindings import bindings
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.model import Construction, Worker, construction
from raytune_migrate.sweep.run_configs import asked, run_configs, set_cadence
from raytune_migrate.sweep.set_fields import set_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding

_LOOP = "train_loop_per_worker"


def is_loopless(trainer: Construction) -> bool:
    """Whether a trainer is a boosting trainer that is given ``params`` and the like, and no
    train loop."""
    return (
        trainer.name in ray_api.LOOPLESS_TRAINERS
        and _LOOP not in trainer.arguments
        and bool(ray_api.BOOSTING_ARGUMENTS & set(trainer.arguments))
    )


def hides_params(trainer: Construction) -> bool:
    """Whether a boosting trainer may be given ``params`` where that cannot be seen."""
    return (
        trainer.name in ray_api.LOOPLESS_TRAINERS
        and trainer.given(_LOOP) is None
        and _hides_arguments(trainer)
    )


def _hides_arguments(trainer: Construction) -> bool:
    """Whether what the train loop of a boosting trainer takes over may stand elsewhere than in its
    call."""
    return not trainer.seen or bool(_loops_in_dicts(trainer))


def _loops_in_dicts(trainer: Construction) -> list[str]:
    """What the train loop of a boosting trainer takes over, where it stands in a dict."""
    loops = loop_names(trainer, trainer.in_dicts)
    return [one for one in trainer.in_dicts if one == "params" or one in loops]


def trainer_class(trainer: Construction) -> ray_api.TrainerClass:
    """What V1 took for a trainer that is given what this one is."""
    return (ray_api.LOOPLESS_TRAINERS if is_loopless(trainer) else ray_api.TRAINERS)[trainer.name]


def boosting_problems(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """Why a boosting trainer that is given ``params`` and the like cannot be given a train loop."""
    given = ray_api.BOOSTING_ARGUMENTS & set(trainer.arguments)
    if trainer.name not in ray_api.LOOPLESS_TRAINERS:
        return
    if not given:
        line, told = parsed.line(trainer.call), parsed.elsewhere.lines
        unpacked = ray_api.BOOSTING_ARGUMENTS & told.unpacked.get(line, frozenset())
        if hides_params(trainer) and (line in told.swept or unpacked):
            yield hidden_problem(parsed, trainer)
        return
    short = trainer.name.rsplit(".", 1)[1]
    if not is_loopless(trainer):
        yield _by_hand(parsed, trainer.arguments[min(given)], f"{short} has a train loop as well.")
    elif _hides_arguments(trainer):
        yield hidden_problem(parsed, trainer)
    elif "label_column" not in trainer.arguments:
        yield finding(
            parsed,
            trainer.call,
            "RTM903",
            f"{short} without a label_column was refused by Train V1.",
            "Mend this first; translating it would only hide it.",
        )
    elif not _shows_cadence(parsed, trainer):
        yield _by_hand(
            parsed,
            trainer.given("run_config") or trainer.call,
            f"How often {short} reports a checkpoint cannot be seen.",
        )


def hidden_problem(parsed: Parsed, trainer: Construction) -> Finding:
    """Why a boosting trainer cannot be rewritten whose arguments are not all there."""
    short = trainer.name.rsplit(".", 1)[1]
    if trainer.seen:
        names = " and ".join(_loops_in_dicts(trainer))
        return finding(
            parsed,
            trainer.call,
            "RTM104",
            f"{short} is given {names} in a dict, which Train V2 refuses.",
            f"Write {names} in the call itself, not in the dict, and run again.",
        )
    return _by_hand(parsed, trainer.call, f"The arguments of {short} cannot all be seen.")


def loop_names(trainer: Construction, names: Iterable[str]) -> list[str]:
    """Those of a trainer's arguments, by name, that are its train loop's now."""
    kept = ray_api.TRAINERS[trainer.name].arguments - {ray_api.RESUME}
    kept |= {"params", ray_api.PREPROCESSOR}
    return [one for one in names if one not in kept]


def loop_arguments(parsed: Parsed, trainer: Construction) -> dict[str, cst.Arg]:
    """What the train loop of a trainer without one is given.

    V1 had it report checkpoints as often as the trainer's own RunConfig says, never the Tuner's.
    What V1 took no notice of, as it was None, the loop does not know.
    """
    unknown = {ray_api.RESUME, *trainer_class(trainer).dropped}
    return {
        **{
            name: argument
            for name, argument in taken_over(trainer).items()
            if name not in unknown or not is_none(argument.value)
        },
        **_cadence(parsed, trainer),
    }


def loopless_code(trainer: Construction) -> Worker:
    """What a trainer without a train loop brings to its workers: callbacks, metrics."""
    return Worker(tuple(replaced_values(trainer)), complete=True)


def replaced_values(trainer: Construction) -> list[cst.BaseExpression]:
    """Those of a trainer's arguments that the call of its train loop takes over."""
    if not is_loopless(trainer):
        return []
    return [one.value for one in taken_over(trainer).values()]


def taken_over(trainer: Construction) -> dict[str, cst.Arg]:
    """The trainer's own arguments that its train loop takes over."""
    return {name: trainer.arguments[name] for name in loop_names(trainer, trainer.arguments)}


def _cadence(parsed: Parsed, trainer: Construction) -> dict[str, cst.Arg]:
    run_config = _run_config(parsed, trainer.given("run_config"))
    config = construction(parsed, run_config.value("checkpoint_config")) if run_config else None
    given = config.arguments if config is not None else {}
    return {name: given[name] for name in ray_api.CADENCE if name in given}


def _run_config(parsed: Parsed, value: cst.BaseExpression | None) -> Construction | None:
    """The one RunConfig that a value is, or that a function of the module always gives."""
    if value is None or (made := construction(parsed, value)) is not None:
        return None if value is None else made
    ends = origins(parsed, value)
    alone = len(ends) == 1 and not may_be_none(parsed, value)
    return construction(parsed, ends[0]) if alone and _is_always_made(parsed, ends[0]) else None


def _is_always_made(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a function comes to what a node makes whenever it is called."""
    function, holder = parsed.function(node), parsed.parent(node)
    plain = isinstance(holder, cst.Return | cst.Assign | cst.AnnAssign)
    return plain and function is not None and parsed.parent(parsed.statement(node)) is function.body


def _can_be_said_at(parsed: Parsed, value: cst.BaseExpression, trainer: Construction) -> bool:
    """Whether a value is the same where a trainer is made, which may be in another function."""
    here, there = parsed.function(trainer.call), parsed.function(value)
    local = there is not here and any(
        not isinstance(one.scope, GlobalScope | BuiltinScope)
        for name in parsed.walk(value, cst.Name)
        for one in bindings(parsed, name)
    )
    return not local and is_movable(parsed, value, trainer.call)


def _shows_cadence(parsed: Parsed, trainer: Construction) -> bool:
    """Whether it can be seen, and said elsewhere, how often a trainer reports a checkpoint."""
    value = trainer.given("run_config")
    if value is None or is_none(value):
        return True
    run_config = _run_config(parsed, value)
    if run_config is None:
        unpaced = parsed.line(trainer.call) in parsed.elsewhere.lines.unpaced
        return unpaced or _leaves_cadence(parsed, value)
    later = {one.name for one in set_fields(parsed, run_config)}
    if not later.isdisjoint({"checkpoint_config", None}) or any(set_cadence(parsed, run_config)):
        return False
    value = run_config.value("checkpoint_config")
    if value is None or is_none(value):
        return run_config.complete
    config = construction(parsed, value)
    if config is None or not config.complete:
        return False
    cadence = _cadence(parsed, trainer)
    shared = config.variable is not None and len(config.variable.references) > 1
    return not (shared and cadence) and all(
        _can_be_said_at(parsed, one.value, trainer) for one in cadence.values()
    )


def _leaves_cadence(parsed: Parsed, value: cst.BaseExpression) -> bool:
    """Whether each RunConfig that a value may be, if it is one, says nothing of checkpoints."""
    ends = origins(parsed, value)
    configs = run_configs(parsed, ends)
    return len(configs) == len(ends) and all(
        one.complete
        and "checkpoint_config" not in asked(parsed, one)
        and not any(set_cadence(parsed, one))
        for one in configs
    )


def _by_hand(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM104",
        f"{reason} Train V2 refuses params and label_column.",
        "Give the trainer "
        + either("xgboost_train_loop() or lightgbm_train_loop() of raytune_runtime, or ")
        + "a train loop of your own.",
    )
