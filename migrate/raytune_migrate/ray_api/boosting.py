"""The boosting trainers as V1 had them without a train loop: they called the library's train()."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.trainers import (
    COMMON_ARGUMENTS,
    COMMON_DROPPED,
    REWRITTEN_ARGUMENTS,
    TRAINERS,
    TrainerClass,
)
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOSTING_ARGUMENTS = frozenset({"params", "label_column", "num_boost_round"})
_LOOPLESS = (
    (COMMON_ARGUMENTS - {"train_loop_per_worker", "train_loop_config"})
    | BOOSTING_ARGUMENTS
    | {"callbacks", "early_stopping_rounds", "feval", "verbose_eval"}
)
_LOOPLESS_DROPPED = COMMON_DROPPED | {"dmatrix_params"}
XGBOOST_TRAINER = "ray.train.xgboost.XGBoostTrainer"
LIGHTGBM_TRAINER = "ray.train.lightgbm.LightGBMTrainer"
LOOPLESS_TRAINERS: Mapping[str, TrainerClass] = {
    one.name: one
    for one in (
        TrainerClass(
            XGBOOST_TRAINER,
            _LOOPLESS | {"xgboost_config", "custom_metric", "maximize", "obj"},
            _LOOPLESS_DROPPED,
        ),
        TrainerClass(
            LIGHTGBM_TRAINER,
            _LOOPLESS
            | {
                "lightgbm_config",
                "categorical_feature",
                "feature_name",
                "fobj",
                "keep_training_booster",
            },
            _LOOPLESS_DROPPED,
        ),
    )
}
# What each class of trainer raises for under Train V2, and took under V1.
REFUSED_ARGUMENTS: Mapping[str, frozenset[str]] = {
    name: known.dropped.union(
        REWRITTEN_ARGUMENTS, BOOSTING_ARGUMENTS if name in LOOPLESS_TRAINERS else ()
    )
    for name, known in TRAINERS.items()
}
# The train loop that does what they did, and the callback that has their get_model().
LOOPS: Mapping[str, str] = {
    XGBOOST_TRAINER: f"{RUNTIME}.xgboost_train_loop",
    LIGHTGBM_TRAINER: f"{RUNTIME}.lightgbm_train_loop",
}
MODEL_READERS: Mapping[str, str] = {
    XGBOOST_TRAINER: "ray.train.xgboost.RayTrainReportCallback",
    LIGHTGBM_TRAINER: "ray.train.lightgbm.RayTrainReportCallback",
}
# The checkpoint classes that had it up to Ray 2.6.
MODEL_CHECKPOINTS: Mapping[str, str] = {
    "ray.train.xgboost.XGBoostCheckpoint": MODEL_READERS[XGBOOST_TRAINER],
    "ray.train.lightgbm.LightGBMCheckpoint": MODEL_READERS[LIGHTGBM_TRAINER],
}
