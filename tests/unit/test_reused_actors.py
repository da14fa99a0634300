"""``TuneConfig(reuse_actors=True)``: V1 gave it another meaning, which a reviewer is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from migrating import changed, check_stands, check_unchanged, migrated

from raytune_migrate.proposal import Safety

if TYPE_CHECKING:
    from raytune_migrate.outcome import Migration

SWEEP = """\
from ray import tune
from ray.train.torch import TorchTrainer

REUSE = {reuse}


def loop(config):
    pass


trainer = {trainer}
tuner = tune.Tuner(trainer, tune_config={config})
"""
GIVEN = "make(TorchTrainer(loop))"
TOLD = (
    "With reuse_actors V1 ran each trial that reused an actor with the config of the actor's first"
    " trial; now every trial has its own."
)


def sweep(
    config: str = "tune.TuneConfig(reuse_actors=True)",
    trainer: str = "TorchTrainer(loop)",
    reuse: str = "True",
) -> Migration:
    result = migrated(SWEEP.format(config=config, trainer=trainer, reuse=reuse))
    assert "RTM101" in changed(result)
    check_stands(result)
    return result


def test_a_function_was_always_reused_with_its_own_config() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": config["a"]}


        tuner = tune.Tuner(objective, tune_config=tune.TuneConfig(reuse_actors=True))
        """
    )


@pytest.mark.parametrize(
    ("config", "reuse"),
    [
        ("tune.TuneConfig()", "True"),
        ("tune.TuneConfig(reuse_actors=False)", "True"),
        ("tune.TuneConfig(reuse_actors=None)", "True"),
        ("tune.TuneConfig(reuse_actors=REUSE)", "False"),
    ],
)
def test_nothing_is_reused(config: str, reuse: str) -> None:
    (change,) = (one for one in sweep(config, reuse=reuse).changes if one.code == "RTM101")
    assert TOLD not in change.notes


@pytest.mark.parametrize(
    "config",
    [
        "tune.TuneConfig(reuse_actors=True)",
        "tune.TuneConfig(reuse_actors=REUSE)",
        "tune.TuneConfig(reuse_actors=settings.reuse)",
    ],
)
@pytest.mark.parametrize("trainer", ["TorchTrainer(loop)", GIVEN])
def test_actors_are_reused(config: str, trainer: str) -> None:
    result = sweep(config, trainer)
    (change,) = (one for one in result.changes if one.code == "RTM101")
    assert TOLD in change.notes
    assert change.safety is Safety.REVIEW
    assert "reuse_actors=" in result.after
