"""Schedulers, searchers and samplers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CONCURRENCY_LIMITER = "ray.tune.search.ConcurrencyLimiter"

# Schedulers that pause trials or clone one trial's checkpoint into another. The median stopping
# rule pauses trials until it has enough others to compare with.
PAUSING_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in (
        "PopulationBasedTraining",
        "PopulationBasedTrainingReplay",
        "PB2",
        "HyperBandScheduler",
        "HyperBandForBOHB",
        "MedianStoppingRule",
    )
)
# Those of them whose sweeps were compared with Train V1, trial by trial.
PROVED_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in (
        "PopulationBasedTraining",
        "PopulationBasedTrainingReplay",
        "PB2",
        "HyperBandScheduler",
        "MedianStoppingRule",
    )
)
CREATE_SCHEDULER = "ray.tune.create_scheduler"
RESOURCE_CHANGING = "ray.tune.schedulers.ResourceChangingScheduler"
STEADY_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in ("ASHAScheduler", "AsyncHyperBandScheduler", "FIFOScheduler")
)
# What ``TuneConfig(scheduler=...)`` and ``create_scheduler`` call them.
SCHEDULER_WORDS: Mapping[str, str] = {
    word: f"ray.tune.schedulers.{name}"
    for word, name in {
        "fifo": "FIFOScheduler",
        "async_hyperband": "AsyncHyperBandScheduler",
        "asynchyperband": "AsyncHyperBandScheduler",
        "median_stopping_rule": "MedianStoppingRule",
        "medianstopping": "MedianStoppingRule",
        "hyperband": "HyperBandScheduler",
        "hb_bohb": "HyperBandForBOHB",
        "pbt": "PopulationBasedTraining",
        "pbt_replay": "PopulationBasedTrainingReplay",
        "pb2": "PB2",
        "resource_changing": "ResourceChangingScheduler",
    }.items()
}
# What a scheduler takes for the hyperparameters that it changes, and first gives to a trial that
# has none of them.
MUTATIONS: Mapping[str, str] = {
    "ray.tune.schedulers.PopulationBasedTraining": "hyperparam_mutations",
    "ray.tune.schedulers.PB2": "hyperparam_bounds",
}
# It takes all configs from a file that another sweep has written.
REPLAY = "ray.tune.schedulers.PopulationBasedTrainingReplay"

SAMPLER_NAMES = (
    "uniform",
    "quniform",
    "loguniform",
    "qloguniform",
    "randn",
    "qrandn",
    "randint",
    "qrandint",
    "lograndint",
    "qlograndint",
    "choice",
    "sample_from",
    "grid_search",
)
# Inside a trainer's own arguments V1 never resolved these.
SAMPLERS = frozenset(f"ray.tune.{name}" for name in SAMPLER_NAMES)
# Of these, the ones that never give a dict.
NUMERIC_SAMPLERS = SAMPLERS - {"ray.tune.choice", "ray.tune.sample_from", "ray.tune.grid_search"}
