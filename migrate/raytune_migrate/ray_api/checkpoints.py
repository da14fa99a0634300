"""Checkpoints: their classes, and the methods that they no longer have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKPOINT_READERS = frozenset(
    {"ray.train.get_checkpoint", "ray.air.session.get_checkpoint", "ray.tune.get_checkpoint"}
)
# What reports: functions, and callbacks for other libraries, by the end of their names.
REPORTER = re.compile(r"^ray\..*(\.report|Report\w*Callback|\.keras\.Callback|\.prepare_trainer)$")
CHECKPOINT = "ray.train.Checkpoint"
FRAMEWORK_CHECKPOINTS = frozenset(
    {
        "ray.train.torch.TorchCheckpoint",
        "ray.train.tensorflow.TensorflowCheckpoint",
        "ray.train.xgboost.XGBoostCheckpoint",
        "ray.train.lightgbm.LightGBMCheckpoint",
    }
)
CHECKPOINT_CLASSES = FRAMEWORK_CHECKPOINTS | {CHECKPOINT, "ray.tune.Checkpoint"}
GET_MODEL = "get_model"  # which the classes for frameworks still have
_WRITE = "Write the data to a directory, and make the checkpoint with from_directory()."
_READ = "Read the data from the directory that checkpoint.as_directory() gives."
_PATH = "Name it by its path: Checkpoint(path, filesystem)."
# What a checkpoint of no release with Train V2 has, and what to do instead.
OLD_CHECKPOINT_METHODS: Mapping[str, str] = {
    "from_dict": _WRITE,
    "to_dict": _READ,
    "from_bytes": _WRITE,
    "to_bytes": _READ,
    "from_uri": _PATH,
    "to_uri": _PATH,
    "uri": _PATH,
    "_local_path": "Read its path, or the directory that its as_directory() gives.",
    "from_checkpoint": "Use the checkpoint itself, and read the model from its directory.",
    "get_internal_representation": _READ,
    GET_MODEL: (
        "Read it by its library's class, as"
        " TorchCheckpoint(checkpoint.path, checkpoint.filesystem).get_model()."
    ),
    "get_preprocessor": "Keep the preprocessor yourself, as a file in the checkpoint's directory.",
}

# Of those, what the runtime, or the class itself, does for a checkpoint of any kind.
CHECKPOINT_MAKERS: Mapping[str, str] = {
    "from_dict": f"{RUNTIME}.checkpoint_from_dict",
    "from_uri": CHECKPOINT,
}
CHECKPOINT_CONTENTS: Mapping[str, str] = {"to_dict": f"{RUNTIME}.checkpoint_to_dict"}
