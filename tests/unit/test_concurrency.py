"""No more trials at once than the cluster can run: the limit that each sweep gets."""

from __future__ import annotations

import pytest
from migrating import check_migrated, check_unchanged, migrated


def test_a_tuner_over_a_function_needs_no_limit() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": 1}


        tuner = tune.Tuner(objective, tune_config=tune.TuneConfig(num_samples=8))
        """,
    )


def test_a_limit_that_is_there_already() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            TorchTrainer(loop, run_config=train.RunConfig(**trial_run())).fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=min(4, max_concurrent_trials(train.ScalingConfig()))
            ),
        )
        """,
    )


def test_one_at_a_time_always_fits() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
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


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_sweep_without_a_tune_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
            ),
        )
        """,
    )


def test_a_tune_config_without_a_limit() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(metric="loss", mode="min")
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                metric="loss",
                mode="min",
                max_concurrent_trials=max_concurrent_trials(ScalingConfig()),
            ),
        )
        """,
    )


def test_a_tune_config_in_a_variable() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tune_config = tune.TuneConfig(metric="loss", mode="min")
        tuner = tune.Tuner(TorchTrainer(loop), tune_config=tune_config)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass

        tune_config = tune.TuneConfig(
            metric="loss",
            mode="min",
            max_concurrent_trials=max_concurrent_trials(ScalingConfig()),
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn, tune_config=tune_config)
        """,
    )


def test_a_limit_of_ones_own_stays_beside_ours() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=4)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=min(4, max_concurrent_trials(ScalingConfig()))
            ),
        )
        """,
    )


def test_a_limit_of_none_is_no_limit() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=None)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig())
            ),
        )
        """,
    )


def test_a_limit_in_a_constant() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        AT_ONCE = 4
        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=AT_ONCE)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass

        AT_ONCE = 4


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=min(AT_ONCE, max_concurrent_trials(ScalingConfig()))
            ),
        )
        """,
    )


def test_a_limit_that_may_be_none() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(limit=None):
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=limit)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def sweep(limit=None):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
                tune_config=tune.TuneConfig(max_concurrent_trials=limit),
            )
        """,
    )


def test_min_is_a_name_of_ones_own() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(min):
            return tune.Tuner(
                TorchTrainer(loop),
                param_space={"train_loop_config": {"min": min}},
                tune_config=tune.TuneConfig(max_concurrent_trials=4),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def sweep(min):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
                param_space={"train_loop_config": {"min": min}},
                tune_config=tune.TuneConfig(max_concurrent_trials=4),
            )
        """,
    )


def test_a_searcher_of_rays() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.search.hyperopt import HyperOptSearch


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(search_alg=HyperOptSearch())
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.search.hyperopt import HyperOptSearch
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                search_alg=HyperOptSearch(),
                max_concurrent_trials=max_concurrent_trials(ScalingConfig()),
            ),
        )
        """,
    )


def test_a_concurrency_limiter_cannot_be_limited_again() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.search import ConcurrencyLimiter
        from ray.tune.search.hyperopt import HyperOptSearch


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(
                search_alg=ConcurrencyLimiter(HyperOptSearch(), max_concurrent=2)
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.search import ConcurrencyLimiter
        from ray.tune.search.hyperopt import HyperOptSearch
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig(num_workers=2))),
            tune_config=tune.TuneConfig(
                search_alg=ConcurrencyLimiter(HyperOptSearch(), max_concurrent=2)
            ),
        )
        """,
    )


def test_a_restore_beside_the_tuner_gets_the_same_resources() -> None:
    check_migrated(
        """\
        import os

        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import HyperBandScheduler


        def loop(config):
            pass


        def sweep(path):
            trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
            if os.path.exists(path):
                tuner = tune.Tuner.restore(path, trainable=trainer)
            else:
                tuner = tune.Tuner(
                    trainer, tune_config=tune.TuneConfig(scheduler=HyperBandScheduler())
                )
            return tuner.fit()
        """,
        """\
        import os

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import HyperBandScheduler
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def sweep(path):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    scaling_config=ScalingConfig(num_workers=2),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            if os.path.exists(path):
                # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
                tuner = tune.Tuner.restore(
                    path,
                    trainable=tune.with_resources(
                        train_driver_fn, trial_resources(ScalingConfig(num_workers=2))
                    ),
                )
            else:
                tuner = tune.Tuner(
                    tune.with_resources(
                        train_driver_fn, trial_resources(ScalingConfig(num_workers=2))
                    ),
                    tune_config=tune.TuneConfig(scheduler=HyperBandScheduler()),
                )
            return tuner.fit()
        """,  # noqa: E501
        (16, "RTM102"),
    )


def test_unfinished_trials_that_are_left_would_count_for_ever() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        if tune.Tuner.can_restore("runs"):
            tuner = tune.Tuner.restore("runs", trainable=trainer, resume_unfinished=False)
        else:
            tuner = tune.Tuner(trainer)
        tuner.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        if tune.Tuner.can_restore("runs"):
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            tuner = tune.Tuner.restore(
                "runs",
                trainable=tune.with_resources(
                    train_driver_fn, trial_resources(ScalingConfig(num_workers=2))
                ),
                resume_unfinished=False,
            )
        else:
            tuner = tune.Tuner(
                tune.with_resources(
                    train_driver_fn, trial_resources(ScalingConfig(num_workers=2))
                )
            )
        tuner.fit()
        """,  # noqa: E501
        (12, "RTM102"),
    )


@pytest.mark.parametrize(
    ("resume", "limited"),
    [("resume_errored=True", 1), ("resume_unfinished=True", 1), ("**OPTIONS", 0)],
)
def test_a_restore_may_leave_unfinished_trials(resume: str, limited: int) -> None:
    result = migrated(
        f"""\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        if tune.Tuner.can_restore("runs"):
            tuner = tune.Tuner.restore("runs", trainable=trainer, {resume})
        else:
            tuner = tune.Tuner(trainer)
        tuner.fit()
        """
    )
    assert result.after.count("max_concurrent_trials=") == limited


def test_a_searcher_from_elsewhere_may_be_a_limiter() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from .search import searcher


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(search_alg=searcher()),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run

        from .search import searcher


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(search_alg=searcher()),
        )
        """,
    )


def test_a_tune_config_that_cannot_be_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(tune_config):
            return tune.Tuner(TorchTrainer(loop), tune_config=tune_config)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def sweep(tune_config):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
                tune_config=tune_config,
            )
        """,
    )


def test_a_tune_config_that_others_use() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tune_config = tune.TuneConfig(metric="loss", mode="min")
        tuner = tune.Tuner(TorchTrainer(loop), tune_config=tune_config)
        print(tune_config)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass

        tune_config = tune.TuneConfig(metric="loss", mode="min")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune_config,
        )
        print(tune_config)
        """,
    )


def test_ray_is_started_after_the_tuner_is_built() -> None:
    check_migrated(
        """\
        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def main():
            tuner = tune.Tuner(TorchTrainer(loop))
            ray.init(num_cpus=4)
            return tuner.fit()
        """,
        """\
        import ray
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def main():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(ScalingConfig()))
            )
            ray.init(num_cpus=4)
            return tuner.fit()
        """,
    )


def test_ray_is_started_before() -> None:
    check_migrated(
        """\
        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def main():
            ray.init(num_cpus=4)
            return tune.Tuner(TorchTrainer(loop)).fit()
        """,
        """\
        import ray
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def main():
            ray.init(num_cpus=4)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            ).fit()
        """,
    )


@pytest.mark.parametrize(
    ("start", "joins"),
    [
        ('ray.init("auto")', True),
        ('ray.init(address="ray://head:10001")', True),
        ("ray.init(address=ADDRESS)", True),
        ("ray.init(address=None)", False),
        ('ray.init("local", num_cpus=4)', False),
        ("ray.init(**SETTINGS)", False),
    ],
)
def test_a_cluster_that_is_joined_may_grow(start: str, joins: bool) -> None:
    code = f"""\
import ray
from project import ADDRESS, SETTINGS
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


{start}
tune.Tuner(TorchTrainer(loop)).fit()
"""
    after = migrated(code).after
    assert ("tune.with_resources(train_driver_fn, trial_resources(ScalingConfig()))" in after) == (
        joins
    )
    assert ("max_concurrent_trials=max_concurrent_trials(ScalingConfig())" in after) != joins


def test_trials_of_different_sizes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources()),
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
        )
        """,
    )


def test_a_scaling_config_in_a_variable() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        workers = ScalingConfig(num_workers=2)
        tuner = tune.Tuner(TorchTrainer(loop, scaling_config=workers))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass

        workers = ScalingConfig(num_workers=2)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=workers,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=max_concurrent_trials(workers)),
        )
        """,
    )


def test_a_long_scaling_config_is_named() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tuner = tune.Tuner(
            TorchTrainer(
                loop,
                scaling_config=ScalingConfig(
                    num_workers=2, use_gpu=False, resources_per_worker={"CPU": 1}
                ),
            )
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass

        scaling_config = ScalingConfig(
            num_workers=2, use_gpu=False, resources_per_worker={"CPU": 1}
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=scaling_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(scaling_config)
            ),
        )
        """,
    )


def test_resources_of_a_trainer_whose_scaling_config_is_swept_are_not_its_drivers() -> None:
    # Under V1 the swept ScalingConfig took the place of the trainer's, with all that it said.
    result = check_migrated(
        """
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        scaling = ScalingConfig(num_workers=1, trainer_resources={"CPU": 2})
        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=scaling),
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
        )
        """,
        """
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        scaling = ScalingConfig(num_workers=1)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources()),
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
        )
        """,
    )
    assert "driver_resources" not in result.after


def test_what_one_of_two_scaling_configs_reserves_goes_and_is_said() -> None:
    result = check_migrated(
        """\
        from project import is_big, loop
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        if is_big:
            scaling_config = ScalingConfig(num_workers=4, trainer_resources={"CPU": 2})
        else:
            scaling_config = ScalingConfig(num_workers=1)
        trainer = TorchTrainer(loop, scaling_config=scaling_config)
        tuner = tune.Tuner(trainer)
        """,
        """\
        from project import is_big, loop
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )

        if is_big:
            scaling_config = ScalingConfig(num_workers=4)
        else:
            scaling_config = ScalingConfig(num_workers=1)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                scaling_config=scaling_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(scaling_config)
            ),
        )
        """,
    )
    told = {one.code: one.notes for one in result.changes}
    assert told["RTM202"] == (
        "trainer_resources goes: Train V2 itself reserves nothing, a driver function 1 CPU.",
    )
    assert not any("ScalingConfig" in note for note in told["RTM101"])


def test_sweeps_that_tasks_run_share_the_cluster() -> None:
    # Each would start as many driver functions as the whole cluster has room for.
    check_migrated(
        """\
        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import train_loop


        def best(fold):
            trainer = TorchTrainer(train_loop, train_loop_config={"fold": fold})
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(num_samples=8)).fit()


        @ray.remote
        def fold_task(fold):
            return best(fold).get_best_result("loss", "min").metrics


        ray.get([fold_task.remote(fold) for fold in range(5)])
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import ray
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            start_from_trial,
            trial_resources,
            trial_run,
        )

        from project import train_loop


        def best(fold):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    train_loop_config={"fold": fold},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
                tune_config=tune.TuneConfig(num_samples=8),
            ).fit()


        @ray.remote
        def fold_task(fold):
            return best(fold).get_best_result("loss", "min").metrics


        ray.get([fold_task.remote(fold) for fold in range(5)])
        """,
    )


def test_resources_that_are_too_long_for_a_line_part_no_other_argument() -> None:
    check_migrated(
        """\
        import ray
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import train_loop

        def sweep():
            trainer = TorchTrainer(
                train_loop,
                scaling_config=ScalingConfig(num_workers=2, placement_strategy="SPREAD"),
            )
            tuner = tune.Tuner(
                trainer,
                tune_config=tune.TuneConfig(num_samples=4,
                                            trial_name_creator=lambda trial: trial.trial_id),
            )
            ray.init()
            return tuner.fit()
        """,
        """\
        import ray
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            start_from_trial,
            trial_resources,
            trial_run,
        )

        from project import train_loop

        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    scaling_config=ScalingConfig(num_workers=2, placement_strategy="SPREAD"),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                tune.with_resources(
                    train_driver_fn,
                    trial_resources(ScalingConfig(num_workers=2, placement_strategy="SPREAD")),
                ),
                tune_config=tune.TuneConfig(num_samples=4,
                                            trial_name_creator=lambda trial: trial.trial_id),
            )
            ray.init()
            return tuner.fit()
        """,
    )


def test_what_a_train_loop_is_handed_is_no_task() -> None:
    check_migrated(
        """\
        import ray
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"rows": len(ray.get(config["rows"]))})


        tune.Tuner(TorchTrainer(loop, train_loop_config={"rows": ray.put([1])})).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import ray
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            train.report({"rows": len(ray.get(config["rows"]))})


        train_loop_config = {"rows": ray.put([1])}


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=train_loop_config,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(train.ScalingConfig())
            ),
        ).fit()
        """,
    )


def test_tasks_of_a_train_loop_get_the_cpu_that_the_trainer_had() -> None:
    # Where trials fill the cluster, they would wait for ever for one that drivers hold.
    check_migrated(
        """\
        import ray
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        @ray.remote
        def score(step):
            return step


        def evaluated(step):
            return ray.get(score.remote(step))


        def loop(config):
            train.report({"score": evaluated(1)})


        tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(num_samples=4, max_concurrent_trials=1),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import ray
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        @ray.remote
        def score(step):
            return step


        def evaluated(step):
            return ray.get(score.remote(step))


        def loop(config):
            train.report({"score": evaluated(1)})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig(num_workers=2))),
            tune_config=tune.TuneConfig(num_samples=4, max_concurrent_trials=1),
        ).fit()
        """,
    )


def test_a_tune_config_ahead_of_a_scaling_config_that_is_given_a_name() -> None:
    check_migrated(
        """\
        from loops import loop
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def main():
            tune_config = tune.TuneConfig(metric="loss", mode="min")
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=1, resources_per_worker={"CPU": 2}),
                run_config=RunConfig(name="sweep"),
            )
            return tune.Tuner(trainer, tune_config=tune_config).fit()
        """,
        """\
        from loops import loop
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            start_from_trial,
            trial_resources,
            trial_run,
        )


        def main():
            tune_config = tune.TuneConfig(metric="loss", mode="min")
            scaling_config = ScalingConfig(num_workers=1, resources_per_worker={"CPU": 2})

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(loop),
                    scaling_config=scaling_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                tune.with_resources(train_driver_fn, trial_resources(scaling_config)),
                tune_config=tune_config,
                run_config=tune.RunConfig(name="sweep"),
            ).fit()
        """,
    )


def test_comments_of_a_scaling_config_stay_with_the_trainers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(  # two
                num_workers=2
            ),
        )
        tuner = tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),  # two
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
            ),
        )
        """,
    )
