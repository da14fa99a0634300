"""Names that a module gives objects of Ray itself: ``Trainer = ray.train.torch.TorchTrainer``."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from mylib import train
            from ray import tune

            RunConfig = train.RunConfig
            tune.Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()
            """,
            id="of another package",
        ),
        pytest.param(
            """\
            from mylib import NEW, OwnConfig
            from ray import train, tune

            if NEW:
                RunConfig = OwnConfig
            else:
                RunConfig = train.RunConfig
            tune.Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()
            """,
            id="of another package, too",
        ),
        pytest.param(
            """\
            from ray import train, tune

            RunConfig = train.RunConfig


            def sweep(RunConfig):
                return tune.Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()


            print(RunConfig)
            """,
            id="a parameter of that name",
        ),
        pytest.param(
            """\
            from mylib import OwnConfig
            from ray import train, tune

            RunConfig = train.RunConfig


            def own():
                global RunConfig
                RunConfig = OwnConfig


            def sweep():
                return tune.Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()
            """,
            id="bound anew by a function",
        ),
        pytest.param(
            """\
            from ray import train, tune


            class Sweep:
                RunConfig = train.RunConfig

                def fit(self):
                    return tune.Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()
            """,
            id="of a class, which its methods do not see",
        ),
        pytest.param(
            """\
            from ray import train, tune


            def sweep():
                first = second
                second = first
                train = train
                return tune.Tuner(lambda config: None, run_config=first.RunConfig(train.run))
            """,
            id="in a circle",
        ),
        pytest.param(
            """\
            from ray import train, tune

            RunConfig = tune.RunConfig
            Tuner = tune.Tuner
            Tuner(lambda config: None, run_config=RunConfig(name="lr")).fit()
            """,
            id="nothing to do",
        ),
    ],
)
def test_silent(source: str) -> None:
    check_unchanged(source)


def test_a_sweep_of_aliases() -> None:
    """Those that are Train V2's stay; what is another class there goes by its own name."""
    check_migrated(
        """\
        import ray.train.torch
        from ray import air, train, tune

        Trainer = ray.train.torch.TorchTrainer
        RunConfig: type = air.RunConfig
        Config = RunConfig
        Tuner, session = tune.Tuner, None


        def loop(config):
            train.report({"loss": 1})


        def sweep():
            choice = tune.choice
            scaling_config = train.ScalingConfig
            trainer = Trainer(loop, scaling_config=scaling_config(num_workers=2))
            tuner = tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": choice([1, 2])}},
                run_config=Config(name="lr"),
            )
            return tuner.fit()
        """,
        """\
        import ray.train.torch
        from ray import air, train, tune
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run

        Trainer = ray.train.torch.TorchTrainer
        RunConfig: type = air.RunConfig
        Tuner, session = tune.Tuner, None


        def loop(config):
            train.report({"loss": 1})


        def sweep():
            choice = tune.choice
            scaling_config = train.ScalingConfig

            def train_driver_fn(config: dict):
                trainer = Trainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    scaling_config=scaling_config(num_workers=2),
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": choice([1, 2])}},
                run_config=tune.RunConfig(name="lr"),
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(scaling_config(num_workers=2))
                ),
            )
            return tuner.fit()
        """,
    )


def test_session_functions() -> None:
    """Who calls an alias decides what it becomes; one that is read no more goes."""
    check_migrated(
        """        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer

        report = session.report
        context = session


        def loop(config):
            rank = session.get_world_rank
            print(rank(), context.get_world_size())
            report({"loss": 1})


        def objective(config):
            report({"loss": 1})


        def sweep():
            tune.Tuner(objective).fit()
            TorchTrainer(loop).fit()
        """,
        """        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            rank = train.get_context().get_world_rank
            print(rank(), train.get_context().get_world_size())
            train.report({"loss": 1})


        def objective(config):
            tune.report({"loss": 1})


        def sweep():
            tune.Tuner(objective).fit()
            TorchTrainer(loop).fit()
        """,
    )


def test_one_that_other_modules_may_read_stays() -> None:
    check_migrated(
        """        from ray import train, tune

        __all__ = ["Config"]
        Config = train.RunConfig
        tune.Tuner(lambda config: None, run_config=Config(name="lr")).fit()
        """,
        """        from ray import train, tune

        __all__ = ["Config"]
        Config = train.RunConfig
        tune.Tuner(lambda config: None, run_config=tune.RunConfig(name="lr")).fit()
        """,
    )


def test_what_is_left_is_said_where_an_alias_is_used() -> None:
    check_finding(
        """        from ray import train
        from ray.air import session
        from ray.train.torch import TorchTrainer

        report = session.report
        Config = train.RunConfig
        config = Config(stop={"loss": 1})


        def saved():
            report({"a": 1})
        """,
        (7, "RTM504"),
        (11, "RTM909"),
    )


def test_a_class_by_its_old_path() -> None:
    check_migrated(
        """        from ray import air

        ScalingConfig = air.ScalingConfig
        configs = [ScalingConfig(num_workers=2), ScalingConfig]
        """,
        """        from ray import train

        ScalingConfig = train.ScalingConfig
        configs = [train.ScalingConfig(num_workers=2), ScalingConfig]
        """,
    )
