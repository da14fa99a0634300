"""Trainers that other modules give to a Tuner, and why the sweeps there cannot be rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.loops.worker import worker
from raytune_migrate.module.names import calls
from raytune_migrate.sweep.boosting import is_loopless, loopless_code
from raytune_migrate.sweep.check import metadata, obstacles, refused_in_dicts
from raytune_migrate.sweep.model import Owner, construction
from raytune_migrate.sweep.run_configs import run_config_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding
    from raytune_migrate.sweep.model import Construction, Worker


def given_away(parsed: Parsed) -> Iterator[Finding]:
    """What keeps those trainers on Train V1."""
    for call in calls(parsed) if parsed.elsewhere.lines.swept else ():
        trainer = construction(parsed, call)
        if trainer is None or trainer.name not in ray_api.TRAINERS:
            continue
        if parsed.line(call) not in parsed.elsewhere.lines.swept:
            continue
        value = trainer.given("run_config")
        configs = run_config_use(parsed, Owner.TRAINER, value).configs if value is not None else ()
        code = _code(parsed, trainer)
        yield from obstacles(parsed, (trainer,), None, None, configs, code, seen=True)
        yield from metadata(parsed, (trainer,))
        yield from refused_in_dicts(parsed, trainer)


def _code(parsed: Parsed, trainer: Construction) -> tuple[Worker, ...]:
    loop = trainer.value("train_loop_per_worker")
    if loop is not None:
        return (worker(parsed, loop),)
    return (loopless_code(trainer),) if is_loopless(trainer) else ()
