"""``Tuner.restore`` gets the driver that its sweep was given, or one made at run time."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_stands, check_unchanged, migrated, said


def test_a_restore_with_a_function() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": 1}


        tuner = tune.Tuner.restore("/results", trainable=objective)
        """,
    )


def test_a_restore_with_a_driver() -> None:
    check_unchanged(
        """\
        from ray import tune
        from raytune_runtime import driver_for

        from .training import trainer

        tuner = tune.Tuner.restore("/results", driver_for(trainer))
        """,
    )


def test_a_restore_to_read_results() -> None:
    check_unchanged(
        """\
        from ray import tune


        def read(path, trainable):
            return tune.Tuner.restore(path, trainable=trainable).get_results()
        """,
    )


def test_restore_of_something_else() -> None:
    check_unchanged(
        """\
        from ray import tune

        from .training import saver, trainer

        saver.restore("/results", trainer)
        tune.ExperimentAnalysis("/results")
        """,
    )


def test_in_if_and_else_beside_a_tuner() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(path):
            trainer = TorchTrainer(loop, run_config=RunConfig(name="a"))
            if tune.Tuner.can_restore(path):
                # where it was left
                tuner = tune.Tuner.restore(path, trainable=trainer, resume_errored=True)
            else:
                tuner = tune.Tuner(
                    trainer,
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                )
            return tuner.fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(path):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            if tune.Tuner.can_restore(path):
                # where it was left
                # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
                tuner = tune.Tuner.restore(path, trainable=train_driver_fn, resume_errored=True)
            else:
                tuner = tune.Tuner(
                    train_driver_fn,
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                    run_config=tune.RunConfig(name="a"),
                )
            return tuner.fit()
        """,  # noqa: E501
        (14, "RTM102"),
    )


def test_alone() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tuner = tune.Tuner.restore(
            "/results",
            trainable=trainer,
        )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
        tuner = tune.Tuner.restore(
            "/results",
            trainable=driver_for(trainer),
        )
        """,  # noqa: E501
        (12, "RTM102"),
    )


def test_alone_by_place_and_built_in_the_call() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner.restore("/results", TorchTrainer(loop, run_config=RunConfig(name="a")))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
        tuner = tune.Tuner.restore(
            "/results", driver_for(TorchTrainer(loop, run_config=RunConfig(name="a")))
        )
        """,  # noqa: E501
        (10, "RTM102"),
    )


def test_with_a_parameter() -> None:
    check_migrated(
        """\
        from ray import tune


        def resume(path, trainer):
            return tune.Tuner.restore(path, trainer)
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for


        def resume(path, trainer):
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            return tune.Tuner.restore(path, driver_for(trainer))
        """,  # noqa: E501
        (5, "RTM102"),
    )


def test_with_a_factory() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop)


        def sweep(path):
            if path:
                return tune.Tuner.restore(path, trainable=build())
            return tune.Tuner(build())
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop)


        def sweep(path):
            if path:
                # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
                return tune.Tuner.restore(path, trainable=driver_for(build()))
            return tune.Tuner(driver_for(build()))
        """,  # noqa: E501
        (15, "RTM102"),
    )


def test_on_an_instance_that_keeps_its_name() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(path):
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            restored = tuner.restore(path, trainable=trainer)
            return restored.fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(path):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            restored = tuner.restore(path, trainable=train_driver_fn)
            return restored.fit()
        """,  # noqa: E501
        (12, "RTM102"),
    )


def test_in_another_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)


        def start():
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))


        def resume(path):
            return tune.Tuner.restore(path, trainer)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        def start():
            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        def resume(path):
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            return tune.Tuner.restore(path, train_driver_fn)
        """,  # noqa: E501
        (17, "RTM102"),
    )


def test_a_trainer_that_is_also_fitted() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        trainer.fit()
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        again = tune.Tuner.restore("/results", trainer)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        trainer.fit()
        tuner = tune.Tuner(
            driver_for(trainer), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
        again = tune.Tuner.restore("/results", driver_for(trainer))
        """,  # noqa: E501
        (12, "RTM102"),
    )


def test_as_trainable() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tuner = tune.Tuner.restore("/results", trainable=trainer.as_trainable())
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
        tuner = tune.Tuner.restore("/results", trainable=driver_for(trainer))
        """,  # noqa: E501
        (10, "RTM102"),
    )


def test_with_a_space_and_a_written_driver() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(path):
            trainer = TorchTrainer(loop)
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            if path is not None:
                return tune.Tuner.restore(path, trainable=trainer, param_space=space)
            return tune.Tuner(
                trainer,
                param_space=space,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(path):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            if path is not None:
                # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
                return tune.Tuner.restore(path, trainable=train_driver_fn, param_space=space)
            return tune.Tuner(
                train_driver_fn,
                param_space=space,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,  # noqa: E501
        (13, "RTM102"),
    )


def test_a_restore_beside_sweeps_that_need_different_drivers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"a": {"b": 1}})
        one = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}, tune_config=ONE)
        two = tune.Tuner(
            trainer, param_space={"train_loop_config": {"a": {"c": 1}}}, tune_config=ONE
        )
        back = tune.Tuner.restore("one", trainer)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"a": {"b": 1}})
        one = tune.Tuner(
            driver_for(trainer), param_space={"train_loop_config": {"lr": 1}}, tune_config=ONE
        )
        two = tune.Tuner(
            driver_for(trainer),
            param_space={"train_loop_config": {"a": {"c": 1}}},
            tune_config=ONE,
        )
        # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
        back = tune.Tuner.restore("one", driver_for(trainer))
        """,  # noqa: E501
        (17, "RTM102"),
    )


def test_a_restore_with_keywords_in_a_dict() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def back(path):
            trainer = TorchTrainer(loop)
            return tune.Tuner.restore(**{"path": path, "trainable": trainer})
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def back(path):
            trainer = TorchTrainer(loop)
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            return tune.Tuner.restore(**{"path": path, "trainable": driver_for(trainer)})
        """,  # noqa: E501
        (14, "RTM102"),
    )


def test_a_restore_of_a_sweep_that_stays() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": config["lr"]})


        trainer = TorchTrainer(loop)
        if tune.Tuner.can_restore("/results"):
            tuner = tune.Tuner.restore("/results", trainable=trainer)
        else:
            tuner = tune.Tuner(
                trainer, param_space={"run_config": train.RunConfig(name="sweep")}
            )
        """,
        (11, "RTM102"),
        (14, "RTM903"),
    )


def test_a_run_of_a_trainer_that_goes_on() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(resume):
            trainable = TorchTrainer(loop).as_trainable()
            tune.run(trainable, name="lr", resume=None)
            tune.run(trainable, name="lr", resume=False)
            tune.run(trainable, name="lr", resume="AUTO")
            tune.run(trainable, name="lr", resume=resume)
            tune.run(objective, name="lr", resume="AUTO")


        def objective(config):
            return {"score": 1}
        """
    )
    assert said(result) == [(13, "RTM102"), (14, "RTM102")]
    check_stands(result)


_OWN = """\
import tempfile
from pathlib import Path

from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer

from project import train_loop


def sweep(folder, trainer):
    return tune.Tuner(trainer, run_config=RunConfig(name="a", storage_path=str(folder)))


{test}
"""


@pytest.mark.parametrize(
    "test",
    [
        """\
def test_restore(tmp_path):
    trainer = TorchTrainer(train_loop)
    sweep(tmp_path, trainer).fit()
    tune.Tuner.restore(str(tmp_path / "a"), trainable=trainer).fit()""",
        """\
def test_restore():
    trainer = TorchTrainer(train_loop)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/runs"
        sweep(path, trainer).fit()
        tune.Tuner.restore(path + "/a", trainer).fit()""",
        """\
def test_restore():
    trainer = TorchTrainer(train_loop)
    folder = Path(tempfile.mkdtemp())
    sweep(folder, trainer).fit()
    tune.Tuner.restore(path=folder / "a", trainable=trainer).fit()""",
        """\
trainer = TorchTrainer(train_loop)
results = sweep("/results", trainer).fit()
path = results.experiment_path
tune.Tuner.restore(path, trainable=trainer).fit()""",
    ],
)
def test_a_restore_of_what_the_same_code_has_written(test: str) -> None:
    result = migrated(_OWN.format(test=test))
    assert said(result) == []
    assert "driver_for" in result.after or "train_driver_fn" in result.after


@pytest.mark.parametrize(
    "test",
    [
        """\
def test_restore(tmp_path):
    trainer = TorchTrainer(train_loop)
    shutil.copytree("data/old", tmp_path / "a")
    tune.Tuner.restore(str(tmp_path / "a"), trainable=trainer).fit()""",
        """\
def restore(tmp_path):
    trainer = TorchTrainer(train_loop)
    sweep(tmp_path, trainer).fit()
    tune.Tuner.restore(str(tmp_path / "a"), trainable=trainer).fit()""",
        """\
def test_restore(folder):
    trainer = TorchTrainer(train_loop)
    sweep(folder, trainer).fit()
    tune.Tuner.restore(str(folder / "a"), trainable=trainer).fit()""",
    ],
)
def test_a_restore_of_what_may_be_older(test: str) -> None:
    assert [code for _, code in said(migrated(_OWN.format(test=test)))] == ["RTM102"]
