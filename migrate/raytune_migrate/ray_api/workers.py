"""What else runs in a worker: helpers, callbacks and integrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.ray_api.session import SESSION, TUNE_REPORT

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a worker takes from ray.train, and could take from an inner or an older path.
_TORCH_HELPERS = (
    "enable_reproducibility",
    "get_device",
    "get_devices",
    "prepare_data_loader",
    "prepare_model",
)
KERAS_CALLBACK = "ray.train.tensorflow.keras.ReportCheckpointCallback"
WORKER_HELPERS = frozenset(
    {*(f"ray.train.torch.{name}" for name in _TORCH_HELPERS), KERAS_CALLBACK}
)

# What only a train loop can use, so that a function that does is one, whoever runs it.
WORKERS_ONLY = frozenset(
    {
        f"{SESSION}.get_dataset_shard",
        "ray.train.get_dataset_shard",
        "ray.train.torch.prepare_data_loader",
        "ray.train.torch.prepare_model",
        "ray.train.torch.prepare_optimizer",
        "ray.train.torch.backward",
        "ray.train.tensorflow.prepare_dataset_shard",
        "ray.train.lightning.prepare_trainer",
        "ray.train.lightning.RayTrainReportCallback",
        "ray.train.huggingface.transformers.prepare_trainer",
        "ray.train.huggingface.transformers.RayTrainReportCallback",
    }
)

SETUP_WANDB = "ray.air.integrations.wandb.setup_wandb"
SETUP_MLFLOW = "ray.air.integrations.mlflow.setup_mlflow"


@dataclass(frozen=True, slots=True)
class Gone:
    """What a worker may no longer use: why, and what to do instead."""

    why: str
    way_out: str


_AMP = Gone("raises in a Train V2 worker", "Use PyTorch's own mixed precision: torch.autocast.")
_TUNE_CALLBACKS: Mapping[str, str] = {
    "keras": KERAS_CALLBACK,
    "pytorch_lightning": "ray.train.lightning.RayTrainReportCallback",
    "xgboost": "ray.train.xgboost.RayTrainReportCallback",
    "lightgbm": "ray.train.lightgbm.RayTrainReportCallback",
}
# What reports to Tune by itself, so that only a Tune function has a use for it.
TUNE_CALLBACKS = frozenset(
    f"ray.tune.integration.{library}.{name}"
    for library in _TUNE_CALLBACKS
    for name in ("TuneReportCallback", "TuneReportCheckpointCallback")
)
# What reports through ``ray.train``, which a Tune function may not: what does the same there, or
# where nothing does, what to do instead.
TUNE_COUNTERPARTS: Mapping[str, str] = {
    f"ray.train.{library}.RayTrainReportCallback": (
        f"ray.tune.integration.{library}.TuneReportCheckpointCallback"
    )
    for library in ("lightgbm", "xgboost")
}
TRAIN_CALLBACKS: Mapping[str, str] = {
    **{old: f"Use {new} there." for old, new in TUNE_COUNTERPARTS.items()},
    **dict.fromkeys(
        (KERAS_CALLBACK, "ray.air.integrations.keras.ReportCheckpointCallback"),
        "Use ray.tune.integration.keras.TuneReportCheckpointCallback there.",
    ),
    "ray.train.lightning.RayTrainReportCallback": (
        "Use ray.tune.integration.pytorch_lightning.TuneReportCheckpointCallback there."
    ),
    "ray.train.huggingface.transformers.RayTrainReportCallback": (
        "Call ray.tune.report there, in a TrainerCallback of your own."
    ),
}
WORKER_NAMES: Mapping[str, Gone] = {
    "ray.train.torch.accelerate": _AMP,
    "ray.train.torch.backward": _AMP,
    "ray.train.torch.prepare_optimizer": _AMP,
    TUNE_REPORT: Gone("does nothing in a Train V2 worker", "Report with ray.train.report."),
    **{
        f"ray.tune.integration.{library}.{name}": Gone(
            "reports nothing from a Train V2 worker", f"Use {counterpart}."
        )
        for library, counterpart in _TUNE_CALLBACKS.items()
        for name in ("TuneReportCallback", "TuneReportCheckpointCallback")
    },
}
