"""Methods and attributes that trainers have no longer."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_finding, check_unchanged, migrated, said
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

from raytune_migrate import ray_api


def _loop() -> None: ...


@pytest.mark.parametrize("name", ray_api.TRAINER_ATTRIBUTES)
def test_ray_does_not_have_it(name: str) -> None:
    trainer = TorchTrainer(_loop, scaling_config=ScalingConfig(), run_config=RunConfig(name="a"))
    assert not hasattr(trainer, name)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            trainer = TorchTrainer(print)
            print(trainer.train_loop_config, trainer.run_config, trainer.datasets)
            trainer.fit()
            """,
            id="what they still have",
        ),
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer


            class Mine(TorchTrainer):
                @classmethod
                def restore(cls, path): ...


            Mine.restore("a")
            """,
            id="a method of its own",
        ),
        pytest.param(
            """\
            from mine import TorchTrainer

            trainer = TorchTrainer(print)
            trainer.setup()
            TorchTrainer.restore("a")
            """,
            id="another package",
        ),
        pytest.param(
            """\
            def run(trainer):
                trainer.setup()
                return trainer.metadata
            """,
            id="a trainer of which nothing is known",
        ),
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer
            from mine import Trainer

            def run(ours):
                trainer = TorchTrainer(print) if ours else Trainer()
                trainer.setup()
                return trainer.fit()
            """,
            id="a trainer that may be another",
        ),
        pytest.param(
            """\
            from ray import tune

            tune.Tuner.restore("a", trainable=print).fit()
            """,
            id="the restore of a Tuner",
        ),
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            class Mine(TorchTrainer):
                def prepare(self): ...

            Mine(print).prepare()
            """,
            id="a class of one's own",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(source)


def test_a_trainable_that_a_sweep_is_given() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config): ...


        trainable = TorchTrainer(loop).as_trainable()
        tune.run(trainable)
        """
    )
    assert said(result) == []


def test_restores() -> None:
    check_finding(
        """\
        from ray.train.base_trainer import BaseTrainer
        from ray.train.torch import TorchTrainer


        def loop(config): ...


        if TorchTrainer.can_restore("a"):
            trainer = TorchTrainer.restore("a", train_loop_per_worker=loop)
        else:
            trainer = TorchTrainer(loop)
        trainer.fit()
        BaseTrainer.restore("a")
        """,
        (8, "RTM106"),
        (9, "RTM106"),
        (13, "RTM106"),
    )


def test_restores_of_a_class_that_derives_from_a_trainer() -> None:
    check_finding(
        """\
        from ray.train.torch import TorchTrainer


        class Mine(TorchTrainer):
            pass


        trainer = Mine.restore("a") if Mine.can_restore("a") else Mine(print)
        """,
        (8, "RTM106"),
        (8, "RTM106"),
    )


def test_methods_and_attributes() -> None:
    source = """\
        from ray.train.torch import TorchTrainer


        class Job:
            def __init__(self):
                self.trainer = TorchTrainer(print)

            def run(self):
                self.trainer.setup()
                self.trainer.preprocess_datasets()
                print(self.trainer._train_loop_config, self.trainer.metadata)
                return self.trainer.as_trainable()
        """
    result = check_finding(source, *((line, "RTM907") for line in (9, 10, 11, 11, 12)))
    assert result.findings[0].reason == "A TorchTrainer of Train V2 has no setup."
    assert "It is train_loop_config there." in {one.advice for one in result.findings}


def test_a_module_that_stays_on_train_v1() -> None:
    check_finding(
        dedent(
            """\
            import os

            os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

            from ray.train.torch import TorchTrainer

            TorchTrainer.restore("a").fit()
            """
        ),
        (3, "RTM906"),
    )


def test_fields_of_a_trainers_run_config_that_are_tunes() -> None:
    result = check_finding(
        """\
        import pytest
        from ray.train.torch import TorchTrainer


        def loop(config): ...


        trainer = TorchTrainer(loop)
        print(trainer.run_config.name, trainer.run_config.stop)


        def test_of_a_fixture(trainer, tuner):
            assert trainer.run_config.verbose == 1
            assert tuner.run_config.stop == {"loss": 1}
        """,
        (9, "RTM907"),
        (13, "RTM907"),
    )
    assert result.findings[0].message == (
        "The RunConfig of a trainer of Train V2 has no stop. Take it from raytune_runtime's"
        " tune_run_config(trainer), which has what the trainer was given; a Tuner must be given"
        " what is changed."
    )


@pytest.mark.parametrize(
    ("put", "codes"),
    [
        ("print(trainer.run_config.callbacks)", []),
        ("trainer.run_config.callbacks = [Mine()]", []),
        ("trainer.run_config.callbacks.append(TuneReportCallback())", []),
        ("tuner.run_config.callbacks = [CSVLoggerCallback()]", []),
        ("trainer.run_config.callbacks = [CSVLoggerCallback()]", ["RTM907"]),
        ("trainer.run_config.callbacks += [Mine(), CSVLoggerCallback()]", ["RTM907"]),
        ("trainer.run_config.callbacks.append(CSVLoggerCallback())", ["RTM907"]),
    ],
)
def test_callbacks_of_tune_in_a_trainers_run_config(put: str, codes: list[str]) -> None:
    result = migrated(
        f"""\
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from ray.tune.logger import CSVLoggerCallback

        from project import Mine, loop, tuner

        trainer = TorchTrainer(loop)
        {put}
        print(Mine, CSVLoggerCallback, TuneReportCallback, tuner)
        trainer.fit()
        """
    )
    assert [one.code for one in result.findings] == codes
    assert result.after == result.before


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("comet_ray_train_logger(tuner)", []),
        ("comet_ray_train_logger()", []),
        ("Mine.comet_ray_train_logger(trainer)", []),
        ("comet_ray_train_logger(trainer)", ["RTM907"]),
        ('comet_ray_train_logger(tags=["a"], trainer=trainer)', ["RTM907"]),
    ],
)
def test_functions_that_put_a_callback_of_tune_there(call: str, codes: list[str]) -> None:
    result = migrated(
        f"""\
        from comet_ml.integration.ray import comet_ray_train_logger
        from ray.train.torch import TorchTrainer

        from project import Mine, loop, tuner

        trainer = TorchTrainer(loop)
        {call}
        print(Mine, comet_ray_train_logger, tuner)
        trainer.fit()
        """
    )
    assert [one.code for one in result.findings] == codes
    assert all(
        one.advice
        == "Give CometTrainLoggerCallback to the RunConfig where that is made, and run again."
        for one in result.findings
    )
    assert result.after == result.before
