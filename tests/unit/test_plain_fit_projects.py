"""A trainer's own ``fit()``, where the trainer or its train loop is of another module."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged, files, run, said, write

if TYPE_CHECKING:
    from pathlib import Path

LOOPS = """
    --- loops.py
    from ray import train

    def say(value):
        train.report({"loss": value})

    def bare(config):
        for value in range(3):
            say(value)

    def kept(config):
        train.report({"loss": 1.0}, checkpoint=train.Checkpoint.from_directory("weights"))

"""
BUILDERS = """
    --- builders.py
    import loops
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    def build(workers):
        return TorchTrainer(loops.kept, scaling_config=ScalingConfig(num_workers=workers))

    def build_bare():
        return TorchTrainer(loops.bare, scaling_config=ScalingConfig(num_workers=1))

"""
PROJECT = LOOPS + BUILDERS


def test_metrics_that_come_with_checkpoints_are_there(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build

    def train_it():
        result = build(2).fit()
        return result.metrics["loss"], result.checkpoint
    """,
    )


def test_of_a_result_that_is_not_read_nothing_is_lost(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build_bare

    def train_it():
        build_bare().fit()
    """,
    )


def test_a_parameter_may_be_anything(tmp_path: Path) -> None:
    """It is not rewritten, though all that is seen to be given is a trainer."""
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build_bare

    def finish(trainer):
        return trainer.fit().metrics["training_iteration"]

    def train_it():
        finish(build_bare())
    """,
        "use.py:4: RTM405",
    )


@pytest.mark.parametrize(
    ("build", "read"),
    [
        pytest.param("results = {'a': FIT}", "results['a'].config", id="a dict"),
        pytest.param(
            "results = []\nresults.append(FIT)",
            "[one.config for one in results]",
            id="a list that it is put into",
        ),
        pytest.param(
            "results = {lr: FIT for lr in (1, 2)}",
            "{lr: one.metrics['training_iteration'] for lr, one in results.items()}",
            id="a dict that is gone through",
        ),
        pytest.param(
            "results = [FIT for lr in (1, 2)]",
            "min(results, key=lambda one: one.metrics['loss']).config",
            id="one that is picked",
        ),
        pytest.param(
            "results = [tune.Tuner(objective).fit()[0], FIT]",
            "[one.config for one in results]",
            id="a sweep's beside it",
        ),
    ],
)
def test_results_that_the_module_keeps_together(tmp_path: Path, build: str, read: str) -> None:
    source = f"""\
from ray import train, tune
from ray.train.torch import TorchTrainer


def objective(config):
    tune.report({{"loss": 1}})


def loop(config):
    train.report({{"loss": 1}}, checkpoint=train.Checkpoint("weights"))


{build.replace("FIT", "TorchTrainer(loop).fit()")}
print({read})
"""
    (tmp_path / "use.py").write_text(source, encoding="utf-8")
    outcomes = run(tmp_path)
    after = (tmp_path / "use.py").read_text(encoding="utf-8")
    assert "fit_as_trial(TorchTrainer(loop))" in after
    assert "TorchTrainer(loop).fit()" not in after
    assert said(outcomes) == []


def test_what_tune_counted(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build

    def train_it():
        result = build(2).fit()
        return result.metrics["training_iteration"]
    """,
        """
    --- use.py
    from builders import build
    from raytune_runtime import fit_as_trial

    def train_it():
        result = fit_as_trial(build(2))
        return result.metrics["training_iteration"]
    """,
    )


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("m = result.metrics\n    return m['training_iteration']", id="by a variable"),
        pytest.param(
            "df = result.metrics_dataframe\n    return df[['loss', 'training_iteration']]",
            id="among columns",
        ),
    ],
)
def test_what_tune_counted_is_read_by_another_module(tmp_path: Path, read: str) -> None:
    write(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build
    from show import show

    def train_it():
        return show(build(2).fit())
    """,
    )
    (tmp_path / "show.py").write_text(f"def show(result):\n    {read}\n", encoding="utf-8")
    outcomes = run(tmp_path)
    assert "show(fit_as_trial(build(2)))" in (tmp_path / "use.py").read_text(encoding="utf-8")
    assert said(outcomes) == []


def test_the_config_of_a_trainer_that_is_a_variable_of_its_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- made.py
    from builders import build

    trainer = build(1)

    --- use.py
    import made

    def train_it():
        return made.trainer.fit().config
    """,
        """
    --- use.py
    import made
    from raytune_runtime import fit_as_trial

    def train_it():
        return fit_as_trial(made.trainer).config
    """,
    )


def test_metrics_of_a_loop_that_reports_no_checkpoint_two_modules_away(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- use.py
    from builders import build_bare

    def train_it():
        result = build_bare().fit()
        return result.metrics["loss"]
    """,
        """
    --- use.py
    from builders import build_bare
    from raytune_runtime import fit_as_trial

    def train_it():
        result = fit_as_trial(build_bare())
        return result.metrics["loss"]
    """,
    )


def test_a_trainer_of_this_module_with_the_loop_of_another(tmp_path: Path) -> None:
    check(
        tmp_path,
        LOOPS
        + """
    --- use.py
    from loops import bare, kept
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    def train_bare():
        trainer = TorchTrainer(bare, scaling_config=ScalingConfig(num_workers=1))
        return trainer.fit().metrics["loss"]

    def train_kept():
        trainer = TorchTrainer(kept, scaling_config=ScalingConfig(num_workers=1))
        return trainer.fit().metrics["loss"]
    """,
        """
    --- use.py
    from loops import bare, kept
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import fit_as_trial

    def train_bare():
        trainer = TorchTrainer(bare, scaling_config=ScalingConfig(num_workers=1))
        return fit_as_trial(trainer).metrics["loss"]

    def train_kept():
        trainer = TorchTrainer(kept, scaling_config=ScalingConfig(num_workers=1))
        return trainer.fit().metrics["loss"]
    """,
    )


def test_a_loop_that_hands_its_callback_over_reports_with_checkpoints(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
    --- loops.py
    import lightning.pytorch as pl
    from model import Model
    from ray import train
    from ray.train.lightning import RayTrainReportCallback

    def loop(config):
        train.report({"started": 1})
        pl.Trainer(callbacks=[RayTrainReportCallback()]).fit(Model())

    --- use.py
    from loops import loop
    from ray.train.torch import TorchTrainer

    def train_it():
        return TorchTrainer(loop).fit().metrics["loss"]
    """,
    )


def test_a_result_that_another_module_reads(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- training.py
    from builders import build

    def train_it(workers):
        trainer = build(workers)
        return trainer.fit()

    --- main.py
    from reports import show
    from training import train_it

    result = train_it(2)
    print(result.metrics["loss"], result.metrics.get("time_total_s"))
    show(result)

    --- reports/__init__.py
    from .text import show

    --- reports/text.py
    def show(result):
        print(result.config)
    """,
        """
    --- training.py
    from builders import build
    from raytune_runtime import fit_as_trial

    def train_it(workers):
        trainer = build(workers)
        return fit_as_trial(trainer)
    """,
    )


def test_a_result_of_which_another_module_reads_what_is_there(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- training.py
    from builders import build

    def train_it(workers):
        return build(workers).fit()

    --- main.py
    from training import train_it

    result = train_it(2)
    print(result.metrics["loss"], result.checkpoint, result.path)
    """,
    )


def test_a_result_of_a_trainer_that_train_v2_refuses(tmp_path: Path) -> None:
    write(
        tmp_path,
        LOOPS
        + """
    --- training.py
    from configs import make
    from loops import kept
    from ray.train.torch import TorchTrainer

    def train_it():
        trainer = TorchTrainer(kept, run_config=make(), **{"metadata": {}})
        return trainer.fit()

    --- main.py
    from training import train_it

    print(train_it().config)
    """,
    )
    assert said(run(tmp_path)) == ["training.py:6: RTM904", "training.py:7: RTM401"]


EXPERIMENT = """
    --- experiment.py
    from loops import kept
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import driver_for

    class Experiment:
        def __init__(self, workers):
            self.trainer = self.build(workers)

        def build(self, workers):
            return TorchTrainer(kept, scaling_config=ScalingConfig(num_workers=workers))

        def sweep(self):
            self.grid = tune.Tuner(driver_for(self.trainer)).fit()
            return self.grid

        def last(self):
            return self.build(1).fit()

"""


def test_what_the_methods_of_an_object_give(tmp_path: Path) -> None:
    check(
        tmp_path,
        LOOPS
        + EXPERIMENT
        + """
    --- main.py
    from experiment import Experiment
    from reports import describe, table

    def run():
        experiment = Experiment(2)
        grid = experiment.sweep()
        table(grid)
        print(grid.get_best_result().log_dir)
        describe(experiment.last())
        return experiment.trainer.fit().metrics["training_iteration"]

    --- reports/__init__.py
    from reports.single import describe
    from reports.tables import table

    --- reports/single.py
    def describe(result):
        print(result.config)

    --- reports/tables.py
    def table(grid):
        for result in grid:
            print(result.log_dir)
    """,
        """
    --- experiment.py
    from loops import kept
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import driver_for, fit_as_trial

    class Experiment:
        def __init__(self, workers):
            self.trainer = self.build(workers)

        def build(self, workers):
            return TorchTrainer(kept, scaling_config=ScalingConfig(num_workers=workers))

        def sweep(self):
            self.grid = tune.Tuner(driver_for(self.trainer)).fit()
            return self.grid

        def last(self):
            return fit_as_trial(self.build(1))

    --- main.py
    from experiment import Experiment
    from reports import describe, table
    from raytune_runtime import fit_as_trial

    def run():
        experiment = Experiment(2)
        grid = experiment.sweep()
        table(grid)
        print(grid.get_best_result().path)
        describe(experiment.last())
        return fit_as_trial(experiment.trainer).metrics["training_iteration"]

    --- reports/tables.py
    def table(grid):
        for result in grid:
            print(result.path)
    """,
    )


def test_one_of_two_fits_in_a_row(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- training.py
    from builders import build

    def train_both():
        first = build(1).fit()
        second = build(2).fit()
        return first, second

    def train_one():
        return build(3).fit()

    --- main.py
    from training import train_both, train_one

    print(train_one().config)
    """,
        """
    --- training.py
    from builders import build
    from raytune_runtime import fit_as_trial

    def train_both():
        first = build(1).fit()
        second = build(2).fit()
        return first, second

    def train_one():
        return fit_as_trial(build(3))
    """,
    )


def test_a_result_that_comes_back_by_another_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- training.py
    from builders import build

    def train_it():
        return build(1).fit()

    def show(result):
        print(result.metrics["training_iteration"])

    --- main.py
    from training import show, train_it

    show(train_it())
    """,
        """
    --- training.py
    from builders import build
    from raytune_runtime import fit_as_trial

    def train_it():
        return fit_as_trial(build(1))

    def show(result):
        print(result.metrics["training_iteration"])
    """,
    )


def test_callbacks_of_train_v2_in_the_run_config_of_another_module(tmp_path: Path) -> None:
    write(tmp_path, f"{LOOPS}{CONFIGURED}")
    assert said(run(tmp_path)) == []
    assert (tmp_path / "configs.py").read_text() == files(CONFIGURED)["configs.py"]
    assert "fit_as_trial" not in (tmp_path / "use.py").read_text()


CONFIGURED = """
    --- configs.py
    from ray.train import RunConfig, UserCallback


    class Log(UserCallback):
        pass


    def run_config(name):
        return RunConfig(name=name, callbacks=[Log()])
    --- builders.py
    import loops
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer


    def build(run_config=None):
        return TorchTrainer(
            loops.kept, scaling_config=ScalingConfig(num_workers=2), run_config=run_config
        )
    --- use.py
    from builders import build
    from configs import run_config

    result = build(run_config("one")).fit()
    print(result.checkpoint)
    build().fit()
    """


def test_callbacks_of_tune_in_the_run_config_of_another_module(tmp_path: Path) -> None:
    # The trainer is built in a second module, and the RunConfig in a third.
    check(
        tmp_path,
        f"{LOOPS}{CONFIGURED}".replace(
            "from ray.train import RunConfig, UserCallback",
            "from ray.train import RunConfig\n    from ray.tune import Callback",
        ).replace("UserCallback", "Callback"),
        """
        --- configs.py
        from ray import tune
        from ray.tune import Callback


        class Log(Callback):
            pass


        def run_config(name):
            return tune.RunConfig(name=name, callbacks=[Log()])
        --- builders.py
        import loops
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config


        def build(run_config=None):
            return TorchTrainer(
                loops.kept,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train_run_config(run_config),
            )
        --- use.py
        from builders import build
        from configs import run_config
        from raytune_runtime import fit_as_trial

        result = fit_as_trial(build(run_config("one")))
        print(result.checkpoint)
        build().fit()
        """,
    )


def test_what_a_run_config_of_another_module_asks_for_where_the_trainer_is_handed_over(
    tmp_path: Path,
) -> None:
    # Whether others give a trainer too cannot be seen, so that this is left to a person.
    before = f"{LOOPS}{CONFIGURED}".replace("callbacks=[Log()]", 'stop={"loss": 0.1}').replace(
        'result = build(run_config("one")).fit()',
        "from fitting import fit\n\n    result = fit(build(run_config('one')))",
    )
    write(
        tmp_path,
        f"""{before}
    --- fitting.py
    def fit(trainer):
        return trainer.fit()
    """,
    )
    assert said(run(tmp_path)) == ["fitting.py:2: RTM404"]


POOLED = f"""{PROJECT}
    --- use.py
    from builders import build_bare
    from running import run

    for result in run([build_bare()]):
        print(result.metrics["loss"])
    --- running.py
"""


@pytest.mark.parametrize(
    "running",
    [
        "def run(jobs):\n    return list(map(lambda job: job.fit(), jobs))",
        "from multiprocessing.pool import ThreadPool\n\ndef fit(job):\n    return job.fit()\n\n"
        "def run(jobs):\n    with ThreadPool() as pool:\n        return pool.map(fit, jobs)",
        "from concurrent.futures import ThreadPoolExecutor\n\ndef fit(job):\n    return job.fit()\n"
        "\ndef run(jobs):\n    with ThreadPoolExecutor() as pool:\n"
        "        futures = [pool.submit(fit, job) for job in jobs]\n"
        "        return [one.result() for one in futures]",
    ],
)
def test_results_that_map_and_pools_give(tmp_path: Path, running: str) -> None:
    write(tmp_path, POOLED + indent(running, "    "))
    line = 1 + running.split("\n").index(next(one for one in running.split("\n") if "fit()" in one))
    assert said(run(tmp_path)) == [f"running.py:{line}: RTM401"]


@pytest.mark.parametrize("given", ["pool.map(print)", "pool.map(print, jobs)", "jobs.result()"])
def test_what_pools_give_that_is_no_result(tmp_path: Path, given: str) -> None:
    write(tmp_path, f"{POOLED}    def run(jobs, pool=None):\n        return {given}\n")
    assert said(run(tmp_path)) == []


def test_results_of_what_fits_trainers_and_tuners(tmp_path: Path) -> None:
    write(
        tmp_path,
        POOLED
        + """
    def run(jobs):
        return [job.fit() for job in jobs]
    --- sweeps.py
    from builders import build
    from ray import tune
    from running import run

    tune_config = tune.TuneConfig(max_concurrent_trials=1)
    for grid in run([tune.Tuner(build(1), tune_config=tune_config)]):
        for result in grid:
            print(result.metrics["loss"])
    """,
    )
    assert said(run(tmp_path)) == ["running.py:2: RTM401"]


# --- fixtures of pytest -----------------------------------------------------------


def test_a_fixture_of_another_folder_is_not_given(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- tests/one/conftest.py
    import pytest
    from builders import build_bare

    @pytest.fixture
    def trainer():
        return build_bare()

    --- tests/two/test_fit.py
    import builders

    def test_fit(trainer):
        assert trainer.fit().metrics["training_iteration"] == 3
    """,
    )


def test_a_test_that_is_named_alone(tmp_path: Path) -> None:
    # It imports nothing: what it is given leads to Ray, as far as the repository goes.
    before = (
        PROJECT
        + """
    --- tests/conftest.py
    import pytest
    from builders import build_bare

    @pytest.fixture
    def trainer():
        return build_bare()

    --- tests/unit/test_fit.py
    def test_fit(trainer):
        assert trainer.fit().metrics["training_iteration"] == 3
    --- tests/unit/fitting.py
    def fit(trainer):
        assert trainer.fit().metrics["training_iteration"] == 3
    """
    )
    write(tmp_path, before)
    assert run(tmp_path, ["tests/unit/fitting.py"]) == {}
    assert said(run(tmp_path, ["tests/unit/test_fit.py"])) == []
    assert (tmp_path / "tests/unit/test_fit.py").read_text(encoding="utf-8") == dedent(
        """\
        from raytune_runtime import fit_as_trial


        def test_fit(trainer):
            assert fit_as_trial(trainer).metrics["training_iteration"] == 3
        """
    )


def test_what_is_no_test_is_given_no_fixture(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        PROJECT
        + """
    --- tests/conftest.py
    import pytest
    from builders import build_bare

    @pytest.fixture
    def trainer():
        return build_bare()

    --- tests/test_fit.py
    import builders

    def fit(trainer):
        return trainer.fit().metrics["training_iteration"]
    """,
    )


def test_fixtures_of_the_folders_around_a_test(tmp_path: Path) -> None:
    # The nearest counts; one that asks for its own name is given that of a folder above.
    check(
        tmp_path,
        PROJECT
        + """
    --- tests/conftest.py
    import pytest
    from builders import build

    @pytest.fixture(scope="module")
    def trainer():
        return build(1)

    @pytest.fixture(name="other")
    def make_other():
        yield build(2)
        print("done")

    --- tests/unit/conftest.py
    import pytest

    @pytest.fixture
    def trainer(trainer):
        print(trainer)
        return trainer

    --- tests/unit/test_fit.py
    class TestFit:
        def test_fit(self, trainer):
            assert trainer.fit().metrics["training_iteration"] == 3

    def test_other(other):
        result = other.fit()
        assert result.metrics["loss"] == 1
        assert result.config

    """,
        """
    --- tests/unit/test_fit.py
    from raytune_runtime import fit_as_trial


    class TestFit:
        def test_fit(self, trainer):
            assert fit_as_trial(trainer).metrics["training_iteration"] == 3

    def test_other(other):
        result = fit_as_trial(other)
        assert result.metrics["loss"] == 1
        assert result.config

    """,
    )


def test_a_trainer_that_a_fixture_reaches_by_a_method(tmp_path: Path) -> None:
    check(
        tmp_path,
        PROJECT
        + """
    --- jobs.py
    from builders import build_bare

    class Job:
        def trainer(self):
            return build_bare()

    --- tests/conftest.py
    import pytest
    from jobs import Job

    @pytest.fixture
    def job():
        return Job()

    --- tests/test_job.py
    def test_loss(job):
        assert job.trainer().fit().metrics["loss"] == 2

    """,
        """
    --- tests/test_job.py
    from raytune_runtime import fit_as_trial


    def test_loss(job):
        assert fit_as_trial(job.trainer()).metrics["loss"] == 2

    """,
    )


# --- trainers that come by parameters ---------------------------------------------


def test_the_result_of_a_trainer_that_an_object_was_given(tmp_path: Path) -> None:
    # Others may give such an object something else, so that what is lost is left to a person.
    check(
        tmp_path,
        PROJECT
        + """
    --- jobs.py
    class Job:
        def __init__(self, trainer):
            self._trainer = trainer

        @property
        def trainer(self):
            return self._trainer

        def fit(self):
            return self.trainer.fit()

    --- run.py
    from builders import build
    from jobs import Job

    result = Job(build(2)).fit()
    print(result.log_dir, result.metrics["training_iteration"])

    """,
        """
    --- run.py
    from builders import build
    from jobs import Job

    result = Job(build(2)).fit()
    print(result.path, result.metrics["training_iteration"])

    """,
        "jobs.py:10: RTM401",
    )


PINNED = """
--- main.py
import os

os.environ["RAY_TRAIN_V2_ENABLED"] = "{flag}"

from jobs.nightly import nightly

if __name__ == "__main__":
    print(nightly("one").metrics)

--- jobs/configs.py
from ray.train import RunConfig


def run_config(name):
    return RunConfig(name=name, stop={{"training_iteration": 2}})

--- jobs/nightly.py
from ray import train
from ray.train.torch import TorchTrainer

from jobs.configs import run_config


def loop(config):
    train.report({{"loss": 1}})


def nightly(name):
    return TorchTrainer(loop, run_config=run_config(name)).fit()
"""


def test_a_script_that_pins_train_v1_keeps_the_fits_that_it_runs_there(tmp_path: Path) -> None:
    check_unchanged(tmp_path, PINNED.format(flag=0), "main.py:3: RTM906")


def test_a_script_that_asks_for_train_v2_keeps_nothing(tmp_path: Path) -> None:
    after = """
    --- jobs/configs.py
    from ray import tune


    def run_config(name):
        return tune.RunConfig(name=name, stop={"training_iteration": 2})

    --- jobs/nightly.py
    from ray import train
    from ray.train.torch import TorchTrainer
    from raytune_runtime import fit_as_trial, train_run_config

    from jobs.configs import run_config


    def loop(config):
        train.report({"loss": 1})


    def nightly(name):
        return fit_as_trial(
            TorchTrainer(loop, run_config=train_run_config(run_config(name)))
        )
    """
    check(tmp_path, PINNED.format(flag=1), after)


def test_callbacks_of_tune_that_another_module_makes(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
    --- logs.py
    from ray.air.integrations.mlflow import MLflowLoggerCallback

    CALLBACKS = [MLflowLoggerCallback(experiment_name="a")]
    --- training.py
    from logs import CALLBACKS
    from loops import loop
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer

    TorchTrainer(loop, run_config=RunConfig(callbacks=CALLBACKS)).fit()
    """,
        """
    --- training.py
    from logs import CALLBACKS
    from loops import loop
    from ray import tune
    from ray.train.torch import TorchTrainer
    from raytune_runtime import fit_as_trial, train_run_config

    fit_as_trial(
        TorchTrainer(loop, run_config=train_run_config(tune.RunConfig(callbacks=CALLBACKS)))
    )
    """,
    )


def test_what_the_run_config_of_another_module_is_given_later(tmp_path: Path) -> None:
    """As where it is made: only Tune does that."""
    before = """
        --- configs.py
        from ray.train import RunConfig

        run_config = RunConfig(name="lr")
        --- training.py
        import configs
        from ray.train.torch import TorchTrainer
        from work import train_loop

        configs.run_config.stop = {"loss": 0.1}


        def main():
            TorchTrainer(train_loop, run_config=configs.run_config).fit()
        """
    after = """
        --- configs.py
        from ray import tune

        run_config = tune.RunConfig(name="lr")
        --- training.py
        import configs
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config
        from work import train_loop

        configs.run_config.stop = {"loss": 0.1}


        def main():
            fit_as_trial(
                TorchTrainer(train_loop, run_config=train_run_config(configs.run_config))
            )
        """
    check(tmp_path, before, after)


def test_a_copy_of_the_run_config_of_another_module(tmp_path: Path) -> None:
    """What the copy is given counts."""
    before = """
        --- configs.py
        from ray.train import RunConfig


        class Defaults:
            run_config = RunConfig(name="lr")
        --- training.py
        from dataclasses import replace

        from configs import Defaults
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def main(stop):
            run_config = replace(Defaults.run_config, stop=stop)
            return TorchTrainer(train_loop, run_config=run_config).fit()
        """
    after = """
        --- configs.py
        from ray import tune


        class Defaults:
            run_config = tune.RunConfig(name="lr")
        --- training.py
        from dataclasses import replace

        from configs import Defaults
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config
        from work import train_loop


        def main(stop):
            run_config = replace(Defaults.run_config, stop=stop)
            return fit_as_trial(
                TorchTrainer(train_loop, run_config=train_run_config(run_config))
            )
        """
    check(tmp_path, before, after)


def test_results_that_joblib_gives(tmp_path: Path) -> None:
    """What the functions are called with that it delays, and what they give."""
    before = """
        --- tasks.py
        from ray import train
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            train.report({"loss": config["seed"]})


        def trainer(seed):
            return TorchTrainer(train_loop, train_loop_config={"seed": seed})


        def fit(one):
            return one.fit()
        --- main.py
        from joblib import Parallel, delayed
        from tasks import fit, trainer

        results = Parallel(n_jobs=2)(delayed(fit)(trainer(seed)) for seed in range(3))
        print([one.metrics["loss"] for one in results])
        """
    check_unchanged(tmp_path, before, "tasks.py:14: RTM401")


def test_what_a_trainer_asks_for_that_another_module_fits(tmp_path: Path) -> None:
    """It is done at the fit(), or said there where not all that it may be of is seen."""
    before = """
        --- training.py
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def trainer(name):
            return TorchTrainer(train_loop, run_config=RunConfig(name=name, stop={"loss": 0.1}))
        --- running.py
        def run(one):
            return one.fit()
        --- main.py
        from running import run
        from training import trainer

        trainer("first").fit()
        run(trainer("second"))
        """
    after = """
        --- training.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from work import train_loop


        def trainer(name):
            return TorchTrainer(
                train_loop,
                run_config=train_run_config(tune.RunConfig(name=name, stop={"loss": 0.1})),
            )
        --- main.py
        from running import run
        from training import trainer
        from raytune_runtime import fit_as_trial

        fit_as_trial(trainer("first"))
        run(trainer("second"))
        """
    check(tmp_path, before, after, "running.py:2: RTM404")


SET_LATER = """
--- trainers.py
from ray import train
from ray.train.torch import TorchTrainer

config = train.RunConfig(name="one")
trainer = TorchTrainer(print, run_config=config)


def fit():
    return trainer.fit()
--- main.py
import trainers

trainers.config.{given}
trainers.fit()
"""


@pytest.mark.parametrize("given", ["stop = None", "name = 'two'", "storage_path = '/runs'"])
def test_what_train_v2_heeds_that_another_module_gives_a_run_config(
    tmp_path: Path, given: str
) -> None:
    check_unchanged(tmp_path, SET_LATER.format(given=given))


@pytest.mark.parametrize("given", ["stop = {'loss': 1}", "stop = make_stopper()"])
def test_what_only_tune_does_that_another_module_asks_of_a_run_config(
    tmp_path: Path, given: str
) -> None:
    """The module that makes it has all that is needed but that."""
    check(
        tmp_path,
        SET_LATER.format(given=given),
        """
        --- trainers.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        config = tune.RunConfig(name="one")
        trainer = TorchTrainer(print, run_config=train_run_config(config))


        def fit():
            return fit_as_trial(trainer)
        """,
    )


def test_driver_functions_by_hand_that_give_another_module_their_callback(tmp_path: Path) -> None:
    """The callback is Train's, wherever Ray has put its class."""
    check_unchanged(
        tmp_path,
        """
        --- sweeps.py
        from ray import tune
        from ray.tune.integration.ray_train import TuneReportCallback


        def sweep(build, space):
            def driver(config):
                build(config, callbacks=[TuneReportCallback()]).fit()

            return tune.Tuner(driver, param_space=space).fit()
        --- trainers.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from sweeps import sweep


        def build(config, callbacks=()):
            name = f"train-{tune.get_context().get_trial_id()}"
            run_config = train.RunConfig(name=name, callbacks=list(callbacks))
            return TorchTrainer(print, train_loop_config=config, run_config=run_config)


        def inline(config, callbacks=()):
            name = f"train-{tune.get_context().get_trial_id()}"
            return TorchTrainer(
                print,
                train_loop_config=config,
                run_config=train.RunConfig(name, callbacks=callbacks),
            )


        sweep(build, {"lr": 1})
        sweep(inline, {"lr": 1})
        """,
    )


def test_a_swept_trainer_whose_loop_elsewhere_always_reports_a_checkpoint(tmp_path: Path) -> None:
    project = """
        --- loops.py
        from ray import train


        def train_loop(config):
            report(config)


        def report(config):
            train.report({"loss": config["lr"]}, checkpoint=train.Checkpoint("/data"))
        --- fits.py
        from loops import train_loop
        from ray import tune
        from ray.train.torch import TorchTrainer


        def start(search):
            trainer = TorchTrainer(train_loop, train_loop_config={"lr": 1})
            if search:
                one = tune.TuneConfig(max_concurrent_trials=1)
                return tune.Tuner(trainer, tune_config=one).fit().get_best_result("loss", "min")
            return trainer.fit()
        --- run.py
        import fits

        print(fits.start(False).metrics["loss"])
        """
    write(tmp_path, project)
    assert said(run(tmp_path)) == []
    assert "return trainer.fit()" in (tmp_path / "fits.py").read_text(encoding="utf-8")
    bare = '            train.report({"lr": config["lr"]})\n            report(config)'
    sometimes = project.replace("            report(config)", bare)
    write(tmp_path / "sometimes", sometimes)
    assert said(run(tmp_path / "sometimes")) == ["fits.py:11: RTM401"]


@pytest.mark.parametrize(
    "use",
    ["from builders import build\n\nbuild().fit()", "import builders\n\nbuilders.hand_over()"],
)
def test_a_trainer_with_samplers_that_is_not_fitted_where_it_is_built(
    tmp_path: Path, use: str
) -> None:
    write(
        tmp_path,
        f"""
--- builders.py
from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"loss": config["lr"]}})


def build():
    return TorchTrainer(loop, train_loop_config={{"lr": tune.uniform(0, 1)}})
--- fits.py
{use}
""",
    )
    assert said(run(tmp_path)) == ["builders.py:10: RTM404"]


def test_what_is_read_where_trainers_are_seen_to_be_given(tmp_path: Path) -> None:
    """By parameters and fields, which others may give something else."""
    check_unchanged(
        tmp_path,
        """
        --- fitting.py
        def fit(given):
            return given.fit().metrics["time_total_s"]


        class Box:
            def __init__(self, given):
                self.given = given

            def run(self):
                found = self.given.fit()
                print(found.config)
        --- building.py
        from dataclasses import dataclass

        from fitting import Box, fit
        from ray.train.torch import TorchTrainer


        @dataclass
        class Job:
            given: object
            name: str = "a"


        def loop(config):
            pass


        def build():
            return Job(TorchTrainer(loop))


        fit(TorchTrainer(loop))
        Box(TorchTrainer(loop)).run()
        --- reading.py
        from building import build

        print(build().given.fit().metrics["training_iteration"])
        """,
        "fitting.py:2: RTM405",
        "fitting.py:11: RTM405",
        "reading.py:3: RTM405",
    )


def test_what_is_read_where_other_things_are_given_too(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- fitting.py
        def fit(given):
            return given.fit().metrics["time_total_s"]
        --- building.py
        from fitting import fit
        from ray.train.torch import TorchTrainer


        class Model:
            def fit(self):
                return self


        def loop(config):
            pass


        fit(TorchTrainer(loop))
        fit(Model())
        """,
    )


def running(build: str, kind: str) -> str:
    """A function that runs what it is given: a trainer at one call, and a Tuner at another."""
    return (
        PROJECT
        + f"""
    --- running.py
    from typing import Protocol

    class Fits(Protocol):
        def fit(self): ...

    def run(job{kind}):
        return job.fit()
    --- use.py
    from builders import {build}
    from ray import tune
    from running import run

    def once():
        return run({build}(1)).metrics["loss"]

    def sweep(objective):
        return run(tune.Tuner(objective)).get_best_result("loss", "min").config
    """
    )


@pytest.mark.parametrize("kind", ["", ": Fits"])
def test_what_is_read_of_trainers_with_checkpoints_where_tuners_are_given_too(
    kind: str, tmp_path: Path
) -> None:
    check_unchanged(tmp_path, running("build", kind))


@pytest.mark.parametrize("kind", ["", ": Fits"])
def test_what_is_read_of_trainers_where_tuners_are_given_too(kind: str, tmp_path: Path) -> None:
    check_unchanged(tmp_path, running("build_bare", kind), "running.py:7: RTM401")
