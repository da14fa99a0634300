"""Values in parentheses, over several lines too, as black writes conditions in arguments."""

from __future__ import annotations

from migrating import check_migrated


def test_what_the_driver_binds_ahead() -> None:
    check_migrated(
        """\
        from mine import GPU, loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def run():
            trainer = TorchTrainer(
                loop,
                train_loop_config=({"lr": 1e-3} if GPU else {"lr": 1e-2}),
                scaling_config=(
                    train.ScalingConfig(num_workers=8, use_gpu=True)
                    if GPU
                    else train.ScalingConfig(num_workers=2)
                ),
                run_config=(
                    train.RunConfig(name="gpu", stop={"training_iteration": 20})
                    if GPU
                    else train.RunConfig(name="cpu", stop={"training_iteration": 5})
                ),
            )
            tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            return tuner.fit()
        """,
        """\
        from mine import GPU, loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def run():
            train_loop_config = {"lr": 1e-3} if GPU else {"lr": 1e-2}
            scaling_config = (
                train.ScalingConfig(num_workers=8, use_gpu=True)
                if GPU
                else train.ScalingConfig(num_workers=2)
            )

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(loop),
                    train_loop_config=train_loop_config,
                    scaling_config=scaling_config,
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=(
                    tune.RunConfig(name="gpu", stop={"training_iteration": 20})
                    if GPU
                    else tune.RunConfig(name="cpu", stop={"training_iteration": 5})
                ),
            )
            return tuner.fit()
        """,
    )


def test_a_swept_scaling_config() -> None:
    check_migrated(
        """\
        from mine import loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={
                "scaling_config": train.ScalingConfig(
                    num_workers=(tune.choice([1, 2])), use_gpu = (1 > 2)
                )
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from mine import loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                scaling_config=train.ScalingConfig(**config["scaling_config"]),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={
                "scaling_config": {
                    "num_workers": (tune.choice([1, 2])), "use_gpu": (1 > 2)
                }
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_what_is_said_in_parentheses_stays() -> None:
    check_migrated(
        """\
        from mine import base, loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def run():
            trainer = TorchTrainer(
                loop,
                train_loop_config=(  # all others
                    # as in the paper
                    {"epochs": 5}  # for a start
                ),
                scaling_config=(
                    base()  # of the team
                ),
                run_config=(  # the sweep
                    # is a long one
                    train.RunConfig(
                        name="long",
                        stop={"training_iteration": 20},
                    )  # enough
                ),
            )
            tuner = tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
            return tuner.fit()
        """,
        """\
        from mine import base, loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def run():
            scaling_config = base()  # of the team

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(loop),
                    train_loop_config=(  # all others
                        # as in the paper
                        {"epochs": 5, **config["train_loop_config"]}  # for a start
                    ),
                    scaling_config=scaling_config,
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                # the sweep
                # is a long one
                # enough
                run_config=tune.RunConfig(
                    name="long",
                    stop={"training_iteration": 20},
                ),
            )
            return tuner.fit()
        """,
    )
