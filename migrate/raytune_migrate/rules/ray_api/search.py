"""Schedulers, searchers and samplers."""

from __future__ import annotations

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
    for name in ("PopulationBasedTraining", "HyperBandScheduler", "MedianStoppingRule")
)
# What ``create_scheduler`` calls them.
PAUSING_WORDS = frozenset(
    {
        *("pbt", "pbt_replay", "pb2", "hyperband", "hb_bohb"),
        *("median_stopping_rule", "medianstopping"),
    }
)
CREATE_SCHEDULER = "ray.tune.create_scheduler"
RESOURCE_CHANGING = "ray.tune.schedulers.ResourceChangingScheduler"
STEADY_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in ("ASHAScheduler", "AsyncHyperBandScheduler", "FIFOScheduler")
)

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
