"""Every rule, in the order in which their proposals are reported."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.rules import (
    air_checkpoint,
    boosting_models,
    checkpoint_names,
    client_flag,
    concurrency,
    config_classes,
    dataset_configs,
    failures,
    gone_arguments,
    gone_names,
    hidden_trainers,
    integrations,
    keyword_reports,
    late_flag,
    log_dirs,
    lone_loops,
    loop_returns,
    marks,
    missing_shards,
    moved_names,
    moved_paths,
    named_classes,
    old_analyses,
    old_restores,
    old_tune,
    outside_sessions,
    own_data_configs,
    own_runtime,
    own_trainers,
    patched_sessions,
    patched_tuners,
    pins,
    plain_checkpoints,
    plain_fit,
    result_class,
    runtime_env,
    scaling_configs,
    session_api,
    shared_runs,
    standing_trainers,
    swept_scaling,
    trainer_methods,
    trial_facts,
    trial_name_parts,
    trial_names,
    tune_functions,
    tuner_configs,
    tuner_trainer,
    unclear_configs,
    unclear_roles,
    unseen_trainables,
    v2_flag,
    worker_imports,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


class Train(Enum):
    """On which Train the code of a module runs, where a rule has anything to say of it."""

    V2 = "Train V2, where the run takes it"
    UNSETTLED = "either, unless a person keeps it as it is"
    ANY = "either"


PROPOSERS: tuple[tuple[Callable[[Context], Iterator[Proposal]], Train], ...] = (
    (v2_flag.propose, Train.ANY),
    (late_flag.propose, Train.V2),
    (client_flag.propose, Train.V2),
    (tuner_trainer.propose, Train.ANY),
    (unseen_trainables.propose, Train.V2),
    (standing_trainers.propose, Train.V2),
    (scaling_configs.propose, Train.V2),
    (tuner_configs.propose, Train.V2),
    (config_classes.propose, Train.V2),
    (old_restores.propose, Train.V2),
    (concurrency.propose, Train.ANY),
    (session_api.propose, Train.V2),
    (trial_facts.propose, Train.V2),
    (tune_functions.propose, Train.V2),
    (keyword_reports.propose, Train.V2),
    (worker_imports.propose, Train.V2),
    (air_checkpoint.propose, Train.V2),
    (dataset_configs.propose, Train.V2),
    (own_data_configs.propose, Train.V2),
    (missing_shards.propose, Train.V2),
    (boosting_models.propose, Train.V2),
    (plain_checkpoints.propose, Train.ANY),
    (hidden_trainers.propose, Train.V2),
    (named_classes.propose, Train.V2),
    (integrations.propose, Train.V2),
    (unclear_roles.propose, Train.V2),
    (outside_sessions.propose, Train.V2),
    (lone_loops.propose, Train.V2),
    (loop_returns.propose, Train.V2),
    (plain_fit.propose, Train.V2),
    (shared_runs.propose, Train.V2),
    (checkpoint_names.propose, Train.V2),
    (log_dirs.propose, Train.V2),
    (swept_scaling.propose, Train.V2),
    (trainer_methods.propose, Train.V2),
    (trial_names.propose, Train.V2),
    (trial_name_parts.propose, Train.V2),
    (own_runtime.propose, Train.ANY),
    (failures.propose, Train.V2),
    (moved_names.propose, Train.V2),
    (moved_paths.propose, Train.V2),
    (gone_names.propose, Train.UNSETTLED),
    (old_analyses.propose, Train.V2),
    (old_tune.propose, Train.UNSETTLED),
    (own_trainers.propose, Train.V2),
    (unclear_configs.propose, Train.V2),
    (patched_tuners.propose, Train.V2),
    (patched_sessions.propose, Train.V2),
    (gone_arguments.propose, Train.V2),
    (result_class.propose, Train.V2),
    (runtime_env.propose, Train.ANY),
    (pins.propose, Train.ANY),
    (marks.propose, Train.ANY),  # last: what a rule still finds it says itself
)
