"""Trainer classes of one's own, and those that raise where they are built."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            class Mine(TorchTrainer):
                def __init__(self, loop, **rest):
                    super().__init__(loop, **rest)

                def evaluate(self): ...
            """,
            id="nothing of Train V1 in it",
        ),
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            class Mine(TorchTrainer):
                def __init__(self, loop):
                    super().__init__(loop)
                    self.setup()

                def setup(self): ...
            """,
            id="a method that it calls itself",
        ),
        pytest.param(
            """\
            from mine.train.base_trainer import BaseTrainer

            class Mine(BaseTrainer):
                def training_loop(self): ...
            """,
            id="another package",
        ),
        pytest.param(
            """\
            try:
                from ray.train.trainer import BaseTrainer
            except ImportError:
                BaseTrainer = object

            class Mine(BaseTrainer):
                def training_loop(self): ...
            """,
            id="a base that may be another",
        ),
        pytest.param(
            """\
            from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

            class Mine(DataParallelTrainer): ...
            """,
            id="the base of Train V2",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(source)


def test_the_base_of_all_trainers() -> None:
    check_finding(
        """\
        from ray.train.base_trainer import BaseTrainer


        class Mine(BaseTrainer):
            def training_loop(self): ...


        def f(trainer: BaseTrainer):
            return isinstance(trainer, Mine)


        Mine().fit()
        """,
        (4, "RTM902"),
    )


def test_the_base_of_data_parallel_trainers() -> None:
    result = check_finding(
        """\
        from ray.train.data_parallel_trainer import DataParallelTrainer


        class Mine(DataParallelTrainer):
            def __init__(self, loop, **rest):
                super().__init__(loop, **rest)
        """,
        (4, "RTM902"),
    )
    assert "V1's DataParallelTrainer, which raises" in result.findings[0].reason


def test_methods_that_train_v2_never_calls() -> None:
    result = check_migrated(
        """\
        from ray.train.torch.torch_trainer import TorchTrainer


        class Mine(TorchTrainer):
            def setup(self):
                super().setup()

            def preprocess_datasets(self): ...
        """,
        """\
        from ray.train.torch import TorchTrainer


        # TODO(raytune-migrate): RTM902 Train V2 calls no setup and no preprocess_datasets of Mine. https://github.com/ray-project/ray/issues/49454
        class Mine(TorchTrainer):
            def setup(self):
                super().setup()

            def preprocess_datasets(self): ...
        """,
        (4, "RTM902"),
    )
    assert result.findings[0].reason == (
        "Train V2 calls no setup and no preprocess_datasets of Mine."
    )


def test_one_that_a_tuner_is_given_is_told_once() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.base_trainer import BaseTrainer


        class Mine(BaseTrainer):
            def training_loop(self): ...


        tune.Tuner(Mine()).fit()
        """,
        (9, "RTM902"),
    )


def test_horovod() -> None:
    check_finding(
        """\
        from ray.train.horovod import HorovodTrainer


        def loop(): ...


        HorovodTrainer(loop).fit()
        """,
        (7, "RTM902"),
    )


def test_a_swept_class_that_train_v2_passes_nothing_of() -> None:
    result = check_migrated(
        """\
        from ray import train, tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer


        class Described(TorchTrainer):
            title = "described"

            def describe(self):
                return f"{self.title}: {self.scaling_config}"


        class Preset(Described):
            def __init__(self, model, **kwargs):
                config = {"model": model}
                super().__init__(loop, train_loop_config=config, **kwargs)


        def loop(config):
            train.report({"loss": 1})


        described = Described(loop)
        tune.Tuner(described).fit()
        trainer = Preset("small", run_config=RunConfig(name="a", stop={"loss": 0.1}))
        tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        class Described(TorchTrainer):
            title = "described"

            def describe(self):
                return f"{self.title}: {self.scaling_config}"


        class Preset(Described):
            def __init__(self, model, **kwargs):
                config = {"model": model}
                super().__init__(loop, train_loop_config=config, **kwargs)


        def loop(config):
            train.report({"loss": 1})


        described = Described(loop)
        tune.Tuner(driver_for(described), run_config=tune_run_config(described)).fit()
        trainer = Preset(
            "small", run_config=train_run_config(tune.RunConfig(name="a", stop={"loss": 0.1}))
        )
        tune.Tuner(
            driver_for(trainer),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            run_config=tune_run_config(trainer),
        ).fit()
        """,
    )
    assert [one.notes for one in result.changes if one.code == "RTM101"] == [
        ("The driver function is not written out: the trainer is of a class of your own.",),
        (
            "The driver function is not written out: the trainer is of a class of your own.",
            "The constructor of Preset runs once: V1 called it for each trial, with what is swept"
            " among its arguments.",
        ),
    ]


def test_the_run_config_that_a_class_gives_to_its_base() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer


        class Named(TorchTrainer):
            def __init__(self, name, **kwargs):
                super().__init__(
                    loop, run_config=RunConfig(name=name, stop={"loss": 0.1}), **kwargs
                )


        def loop(config):
            train.report({"loss": 1})


        def sweep(name):
            trainer = Named(name)
            return tune.Tuner(trainer)
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        class Named(TorchTrainer):
            def __init__(self, name, **kwargs):
                super().__init__(
                    loop,
                    run_config=train_run_config(tune.RunConfig(name=name, stop={"loss": 0.1})),
                    **kwargs,
                )


        def loop(config):
            train.report({"loss": 1})


        def sweep(name):
            trainer = Named(name)
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
        """,
    )


def test_swept_classes_that_train_v2_runs_otherwise() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import Mixin


        class Patient(TorchTrainer):
            def setup(self):
                self.ready = True

            def preprocess_datasets(self):
                self.datasets = {}


        class Logged(TorchTrainer):
            def fit(self):
                print("fit")
                return super().fit()


        class Sized(TorchTrainer):
            def __init__(self, size, **kwargs):
                super().__init__(loop, train_loop_config={"size": size}, **kwargs)


        class Mixed(Mixin, TorchTrainer):
            pass


        def loop(config):
            pass


        trainer = Patient(loop)
        tune.Tuner(trainer).fit()
        tune.Tuner(Logged(loop)).fit()
        tune.Tuner(Sized(1), param_space={"size": tune.choice([1, 2])}).fit()
        tune.Tuner(Mixed(loop)).fit()
        """,
        (35, "RTM902"),
        (36, "RTM902"),
        (37, "RTM902"),
        (38, "RTM902"),
    )
    assert [one.reason for one in result.findings] == [
        "Train V2 calls no setup and no preprocess_datasets of Patient.",
        "V1's Tuner never called fit() of Logged, and a driver function does.",
        "'size' in param_space is an argument of Sized alone, whose constructor is not called for"
        " each trial any more.",
        "Mixed is a trainer class of your own, whose base is another class in Train V2, or gone.",
    ]


def test_the_configs_of_one_that_train_v2_has_no_place_for() -> None:
    """They are left with it: what they say is what stands in for it is to reserve."""
    check_finding(
        """\
        from ray.air import RunConfig, ScalingConfig
        from ray.train.sklearn import SklearnTrainer


        class Partial(SklearnTrainer):
            pass


        trainer = Partial(
            scaling_config=ScalingConfig(trainer_resources={"CPU": 4}),
            run_config=RunConfig(name="a"),
        )
        """,
        (2, "RTM902"),
    )
