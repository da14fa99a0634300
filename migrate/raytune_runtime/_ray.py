"""All that the runtime needs of Ray without a public name, tested on Ray 2.60.

Private name, and why there is no way around it:

- ``ray.train._internal.session.get_session``: the session of the Tune function in this process.
  Ray's public getters warn and return None outside a trial instead of telling it apart.
- ``_TrainSession._report_training_result`` and ``_TrainingResult``: hand Tune a checkpoint that is
  in storage already; ``ray.tune.report`` would copy it.
- ``_TrainSession.finish``: the only thing Tune calls in a trial's process before it takes the
  trial's resources away. ``TrainController.abort``: ends a Train run as Ctrl-C does.
- ``ray.train._internal.storage``: list and delete directories on any filesystem.
- ``ray.train.v2._internal.execution.context.get_train_context``: its ``checkpoint`` is what
  ``ray.train.get_checkpoint`` returns in a worker. Train fills it from its own run only. Its
  dataset shards have the names of the trainer's datasets, and its ``train_run_context`` is the
  only thing of the run, callbacks included, that reaches workers. It raises anywhere but in a
  worker of Train V2, which ``ray.train.get_context`` does not.
- ``CHECKPOINT_MANAGER_SNAPSHOT_FILENAME``, ``HEALTH_CHECK_INTERVAL_S_ENV_VAR``: names of a file
  and of a variable that Train reads.
- ``ray.train.v2.api.callback.UserCallback``: public as ``ray.train.UserCallback``, but there only
  while Train V2 is on, and importing the runtime must not fail while it is off.
- ``ray.train.v2.api.data_parallel_trainer.DataParallelTrainer`` and
  ``ray.train.base_trainer.BaseTrainer``: what all trainers of Train V2 and of V1 are. No public
  name tells one from the other.
- ``ray.train.v2.api.exceptions.TrainingFailedError``: public as ``ray.train.TrainingFailedError``
  from Ray 2.51 on only.
- ``ray.air.config.RunConfig``: that of Train V1 and Tune. ``ray.air`` exports it, but is to go.
- ``DEPRECATED_VALUE`` is the string that Ray's configs have where nothing was given, and
  ``DEFAULT_RUN_NAME`` the form of the name that a Train run gets then.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import ray
import ray.train
from ray.air.config import RunConfig as RunConfigV1
from ray.exceptions import GetTimeoutError, RayActorError
from ray.train._internal.session import _TrainingResult, get_session
from ray.train._internal.storage import _delete_fs_path, _list_at_fs_path
from ray.train.base_trainer import BaseTrainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ray.train import Checkpoint
    from ray.train._internal.session import _TrainSession
    from ray.train.v2._internal.execution.context import TrainRunContext

try:
    from ray.train.v2._internal.constants import (
        CHECKPOINT_MANAGER_SNAPSHOT_FILENAME,
        HEALTH_CHECK_INTERVAL_S_ENV_VAR,
    )
    from ray.train.v2._internal.execution.context import get_train_context
    from ray.train.v2.api.callback import UserCallback
    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
    from ray.train.v2.api.exceptions import TrainingFailedError
except ImportError:  # a Ray without Train V2; require_v2 says so when the runtime is used
    UserCallback = object  # type: ignore[assignment,misc]
    DataParallelTrainer = ()  # type: ignore[assignment,misc]
    TrainingFailedError = RuntimeError  # type: ignore[assignment,misc]

__all__ = [
    "CHECKPOINT_MANAGER_SNAPSHOT_FILENAME",
    "DEFAULT_RUN_NAME",
    "DEPRECATED_VALUE",
    "HEALTH_CHECK_INTERVAL_S_ENV_VAR",
    "Actor",
    "DataParallelTrainer",
    "RunConfigV1",
    "RuntimeUnavailable",
    "TrainingFailedError",
    "UserCallback",
    "abort_run",
    "before_finish",
    "dataset_names",
    "delete_checkpoints",
    "directory_of",
    "is_trainer",
    "list_checkpoints",
    "report_to_tune",
    "require_v2",
    "run_of_worker",
    "run_started",
    "set_start_checkpoint",
    "taken_checkpoints",
    "tune_session",
    "world_rank",
]

# ray.actor.ActorHandle gives every method the type Never.
Actor: TypeAlias = Any

OLDEST_RAY = (2, 43)

# How Train names a checkpoint's directory: by the time, to the microsecond.
CHECKPOINT_NAME = re.compile(r"checkpoint_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.\d{6}")

DEFAULT_RUN_NAME = re.compile(r"ray_train_run-\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")

DEPRECATED_VALUE = "DEPRECATED"

# By writing it, Train tries whether it can write to the directory of a run.
RUN_MARKER = ".validate_storage_marker"

# Ray lets workers end by themselves for 5 s, Tune waits 600 s for a trial.
ABORT_TIMEOUT_S = 60


class RuntimeUnavailable(RuntimeError):
    """The Ray of this process cannot run Train V2 code. The message says why and what to do."""


def require_v2() -> None:
    """Raise RuntimeUnavailable unless Ray Train V2 is on in this process.

    Ray decides between V1 and V2 once, when ``ray.train`` is first imported, so the names that it
    then exported say more than the environment does now.
    """
    release = tuple(int(part) for part in ray.__version__.split(".")[:2])
    if release < OLDEST_RAY:
        raise RuntimeUnavailable(
            f"raytune_runtime needs Ray 2.43 or later, but Ray {ray.__version__} is installed; "
            "upgrade Ray, or go back to the code that passed the trainer to the Tuner."
        )
    if not hasattr(ray.train, "UserCallback"):
        setting = os.environ.get("RAY_TRAIN_V2_ENABLED", "not set")
        raise RuntimeUnavailable(
            "raytune_runtime needs Ray Train V2, which was off when ray.train was imported "
            f"(RAY_TRAIN_V2_ENABLED is {setting}); set RAY_TRAIN_V2_ENABLED=1 in the environment, "
            "or in the script above its first import of ray.train or ray.tune."
        )


def is_trainer(trainable: Any) -> bool:
    """Whether this is a trainer of Train V2.

    Raises:
        RuntimeUnavailable: It is a trainer, but Train V2 is off or it is one of Train V1.
    """
    if isinstance(trainable, BaseTrainer):
        require_v2()
        module, name = type(trainable).__module__, type(trainable).__name__
        raise RuntimeUnavailable(
            f"raytune_runtime needs a trainer of Ray Train V2, but {module}.{name} belongs to "
            "Train V1, whose trainers Train V2 cannot run; import the trainer from ray.train.torch "
            "(or .tensorflow, .xgboost, .lightgbm), or build it as a driver function does."
        )
    return isinstance(trainable, DataParallelTrainer)


def tune_session() -> _TrainSession | None:
    """The session of the Tune trial that this process runs, or None outside a trial.

    A V1 train worker also has a session; that of a Tune function has no world rank.
    """
    session = get_session()
    return session if session is not None and session.world_rank is None else None


def report_to_tune(
    session: _TrainSession, metrics: dict[str, Any], checkpoint: Checkpoint | None
) -> None:
    """Report to Tune, with a checkpoint that lies in storage, and wait until Tune goes on.

    Raises:
        SystemExit: Tune has stopped or paused the trial.
    """
    session._report_training_result(_TrainingResult(checkpoint, metrics))


def before_finish(session: _TrainSession, action: Callable[[], None]) -> None:
    """Call `action` once, in the trial's process, when Tune stops, pauses or ends the trial."""
    finish = session.finish

    def act_and_finish(timeout: float | None = None) -> Any:
        session.finish = finish  # type: ignore[method-assign]
        action()
        return finish(timeout)

    session.finish = act_and_finish  # type: ignore[method-assign]


def abort_run(controller: Actor) -> None:
    """End a Train run, its workers and their placement group; no effect once it has ended."""
    try:
        ray.get(controller.abort.remote(), timeout=ABORT_TIMEOUT_S)
    except RayActorError:
        return  # an aborted controller exits without an answer
    except GetTimeoutError:
        ray.kill(controller)


def list_checkpoints(session: _TrainSession) -> set[str]:
    """Names of the directories in the trial's that Train has made for checkpoints."""
    storage = session.storage
    names = _list_at_fs_path(
        storage.storage_filesystem, storage.trial_fs_path, lambda info: not info.is_file
    )
    return {name for name in names if CHECKPOINT_NAME.fullmatch(name)}


def run_started(session: _TrainSession) -> int | None:
    """When a Train run has last started in the trial's directory, in ns, by the storage's clock.

    Each run writes the file anew before its workers start. None where there is none, or where the
    storage does not tell.
    """
    storage = session.storage
    try:
        marker = storage.storage_filesystem.get_file_info(f"{storage.trial_fs_path}/{RUN_MARKER}")
    except Exception:
        return None
    written: int | None = marker.mtime_ns
    return written


def taken_checkpoints(session: _TrainSession) -> set[str]:
    """Names of the directories whose checkpoints Tune has taken, of any Train run of the trial.

    A driver function may run one trainer after the other, and each run ends with the trial.
    """
    names: set[str] = session.__dict__.setdefault("raytune_runtime_taken", set())
    return names


def directory_of(session: _TrainSession, checkpoint: Checkpoint) -> str:
    """Name of the directory in the trial's that the checkpoint is, or lies in; "" if in none.

    With a ``checkpoint_upload_fn`` of the user's it may lie anywhere.
    """
    inside = checkpoint.path.removeprefix(f"{session.storage.trial_fs_path}/")
    return inside.partition("/")[0]


def delete_checkpoints(session: _TrainSession, names: set[str]) -> None:
    """Delete directories in the trial's directory. What cannot be deleted is logged by Ray."""
    storage = session.storage
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            _delete_fs_path(storage.storage_filesystem, f"{storage.trial_fs_path}/{name}")


def set_start_checkpoint(checkpoint: Checkpoint) -> None:
    """In a worker: what ``ray.train.get_checkpoint`` returns while its run has no checkpoint."""
    context = get_train_context()
    if context.checkpoint is None:
        context.checkpoint = checkpoint


def run_of_worker() -> TrainRunContext | None:
    """In a worker: the configs of its Train run; None anywhere else."""
    try:
        return get_train_context().train_run_context
    except RuntimeError:
        return None


def world_rank() -> int:
    """In a worker: its rank; 0 anywhere else."""
    try:
        return get_train_context().get_world_rank()
    except RuntimeError:
        return 0


def dataset_names() -> set[str]:
    """In a worker: the keys of the trainer's ``datasets``."""
    context: Any = get_train_context()
    if hasattr(context, "dataset_shards"):  # up to Ray 2.48
        return set(context.dataset_shards)
    provider = context.dataset_shard_provider
    if hasattr(provider, "_dataset_iterators"):  # Ray 2.50 to 2.53
        return set(provider._dataset_iterators)
    return set(provider._dataset_names)
