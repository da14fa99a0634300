"""What Tune took up to Ray 2.9, and raises for now, is reported."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest
import ray.tune
from migrating import check_finding, check_unchanged, migrated
from ray.train import constants
from ray.tune.tune import run

from raytune_migrate import ray_api


@pytest.mark.parametrize("name", ray_api.STUBS)
def test_ray_has_a_stub_that_raises(name: str) -> None:
    package, _, last = name.rpartition(".")
    stub = getattr(importlib.import_module(package), last)
    with pytest.raises(DeprecationWarning):
        stub({"loss": "eval-logloss"})


@pytest.mark.parametrize("variable", ray_api.GONE_VARIABLES)
def test_tune_raises_where_it_is_set(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "/runs")
    with pytest.raises(DeprecationWarning, match=variable):
        run(print)


@pytest.mark.parametrize("variable", ray_api.IDLE_VARIABLES)
def test_train_v1_alone_reads_it(variable: str) -> None:
    assert variable in constants.TRAIN_ENV_VARS
    name = next(one for one, value in vars(constants).items() if value == variable)
    files = Path(ray.train.__path__[0]).rglob("*.py")
    reading = {one for one in files if name in one.read_text()}
    assert {one.name for one in reading} == {"backend_executor.py", "constants.py"}


def test_ray_refuses_its_local_mode() -> None:
    with pytest.raises(RuntimeError, match=ray_api.LOCAL_MODE):
        ray.init(**{ray_api.LOCAL_MODE: True})


@pytest.mark.parametrize("value", ray_api.GONE_RESUMES)
def test_tune_raises_for_a_resume(value: str) -> None:
    with pytest.raises(DeprecationWarning, match=value):
        ray.tune.tune._build_resume_config_from_legacy_config(value)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        (name, argument)
        for name, gone in sorted(ray_api.GONE_ARGUMENTS.items())
        for argument in sorted(gone)
        if not name.startswith("ray.tune.search.")
        and argument not in ("chdir_to_trial_dir", "local_dir")  # which raise, or do nothing
    ],
)
def test_ray_does_not_take_an_argument(name: str, argument: str) -> None:
    package, _, last = name.rpartition(".")
    called = getattr(importlib.import_module(package), last)
    assert argument not in inspect.signature(called).parameters


def test_what_is_still_taken() -> None:
    check_unchanged(
        """\
        import os

        from ray import tune
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback

        from project import objective

        os.environ["TUNE_DISABLE_AUTO_CALLBACK_LOGGERS"] = "1"
        os.environ["TUNE_RESULT_DIR"] = ""
        callback = TuneReportCheckpointCallback({"loss": "eval-logloss"}, frequency=0)
        tune.run(objective, resume="AUTO+ERRORED", callbacks=[])
        """
    )


@pytest.mark.parametrize(
    "started",
    [
        pytest.param("TorchTrainer(train_loop).fit(); ray.init(local_mode=False)", id="off"),
        pytest.param("TorchTrainer(train_loop).fit(); ray.init(local_mode=DEBUG)", id="unknown"),
        pytest.param('tune.Tuner("PPO").fit(); ray.init(local_mode=True)', id="no trainer"),
        pytest.param(
            "TorchTrainer(train_loop).fit(); project.init(local_mode=True)", id="another's"
        ),
    ],
)
def test_silent_where_no_trainer_is_in_local_mode(started: str) -> None:
    check_unchanged(
        f"""\
        import project
        import ray
        from project import DEBUG, train_loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        {started}
        """
    )


@pytest.mark.parametrize(
    "run",
    [
        "TorchTrainer(train_loop).fit()",
        "tune.Tuner(project.objective).fit(TorchTrainer(train_loop))",
    ],
)
def test_local_mode_beside_a_trainer(run: str) -> None:
    result = check_finding(
        f"""\
        import project
        import ray
        from project import train_loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        ray.init(num_cpus=2, local_mode=True)
        {run}
        """,
        (7, "RTM907"),
    )
    assert result.findings[0].message == (
        "From Ray 2.54 on ray.init() refuses local_mode. Leave it out: Ray's debugger stops at a"
        " breakpoint() in a worker."
    )


def test_local_mode_beside_a_sweep() -> None:
    result = migrated(
        """\
        import ray
        from project import train_loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        ray.init(local_mode=True)
        tune.Tuner(TorchTrainer(train_loop)).fit()
        """
    )
    assert [(one.place.line, one.code) for one in result.findings] == [(6, "RTM907")]


def test_callbacks_that_are_stubs() -> None:
    result = check_finding(
        """\
        import xgboost
        from ray import tune
        from ray.tune.integration.xgboost import TuneReportCallback

        from project import data


        def objective(config):
            xgboost.train(config, data(), callbacks=[TuneReportCallback({"loss": "eval-logloss"})])


        tune.Tuner(objective, param_space={"eta": tune.uniform(0, 1)}).fit()
        """,
        (9, "RTM907"),
    )
    assert result.findings[0].advice == (
        "Use TuneReportCheckpointCallback of ray.tune.integration.xgboost, with frequency=0 and"
        " checkpoint_at_end=False."
    )


def test_variables_that_tune_raises_for() -> None:
    check_finding(
        """\
        import os

        import ray
        from ray import tune

        from project import objective

        os.environ["TUNE_RESULT_DIR"] = "/runs"
        ray.init(runtime_env={"env_vars": {"RAY_AIR_LOCAL_CACHE_DIR": "/cache"}})
        tune.Tuner(objective).fit()
        """,
        (8, "RTM907"),
        (9, "RTM907"),
    )


def test_variables_that_train_v1_alone_reads() -> None:
    source = """\
        import os

        import ray
        from ray.train.torch import TorchTrainer

        from project import train_loop

        os.environ["TRAIN_ENABLE_WORKER_SPREAD"] = "1"
        ray.init(runtime_env={"env_vars": {"TRAIN_PLACEMENT_GROUP_TIMEOUT_S": "600"}})
        TorchTrainer(train_loop).fit()
        """
    result = check_finding(source, (8, "RTM907"), (9, "RTM907"))
    assert result.findings[0].message == (
        "Train V2 makes nothing of TRAIN_ENABLE_WORKER_SPREAD."
        ' Give the ScalingConfig placement_strategy="SPREAD" instead.'
    )
    check_unchanged(source.replace('= "1"', '= "0"').replace('"600"', '""'))
    check_unchanged(source.replace("        TorchTrainer(train_loop).fit()\n", ""))


def test_how_runs_were_resumed() -> None:
    result = check_finding(
        """\
        from ray import tune

        from project import objective

        RESUME = "LOCAL"
        tune.run(objective, name="a", resume="ERRORED_ONLY")
        tune.run(objective, name="a", resume=RESUME)
        """,
        (6, "RTM904"),
        (7, "RTM904"),
    )
    assert result.findings[1].advice == 'Give it "AUTO", or True.'


def test_arguments_of_old() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import prepare_model

        from project import model, objective


        def train_loop(config):
            prepare_model(model(), ddp_kwargs={"find_unused_parameters": True})


        tune.run(objective, server_port=4321, loggers=None)
        tune.run_experiments(
            tune.Experiment("a", objective, local_dir="/runs", keep_checkpoints_num=2),
            trial_executor=None,
        )
        tune.ExperimentAnalysis("/runs/a", sync_config=None)
        """,
        (8, "RTM904"),
        (11, "RTM904"),
        (11, "RTM904"),
        (13, "RTM904"),
        (13, "RTM904"),
        (14, "RTM904"),
        (16, "RTM904"),
    )


def test_arguments_in_a_dict() -> None:
    """A new name is written for none of these: others may read the dict."""
    result = check_finding(
        """\
        from ray import tune

        from project import objective

        common = {"local_dir": "/runs", "name": "a"}
        tune.run(objective, **common)
        tune.run(objective, **dict(server_port=4321))
        tune.Tuner(objective, run_config=tune.RunConfig(**common)).fit()
        tune.Tuner(objective, run_config=tune.RunConfig(**{"storage_path": "/runs"})).fit()
        """,
        (5, "RTM904"),
        (5, "RTM904"),
        (7, "RTM904"),
    )
    assert [(one.reason, one.advice) for one in result.findings[:2]] == [
        ("tune.run takes no local_dir any more.", "Give it as storage_path."),
        ("tune.RunConfig takes no local_dir any more.", "Give it as storage_path."),
    ]


def test_arguments_of_ray_1() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.tune.search.ax import AxSearch

        from project import objective

        tune.run(
            objective,
            queue_trials=True,
            ray_auto_init=False,
            upload_dir="s3://runs",
            sync_to_cloud=None,
            search_alg=AxSearch(max_concurrent=2),
        )
        tune.run_experiments({"a": {"run": objective}}, with_server=True)
        tune.Experiment("a", objective, loggers=[], upload_dir="s3://runs")
        """,
        *((line, "RTM904") for line in (8, 9, 10, 11, 12, 14, 15, 15)),
    )
    assert result.findings[2].advice == "Give it as storage_path."


def test_arguments_of_schedulers_and_preprocessors() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.data.preprocessors import Concatenator
        from ray.tune.schedulers import AsyncHyperBandScheduler
        from ray.tune.schedulers.pbt import PopulationBasedTraining

        from project import objective

        Concatenator(exclude=["y"], output_column_name="x")
        tune.run(objective, scheduler=AsyncHyperBandScheduler(reward_attr="accuracy"))
        tune.run(objective, scheduler=PopulationBasedTraining(reward_attr="accuracy"))
        tune.run(objective, scheduler=AsyncHyperBandScheduler(metric="accuracy", mode="max"))
        """,
        (8, "RTM904"),
        (9, "RTM904"),
        (10, "RTM904"),
    )


@pytest.mark.parametrize("called", ["run", "run_experiments", "Experiment"])
def test_tune_takes_them_no_longer(called: str) -> None:
    takes = inspect.signature(getattr(ray.tune, called)).parameters
    deprecated = {"chdir_to_trial_dir", "local_dir"}  # which it takes, and raises or is deaf for
    assert not takes.keys() & ray_api.GONE_ARGUMENTS[f"ray.tune.{called}"].keys() - deprecated
