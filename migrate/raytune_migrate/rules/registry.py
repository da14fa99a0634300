"""Every rule, in the order in which their proposals are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.rules import (
    air_checkpoint,
    boosting_models,
    concurrency,
    dataset_configs,
    failures,
    gone_names,
    hidden_trainers,
    integrations,
    late_flag,
    loop_returns,
    marks,
    moved_names,
    own_runtime,
    own_trainers,
    pins,
    plain_checkpoints,
    plain_fit,
    plain_results,
    result_class,
    runtime_env,
    scaling_configs,
    session_api,
    standing_trainers,
    sync_configs,
    trainer_methods,
    trial_facts,
    tune_functions,
    tuner_configs,
    tuner_trainer,
    unclear_configs,
    unclear_roles,
    unswept_loops,
    v2_flag,
    worker_imports,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

PROPOSERS: tuple[Callable[[Context], Iterator[Proposal]], ...] = (
    v2_flag.propose,
    late_flag.propose,
    tuner_trainer.propose,
    standing_trainers.propose,
    scaling_configs.propose,
    tuner_configs.propose,
    concurrency.propose,
    session_api.propose,
    trial_facts.propose,
    tune_functions.propose,
    worker_imports.propose,
    air_checkpoint.propose,
    dataset_configs.propose,
    boosting_models.propose,
    plain_checkpoints.propose,
    hidden_trainers.propose,
    integrations.propose,
    unclear_roles.propose,
    unswept_loops.propose,
    loop_returns.propose,
    plain_fit.propose,
    plain_results.propose,
    trainer_methods.propose,
    own_runtime.propose,
    failures.propose,
    moved_names.propose,
    gone_names.propose,
    own_trainers.propose,
    unclear_configs.propose,
    sync_configs.propose,
    result_class.propose,
    runtime_env.propose,
    pins.propose,
    marks.propose,  # last: what a rule still finds it says itself
)
