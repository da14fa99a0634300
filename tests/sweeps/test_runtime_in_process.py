"""The runtime around a sweep: restored, moved, without Tune, and on a cluster that is too small."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Client
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import train, tune
from ray._private import state
from ray.air.config import ScalingConfig as ScalingConfigV1
from ray.exceptions import RayTaskError
from ray.train import Checkpoint, FailureConfig, RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
from ray.util import get_current_placement_group, placement_group_table

from raytune_runtime import (
    TrainingFailedError,
    TuneReportCallback,
    _ray,
    driver_for,
    fit_as_trial,
    max_concurrent_trials,
    merge_config,
    start_from_trial,
    train_run_config,
    trial_info,
    trial_resources,
    trial_run,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ray.tune import PlacementGroupFactory

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]


def train_loop(config: dict[str, Any]) -> None:
    for step in range(config["steps"]):
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "state.json").write_text(json.dumps({"step": step}))
            metrics = {"step": step, **config.get("metrics", {})}
            train.report(metrics, checkpoint=Checkpoint.from_directory(directory))


def train_driver_fn(config: dict[str, Any]) -> None:
    scaling_config = config.get("scaling_config", {"num_workers": 1})
    trainer = DataParallelTrainer(
        start_from_trial(train_loop),
        train_loop_config=merge_config({"steps": 2}, config.get("train_loop_config")),
        scaling_config=ScalingConfig(**scaling_config),
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


def step_of(checkpoint: Checkpoint | None) -> int:
    assert checkpoint is not None
    with checkpoint.as_directory() as directory:
        step: int = json.loads(Path(directory, "state.json").read_text())["step"]
        return step


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of an experiment of one trial with two reports."""
    storage = tmp_path_factory.mktemp("storage")
    run_config = tune.RunConfig(name="sweep", storage_path=str(storage), verbose=0)
    results = tune.Tuner(train_driver_fn, run_config=run_config).fit()
    assert not results.errors
    return storage / "sweep"


@pytest.mark.promise("checkpoints lie in the trial's directory")
def test_checkpoints_lie_in_the_trial_directory(finished: Path) -> None:
    trial = next(finished.glob("train_driver_fn_*/"))
    result = tune.Result.from_path(str(trial))
    assert [metrics["step"] for _, metrics in result.best_checkpoints] == [0, 1]
    assert step_of(result.checkpoint) == 1


@pytest.mark.promise("`Tuner.restore`, also of a moved experiment")
def test_restored_experiment_has_its_checkpoints(finished: Path) -> None:
    (result,) = tune.Tuner.restore(str(finished), train_driver_fn).get_results()
    assert step_of(result.get_best_checkpoint("step", "min")) == 0
    assert step_of(result.checkpoint) == 1


@pytest.mark.promise("`Tuner.restore`, also of a moved experiment")
def test_moved_experiment_has_its_checkpoints(finished: Path, tmp_path: Path) -> None:
    moved = finished.rename(tmp_path / "elsewhere")
    try:
        (result,) = tune.Tuner.restore(str(moved), train_driver_fn).get_results()
        assert Path(result.checkpoint.path).is_relative_to(moved)
        assert step_of(result.checkpoint) == 1
    finally:
        moved.rename(finished)


@pytest.mark.promise("`Tuner.restore`, also of a moved experiment")
def test_resumed_in_another_place_goes_on_from_the_checkpoint(tmp_path: Path) -> None:
    def fail_on_first_attempt(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        if checkpoint is None:
            train_loop({"steps": 1})
            raise RuntimeError("first attempt")
        train.report({"step": 1 + step_of(checkpoint)})

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(fail_on_first_attempt),
            scaling_config=ScalingConfig(),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    storage = tmp_path / "here"
    run_config = tune.RunConfig(name="sweep", storage_path=str(storage), verbose=0)
    assert tune.Tuner(driver, run_config=run_config).fit().errors
    moved = storage.rename(tmp_path / "there") / "sweep"
    (result,) = tune.Tuner.restore(str(moved), driver, resume_errored=True).fit()
    assert result.metrics["step"] == 1
    assert result.metrics["training_iteration"] == 2
    assert not storage.exists()


@pytest.mark.promise("a driver function runs alone, in a task too")
def test_driver_function_runs_alone(tmp_path: Path) -> None:
    config = {"train_loop_config": {"lr": 1.0, "steps": 1, "fail_at": None}}
    code = f"import small_sweep; small_sweep.trainable(workers=1)({config})"
    env = {**os.environ, "HOME": str(tmp_path)}  # where Train stores by default
    here = Path(__file__).parent  # workers import small_sweep from where the script runs
    subprocess.run([sys.executable, "-c", code], cwd=here, env=env, check=True, timeout=400)
    (run,) = (tmp_path / "ray_results").iterdir()
    assert len(list(run.glob("checkpoint_*/"))) == 1


@pytest.mark.promise("a driver function runs alone, in a task too")
def test_driver_function_runs_alone_in_a_task(tmp_path: Path) -> None:
    home = {"env_vars": {"HOME": str(tmp_path)}}  # where Train stores by default
    task = ray.remote(train_driver_fn).options(num_cpus=1, runtime_env=home)
    ray.get(task.remote({"train_loop_config": {"steps": 1}}))
    (run,) = (tmp_path / "ray_results").iterdir()
    assert len(list(run.glob("checkpoint_*/"))) == 1


@pytest.fixture
def too_large() -> ScalingConfig:
    """Workers of which only one trial's fit: as many drivers as trials would leave no room."""
    return ScalingConfig(num_workers=3, resources_per_worker={"CPU": 2})


@pytest.mark.promise("no deadlock where few trials fit")
@pytest.mark.parametrize("limit", ["count", "resources"])
def test_drivers_leave_room_for_workers(
    too_large: ScalingConfig, tmp_path: Path, limit: str
) -> None:
    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            train_loop,
            train_loop_config={"steps": 1},
            scaling_config=too_large,
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    counted = limit == "count"
    results = tune.Tuner(
        driver if counted else tune.with_resources(driver, trial_resources(too_large)),
        tune_config=tune.TuneConfig(
            num_samples=3,
            max_concurrent_trials=max_concurrent_trials(too_large) if counted else None,
        ),
        run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0),
    ).fit()
    assert [result.metrics["step"] for result in results] == [0, 0, 0]


def test_counts_what_the_cluster_has(too_large: ScalingConfig) -> None:
    assert max_concurrent_trials() == 4
    assert max_concurrent_trials(ScalingConfig(num_workers=2)) == 2
    assert max_concurrent_trials(ScalingConfig(num_workers=2), too_large) == 1
    assert max_concurrent_trials(ScalingConfig(num_workers=100)) == 1
    assert max_concurrent_trials(ScalingConfig(num_workers=1), driver_resources={"CPU": 0.25}) == 6


def test_counts_the_nodes_that_a_label_selector_chooses(caplog: pytest.LogCaptureFixture) -> None:
    (node,) = ray.nodes()  # type: ignore[no-untyped-call]
    ((label, value),) = node["Labels"].items()
    here = ScalingConfig(num_workers=3, label_selector={label: f"in({value}, other)"})
    assert max_concurrent_trials(here) == 2
    assert not [line for line in caplog.messages if "have no room for one trial" in line]
    elsewhere = ScalingConfig(num_workers=3, label_selector={label: f"!{value}"})
    assert max_concurrent_trials(elsewhere) == 1
    assert "3 workers of {'CPU': 1} each on the nodes of their label_selector" in caplog.text


def test_says_where_not_even_one_trial_has_room(caplog: pytest.LogCaptureFixture) -> None:
    assert max_concurrent_trials(ScalingConfig(num_workers=7)) == 1
    assert max_concurrent_trials(ScalingConfig(num_workers=2), ScalingConfig(num_workers=8)) == 1
    # Once, for the second of them; what Ray says of itself is beside it.
    (said,) = [line for line in caplog.messages if "have no room for one trial" in line]
    assert "takes {'CPU': 1} beside its 8 workers of {'CPU': 1} each" in said
    assert 'trial_resources(ScalingConfig(...), driver_resources={"CPU": 0})' in said


@pytest.mark.parametrize(
    "scaling",
    [
        {},
        {"num_workers": 3, "trainer_resources": {"CPU": 2}},
        {"num_workers": 2, "trainer_resources": {"CPU": 0}},
        {"num_workers": 2, "trainer_resources": {"CPU": 1, "on_demand": 0.01}},
        {"num_workers": 2, "use_gpu": True, "placement_strategy": "SPREAD"},
        {"num_workers": 2, "resources_per_worker": {"CPU": 0.5, "GPU": 0, "disk": 3}},
    ],
)
def test_reserves_what_train_v1_did(scaling: dict[str, Any]) -> None:
    v1 = ScalingConfigV1(**scaling).as_placement_group_factory()
    of_workers = {key: value for key, value in scaling.items() if key != "trainer_resources"}
    resources = trial_resources(ScalingConfig(**of_workers), scaling.get("trainer_resources"))
    assert resources({}) == v1
    assert trial_resources()({"scaling_config": scaling}) == v1  # as Tune has a swept one
    assert trial_resources()({"scaling_config": ScalingConfig(**of_workers)}) == (
        ScalingConfigV1(**of_workers).as_placement_group_factory()
    )


def share(resources: PlacementGroupFactory) -> tuple[dict[str, float], float]:
    """What the driver function of a trial holds, and which part of the cluster it stands for."""
    driver, head = [{}, *resources.bundles][-2:]
    ((name, part),) = head.items()
    assert name.startswith("node:")
    assert name != "node:__internal_head__"  # Train places actors of its own by that one
    return driver, part


def test_counts_trials_whose_workers_it_cannot_reserve() -> None:
    waiting = {"memory": 256 * 1024**2}
    two = ScalingConfig(num_workers=2)
    assert share(trial_resources(two, max_concurrent=40)({})) == (waiting, 1 / 40)
    assert share(trial_resources(two, max_concurrent=3)({})) == (waiting, 0.3333)


def test_counts_trials_whose_workers_a_label_selector_places() -> None:
    waiting = {"memory": 256 * 1024**2}
    (node,) = ray.nodes()  # type: ignore[no-untyped-call]
    chosen = ScalingConfig(num_workers=2, label_selector=node["Labels"])
    assert share(trial_resources(chosen)({})) == (waiting, 3 / 8)
    assert share(trial_resources(chosen, {"CPU": 2})({})) == (waiting, 4 / 8)
    assert share(trial_resources(chosen, {"CPU": 0})({})) == (waiting, 2 / 8)


@pytest.mark.promise("no deadlock where few trials fit")
def test_what_a_trial_has_reserved_serves_all_of_its_runs(tmp_path: Path) -> None:
    scaling_config = ScalingConfig(num_workers=3)

    def loop(config: dict[str, Any]) -> None:
        failed = tmp_path / f"failed-{train.get_context().get_world_rank()}"
        if not failed.exists():
            failed.touch()
            raise ValueError("the first time")
        train_loop({"steps": 1})

    def driver(config: dict[str, Any]) -> None:
        for _ in range(2):
            DataParallelTrainer(
                loop,
                scaling_config=scaling_config,
                run_config=RunConfig(
                    **trial_run(),
                    callbacks=[TuneReportCallback()],
                    failure_config=FailureConfig(max_failures=3),
                ),
            ).fit()

    # It takes half of the cluster's 8 CPUs, so that there is no room for a second group of workers
    # beside another trial.
    results = tune.Tuner(
        tune.with_resources(driver, trial_resources(scaling_config)),
        tune_config=tune.TuneConfig(num_samples=2),
        run_config=tune.RunConfig(storage_path=str(tmp_path / "results"), verbose=0),
    ).fit()
    assert [result.metrics and result.metrics["training_iteration"] for result in results] == [2, 2]


@pytest.mark.promise("no deadlock where few trials fit")
def test_trainers_of_less_run_where_the_trial_has_reserved_room_for_more(tmp_path: Path) -> None:
    def driver(config: dict[str, Any]) -> None:
        for scaling in ({"num_workers": 2}, {"resources_per_worker": {"CPU": 0.5}}):
            DataParallelTrainer(
                train_loop,
                train_loop_config={"steps": 1},
                scaling_config=ScalingConfig(**scaling),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            ).fit()

    # It takes all of the cluster's 8 CPUs.
    reserved = trial_resources(ScalingConfig(num_workers=2, resources_per_worker={"CPU": 3.5}))
    (result,) = tune.Tuner(
        tune.with_resources(driver, reserved),
        run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0),
    ).fit()
    assert result.metrics is not None
    assert result.metrics["training_iteration"] == 2


@pytest.mark.parametrize(
    "placed",
    [
        pytest.param(
            {"placement_strategy": "STRICT_PACK"},
            marks=pytest.mark.promise("no deadlock where few trials fit"),
        ),
        {"label_selector": True},  # of the newest releases only
    ],
    ids=str,
)
def test_workers_that_are_to_be_placed_otherwise_are(
    tmp_path: Path, placed: dict[str, Any]
) -> None:
    if "label_selector" in placed:
        (node,) = ray.nodes()  # type: ignore[no-untyped-call]
        placed = {"label_selector": node["Labels"]}

    def loop(config: dict[str, Any]) -> None:
        group = placement_group_table(get_current_placement_group())
        train.report({"bundles": [*group["bundles"].values()], "strategy": group["strategy"]})

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2, **placed),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    (result,) = tune.Tuner(
        tune.with_resources(driver, trial_resources(ScalingConfig(num_workers=2))),
        run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0),
    ).fit()
    assert result.metrics is not None
    assert result.metrics["bundles"] == [{"CPU": 1}] * 2
    assert result.metrics["strategy"] == placed.get("placement_strategy", "PACK")


def test_workers_that_take_something_else_wait_for_room_beside_it(tmp_path: Path) -> None:
    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            train_loop,
            train_loop_config={"steps": 1},
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    (result,) = tune.Tuner(
        tune.with_resources(driver, trial_resources(ScalingConfig(num_workers=1))),
        run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0),
    ).fit()
    assert result.metrics["step"] == 0


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_trial_that_takes_the_whole_cluster_runs(tmp_path: Path) -> None:
    scaling_config = ScalingConfig(resources_per_worker={"CPU": 7})
    trainer = DataParallelTrainer(
        train_loop, train_loop_config={"steps": 1}, scaling_config=scaling_config
    )
    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(driver_for(trainer), run_config=run_config).fit()
    assert result.metrics["step"] == 0


@pytest.mark.promise("`trial_info`")
def test_workers_know_their_trial(tmp_path: Path) -> None:
    def tell(config: dict[str, Any]) -> None:
        info = trial_info()
        assert info.trial_resources is not None
        train.report({**vars(info), "trial_resources": info.trial_resources.bundles})

    trainer = DataParallelTrainer(
        tell,
        scaling_config=ScalingConfig(num_workers=2),
    )
    run_config = tune.RunConfig(name="sweep", storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(driver_for(trainer), run_config=run_config).fit()
    assert result.metrics["trial_name"] == f"train_driver_fn_{result.metrics['trial_id']}"
    assert result.metrics["trial_dir"] == result.path
    assert result.metrics["experiment_name"] == "sweep"
    assert result.metrics["trial_resources"] == [{"CPU": 2}, {"CPU": 1}]


@pytest.mark.promise("no deadlock where few trials fit")
@pytest.mark.parametrize("limit", [None, 2])
def test_tasks_of_workers_have_the_cpu_that_no_driver_holds(
    tmp_path: Path, limit: int | None
) -> None:
    @ray.remote
    def task(step: int) -> int:
        return step + 1

    @ray.remote
    class Actor:
        def after(self, step: int) -> int:
            return step + 2

    def loop(config: dict[str, Any]) -> None:
        actor: Any = Actor.remote()  # type: ignore[attr-defined]
        answers = [task.remote(0), actor.after.remote(0)]  # type: ignore[call-arg]
        train.report({"answers": ray.get(answers, timeout=120)})

    # Two trials take all of the cluster's 8 CPUs.
    scaling_config = ScalingConfig(num_workers=3)
    trainer = DataParallelTrainer(loop, scaling_config=scaling_config)
    results = tune.Tuner(
        tune.with_resources(
            driver_for(trainer), trial_resources(scaling_config, max_concurrent=limit)
        ),
        tune_config=tune.TuneConfig(num_samples=3),
        run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0),
    ).fit()
    assert [result.metrics and result.metrics["answers"] for result in results] == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("limit", "options"), [(None, {}), (None, {"num_cpus": 2}), (1, {})], ids=str
)
def test_a_validation_has_a_place(
    tmp_path: Path, limit: int | None, options: dict[str, Any]
) -> None:
    from ray.train import ValidationConfig  # of the newest releases only

    def validate(checkpoint: Checkpoint) -> dict[str, Any]:
        return {"validated": step_of(checkpoint)}

    def loop(config: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "state.json").write_text(json.dumps({"step": 5}))
            checkpoint = Checkpoint.from_directory(directory)
            train.report({"step": 5}, checkpoint=checkpoint, validation=True)

    found = tmp_path / "found"

    def driver(config: dict[str, Any]) -> None:
        result = DataParallelTrainer(
            loop,
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            validation_config=ValidationConfig(fn=validate, ray_remote_kwargs=options),
        ).fit()
        found.write_text(json.dumps([metrics for _, metrics in result.best_checkpoints]))

    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    trainable = tune.with_resources(driver, trial_resources(ScalingConfig(), max_concurrent=limit))
    (result,) = tune.Tuner(trainable, run_config=run_config).fit()
    assert result.error is None
    assert json.loads(found.read_text()) == [{"step": 5, "validated": 5}]
    assert result.metrics is not None
    assert "validated" not in result.metrics


@pytest.mark.promise("nothing is left running after a trial is stopped early, or killed")
def test_nothing_is_left_running(tmp_path: Path) -> None:
    run_config = tune.RunConfig(
        storage_path=str(tmp_path), verbose=0, stop={"training_iteration": 1}
    )
    space = {"train_loop_config": {"steps": 100}}
    before = actors(ALIVE)  # Ray never ends some of those of runs that were killed
    tune.Tuner(train_driver_fn, param_space=space, run_config=run_config).fit()
    assert_nothing_is_left(before)


@pytest.mark.promise("nothing is left running after a trial is stopped early, or killed")
def test_nothing_is_left_of_a_killed_trial(tmp_path: Path) -> None:
    def kill(config: dict[str, Any]) -> None:
        train.report({"step": 0})
        os.kill(config["trial"], signal.SIGKILL)
        time.sleep(600)

    def driver(config: dict[str, Any]) -> None:
        run_config = RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
        trainer = DataParallelTrainer(
            kill,
            train_loop_config={"trial": os.getpid()},
            scaling_config=ScalingConfig(num_workers=1),
            run_config=run_config,
        )
        trainer.fit()

    before = actors(ALIVE)
    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is not None
    assert result.metrics["step"] == 0
    assert_nothing_is_left(before)


def assert_nothing_is_left(before: Mapping[str, str]) -> None:
    """All but the actors from before ends soon, and holds no resources."""
    deadline = time.monotonic() + 30
    while ray.available_resources().get("CPU") != 8 and time.monotonic() < deadline:
        time.sleep(0.2)
    groups: dict[str, dict[str, Any]] = placement_group_table()
    assert {group["state"] for group in groups.values()} == {"REMOVED"}
    assert ray.available_resources()["CPU"] == 8
    while (left := _new(before)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []


def _new(before: Mapping[str, str]) -> list[str]:
    """The classes of the actors that run now; the one that cleans up may run already."""
    now = actors(ALIVE).items()
    return [name for actor, name in now if actor not in before or name == "Cleaner"]


@pytest.mark.promise("nothing is left running after a trial is stopped early, or killed")
def test_one_actor_cleans_up_behind_all_trials(tmp_path: Path) -> None:
    assert _ray.HEAD_NODE in ray.cluster_resources()
    before = actors()
    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    space = {"train_loop_config": {"steps": tune.grid_search([1, 2, 3])}}
    tune.Tuner(train_driver_fn, param_space=space, run_config=run_config).fit()
    names = [name for actor, name in actors().items() if actor not in before]
    assert names.count("TrainController") == 3
    assert "PlacementGroupCleaner" not in names
    assert [*actors(ALIVE).values()].count("Cleaner") == 1


def test_runs_without_the_callback_have_the_cleaner_of_train(tmp_path: Path) -> None:
    def driver(config: dict[str, Any]) -> None:
        TuneReportCallback()
        run_config = train.RunConfig(storage_path=str(tmp_path), name="other")
        DataParallelTrainer(step, run_config=run_config).fit()

    def step() -> None:
        train.report({"step": 0})

    before = actors()
    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    tune.Tuner(driver, run_config=run_config).fit()
    names = [name for actor, name in actors().items() if actor not in before]
    of_train = ["PlacementGroupCleaner"] if _ray.RELEASE >= (2, 53) else []
    assert [name for name in names if "Cleaner" in name] == of_train


ALIVE = frozenset({"ALIVE"})


def actors(states: frozenset[str] = frozenset()) -> dict[str, str]:
    """The classes of all actors, or of those in some states, by the actors' ids.

    But for the one that Ray starts for a cluster, once and for all.
    """
    return {
        name: actor["ActorClassName"]
        for name, actor in state.actors().items()
        if (not states or actor["State"] in states)
        and actor["ActorClassName"] != "_AutoscalingCoordinatorActor"
    }


def test_one_callback_for_two_runs_hears_nobody_else(tmp_path: Path) -> None:
    def driver(config: dict[str, Any]) -> None:
        callback = TuneReportCallback()
        address = callback._address
        assert address is not None
        for steps in (1, 2):
            with Client(("127.0.0.1", address.port)) as stranger:
                stranger.send_bytes(b"not the token")
            DataParallelTrainer(
                train_loop,
                # Train V1 left a metric of this name as it was.
                train_loop_config={"steps": steps, "metrics": {"checkpoint_path": "mine"}},
                run_config=RunConfig(**trial_run(), callbacks=[callback]),
            ).fit()

    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert result.metrics_dataframe is not None
    assert result.metrics_dataframe["step"].tolist() == [0, 0, 1]
    assert result.metrics_dataframe["checkpoint_path"].tolist() == ["mine"] * 3


def plain_loop(config: dict[str, Any]) -> None:
    for step in range(config["steps"]):
        if step == config.get("fails_at"):
            raise ValueError("the third step")
        train.report({"step": step})


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_a_run_as_a_trial_stops_and_keeps_metrics_without_a_checkpoint(tmp_path: Path) -> None:
    run_config = train_run_config(
        tune.RunConfig(
            name="one", storage_path=str(tmp_path), stop={"training_iteration": 2}, verbose=0
        )
    )
    trainer: Any = DataParallelTrainer(
        plain_loop, train_loop_config={"steps": 4}, run_config=run_config
    )
    result = fit_as_trial(trainer)
    assert result.checkpoint is None
    assert result.metrics is not None
    assert result.metrics_dataframe is not None
    assert result.metrics_dataframe["step"].tolist() == [0, 1]
    assert result.config == {"train_loop_config": {"steps": 4}}
    assert Path(result.path).parent == tmp_path / "one"


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_a_run_as_a_trial_raises_what_a_run_raises(tmp_path: Path) -> None:
    trainer = DataParallelTrainer(
        plain_loop,
        train_loop_config={"steps": 4, "fails_at": 2},
        run_config=RunConfig(storage_path=str(tmp_path)),
    )
    with pytest.raises(TrainingFailedError, match="files are in") as failed:
        fit_as_trial(trainer)
    cause = failed.value.__cause__
    assert isinstance(cause, RayTaskError)
    assert isinstance(cause, ValueError)  # what the train loop raises
    assert str(cause.cause) == "the third step"
    assert "Train" in str(cause)  # and what Train says of it


def test_only_a_trainer_runs_as_a_trial() -> None:
    with pytest.raises(TypeError, match="needs a trainer of Ray Train V2, but got function"):
        fit_as_trial(plain_loop)
