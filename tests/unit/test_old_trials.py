"""The logdir of a Trial is its local_path; what else it had is reported."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged
from ray.tune.experiment import Trial

from raytune_migrate import ray_api


@pytest.mark.parametrize("name", ray_api.GONE_OF_TRIALS)
def test_a_trial_does_not_have_it(name: str) -> None:
    assert not hasattr(Trial, name)


def test_a_trial_has_its_path() -> None:
    assert isinstance(Trial.local_path, property)
    with pytest.raises(DeprecationWarning, match=ray_api.TRIAL_PATH):
        _ = Trial("objective", stub=True).logdir


def test_what_is_no_trial() -> None:
    check_unchanged(
        """\
        import optuna
        from ray import tune
        from ray.tune import Trainable

        from project import Logger


        class Mine(Logger):
            def log_trial_start(self, trial):
                return trial.logdir


        class Other(Trainable):
            def step(self):
                return {"at": self.logdir}

            def suggested(self, trial):
                return trial.logdir


        def objective(trial):
            return trial.logdir


        tune.Tuner(Other, param_space={"lr": tune.uniform(0, 1)}).fit()
        optuna.create_study().optimize(objective)
        """
    )


def test_what_callbacks_are_given() -> None:
    check_migrated(
        """\
        import os

        from ray.tune import Callback
        from ray.tune.logger import LoggerCallback


        class Rows(LoggerCallback):
            def log_trial_start(self, trial):
                self.files[trial] = open(self.path(trial), "a")

            def path(self, trial):
                return os.path.join(trial.logdir, "rows.csv")


        class Numbered(Rows):
            def log_trial_end(self, trial, failed=False):
                print(trial, trial.logdir)


        class Said(Callback):
            def on_trial_complete(self, iteration, trials, trial, **info):
                last = trial
                print(last.logdir, [one.logdir for one in trials])
        """,
        """\
        import os

        from ray.tune import Callback
        from ray.tune.logger import LoggerCallback


        class Rows(LoggerCallback):
            def log_trial_start(self, trial):
                self.files[trial] = open(self.path(trial), "a")

            def path(self, trial):
                return os.path.join(trial.local_path, "rows.csv")


        class Numbered(Rows):
            def log_trial_end(self, trial, failed=False):
                print(trial, trial.local_path)


        class Said(Callback):
            def on_trial_complete(self, iteration, trials, trial, **info):
                last = trial
                print(last.local_path, [one.local_path for one in trials])
        """,
    )


def test_what_an_analysis_has() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.tune.experiment import Trial

        from project import objective


        def where(trial: Trial) -> str:
            return trial.logdir


        analysis = tune.run(objective)
        print(analysis.best_trial.logdir, analysis.get_best_trial("loss", "min").logdir)
        for trial in analysis.trials:
            print(trial.logdir)
        """,
        """\
        from ray import tune
        from ray.tune.experiment import Trial

        from project import objective


        def where(trial: Trial) -> str:
            return trial.local_path


        analysis = tune.run(objective)
        print(analysis.best_trial.local_path, analysis.get_best_trial("loss", "min").local_path)
        for trial in analysis.trials:
            print(trial.local_path)
        """,
    )


def test_what_a_trial_had() -> None:
    check_finding(
        """\
        from ray.tune import Callback


        class Said(Callback):
            def on_trial_result(self, iteration, trials, trial, result, **info):
                print(trial.get_runner_ip(), trial.remote_checkpoint_dir)
        """,
        (6, "RTM907"),
        (6, "RTM907"),
    )
