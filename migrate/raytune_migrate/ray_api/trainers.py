"""The trainers: their arguments and methods, and what Train V2 has in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import SCALING_CONFIG
from raytune_migrate.runtime.advice import either
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA_PARALLEL_TRAINER = "ray.train.DataParallelTrainer"
BASE_TRAINER = "ray.train.trainer.BaseTrainer"
HOROVOD_TRAINER = "ray.train.horovod.HorovodTrainer"


@dataclass(frozen=True, slots=True)
class TrainerClass:
    """A trainer of V1: what its constructor takes, or why there is none like it in V2."""

    name: str
    arguments: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()  # arguments that V2 refuses
    way_out: str | None = None  # set where V2 has no counterpart: what to do instead


# Arguments of every trainer that has a train loop.
COMMON_ARGUMENTS = frozenset(
    {
        "train_loop_per_worker",
        "train_loop_config",
        "scaling_config",
        "run_config",
        "datasets",
        "dataset_config",
        "resume_from_checkpoint",
        "metadata",
    }
)
# The trainer's argument that Train V2 has no place for: the runtime starts the loop from it.
RESUME = "resume_from_checkpoint"
# Another one, which the callback gives to checkpoints.
METADATA = "metadata"
# What V1 transformed the datasets by, and what does that now.
PREPROCESSOR = "preprocessor"
PREPROCESS = f"{RUNTIME}.preprocess_datasets"
# Arguments of every trainer that V2 refuses.
COMMON_DROPPED = frozenset({PREPROCESSOR})
_TORCH_OR_TF = "Move its train loop to TorchTrainer or TensorflowTrainer."
WRITE_A_LOOP = "Write its loop for ray.train.torch.TorchTrainer."

TRAINERS: Mapping[str, TrainerClass] = {
    one.name: one
    for one in (
        TrainerClass(
            "ray.train.torch.TorchTrainer", COMMON_ARGUMENTS | {"torch_config"}, COMMON_DROPPED
        ),
        TrainerClass(
            "ray.train.tensorflow.TensorflowTrainer",
            COMMON_ARGUMENTS | {"tensorflow_config"},
            COMMON_DROPPED,
        ),
        TrainerClass(
            "ray.train.xgboost.XGBoostTrainer",
            COMMON_ARGUMENTS | {"xgboost_config"},
            COMMON_DROPPED,
        ),
        TrainerClass(
            "ray.train.lightgbm.LightGBMTrainer",
            COMMON_ARGUMENTS | {"lightgbm_config"},
            COMMON_DROPPED,
        ),
        TrainerClass(DATA_PARALLEL_TRAINER, COMMON_ARGUMENTS | {"backend_config"}, COMMON_DROPPED),
        TrainerClass(
            BASE_TRAINER,
            way_out="Write it as a train loop for TorchTrainer, or as a plain Tune function.",
        ),
        TrainerClass(HOROVOD_TRAINER, way_out=_TORCH_OR_TF),
        TrainerClass(
            "ray.train.rl.RLTrainer", way_out="Give RLlib's algorithm to the Tuner directly."
        ),
        TrainerClass(
            "ray.train.sklearn.SklearnTrainer",
            way_out="Give the Tuner a function that fits the estimator and reports its score.",
        ),
        TrainerClass("ray.train.huggingface.HuggingFaceTrainer", way_out=WRITE_A_LOOP),
        TrainerClass("ray.train.huggingface.TransformersTrainer", way_out=WRITE_A_LOOP),
        TrainerClass("ray.train.huggingface.AccelerateTrainer", way_out=WRITE_A_LOOP),
        TrainerClass("ray.train.lightning.LightningTrainer", way_out=WRITE_A_LOOP),
        TrainerClass("ray.train.mosaic.MosaicTrainer", way_out=WRITE_A_LOOP),
    )
}
# How trials of Train V1 were called: by the class of the trainer.
TRIAL_PREFIXES = tuple(
    sorted(name.rpartition(".")[2] for name, one in TRAINERS.items() if one.way_out is None)
)
DRIVER = "train_driver_fn"


def named_anew(trainer: str) -> tuple[str, str]:
    """What is said of what looks for trials by the class of their trainer, and to be done."""
    return (
        f"Under Train V2 trials are called {DRIVER}_..., not {trainer}_..., and so are experiments"
        " without a name.",
        f"Look for {DRIVER}_* too, or take the path of each Result. A trainer's own fit() makes no"
        " trial: its checkpoints lie in the folder of its run.",
    )


# Trainers that Train V2 has under another name only.
V2_HOMES: Mapping[str, str] = {
    DATA_PARALLEL_TRAINER: "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer",
}
# What Train V2 has in place of the classes that all trainers of V1 derived from.
V2_BASES: Mapping[str, str] = dict.fromkeys(
    (BASE_TRAINER, DATA_PARALLEL_TRAINER),
    "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer",
)
# Methods that Train V1 called by itself on a trainer, and V2 never does.
V1_HOOKS = frozenset(
    {
        "setup",
        "training_loop",
        "preprocess_datasets",
        "_generate_trainable_cls",
        "_validate_attributes",
    }
)
# What else a class derived from a trainer may define that V1's sweeps used, and V2 uses otherwise
# or not at all: under V1 a Tuner never called fit(), and the driver function does.
V1_INTERNALS = V1_HOOKS | {
    "__new__",
    "as_trainable",
    "fit",
    "_backend_executor_cls",
    "_dataset_config",
    "_extract_fields_for_tuner_param_space",
    "_fields_for_tuner_param_space",
    "_handles_checkpoint_at_end",
    "_handles_checkpoint_freq",
    "_propagate_results",
    "_run_training",
    "_save",
    "_scaling_config_allowed_keys",
    "_training_iterator_cls",
    "_validate_scaling_config",
    "_validate_train_loop_per_worker",
}


def is_base_of_v2(trainer: str, bases: int) -> bool:
    """Whether Train V2 lets a class with so many bases derive from a trainer, one of them."""
    return bases == 1 and TRAINERS[trainer].way_out is None and trainer not in V2_HOMES


_BY_ITSELF = "Train V2 does by itself what it needs of this; call fit()."
# What a trainer had under Train V1 and has not under V2, and what to do instead.
TRAINER_ATTRIBUTES: Mapping[str, str] = {
    "as_trainable": either(
        "Hand on the trainer itself, and give Tune driver_for(trainer); or build", "Build"
    )
    + " and fit it in a function train_driver_fn(config).",
    **dict.fromkeys(("setup", "training_loop", "preprocess_datasets"), _BY_ITSELF),
    "get_dataset_config": "Keep the dataset_config that the trainer is given, and read that.",
    "starting_checkpoint": "Keep the checkpoint that the trainer is given, and read that.",
    "metadata": "Keep the metadata that the trainer is given, and read that.",
    "_param_dict": "Keep the arguments that the trainer is given, and read those.",
    **{
        f"_{name}": f"It is {name} there."
        for name in ("train_loop_per_worker", "train_loop_config", "backend_config", "data_config")
    },
}
# Classes that Train V2 has anew at their public path, and that their old paths still have as V1's.
MOVED_CLASSES = frozenset(
    {SCALING_CONFIG, *(name for name, one in TRAINERS.items() if one.way_out is None)}
) - {DATA_PARALLEL_TRAINER}

# Arguments of trainers that V2 has no place for, and what to do instead, where that can be said.
DROPPED_ARGUMENTS: Mapping[str, str] = {
    "dmatrix_params": "Give the trainer a train loop that gives them to its DMatrix, or Dataset.",
    METADATA: "Call set_metadata() of each checkpoint in the train loop, then remove it.",
    PREPROCESSOR: (
        "Give the trainer "
        + either(
            "preprocess_datasets(datasets, preprocessor) of raytune_runtime",
            "what it makes of the datasets",
        )
        + ", then remove it."
    ),
    "trainer_resources": (
        "Remove it here and run again; then give it to "
        + either(
            "the trial_resources() that is written, as driver_resources.",
            "tune.with_resources, with the driver function.",
        )
    ),
}
# The arguments of a trainer that are written anew where it stays.
REWRITTEN_ARGUMENTS = (RESUME, METADATA, PREPROCESSOR)
# Trainers without a counterpart that can still be imported: they raise where they are built.
STANDING_V1_TRAINERS = frozenset({BASE_TRAINER, HOROVOD_TRAINER})
