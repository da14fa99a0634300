"""All that the runtime needs of Ray without a public name, on Ray 2.43 to 2.60.

Private name, and why there is no way around it:

- ``ray.train._internal.session.get_session``: the session of the Tune function in this process.
  Ray's public getters warn and return None outside a trial instead of telling it apart.
- ``_TrainSession._report_training_result`` and ``_TrainingResult``: hand Tune a checkpoint that is
  in storage already; ``ray.tune.report`` would copy it. Tune fetches the result by a call of its
  own, or does not, and nothing else tells which.
- ``_TrainSession.error_queue``: by it, and not by the driver function's caller, goes what a driver
  function raises. ``UserExceptionWithTraceback._base_exc``, which later releases have taken out
  themselves, and ``WorkerHealthCheckFailedError.health_check_failure``: the error of a worker.
  ``ControllerError.controller_failure`` (where there is one): that of a callback.
- ``_TrainSession.report``: whether a driver function has reported by itself.
- ``_TrainSession.finish``: the only thing Tune calls in a trial's process before it takes the
  trial's resources away. ``TrainController.abort``: ends a Train run as Ctrl-C does; Ray 2.43 has
  none, and the controller is killed.
- ``PlacementGroupCleanerCallback`` (from Ray 2.53 on), its two hooks and ``_cleaner``: it starts an
  actor for each run, which removes the placement group of a controller that has died. The runtime
  has one for all runs of a script.
- ``RUN_CONTROLLER_AS_ACTOR_ENV_VAR`` and ``DataParallelTrainer._register_sigint_handler``: up to
  Ray 2.49 they decide whether a trial's controller can be an actor, as it is from 2.50 on.
- ``construct_train_func``: makes of a trainer's loop and its config what workers run. All loops
  pass there before they are sent to workers, whoever has built their trainer.
- ``ray._private.state.state``, ``PlacementGroupTableData`` and ``ActorHandle._actor_id``: which
  placement groups an actor has created. Ray leaves them when the actor dies, Train cleans up from
  2.53 on only, and ``ray.util.placement_group_table`` does not tell whose they are.
  ``ActorTableData``: whether an actor has ended; ``ray.util.state`` asks the dashboard, which not
  every cluster has. ``HEAD_NODE``: has an actor run on the head node.
- ``DEBUG_AUTOSCALING_STATUS``, ``_internal_kv_get``, ``GcsClient.get_cluster_status`` and
  ``GetClusterStatusReply``: what the autoscalers of Ray say of themselves. No public name tells
  whether a cluster grows. ``ray.util.client.ray``: whether this process is outside of the cluster,
  whose head node it then reaches through Ray Client only.
- ``ray.train._internal.storage``: list and delete directories on any filesystem.
- ``ray.train.v2._internal.execution.context.get_train_context``: its ``checkpoint`` is what
  ``ray.train.get_checkpoint`` returns in a worker. Train fills it from its own run only. Its
  dataset shards have the names of the trainer's datasets, and its ``train_run_context`` (in Ray
  2.43 the context itself) is the only thing of the run, callbacks included, that reaches workers.
  It raises anywhere but in a worker of Train V2, which ``ray.train.get_context`` does not.
- ``ray.train.v2._internal.callbacks.datasets.RayDatasetShardProvider``: what asks the actor that
  hands datasets to workers. Ray 2.60 starts one for each run, also where there are no datasets.
- ``ray.train.v2._internal.execution.worker_group.worker_group``: by its name for
  ``PlacementGroupSchedulingStrategy`` it places workers, and what they start then has to be placed
  with them if the trial's process was. By that for ``placement_group`` it makes room for them, and
  it, or another module of its package, takes that away by ``remove_placement_group``. No argument
  of Train's says otherwise.
- ``SynchronizationActor``, its methods, and ``_shutdown_sync_actor``: where the workers of a run
  wait for each other. Train starts one for each group of workers, also for a single worker.
- ``_shutdown_workers``, ``RayTrainWorker.shutdown`` and ``__ray_terminate__``: how workers end.
  Later releases kill them, and nothing that a loop has left to the end of its process is done.
- ``poll._truncate_error_string`` (from Ray 2.49 on): cuts the traceback of a worker's error.
- ``RETRYABLE_CONTROLLER_ERRORS`` (from Ray 2.49 on): has in it that a worker has died while it
  started, for which ``FailureConfig`` has no limit but that of the wait for room.
- ``run_validation_fn`` (``run_validate_fn`` up to Ray 2.53) and its ``_function``: the task that a
  controller starts to validate a checkpoint, which would be placed with the trial's process.
- ``CheckpointManager._write_state_to_storage``: writes, after each checkpoint, the file by which a
  run would find them again. It fails the run where metrics are of types that JSON does not have.
- ``CHECKPOINT_MANAGER_SNAPSHOT_FILENAME``, ``HEALTH_CHECK_INTERVAL_S_ENV_VAR``: names of a file
  and of a variable that Train reads.
- ``ControllerCallback``, ``WorkerGroupCallback``, ``ReportCallback``, ``TrainContextCallback``: the
  hooks of a Train run. The public ``ray.train.UserCallback`` has none that runs in a worker.
- ``TrainContext.current_report_index`` (from Ray 2.50 on): whether a call of ``report`` has handed
  something to the controller; ``report_call_index``: how many were begun. Train counts there also
  the one that fails. ``execution_context.train_context_callbacks``: the callbacks of a worker.
- ``ray.train.v2.api.data_parallel_trainer.DataParallelTrainer`` and
  ``ray.train.base_trainer.BaseTrainer``: what all trainers of Train V2 and of V1 are. No public
  name tells one from the other.
- ``ray.train.v2.api.exceptions.TrainingFailedError``: public as ``ray.train.TrainingFailedError``
  from Ray 2.51 on only. Before that it was no class that can be raised and caught, or one whose
  message is fixed, and ``RayTrainError`` stands for it, the class of all errors of Train V2.
- ``ray.air.config.RunConfig``: that of Train V1 and Tune. ``ray.air`` exports it, but is to go.
- ``DEPRECATED_VALUE`` is the string that Ray's configs have where nothing was given, and
  ``DEFAULT_RUN_NAME`` the form of the name that a Train run gets then.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import ray
import ray.train
from ray.exceptions import ActorDiedError, RayActorError, RayError, TaskCancelledError
from ray.util import client, remove_placement_group
from ray.util.placement_group import PlacementGroup
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from .unavailable import RELEASE, RuntimeUnavailable, missing_name, require_release

require_release()

try:
    from ray._private.ray_constants import DEBUG_AUTOSCALING_STATUS
    from ray._private.state import state
    from ray._raylet import GcsClient  # type: ignore[attr-defined]
    from ray.air.config import RunConfig as RunConfigV1
    from ray.core.generated.autoscaler_pb2 import (  # type: ignore[attr-defined]
        GetClusterStatusReply,
    )
    from ray.core.generated.gcs_pb2 import (  # type: ignore[attr-defined]
        ActorTableData,
        PlacementGroupTableData,
    )
    from ray.experimental.internal_kv import _internal_kv_get
    from ray.train._internal.session import _TrainingResult, get_session
    from ray.train._internal.storage import _delete_fs_path, _list_at_fs_path
    from ray.train.base_trainer import BaseTrainer
    from ray.train.v2._internal import constants
    from ray.train.v2._internal.callbacks import datasets as dataset_callbacks
    from ray.train.v2._internal.constants import (
        CHECKPOINT_MANAGER_SNAPSHOT_FILENAME,
        HEALTH_CHECK_INTERVAL_S_ENV_VAR,
    )
    from ray.train.v2._internal.exceptions import WorkerGroupStartupFailedError
    from ray.train.v2._internal.execution import worker_group as worker_groups
    from ray.train.v2._internal.execution.callback import (
        ControllerCallback,
        ReportCallback,
        TrainContextCallback,
        WorkerGroupCallback,
    )
    from ray.train.v2._internal.execution.checkpoint.checkpoint_manager import CheckpointManager
    from ray.train.v2._internal.execution.checkpoint.sync_actor import SynchronizationActor
    from ray.train.v2._internal.execution.context import get_train_context
    from ray.train.v2._internal.execution.failure_handling import default as failure_policy
    from ray.train.v2._internal.execution.worker_group import poll, worker_group
    from ray.train.v2._internal.execution.worker_group import state as worker_group_state
    from ray.train.v2._internal.util import construct_train_func
    from ray.train.v2.api import data_parallel_trainer
    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
    from ray.tune.integration.ray_train import TuneReportCallback as ReportCallbackOfRay
    from ray.tune.result import RESULT_DUPLICATE

    if RELEASE >= (2, 50):
        from ray.train.v2._internal.execution.checkpoint import validation_manager
    if RELEASE >= (2, 53):
        from ray.train.v2._internal.callbacks.placement_group_callback import (
            PlacementGroupCleanerCallback,
        )
    if RELEASE >= (2, 51):
        from ray.train.v2.api.exceptions import TrainingFailedError
    else:
        from ray.train.v2._internal.exceptions import (  # type: ignore[assignment]
            RayTrainError as TrainingFailedError,
        )
except ImportError as error:
    raise missing_name(error) from error

if TYPE_CHECKING:
    from collections.abc import Callable

    from ray.train import Checkpoint, RunConfig
    from ray.train._internal.session import _TrainSession

    from .reserved import Room

__all__ = [
    "CHECKPOINT_MANAGER_SNAPSHOT_FILENAME",
    "DEFAULT_RUN_NAME",
    "DEPRECATED_VALUE",
    "HEAD_NODE",
    "HEALTH_CHECK_INTERVAL_S_ENV_VAR",
    "SENDS_WHAT_LOOPS_RETURN",
    "Actor",
    "DataParallelTrainer",
    "ReportCallbackOfRay",
    "RunConfigV1",
    "RunHooks",
    "RuntimeUnavailable",
    "TrainingFailedError",
    "abort_run",
    "before_finish",
    "callbacks_of_worker",
    "current_actor",
    "dataset_names",
    "delete_checkpoints",
    "directory_of",
    "end_train_functions_by",
    "end_workers_in_order",
    "fail_by_failed_starts",
    "forget_report",
    "growing_cluster",
    "has_ended",
    "heard_of",
    "is_trainer",
    "keep_tracebacks_whole",
    "last_written",
    "let_tasks_run_anywhere",
    "list_checkpoints",
    "named_by_train",
    "note_own_reports",
    "place_validations",
    "place_workers_in",
    "queued_reports",
    "raise_as_worker",
    "remove_placement_groups",
    "report_to_tune",
    "reports_begun",
    "require_v2",
    "run_config_of_worker",
    "run_controller_as_actor",
    "run_name",
    "run_started",
    "set_start_checkpoint",
    "spare_barrier",
    "spare_cleaner",
    "spare_dataset_manager",
    "start_checkpoint",
    "taken_checkpoints",
    "tune_session",
    "v2_is_on",
    "world_rank",
    "write_list_of_checkpoints_if_possible",
    "write_no_list_of_checkpoints",
]

logger = logging.getLogger(__name__)

# ray.actor.ActorHandle gives every method the type Never.
Actor: TypeAlias = Any

# How Train names a checkpoint's directory: by the time, to the microsecond.
CHECKPOINT_NAME = re.compile(r"checkpoint_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.\d{6}")

DEFAULT_RUN_NAME = re.compile(r"ray_train_run-\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")

DEPRECATED_VALUE = "DEPRECATED"

# The resource that Ray gives to the head node, and to no other.
HEAD_NODE = "node:__internal_head__"

# What the autoscaler of a cluster that has no node types calls them: by the ids of the nodes.
NODE_WITHOUT_TYPE = "node_"

# Tune would say of a trial that raises one that its process has died, or that it was cancelled.
ENDINGS = (SystemExit, KeyboardInterrupt)

# Up to Ray 2.55 Train V2 throws it away, as V1 did.
SENDS_WHAT_LOOPS_RETURN = RELEASE >= (2, 56)

# What a controller starts to validate a checkpoint, by the names that it had.
VALIDATIONS = {"run_validation_fn", "run_validate_fn"}

# The modules of Train that remove placement groups of workers.
REMOVERS = ("placement_group_handle",) if RELEASE >= (2, 54) else ("state", "worker_group")

# By writing it, Train tries whether it can write to the directory of a run.
RUN_MARKER = ".validate_storage_marker"

# Ray lets workers end by themselves for 5 s, Tune waits 600 s for a trial.
ABORT_TIMEOUT_S = 60

# A task of Ray may have to wait for its process to start.
ASK_TIMEOUT_S = 30


def v2_is_on() -> bool:
    """Whether Ray Train V2 is on in this process.

    Ray decides between V1 and V2 once, when ``ray.train`` is first imported, so the names that it
    then exported say more than the environment does now.
    """
    return hasattr(ray.train, "UserCallback")


def require_v2() -> None:
    """Raise RuntimeUnavailable unless Ray Train V2 is on in this process."""
    if not v2_is_on():
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


# In a trial: between Tune and its function


def tune_session() -> _TrainSession | None:
    """The session of the Tune trial that this process runs, or None outside a trial.

    A V1 train worker also has a session; that of a Tune function has no world rank.
    """
    session = get_session()
    return session if session is not None and session.world_rank is None else None


def start_checkpoint(session: _TrainSession) -> Checkpoint | None:
    """What the trial goes on from, before it has reported anything."""
    checkpoint: Checkpoint | None = session.loaded_checkpoint
    return checkpoint


def run_name(session: _TrainSession) -> str:
    """What the Train run of the trial is called: by the trial's directory in Tune's storage."""
    storage = session.storage
    return f"{storage.experiment_dir_name}/{storage.trial_dir_name}"


def note_own_reports(session: _TrainSession, note: Callable[[], None]) -> None:
    """Call `note` when the driver function, or Ray's own callback, reports to Tune.

    Tune has its function end with a report, which is none of its own.
    """
    report = session.report

    def note_and_report(metrics: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if RESULT_DUPLICATE not in metrics:
            note()
        report(metrics, *args, **kwargs)

    def report_as_before() -> None:  # the next trial may have the same session
        session.report = report  # type: ignore[method-assign]

    session.report = note_and_report  # type: ignore[method-assign]
    before_finish(session, report_as_before)


def heard_of(session: _TrainSession) -> set[str]:
    """By what ways Tune hears of the trial; to be emptied when the trial ends."""
    ways: set[str] = session.__dict__.setdefault("raytune_runtime_heard", set())
    return ways


def report_to_tune(
    session: _TrainSession, metrics: dict[str, Any], checkpoint: Checkpoint | None
) -> None:
    """Report to Tune, with a checkpoint that lies in storage, and wait until Tune goes on.

    `taken_checkpoints` then tells whether Tune has taken the checkpoint.

    Raises:
        SystemExit: Tune has stopped or paused the trial.
    """
    session._report_training_result(_Offered(session, checkpoint, metrics))


class _Offered(_TrainingResult):
    """A result that is noted as taken once it goes to Tune's process."""

    def __init__(
        self, session: _TrainSession, checkpoint: Checkpoint | None, metrics: dict[str, Any]
    ) -> None:
        super().__init__(checkpoint, metrics)
        self._session = session

    def __reduce__(self) -> tuple[Any, ...]:
        if self.checkpoint is not None:
            taken_checkpoints(self._session).add(directory_of(self._session, self.checkpoint))
        return _TrainingResult, (self.checkpoint, self.metrics)


def raise_as_worker(session: _TrainSession) -> None:
    """Have the trial fail with the error of a worker, as under Train V1, not with Train's own.

    Then ``isinstance(result.error, ValueError)`` tells what the train loop has raised. Train's is
    the cause of the error, and so its text stays in the trial's.
    """
    errors: Any = session.error_queue
    put = errors.put

    def put_error_of_worker(error: BaseException, *args: Any, **kwargs: Any) -> None:
        own = _error_of_worker(error)
        if own is not None:
            own.__cause__ = error
        put(error if own is None else own, *args, **kwargs)

    errors.put = put_error_of_worker


def _error_of_worker(error: BaseException) -> BaseException | None:
    """What the first worker has raised, else what its process has died of, or a callback raised.

    Where there is nothing but a worker's exit or interrupt, what Train V1 told of it.
    """
    failures: dict[int, Any] = getattr(error, "worker_failures", None) or {}
    raised, died = [], []
    for rank in sorted(failures):
        failure = failures[rank]
        if hasattr(failure, "health_check_failure"):
            died.append(failure.health_check_failure)
        else:
            raised.append(getattr(failure, "_base_exc", failure))
    raised_by_callback = getattr(error, "controller_failure", None)
    errors = (one for one in (*raised, *died, raised_by_callback) if one is not None)
    own = next((one for one in errors if not isinstance(one, ENDINGS)), None)
    if own is None and raised:
        return _as_under_v1(raised[0])
    return own


def _as_under_v1(ending: BaseException) -> BaseException:
    """What ended the worker's process under V1, or the call that ran the train loop there."""
    if isinstance(ending, KeyboardInterrupt):
        return TaskCancelledError()
    return ActorDiedError()


def before_finish(session: _TrainSession, action: Callable[[], None]) -> None:
    """Call `action` once, in the trial's process, when Tune stops, pauses or ends the trial."""
    finish = session.finish

    def act_and_finish(timeout: float | None = None) -> Any:
        session.finish = finish  # type: ignore[method-assign]
        try:
            action()
        finally:
            result = finish(timeout)
        return result

    session.finish = act_and_finish  # type: ignore[method-assign]


# In a trial: the Train runs that it starts


def run_controller_as_actor() -> None:
    """In a trial: have Train run its controller in an actor of its own, as it does from 2.50 on.

    Up to Ray 2.49 Tune made it run in the trial's process, in the very thread that Tune abandons
    when it stops the trial. Nothing could end the run from outside then, and its workers'
    placement group would be left.
    """
    if not hasattr(constants, "RUN_CONTROLLER_AS_ACTOR_ENV_VAR"):
        return
    os.environ[constants.RUN_CONTROLLER_AS_ACTOR_ENV_VAR] = "1"
    if hasattr(DataParallelTrainer, "_register_sigint_handler"):
        # Only a main thread may set one, and Tune calls driver functions in another.
        trainer_class: Any = DataParallelTrainer
        trainer_class._register_sigint_handler = _register_no_handler


def _register_no_handler(trainer: Any, controller: Actor) -> None:
    """Leave Ctrl-C to Tune."""


def end_train_functions_by(ending: Callable[[Callable[[], Any]], Callable[[], Any]]) -> None:
    """In a trial: have what its Train runs run on their workers pass through `ending`."""
    module: Any = data_parallel_trainer

    def construct(*args: Any, **kwargs: Any) -> Callable[[], Any]:
        return ending(construct_train_func(*args, **kwargs))

    module.construct_train_func = construct


class RunHooks(ControllerCallback, WorkerGroupCallback, ReportCallback, TrainContextCallback):
    """A callback of a Train run with hooks in its controller and in its workers."""


if RELEASE >= (2, 53):

    class CleanerOfOtherRuns(PlacementGroupCleanerCallback):
        """Starts Train's cleaner, but not for runs that have our hooks."""

        def after_controller_start(self, train_run_context: Any) -> None:
            callbacks = train_run_context.run_config.callbacks or ()
            if not any(isinstance(one, RunHooks) for one in callbacks):
                super().after_controller_start(train_run_context)

        def after_worker_group_start(self, worker_group: Any) -> None:
            if self._cleaner is not None:
                super().after_worker_group_start(worker_group)


def spare_cleaner() -> None:
    """In a trial: have Train start no actor of its own to clean up behind runs with our hooks."""
    if RELEASE >= (2, 53):
        module: Any = data_parallel_trainer
        module.PlacementGroupCleanerCallback = CleanerOfOtherRuns


def abort_run(controller: Actor) -> None:
    """End a Train run, its workers and their placement group; no effect once it has ended."""
    try:
        if hasattr(controller, "abort"):
            ray.get(controller.abort.remote(), timeout=ABORT_TIMEOUT_S)
        else:  # Ray 2.43; what a worker stores until it is gone a moment later, stays
            ray.kill(controller)
    except RayActorError:
        pass  # an aborted controller exits without an answer
    except RayError:  # it takes too long, or a callback of the user's has raised
        ray.kill(controller)
    remove_placement_groups(controller._actor_id.hex())


# In a trial: checkpoints in its directory


def list_checkpoints(session: _TrainSession) -> set[str]:
    """Names of the directories in the trial's that Train has made for checkpoints."""
    storage = session.storage
    names = _list_at_fs_path(
        storage.storage_filesystem, storage.trial_fs_path, lambda info: not info.is_file
    )
    return {name for name in names if named_by_train(name)}


def named_by_train(directory: str) -> bool:
    """Whether Train itself has given a checkpoint's directory this name, after the time."""
    return CHECKPOINT_NAME.fullmatch(directory) is not None


def run_started(session: _TrainSession) -> int | None:
    """When a Train run has last started in the trial's directory, in ns, by the storage's clock.

    Each run writes the file anew before its workers start. None where there is none, or where the
    storage does not tell.
    """
    return last_written(session, RUN_MARKER)


def last_written(session: _TrainSession, name: str) -> int | None:
    """When something in the trial's directory was last written to, in ns, by the storage's clock.

    None where it is not there, or where the storage does not tell, as some do of directories.
    """
    storage = session.storage
    try:
        info = storage.storage_filesystem.get_file_info(f"{storage.trial_fs_path}/{name}")
    except Exception:
        return None
    written: int | None = info.mtime_ns
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


# In a Train controller


def current_actor() -> Actor:
    """The actor that this process runs."""
    return ray.get_runtime_context().current_actor


def spare_dataset_manager() -> None:
    """In the controller of a run: start no actor for datasets where its trainer has none.

    It takes as long to start, and as much memory, as a worker without a model. Only releases that
    start it, after 2.55, have the name.
    """
    if not hasattr(dataset_callbacks, "DatasetManager"):
        return
    provider: Any = dataset_callbacks.RayDatasetShardProvider
    initialize = provider.__init__

    def initialize_if_needed(self: Any, datasets: dict[str, Any], *rest: Any, **named: Any) -> None:
        if datasets:
            initialize(self, datasets, *rest, **named)
        else:  # whoever asks for one is told that there is none
            self._dataset_names = set()
            self.shutdown_data_executors = _shut_down_nothing

    provider.__init__ = initialize_if_needed


def _shut_down_nothing() -> None:
    """There is no actor that could."""


def spare_barrier(num_workers: int) -> None:
    """In the controller of a trial's run, before workers start: no actor for one that waits alone.

    It is a process that imports Ray Train, for each trial.
    """
    groups: Any = worker_group
    states: Any = worker_group_state
    groups.SynchronizationActor = SynchronizationActor if num_workers > 1 else _BarrierOfOne
    states._shutdown_sync_actor = _shut_down_barrier


def end_workers_in_order() -> None:
    """In the controller of a trial's run: workers end as under Train V1, by leaving Python.

    So what is registered with ``atexit`` is called, files are flushed, and temporary directories
    deleted, also in a trial that Tune stops within ``with TemporaryDirectory()``.
    """
    states: Any = worker_group_state
    states._shutdown_workers = _shut_down_workers


def _shut_down_workers(workers: list[Any], patience_s: float = 5) -> None:
    for worker in workers:
        worker.actor.shutdown.remote()
    ended = [worker.actor.__ray_terminate__.remote() for worker in workers]
    ray.wait(ended, num_returns=len(ended), timeout=patience_s)
    for worker in workers:
        ray.kill(worker.actor)


def fail_by_failed_starts() -> None:
    """In the controller of a trial's run: where a worker dies while it starts, the trial fails.

    Train V2 starts workers again without end. Under V1 Tune tried the trial again, as often as its
    ``max_failures`` says.
    """
    module: Any = failure_policy
    retried = getattr(module, "RETRYABLE_CONTROLLER_ERRORS", ())
    module.RETRYABLE_CONTROLLER_ERRORS = tuple(
        one for one in retried if one is not WorkerGroupStartupFailedError
    )


def keep_tracebacks_whole() -> None:
    """In the controller of a trial's run: tell all of a worker's error, as Train V1 did."""
    module: Any = poll
    if hasattr(module, "_truncate_error_string"):
        module._truncate_error_string = str


def _shut_down_barrier(
    barrier: Any, shut_down: Any = worker_group_state._shutdown_sync_actor
) -> None:
    if not isinstance(barrier, _BarrierOfOne):
        shut_down(barrier)


class _BarrierOfOne:
    """What workers wait at for each other, as far as Train uses it, where there is one worker."""

    @classmethod
    def options(cls, **_where: Any) -> type[_BarrierOfOne]:
        return cls

    @classmethod
    def remote(cls, **_settings: Any) -> _BarrierOfOne:
        return cls()

    @property
    def broadcast_from_rank_zero(self) -> _Call:
        return _Call(lambda *, data, **_told: data)

    @property
    def set_required_ranks(self) -> _Call:
        return _Call(lambda ranks: True)

    @property
    def reset(self) -> _Call:
        return _Call(lambda: None)


class _Call:
    """A method of an actor, but run in the process that calls it."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method

    def remote(self, *args: Any, **named: Any) -> Any:
        return ray.put(self._method(*args, **named))


def let_tasks_run_anywhere() -> None:
    """In the controller of a trial's run: what its workers start runs where there is room.

    Tune has all that a trial starts run in its placement group. Where the driver function uses all
    of it, and workers all of their own group, tasks and actors of a train loop would wait for ever.
    """
    module: Any = worker_group
    module.PlacementGroupSchedulingStrategy = functools.partial(
        PlacementGroupSchedulingStrategy, placement_group_capture_child_tasks=False
    )


def place_validations(spare: PlacementGroup | None) -> None:
    """In the controller of a trial's run: where the tasks run that validate its checkpoints.

    In `spare`, the trial's own placement group, if that has a CPU for one; else where there is
    room, as do those to which the user has given resources.
    """
    if RELEASE >= (2, 50):
        validations: Any = validation_manager
        for name in VALIDATIONS & vars(validations).keys():
            function = getattr(validations, name)._function
            setattr(validations, name, _Validation(function, spare))


class _Validation:
    """A task of Train's, as far as Train uses it."""

    def __init__(self, function: Callable[..., Any], spare: PlacementGroup | None) -> None:
        self._anywhere: Any = ray.remote(scheduling_strategy="DEFAULT")(function)
        self._task = self._anywhere
        if spare is not None:
            place = PlacementGroupSchedulingStrategy(
                spare, placement_group_capture_child_tasks=True
            )
            self._task = self._anywhere.options(scheduling_strategy=place)

    def options(self, **asked: Any) -> Any:
        return self._anywhere.options(**asked) if asked else self

    def remote(self, *args: Any) -> Any:
        return self._task.remote(*args)


def place_workers_in(room: Room) -> None:
    """In the controller of a trial's run: its workers run where the trial has reserved them room.

    The trial's own placement group ends with the trial, and not with a run of Train. What workers
    start runs there too, as under Train V1, which had a CPU there that the trainer did not use.
    Where the trainer's workers do not fit there, they get a group of Train's, as without.
    """
    module: Any = worker_group
    create = module.placement_group

    def room_for(
        bundles: list[dict[str, float]], strategy: str = "PACK", **more: Any
    ) -> PlacementGroup:
        further = {name: value for name, value in more.items() if value}  # as a label selector
        if not further and room.fits(bundles, strategy):
            return room.group
        logger.warning(
            "The trial has reserved %s (%s) for its workers, which take %s (%s%s): they wait for"
            " room beside it, for ever where there is none. Give trial_resources the ScalingConfig"
            " of the trainer.",
            room.workers,
            room.strategy,
            bundles,
            strategy,
            "".join(f", {name}={value}" for name, value in further.items()),
        )
        created: PlacementGroup = create(bundles, strategy=strategy, **more)
        return created

    def remove(group: PlacementGroup) -> None:
        if group is not room.group:
            remove_placement_group(group)

    module.placement_group = room_for
    module.PlacementGroupSchedulingStrategy = functools.partial(
        PlacementGroupSchedulingStrategy, placement_group_capture_child_tasks=True
    )
    for name in REMOVERS:
        getattr(worker_groups, name).remove_placement_group = remove


def write_no_list_of_checkpoints() -> None:
    """In the controller of a trial's run: keep no file of the checkpoints in the trial's directory.

    Each attempt of a trial starts without it, so that nobody reads it. But Train writes metrics
    there as JSON, and fails on numbers of NumPy, which Tune takes; and scripts that look for
    ``checkpoint_*`` in the directory of a trial find it, as the last.
    """
    manager: Any = CheckpointManager
    manager._write_state_to_storage = _write_nothing


def _write_nothing(manager: Any) -> None:
    """Tune has the list of a trial's checkpoints."""


def write_list_of_checkpoints_if_possible() -> None:
    """In the controller of a run that is no trial: do not fail it where metrics are not of JSON.

    The file is for a later run of the same name, to go on from these checkpoints.
    """
    manager: Any = CheckpointManager
    write = manager._write_state_to_storage

    def write_or_warn(self: Any) -> None:
        try:
            write(self)
        except (TypeError, ValueError) as error:
            logger.warning(
                "Another run of this name will not find this run's checkpoints: the metrics that"
                " were reported with them cannot be written as JSON: %s. Report numbers of Python"
                " where that matters.",
                error,
            )

    manager._write_state_to_storage = write_or_warn


# In a worker


def run_config_of_worker() -> RunConfig | None:
    """In a worker: the run config of its Train run; None anywhere else."""
    try:
        context: Any = get_train_context()
    except RuntimeError:
        return None
    # In Ray 2.43 the one context is the other.
    run_config: RunConfig = getattr(context, "train_run_context", context).run_config
    return run_config


def world_rank() -> int:
    """In a worker: its rank; 0 anywhere else."""
    try:
        return get_train_context().get_world_rank()
    except RuntimeError:
        return 0


def dataset_names() -> set[str]:
    """In a worker: the keys of the trainer's ``datasets``."""
    context: Any = get_train_context()
    if hasattr(context, "dataset_shards"):  # up to Ray 2.49
        return set(context.dataset_shards)
    provider = context.dataset_shard_provider
    if hasattr(provider, "_dataset_iterators"):  # Ray 2.50 to 2.55
        return set(provider._dataset_iterators)
    return set(provider._dataset_names)


def set_start_checkpoint(checkpoint: Checkpoint) -> None:
    """In a worker: what ``ray.train.get_checkpoint`` returns while its run has no checkpoint."""
    context = get_train_context()
    if context.checkpoint is None:
        context.checkpoint = checkpoint


def callbacks_of_worker() -> list[Any]:
    """In a worker: the callbacks with hooks there."""
    return list(get_train_context().execution_context.train_context_callbacks)


def queued_reports() -> int | None:
    """In a worker: how many reports it has handed over, those of earlier worker groups included.

    None up to Ray 2.49, where each call of ``report`` hands over one before it returns.
    """
    return getattr(get_train_context(), "current_report_index", None)


def reports_begun() -> int | None:
    """In a worker: how many reports it has begun, those of an earlier process of its rank included.

    None in releases of Ray that do not replace workers one by one.
    """
    return getattr(get_train_context(), "report_call_index", None)


def forget_report(begun: int | None) -> None:
    """In a worker: a report has failed, before which so many were begun.

    Train has counted it, and would have the next report wait for it for ever.
    """
    context: Any = get_train_context()
    if begun is not None and context.report_call_index == begun + 1:
        context.report_call_index = begun


# Of the cluster


def has_ended(actor: str) -> bool:
    """Whether the actor with this id runs no more, nor is to run."""
    found = _global_state().get_actor_info(ray.ActorID.from_hex(actor))
    return found is None or ActorTableData.FromString(found).state == ActorTableData.DEAD


def remove_placement_groups(creator: str) -> None:
    """Remove what the dead actor with this id has left, as Ray does when the job has ended."""
    for serialized in _global_state().get_placement_group_table():
        group = PlacementGroupTableData.FromString(serialized)
        if (
            group.creator_actor_id.hex() == creator
            and group.state != PlacementGroupTableData.REMOVED
        ):
            remove_placement_group(PlacementGroup(ray.PlacementGroupID(group.placement_group_id)))


def _global_state() -> Any:
    """The accessor of what Ray's head node knows, connected."""
    own: Any = state
    if hasattr(own, "_connect_and_get_accessor"):  # from Ray 2.53 on
        return own._connect_and_get_accessor()
    own._check_connected()
    return own.global_state_accessor


def growing_cluster() -> str | None:
    """The address of the cluster, where an autoscaler adds nodes to it; else None.

    It says so some seconds after its start. The older of Ray's two autoscalers also runs where it
    can only watch. The newer one is on where the cluster's configuration says so.
    """
    try:
        if client.ray.is_connected():  # type: ignore[no-untyped-call]
            # Whoever asks for the head node's address from outside may wait for 40 s, in vain.
            asked = ray.remote(num_cpus=0)(_growing_cluster).remote()
            found: str | None = ray.get(asked, timeout=ASK_TIMEOUT_S)
            return found
        return _growing_cluster()
    except Exception:  # no sweep may fail by what is only said
        return None


def _growing_cluster() -> str | None:
    """The same, in a process of the cluster."""
    address: str = ray.get_runtime_context().gcs_address
    status: Any = _internal_kv_get(DEBUG_AUTOSCALING_STATUS)
    if status is not None:
        types = json.loads(status).get("autoscaler_report", {}).get("active_nodes") or {}
        grows = any(not name.startswith(NODE_WITHOUT_TYPE) for name in types)
    else:
        reply = GetClusterStatusReply.FromString(GcsClient(address=address).get_cluster_status())
        grows = bool(reply.autoscaling_state.autoscaler_state_version)
    return address if grows else None
