"""A trainer that stays where it is built takes what Train V2 takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import projecting
import pytest
from migrating import check_finding, check_migrated, check_unchanged, migrated
from projecting import run, write

from raytune_migrate.proposal import Safety

if TYPE_CHECKING:
    from pathlib import Path


def test_a_trainer_that_no_sweep_is_near() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a", stop={"loss": 1}))
        trainer.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(name="a", stop={"loss": 1}))
        )
        fit_as_trial(trainer)
        """,
    )


def test_a_trainer_beside_a_tuner_over_a_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a", stop={"loss": 1}))
        trainer.fit()
        tuner = tune.Tuner(print)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(name="a", stop={"loss": 1}))
        )
        fit_as_trial(trainer)
        tuner = tune.Tuner(print)
        """,
    )


def test_fitted_too_with_a_stop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="a",
                stop={"training_iteration": 5},  # enough
                callbacks=[Watch()],
            ),
        )
        trainer.fit()
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            fit_as_trial,
            train_run_config,
            trial_run,
        )


        def loop(config):
            pass


        run_config = tune.RunConfig(
            name="a",
            stop={"training_iteration": 5},  # enough
            callbacks=[Watch()],
        )
        trainer = TorchTrainer(
            loop,
            run_config=train_run_config(run_config),
        )
        fit_as_trial(trainer)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run_config,
        )
        """,
    )


def test_fitted_too_with_what_train_takes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a", storage_path="/results"))
        trainer.fit()
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a", storage_path="/results"))
        trainer.fit()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a", storage_path="/results"),
        )
        """,
    )


def test_a_run_config_for_the_tuner_and_another_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        run_config = RunConfig(name="a", stop={"loss": 1})
        TorchTrainer(loop, run_config=run_config).fit()
        trainer = TorchTrainer(loop)
        tuner = tune.Tuner(
            trainer, run_config=run_config, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            fit_as_trial,
            train_run_config,
            trial_run,
        )


        def loop(config):
            pass


        run_config = tune.RunConfig(name="a", stop={"loss": 1})
        fit_as_trial(TorchTrainer(loop, run_config=train_run_config(run_config)))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            run_config=run_config,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_trainer_with_a_tune_field_beside_a_sweep() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        final = TorchTrainer(loop, run_config=RunConfig(name="final", stop={"loss": 1}))
        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        final.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            fit_as_trial,
            train_run_config,
            trial_run,
        )


        def loop(config):
            pass


        final = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(name="final", stop={"loss": 1}))
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        fit_as_trial(final)
        """,
    )


def test_a_trainer_beside_a_sweep_whose_run_config_may_go_to_it() -> None:
    for use in ("final.run_config.verbose", "tune.run(final.as_trainable())", "hand_on(final)"):
        result = migrated(
            f"""\
            from loops import hand_on, loop
            from ray import tune
            from ray.train import RunConfig
            from ray.train.torch import TorchTrainer

            tune.Tuner(TorchTrainer(loop)).fit()
            final = TorchTrainer(loop, run_config=RunConfig(name="final", verbose=1))
            final.fit()
            {use}
            """
        )
        kept = 'run_config=train_run_config(tune.RunConfig(name="final", verbose=1))'
        assert kept in result.after, use


def test_a_trainer_beside_a_sweep_that_is_only_fitted() -> None:
    check_migrated(
        """\
        from loops import loop
        from ray import tune
        from ray.train import RunConfig, SyncConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(loop)
        tuner = tune.Tuner(
            trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        final = TorchTrainer(loop, run_config=RunConfig(name="final", verbose=1))
        final.fit()
        TorchTrainer(loop, run_config=RunConfig(sync_config=SyncConfig(syncer=None))).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from loops import loop
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        final = TorchTrainer(loop, run_config=RunConfig(name="final"))
        final.fit()
        TorchTrainer(loop).fit()
        """,
    )


def test_a_final_trainer_on_the_best_checkpoint() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        best = tuner.fit().get_best_result("loss", "min")
        final = TorchTrainer(
            loop,
            train_loop_config=best.config["train_loop_config"],
            scaling_config=ScalingConfig(num_workers=4, trainer_resources={"CPU": 0}),
            resume_from_checkpoint=best.checkpoint,
        )
        final.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


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
        best = tuner.fit().get_best_result("loss", "min")
        final = TorchTrainer(
            start_from_trial(loop, resume_from_checkpoint=best.checkpoint),
            train_loop_config=best.config["train_loop_config"],
            scaling_config=ScalingConfig(num_workers=4),
        )
        final.fit()
        """,
    )


def test_configs_in_variables() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        checkpoint_config = CheckpointConfig(num_to_keep=1)
        run_config = RunConfig(name="a", checkpoint_config=checkpoint_config)


        class Sweep:
            def __init__(self):
                self.trainer = TorchTrainer(loop, run_config=run_config)

            def run(self):
                return tune.Tuner(self.trainer, run_config=run_config).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config


        def loop(config):
            pass


        checkpoint_config = tune.CheckpointConfig(num_to_keep=1)
        run_config = tune.RunConfig(name="a", checkpoint_config=checkpoint_config)


        class Sweep:
            def __init__(self):
                self.trainer = TorchTrainer(loop, run_config=train_run_config(run_config))

            def run(self):
                return tune.Tuner(driver_for(self.trainer), run_config=run_config).fit()
        """,
    )


def test_a_checkpoint_to_start_from() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.get_checkpoint()


        def build(checkpoint):
            return TorchTrainer(train_loop_per_worker=loop, resume_from_checkpoint=checkpoint)


        def sweep(checkpoint):
            return tune.Tuner(build(checkpoint))
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, start_from_trial


        def loop(config):
            train.get_checkpoint()


        def build(checkpoint):
            return TorchTrainer(
                train_loop_per_worker=start_from_trial(loop, resume_from_checkpoint=checkpoint)
            )


        def sweep(checkpoint):
            return tune.Tuner(driver_for(build(checkpoint)))
        """,
    )


def test_a_dict_in_place_of_a_scaling_config() -> None:
    check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        TorchTrainer(loop, scaling_config={"num_workers": 2}).fit()
        """,
        (9, "RTM903"),
    )


def test_trainer_resources() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build():
            return TorchTrainer(
                loop, scaling_config=ScalingConfig(num_workers=2, trainer_resources={"CPU": 0})
            )


        tuner = tune.Tuner(build())
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))


        tuner = tune.Tuner(driver_for(build()))
        """,
    )


@pytest.mark.parametrize(
    ("resources", "use", "told"),
    [
        ('{"CPU": 0}', "trainer.fit()", False),
        ('{"CPU": 0, "GPU": 0.0}', "trainer.fit()", False),
        ('{"CPU": 1}', "trainer.fit()", True),
        ("RESOURCES", "trainer.fit()", True),
        ('{"CPU": 0}', "tune.Tuner(trainer or trainer)", True),
    ],
)
def test_trainer_resources_of_nothing(resources: str, use: str, *, told: bool) -> None:
    result = migrated(
        f"""\
        from loops import RESOURCES, loop
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(trainer_resources={resources}))
        {use}
        """
    )
    stays = next(one for one in result.changes if one.code == "RTM201")
    assert (stays.safety is Safety.REVIEW) is told
    assert "trainer_resources" not in result.after


def test_trainer_resources_of_nothing_where_the_fit_becomes_a_trial() -> None:
    result = migrated(
        """\
        from loops import loop
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(trainer_resources={"CPU": 0}),
            run_config=RunConfig(stop={"training_iteration": 3}),
        )
        trainer.fit()
        """
    )
    stays = next(one for one in result.changes if one.code == "RTM201")
    assert "fit_as_trial(trainer)" in result.after
    assert stays.notes[0].startswith("trainer_resources goes")


def test_one_function_for_the_run_configs_of_a_tuner_and_a_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def run_config(name):
            return RunConfig(name=name, stop={"loss": 1})


        def sweep():
            final = TorchTrainer(loop, run_config=run_config("final"))
            tuner = tune.Tuner(
                TorchTrainer(loop),
                run_config=run_config("sweep"),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
            return tuner, final
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, train_run_config, trial_run


        def loop(config):
            pass


        def run_config(name):
            return tune.RunConfig(name=name, stop={"loss": 1})


        def sweep():
            # TODO(raytune-migrate): RTM404 fit() by itself, under Train V2, does nothing of stop in the trainer's RunConfig. https://github.com/ray-project/ray/issues/49454
            final = TorchTrainer(loop, run_config=train_run_config(run_config("final")))

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn,
                run_config=run_config("sweep"),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
            return tuner, final
        """,  # noqa: E501
        (15, "RTM404"),
    )


def test_a_run_config_that_an_object_makes() -> None:
    check_migrated(
        """\
        import dataclasses

        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import loop


        @dataclasses.dataclass(frozen=True)
        class Place:
            storage: str

            def run(self, name: str, **more) -> train.RunConfig:
                return train.RunConfig(name=name, storage_path=self.storage, **more)


        class Settings:
            def __init__(self, place: Place):
                self.place, self.steps = place, 10


        class Job:
            settings: Settings

            def trainer(self):
                stop = {"training_iteration": self.settings.steps}
                return TorchTrainer(loop, run_config=self.settings.place.run("job", stop=stop))

            def tune(self):
                tuner = tune.Tuner(self.trainer())
                return tuner.fit()

            def train(self):
                return self.trainer().fit()
        """,
        """\
        import dataclasses

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, fit_as_trial, train_run_config, tune_run_config

        from project import loop


        @dataclasses.dataclass(frozen=True)
        class Place:
            storage: str

            def run(self, name: str, **more) -> tune.RunConfig:
                return tune.RunConfig(name=name, storage_path=self.storage, **more)


        class Settings:
            def __init__(self, place: Place):
                self.place, self.steps = place, 10


        class Job:
            settings: Settings

            def trainer(self):
                stop = {"training_iteration": self.settings.steps}
                return TorchTrainer(
                    loop, run_config=train_run_config(self.settings.place.run("job", stop=stop))
                )

            def tune(self):
                trainer = self.trainer()
                tuner = tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
                return tuner.fit()

            def train(self):
                return fit_as_trial(self.trainer())
        """,
    )


def test_a_run_config_that_the_property_of_a_parameter_gives() -> None:
    check_migrated(
        """\
        from functools import cached_property

        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop


        class Settings:
            def __init__(self, steps: int):
                self.steps = steps

            @cached_property
            def run_config(self):
                return RunConfig(name="job", stop={"training_iteration": self.steps})


        def fit(settings: Settings):
            return TorchTrainer(loop, run_config=settings.run_config).fit()
        """,
        """\
        from functools import cached_property

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from project import loop


        class Settings:
            def __init__(self, steps: int):
                self.steps = steps

            @cached_property
            def run_config(self):
                return tune.RunConfig(name="job", stop={"training_iteration": self.steps})


        def fit(settings: Settings):
            return fit_as_trial(
                TorchTrainer(loop, run_config=train_run_config(settings.run_config))
            )
        """,
    )


def test_a_run_config_of_a_swept_trainer_that_cannot_be_seen() -> None:
    check_migrated(
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")

        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop, read_settings


        def build(settings):
            return TorchTrainer(loop, run_config=settings.run_config)


        if __name__ == "__main__":
            trainer = build(read_settings())
            tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 0.1}}).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config

        from project import loop, read_settings


        def build(settings):
            return TorchTrainer(loop, run_config=train_run_config(settings.run_config))


        if __name__ == "__main__":
            trainer = build(read_settings())
            tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 0.1}},
                run_config=tune_run_config(trainer),
            ).fit()
        """,
    )


def test_a_kept_trainer_whose_run_config_reads_a_name_bound_again() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(name):
            trainer = TorchTrainer(loop, run_config=RunConfig(name=name))
            trainer.fit()
            name = "b"
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, train_run_config, trial_run


        def loop(config):
            pass


        def sweep(name):
            run_config = tune.RunConfig(name=name)
            trainer = TorchTrainer(loop, run_config=train_run_config(run_config))
            trainer.fit()
            name = "b"

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=run_config,
            )
        """,
    )


def test_a_trainer_that_is_also_printed() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        print(trainer)
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        print(trainer)


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


def test_callbacks_of_train_v2_stay() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        from ray.train import UserCallback


        class Watch(UserCallback):
            pass


        final = TorchTrainer(loop, run_config=RunConfig(callbacks=[Watch()]))
        final.fit()
        tuner = tune.Tuner(TorchTrainer(loop), tune_config=ONE)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        from ray.train import UserCallback
        from raytune_runtime import TuneReportCallback, trial_run


        class Watch(UserCallback):
            pass


        final = TorchTrainer(loop, run_config=RunConfig(callbacks=[Watch()]))
        final.fit()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn, tune_config=ONE)
        """,
    )


def test_both_configs_of_one_old_import_move_with_the_trainer() -> None:
    check_migrated(
        """
        from ray.air.config import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop, scaling_config=ScalingConfig(num_workers=2), run_config=RunConfig(name="x")
        )
        trainer.fit()
        """,
        """
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop, scaling_config=ScalingConfig(num_workers=2), run_config=RunConfig(name="x")
        )
        trainer.fit()
        """,
    )


def test_fields_of_tune_in_which_nothing_stands() -> None:
    check_migrated(
        """\
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="a",
                stop=None,  # {"training_iteration": 10}
                callbacks=None,
                verbose=None,
            ),
        )
        trainer.fit()
        """,
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="a",
                callbacks=None,
            ),
        )
        trainer.fit()
        """,
    )


def test_a_class_from_an_old_path_goes_on_by_its_name() -> None:
    check_migrated(
        """\
        import ray
        from ray import train
        from ray.air import CheckpointConfig, RunConfig, session
        from ray.air.config import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"loss": 1}, checkpoint=None)


        ray.init()
        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2,
                                         use_gpu=True),
            run_config=RunConfig(checkpoint_config=CheckpointConfig(num_to_keep=1)),
        )
        """,
        """\
        import ray
        from ray import train
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1}, checkpoint=None)


        ray.init()
        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2,
                                         use_gpu=True),
            run_config=RunConfig(checkpoint_config=CheckpointConfig(num_to_keep=1)),
        )
        """,
    )


def test_what_train_v2_refuses_in_a_dict_of_arguments() -> None:
    check_finding(
        """\
        from ray.train.torch import TorchTrainer

        from project import checkpoint, loop

        arguments = {"train_loop_config": {"lr": 0.1}, "resume_from_checkpoint": checkpoint}
        TorchTrainer(loop, **arguments).fit()
        """,
        (5, "RTM904"),
    )


def test_the_same_in_a_sweep() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import checkpoint, loop

        arguments = dict(resume_from_checkpoint=checkpoint)
        tune.Tuner(TorchTrainer(loop, **arguments)).fit()
        """,
        (6, "RTM904"),
    )


def test_dicts_of_arguments_that_train_v2_takes() -> None:
    check_unchanged(
        """\
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import data, loop

        arguments = {"scaling_config": ScalingConfig(num_workers=2), "resume_from_checkpoint": None}
        arguments["datasets"] = data
        TorchTrainer(loop, **arguments).fit()
        """
    )


def test_configs_in_branches() -> None:
    check_migrated(
        """\
        from ray.air import FailureConfig, RunConfig
        from ray.air.config import ScalingConfig
        from ray.train.torch import TorchTrainer


        def fit(loop, config):
            if config.get("failure_config") is None:
                failure_config = FailureConfig()
            else:
                failure_config = FailureConfig(**config["failure_config"])
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(name="a", failure_config=failure_config),
            )
            return trainer.fit().checkpoint
        """,
        """\
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def fit(loop, config):
            if config.get("failure_config") is None:
                failure_config = FailureConfig()
            else:
                failure_config = FailureConfig(**config["failure_config"])
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(name="a", failure_config=failure_config),
            )
            return trainer.fit().checkpoint
        """,
    )


def test_the_resources_of_a_trainer_that_are_given_by_their_place() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        TorchTrainer(loop, scaling_config=ScalingConfig(None, 2)).fit()
        TorchTrainer(loop, scaling_config=ScalingConfig({"CPU": 0}, 2)).fit()
        scaling_config = ScalingConfig({"CPU": 2}, 3, use_gpu=True)
        tune.Tuner(TorchTrainer(loop, scaling_config=scaling_config))
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


        TorchTrainer(loop, scaling_config=ScalingConfig(None, 2)).fit()
        TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)).fit()
        scaling_config = ScalingConfig(num_workers=3, use_gpu=True)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=scaling_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            tune.with_resources(
                train_driver_fn, trial_resources(scaling_config, driver_resources={"CPU": 2})
            )
        )
        """,
    )


@pytest.mark.parametrize("callbacks", ["_callbacks()", "CALLBACKS", "_more()"])
def test_callbacks_of_train_v2_that_are_listed_elsewhere(callbacks: str) -> None:
    """A driver function as Ray's guide has it stays as it is, beside a sweep of Train V1 too."""
    driver = f"""
def driver(config):
    name = tune.get_context().get_trial_id()
    run_config = RunConfig(name=name, callbacks={callbacks})
    TorchTrainer(loop, run_config=run_config).fit()
"""
    source = f"""\
from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer
from ray.tune.integration.ray_train import TuneReportCallback

CALLBACKS = [TuneReportCallback()]


def loop(config):
    pass


def _callbacks():
    return [TuneReportCallback()]


def _more():
    found = [TuneReportCallback()]
    print(len(found))
    return found

{driver}

tune.Tuner(driver).fit()
"""
    check_unchanged(source)
    assert driver in migrated(f"{source}tune.Tuner(TorchTrainer(loop)).fit()\n").after


def test_callbacks_of_train_v2_of_another_module(tmp_path: Path) -> None:
    project = """
        --- callbacks.py
        from ray.tune.integration.ray_train import TuneReportCallback

        ALL = [TuneReportCallback()]


        def some(verbose=False):
            found = [TuneReportCallback()]
            if verbose:
                found.append(print)
            return found
        --- drivers.py
        import callbacks
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def one(config):
            name = tune.get_context().get_trial_id()
            run_config = RunConfig(name=name, callbacks=callbacks.ALL)
            TorchTrainer(loop, run_config=run_config).fit()


        def two(config):
            name = tune.get_context().get_trial_id()
            run_config = RunConfig(name=name, callbacks=callbacks.some())
            TorchTrainer(loop, run_config=run_config).fit()


        tune.Tuner(one).fit()
        tune.Tuner(two).fit()
        """
    projecting.check_unchanged(tmp_path, project)
    write(tmp_path, project + "        tune.Tuner(TorchTrainer(loop)).fit()\n")
    run(tmp_path)
    after = (tmp_path / "drivers.py").read_text(encoding="utf-8")
    assert "callbacks=callbacks.ALL)" in after
    assert "callbacks=callbacks.some())" in after
    assert "train_run_config" not in after


def test_metadata_beside_what_only_tune_does() -> None:
    check_migrated(
        """\
        from ray.air.integrations.mlflow import MLflowLoggerCallback
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import classes, loop


        def train_it(name):
            run_config = RunConfig(name=name, callbacks=[MLflowLoggerCallback()])
            trainer = TorchTrainer(
                loop,
                run_config=run_config,
                metadata={"classes": classes()},
            )
            return trainer.fit()
        """,
        """\
        from ray import tune
        from ray.air.integrations.mlflow import MLflowLoggerCallback
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from project import classes, loop


        def train_it(name):
            run_config = tune.RunConfig(name=name, callbacks=[MLflowLoggerCallback()])
            trainer = TorchTrainer(
                loop,
                run_config=train_run_config(run_config, metadata={"classes": classes()}),
            )
            return fit_as_trial(trainer)
        """,
    )


def test_metadata_beside_a_run_config_that_others_read() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop, show

        run_config = RunConfig(name="lr")
        show(run_config)
        TorchTrainer(loop, run_config=run_config, metadata={"by": "us"}).fit()
        TorchTrainer(loop, run_config=None, metadata={"by": "us"}).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, train_run_config

        from project import loop, show

        run_config = RunConfig(name="lr")
        show(run_config)
        TorchTrainer(loop, run_config=train_run_config(run_config, metadata={"by": "us"})).fit()
        TorchTrainer(
            loop, run_config=RunConfig(callbacks=[TuneReportCallback(metadata={"by": "us"})])
        ).fit()
        """,
    )


def test_metadata_of_a_trainer_that_a_tuner_is_given() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop


        def build(name):
            return TorchTrainer(loop, run_config=RunConfig(name=name), metadata={"by": name})


        def sweep(name):
            trainer = build(name)
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 0.1}}).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, driver_for, tune_run_config

        from project import loop


        def build(name):
            return TorchTrainer(
                loop,
                run_config=RunConfig(
                    name=name, callbacks=[TuneReportCallback(metadata={"by": name})]
                ),
            )


        def sweep(name):
            trainer = build(name)
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 0.1}},
                run_config=tune_run_config(trainer),
            ).fit()
        """,
    )


def test_metadata_where_the_run_config_is_in_a_dict() -> None:
    check_finding(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        common = {"run_config": RunConfig(name="lr")}
        TorchTrainer(loop, metadata={"by": "us"}, **common).fit()
        """,
        (7, "RTM904"),
    )


def test_metadata_that_a_class_of_the_project_gives_its_base() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, config):
                super().__init__(loop, run_config=config.run, metadata={"by": config.name})


        def sweep(trainer: Ours):
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 0.1}}).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, config):
                super().__init__(
                    loop, run_config=train_run_config(config.run, metadata={"by": config.name})
                )


        def sweep(trainer: Ours):
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 0.1}},
                run_config=tune_run_config(trainer),
            ).fit()
        """,
    )


def test_a_run_config_out_of_sight_that_a_swept_class_gives_its_base() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, config):
                super().__init__(loop, run_config=config.run)


        def sweep(config):
            trainer = Ours(config)
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 0.1}}).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, config):
                super().__init__(loop, run_config=train_run_config(config.run))


        def sweep(config):
            trainer = Ours(config)
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 0.1}},
                run_config=tune_run_config(trainer),
            ).fit()
        """,
    )


def test_what_a_class_of_the_project_gives_its_base_to_start_from() -> None:
    check_migrated(
        """\
        from ray.train.torch import TorchTrainer

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, checkpoint):
                super().__init__(loop, resume_from_checkpoint=checkpoint)


        class Theirs(TorchTrainer):
            def __init__(self, checkpoint):
                TorchTrainer.__init__(self, loop, resume_from_checkpoint=checkpoint)
        """,
        """\
        from ray.train.torch import TorchTrainer
        from raytune_runtime import start_from_trial

        from project import loop


        class Ours(TorchTrainer):
            def __init__(self, checkpoint):
                super().__init__(start_from_trial(loop, resume_from_checkpoint=checkpoint))


        class Theirs(TorchTrainer):
            def __init__(self, checkpoint):
                TorchTrainer.__init__(
                    self, start_from_trial(loop, resume_from_checkpoint=checkpoint)
                )
        """,
    )


def test_a_checkpoint_to_start_from_beside_a_train_loop_out_of_sight() -> None:
    check_finding(
        """\
        from ray.train.torch import TorchTrainer


        def trainer(config):
            return TorchTrainer(*config.given, resume_from_checkpoint=None)


        def by_place(config):
            return TorchTrainer(*config.given, resume_from_checkpoint=config.checkpoint)


        def by_keyword(config):
            return TorchTrainer(**config.given, resume_from_checkpoint=config.checkpoint)
        """,
        (9, "RTM904"),
        (13, "RTM904"),
    )


def test_the_same_in_a_sweep_which_is_held_back() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(config):
            trainer = TorchTrainer(*config.given, resume_from_checkpoint=config.checkpoint)
            return tune.Tuner(trainer).fit()
        """,
        (6, "RTM904"),
    )


def test_a_run_config_that_a_function_returns_beside_its_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop, space


        def build(name):
            run_config = RunConfig(name=name, stop={"loss": 1})
            trainer = TorchTrainer(loop, run_config=run_config)
            return trainer, run_config


        def main(name):
            trainer, run_config = build(name)
            best = tune.Tuner(trainer, param_space=space).fit().get_best_result()
            last = TorchTrainer(loop, train_loop_config=best.config, run_config=run_config)
            return last.fit().metrics
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, fit_as_trial, train_run_config, tune_run_config

        from mine import loop, space


        def build(name):
            run_config = tune.RunConfig(name=name, stop={"loss": 1})
            trainer = TorchTrainer(loop, run_config=train_run_config(run_config))
            return trainer, run_config


        def main(name):
            trainer, run_config = build(name)
            best = (
                tune.Tuner(
                    driver_for(trainer), param_space=space, run_config=tune_run_config(trainer)
                )
                .fit()
                .get_best_result()
            )
            last = TorchTrainer(
                loop, train_loop_config=best.config, run_config=train_run_config(run_config)
            )
            return fit_as_trial(last).metrics
        """,
    )


def test_configs_that_a_function_returns_together() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        class Run:
            def configs(self):
                if self.small:
                    return ScalingConfig(), RunConfig(name="small", stop={"loss": 1})
                return ScalingConfig(num_workers=2), None

            def fit(self):
                [scaling, run_config] = self.configs()
                trainer = TorchTrainer(loop, scaling_config=scaling, run_config=run_config)
                return trainer.fit().metrics
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from mine import loop


        class Run:
            def configs(self):
                if self.small:
                    return ScalingConfig(), tune.RunConfig(name="small", stop={"loss": 1})
                return ScalingConfig(num_workers=2), None

            def fit(self):
                [scaling, run_config] = self.configs()
                trainer = TorchTrainer(
                    loop, scaling_config=scaling, run_config=train_run_config(run_config)
                )
                return fit_as_trial(trainer).metrics
        """,
    )


def test_what_a_function_returns_of_which_it_cannot_be_seen_what_is_in_it() -> None:
    result = migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop, more


        def configs():
            return [RunConfig(name="a", stop={"loss": 1}), *more]


        def fit():
            run_config, _ = configs()
            return TorchTrainer(loop, run_config=run_config).fit()
        """
    )
    assert result.after == result.before
    assert [one.code for one in result.findings] == ["RTM504"]


def test_a_run_config_that_a_dict_brings_to_another_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop, space


        def build(name):
            run_config = RunConfig(name=name, stop={"loss": 1})
            results = tune.Tuner(TorchTrainer(loop), run_config=run_config, param_space=space).fit()
            return {"results": results, "run_config": run_config}


        def main(name):
            made = build(name)
            return TorchTrainer(loop, run_config=made["run_config"]).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config

        from mine import loop, space


        def build(name):
            run_config = tune.RunConfig(name=name, stop={"loss": 1})
            results = tune.Tuner(
                driver_for(TorchTrainer(loop)), run_config=run_config, param_space=space
            ).fit()
            return {"results": results, "run_config": run_config}


        def main(name):
            made = build(name)
            return TorchTrainer(loop, run_config=train_run_config(made["run_config"])).fit()
        """,
    )


def test_a_run_of_its_own_beside_a_sweep_goes_on_under_its_name() -> None:
    """A trainer that only a sweep is given has the sweep's name, and starts anew."""
    result = migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1}, checkpoint=train.get_checkpoint())


        def run(path):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(name="run", verbose=1),
            )
            trainer.fit()


        tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="sweep"))).fit()
        """
    )
    told = [
        (one.code, note) for one in result.changes for note in one.notes if "started anew" in note
    ]
    assert told == [
        (
            "RTM201",
            "A run of this name starts from the last checkpoint of an earlier one, where there is"
            " one; Train V1 started anew.",
        )
    ]
