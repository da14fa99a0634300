"""The private names of Ray that the runtime rests on are there, and take what it gives them.

A Ray release that drops or changes one fails here, by its name, before a sweep fails in some way.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
import ray
from ray.exceptions import ActorDiedError, TaskCancelledError

import raytune_runtime
from raytune_runtime import _ray

RUNTIME = Path(raytune_runtime.__file__).parent

SESSION = "ray.train._internal.session"
STORAGE = "ray.train._internal.storage"
GROUP = "ray.train.v2._internal.execution.worker_group"
STATE = "ray.train.v2._internal.execution.controller.state"
CALLBACK = "ray.train.v2._internal.execution.callback"
CHECKPOINT = "ray.train.v2._internal.execution.checkpoint"
MANAGER = f"{CHECKPOINT}.checkpoint_manager"
EXCEPTIONS = "ray.train.v2._internal.exceptions"
CONTEXT = "ray.train.v2._internal.execution.context"
FAILURES = "ray.train.v2._internal.execution.failure_handling"
UTIL = "ray.train.v2._internal.util"
TRAINER = "ray.train.v2.api.data_parallel_trainer"

BARRIER = f"{CHECKPOINT}.sync_actor"

# The name, its module, and the arguments that the runtime calls it with; None: it is not called.
Name: TypeAlias = tuple[str, str, tuple[list[str], dict[str, str]] | None]
OF_ALL: list[Name] = [
    ("get_session", SESSION, ([], {})),
    ("_TrainingResult", SESSION, (["checkpoint", "metrics"], {})),
    ("_TrainSession._report_training_result", SESSION, (["self", "result"], {})),
    ("_TrainSession.finish", SESSION, (["self", "timeout"], {})),
    ("_list_at_fs_path", STORAGE, (["filesystem", "path"], {})),
    ("_delete_fs_path", STORAGE, (["filesystem", "path"], {})),
    ("RunConfig", "ray.air.config", None),
    ("BaseTrainer", "ray.train.base_trainer", None),
    ("DataParallelTrainer.__init__", TRAINER, (["self", "loop"], {"run_config": "run_config"})),
    ("ControllerCallback.after_controller_start", CALLBACK, None),
    ("ControllerCallback.after_controller_state_update", CALLBACK, None),
    ("WorkerGroupCallback.before_worker_group_start", CALLBACK, None),
    ("WorkerGroupCallback.after_worker_group_start", CALLBACK, None),
    ("WorkerGroupCallback.after_worker_group_poll_status", CALLBACK, None),
    ("ReportCallback.after_report", CALLBACK, None),
    ("TrainContextCallback.on_report", CALLBACK, None),
    ("WorkerGroup.execute_async", GROUP, (["self", "function", "argument"], {})),
    ("WorkerGroup.execute_single_async", GROUP, (["self", "rank", "function"], {})),
    ("WorkerGroupPollStatus.__init__", GROUP, (["self", "worker_statuses"], {})),
    ("WorkerStatus.__init__", GROUP, (["self", "running"], {"error": "error"})),
    ("TrainControllerState.is_terminal", STATE, (["self"], {})),
    ("get_train_context", CONTEXT, ([], {})),
    ("TrainContext.get_world_rank", CONTEXT, (["self"], {})),
    ("construct_train_func", UTIL, (["loop"], {"config": "", "train_func_context": ""})),
    # Replaced there.
    ("construct_train_func", TRAINER, None),
    ("worker_group", "ray.train.v2._internal.execution", None),
    ("worker_group.PlacementGroupSchedulingStrategy", GROUP, None),
    ("worker_group.placement_group", GROUP, None),
    ("worker_group.SynchronizationActor", GROUP, None),
    ("state._shutdown_sync_actor", GROUP, (["barrier"], {})),
    ("state._shutdown_workers", GROUP, (["workers"], {})),
    ("RayTrainWorker.shutdown", f"{GROUP}.worker", (["self"], {})),
    ("datasets", "ray.train.v2._internal.callbacks", None),
    ("default", FAILURES, None),
    ("WorkerGroupStartupFailedError", EXCEPTIONS, None),
    ("CheckpointManager._write_state_to_storage", MANAGER, (["self"], {})),
    ("SynchronizationActor", BARRIER, None),
    ("SynchronizationActor.broadcast_from_rank_zero", BARRIER, None),
    ("CHECKPOINT_MANAGER_SNAPSHOT_FILENAME", "ray.train.v2._internal.constants", None),
    ("HEALTH_CHECK_INTERVAL_S_ENV_VAR", "ray.train.v2._internal.constants", None),
    ("state", "ray._private.state", None),
    ("DEBUG_AUTOSCALING_STATUS", "ray._private.ray_constants", None),
    ("_internal_kv_get", "ray.experimental.internal_kv", (["key"], {})),
    ("GcsClient", "ray._raylet", None),
    ("InnerGcsClient.get_cluster_status", "ray._raylet", None),
    ("GetClusterStatusReply.FromString", "ray.core.generated.autoscaler_pb2", None),
    ("GlobalStateAccessor.get_actor_info", "ray._raylet", None),
    ("GlobalStateAccessor.get_placement_group_table", "ray._raylet", None),
    ("ActorTableData.FromString", "ray.core.generated.gcs_pb2", None),
    ("ActorTableData.STATE_FIELD_NUMBER", "ray.core.generated.gcs_pb2", None),
    ("ActorTableData.DEAD", "ray.core.generated.gcs_pb2", None),
    ("PlacementGroupTableData.FromString", "ray.core.generated.gcs_pb2", None),
    ("PlacementGroupTableData.REMOVED", "ray.core.generated.gcs_pb2", None),
    ("PlacementGroupTableData.PLACEMENT_GROUP_ID_FIELD_NUMBER", "ray.core.generated.gcs_pb2", None),
    ("PlacementGroupTableData.CREATOR_ACTOR_ID_FIELD_NUMBER", "ray.core.generated.gcs_pb2", None),
    ("ActorHandle._actor_id", "ray.actor", None),
]

# The same of names that some releases have: from the first one here on, and before the second.
NEVER = (99, 0)
CONTROLLER = "ray.train.v2._internal.execution.controller.controller"
CLEANER = "ray.train.v2._internal.callbacks.placement_group_callback"
CLEANER_HOOKS = "PlacementGroupCleanerCallback"
DATASETS = "ray.train.v2._internal.callbacks.datasets"
VALIDATIONS = "validation_manager"
CONSTANTS = "ray.train.v2._internal.constants"
# What the constructor of Ray takes, which is replaced by ours.
OF_DATASETS = ("data_config", "data_context", "world_size", "worker_node_ids")
OF_DATASETS_CALL = (["self"], {"datasets": "datasets", **dict.fromkeys(OF_DATASETS, "")})
OF_SOME: list[tuple[tuple[int, int], tuple[int, int], Name]] = [
    ((2, 49), NEVER, ("TrainController.abort", CONTROLLER, (["self"], {}))),
    ((2, 49), NEVER, ("poll._truncate_error_string", GROUP, (["text"], {}))),
    ((2, 49), NEVER, ("default.RETRYABLE_CONTROLLER_ERRORS", FAILURES, None)),
    # Replaced, so that the controller can run in an actor.
    ((2, 49), (2, 50), ("DataParallelTrainer._register_sigint_handler", TRAINER, None)),
    ((2, 43), (2, 50), ("RUN_CONTROLLER_AS_ACTOR_ENV_VAR", CONSTANTS, None)),
    ((2, 43), (2, 51), ("RayTrainError", EXCEPTIONS, None)),
    ((2, 51), NEVER, ("TrainingFailedError", "ray.train.v2.api.exceptions", None)),
    ((2, 43), (2, 53), ("state._check_connected", "ray._private.state", ([], {}))),
    ((2, 43), (2, 53), ("state.global_state_accessor", "ray._private.state", None)),
    ((2, 53), NEVER, ("state._connect_and_get_accessor", "ray._private.state", ([], {}))),
    ((2, 53), NEVER, (f"{CLEANER_HOOKS}.after_controller_start", CLEANER, (["self", "run"], {}))),
    ((2, 53), NEVER, (f"{CLEANER_HOOKS}.after_worker_group_start", CLEANER, (["self", "w"], {}))),
    # Replaced there.
    ((2, 50), (2, 54), (f"{VALIDATIONS}.run_validate_fn._function", CHECKPOINT, None)),
    ((2, 54), NEVER, (f"{VALIDATIONS}.run_validation_fn._function", CHECKPOINT, None)),
    ((2, 53), NEVER, (CLEANER_HOOKS, TRAINER, ([], {}))),
    ((2, 43), (2, 54), ("state.remove_placement_group", GROUP, None)),
    ((2, 43), (2, 54), ("worker_group.remove_placement_group", GROUP, None)),
    ((2, 54), NEVER, ("placement_group_handle.remove_placement_group", GROUP, None)),
    ((2, 60), NEVER, ("RayDatasetShardProvider.__init__", DATASETS, OF_DATASETS_CALL)),
    ((2, 60), NEVER, ("DatasetManager", DATASETS, None)),
]
NAMES = [*OF_ALL, *(name for first, end, name in OF_SOME if first <= _ray.RELEASE < end)]


def find(name: str, module: str) -> Any:
    """What the name stands for.

    Raises:
        AssertionError: This Ray has none, or not there.
    """
    found: Any
    try:
        found = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise AssertionError(
            f"Ray {ray.__version__} has no {module}.{name}, which raytune_runtime/_ray.py uses"
        ) from error
    return found


@pytest.mark.promise("the private names of Ray that it rests on are there")
@pytest.mark.parametrize(
    ("name", "module", "call"), NAMES, ids=[f"{module}.{name}" for name, module, _ in NAMES]
)
def test_is_there_and_takes_what_it_is_given(
    name: str, module: str, call: tuple[list[str], dict[str, str]] | None
) -> None:
    found = find(name, module)
    if call is None:
        return
    signature = inspect.signature(found)
    try:
        signature.bind(*call[0], **call[1])
    except TypeError as error:
        raise AssertionError(
            f"Ray {ray.__version__}: {module}.{name}{signature} does not take {call[0]} and "
            f"{call[1]} of raytune_runtime/_ray.py: {error}"
        ) from error


@pytest.mark.promise("the private names of Ray that it rests on are there")
@pytest.mark.parametrize(
    ("name", "module", "attributes"),
    [
        ("_TrainSession.__init__", SESSION, {"world_rank", "storage"}),
        (
            "TrainContext.__init__",
            CONTEXT,
            {"checkpoint", "execution_context", "train_run_context"}
            if _ray.RELEASE > (2, 43)
            else {"checkpoint", "execution_context", "run_config"},
        ),
        (
            "TrainContext.__init__",
            CONTEXT,
            {"current_report_index"} if _ray.RELEASE >= (2, 50) else set(),
        ),
        ("ExecutionContext.__init__", CONTEXT, {"train_context_callbacks"}),
    ],
)
def test_has_the_attributes_that_are_read(name: str, module: str, attributes: set[str]) -> None:
    # Both keep what their constructor is given, under the same name.
    missing = attributes - set(inspect.signature(find(name, module)).parameters)
    assert not missing, f"Ray {ray.__version__}: {module}.{name} has no {missing}"


@pytest.mark.promise("the private names of Ray that it rests on are there")
@pytest.mark.parametrize("config", ["RunConfig", "ScalingConfig", "FailureConfig"])
def test_what_is_not_given_to_a_config_is_that_string(config: str) -> None:
    cls = find(config, "ray.train.v2.api.config")
    values = {field.default for field in dataclasses.fields(cls) if field.default is not None}
    strings = {value for value in values if isinstance(value, str)}
    assert strings <= {_ray.DEPRECATED_VALUE, "PACK"}, f"Ray {ray.__version__}: {strings}"


@pytest.mark.promise("the private names of Ray that it rests on are there")
@pytest.mark.parametrize(
    ("hooks", "name"), [hook.split(".") for hook, module, _ in NAMES if module == CALLBACK]
)
def test_hooks_take_what_they_are_given(hooks: str, name: str) -> None:
    parameters = list(inspect.signature(find(f"{hooks}.{name}", CALLBACK)).parameters)
    ours = inspect.signature(getattr(raytune_runtime.TuneReportCallback, name))
    if name == "after_report":
        ours.bind("self", **{parameter: parameter for parameter in parameters[1:]})
    else:
        ours.bind(*parameters)


class Failed(Exception):
    """As Train's, which has another name in each of some releases."""

    def __init__(self, **worker_failures: BaseException) -> None:
        self.worker_failures = dict(enumerate(worker_failures.values()))


@pytest.mark.promise("the private names of Ray that it rests on are there")
def test_the_error_of_a_worker_is_found_in_what_train_makes_of_it() -> None:
    raised, died = ValueError("raised"), OSError("died")
    user_error = find("UserExceptionWithTraceback", EXCEPTIONS)
    health_error = find("WorkerHealthCheckFailedError", EXCEPTIONS)
    first, second = user_error(raised, "its traceback"), health_error("a worker", died)
    assert _ray._error_of_worker(Failed(first=first, second=second)) is raised
    assert _ray._error_of_worker(Failed(first=second, second=raised)) is raised
    assert _ray._error_of_worker(Failed(first=second, second=first)) is raised
    assert _ray._error_of_worker(Failed(first=second)) is died
    odd = GeneratorExit("no Exception")
    assert _ray._error_of_worker(Failed(first=user_error(odd, "its traceback"))) is odd


class Empty(Exception):
    """An error that counts as false."""

    def __len__(self) -> int:
        return 0


def test_a_trial_fails_with_the_error_of_its_worker() -> None:
    session = SimpleNamespace(error_queue=Queue())
    _ray.raise_as_worker(session)  # type: ignore[arg-type]
    own, other = Empty(), ValueError("of the driver function")
    of_train = Failed(first=own)
    session.error_queue.put(of_train, block=True, timeout=5)
    session.error_queue.put(other, block=True, timeout=5)
    assert session.error_queue.get() is own
    assert own.__cause__ is of_train
    assert session.error_queue.get() is other


@pytest.mark.promise("the private names of Ray that it rests on are there")
def test_an_error_of_no_worker_stays_what_it_is() -> None:
    assert _ray._error_of_worker(ValueError("of the driver function")) is None
    assert _ray._error_of_worker(Failed()) is None


@pytest.mark.promise("the private names of Ray that it rests on are there")
def test_an_exit_is_the_error_that_v1_made_of_it() -> None:
    user_error = find("UserExceptionWithTraceback", EXCEPTIONS)
    exited, interrupted = user_error(SystemExit(3), ""), user_error(KeyboardInterrupt(), "")
    assert type(_ray._error_of_worker(Failed(first=exited))) is ActorDiedError
    assert type(_ray._error_of_worker(Failed(first=SystemExit(3)))) is ActorDiedError
    assert type(_ray._error_of_worker(Failed(first=interrupted))) is TaskCancelledError
    raised = ValueError("raised")
    assert _ray._error_of_worker(Failed(first=exited, second=raised)) is raised


def imports_of_ray() -> set[tuple[str, str, str]]:
    """File, module and name of all that the runtime imports of Ray with a private name in it."""
    return {
        (path.name, node.module, alias.name)
        for path in RUNTIME.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ray.")
        for alias in node.names
        if "._" in f"{node.module}.{alias.name}"
    }


def test_all_are_in_one_module_and_in_the_list_above() -> None:
    names = [*OF_ALL, *(name for _, _, name in OF_SOME)]
    listed = {(module, name.split(".")[0]) for name, module, _ in names}
    in_types_only = {"_TrainSession"}
    for file, module, name in imports_of_ray():
        if name in in_types_only:
            continue
        assert file == "_ray.py", f"{file} imports {module}.{name}"
        assert (module, name) in listed or name == "constants" or "exceptions" in module


def test_the_cleaner_of_train_has_the_attribute_that_is_read() -> None:
    if _ray.RELEASE >= (2, 53):
        assert find("PlacementGroupCleanerCallback", TRAINER)()._cleaner is None
    else:  # a run that has no cleaner gets none by another name
        names = vars(importlib.import_module("ray.train.v2._internal.callbacks"))
        assert [name for name in names if "cleaner" in name.lower()] == []
