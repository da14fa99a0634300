"""Notebooks that are kept as Python files: their cells stay cells, whatever is in them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import projecting
import pytest
from containing import OLD_RAY, OPTIONS, after, said

from raytune_migrate.run.pipeline import process_data
from raytune_migrate.status import Status

if TYPE_CHECKING:
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.settings.options import Options


def migrate(text: str, options: Options = OPTIONS) -> Outcome:
    return process_data(Path("/nowhere/sweep.py"), dedent(text).lstrip("\n").encode(), options)


def check_left(text: str, *findings: str) -> None:
    outcome = migrate(text)
    assert outcome.after in (None, dedent(text).lstrip("\n").encode()), outcome.reason
    assert said(outcome) == list(findings)


def check(before: str, expected: str, *findings: str, options: Options = OPTIONS) -> None:
    outcome = migrate(before, options)
    assert after(outcome) == dedent(expected).lstrip("\n")
    assert said(outcome) == list(findings)
    assert after(migrate(after(outcome), options)) == after(outcome)


def test_cells_of_other_languages_are_not_read() -> None:
    check_left(
        """
        # Databricks notebook source
        # MAGIC %md
        # MAGIC `tune.Tuner(trainer)` of ray.train

        # COMMAND ----------

        # MAGIC %sh ls ray
        """
    )


def test_code_without_a_sweep() -> None:
    check_left(
        """
        # Databricks notebook source
        import ray

        # COMMAND ----------

        !ls /tmp
        %fs ls
        display(ray.nodes())
        """
    )


def test_a_cell_that_cannot_be_read() -> None:
    check_left(
        """
        # Databricks notebook source
        from ray import tune

        # COMMAND ----------

        tuner = tune.Tuner(
        """,
        "6: RTM913",
    )


def test_borders_in_another_file_are_comments() -> None:
    check_left(
        """
        from ray import tune

        # COMMAND ----------

        # MAGIC %md
        """
    )


BEFORE = """
    # Databricks notebook source
    # MAGIC %md
    # MAGIC # A sweep

    # COMMAND ----------

    # DBTITLE 1,Imports
    from ray import tune
    from ray.air.config import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    # COMMAND ----------

    !ls /dbfs

    # COMMAND ----------

    # The trainer
    trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))

    # COMMAND ----------

    tuner = tune.Tuner(trainer, run_config=RunConfig(name="a"))
    results = tuner.fit()

    # COMMAND ----------

    # MAGIC %md
    # MAGIC That was it.
    """
AFTER = """
    # Databricks notebook source
    # MAGIC %md
    # MAGIC # A sweep

    # COMMAND ----------

    # DBTITLE 1,Imports
    from ray import tune
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import (
        TuneReportCallback,
        max_concurrent_trials,
        start_from_trial,
        trial_run,
    )

    # COMMAND ----------

    !ls /dbfs

    # COMMAND ----------

    def train_driver_fn(config: dict):
        # The trainer
        trainer = TorchTrainer(
            start_from_trial(loop),
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    # COMMAND ----------

    tuner = tune.Tuner(
        train_driver_fn,
        run_config=tune.RunConfig(name="a"),
        tune_config=tune.TuneConfig(
            max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
        ),
    )
    results = tuner.fit()

    # COMMAND ----------

    # MAGIC %md
    # MAGIC That was it.
    """


def test_a_sweep_over_several_cells() -> None:
    check(BEFORE, AFTER)


def test_the_title_of_a_cell_stays_at_its_head() -> None:
    title = "# DBTITLE 1,The trainer\n"
    text = after(migrate(BEFORE.replace("# The trainer\n", title)))
    assert f"{CUT}\n\n{title}\n\ndef train_driver_fn(config: dict):\n    trainer =" in text


def test_newlines_stay() -> None:
    text = dedent(BEFORE).lstrip("\n").replace("\n", "\r\n")
    expected = dedent(AFTER).lstrip("\n").replace("\n", "\r\n")
    assert after(process_data(Path("/nowhere/a.py"), text.encode(), OPTIONS)) == expected


def test_the_flag_stands_in_the_cell_of_the_imports_below_its_title() -> None:
    text = after(migrate(BEFORE, OLD_RAY))
    assert (
        "# DBTITLE 1,Imports\n"
        "import os\n\n"
        'os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported\n\n'
        "from ray import tune\n"
    ) in text


@pytest.mark.parametrize(
    ("installs", "codes"),
    [
        pytest.param("%pip install numpy", [], id="nothing of Ray"),
        pytest.param("%pip install 'ray[tune]==2.9.0'", ["RTM502", "RTM503"], id="an old Ray"),
        pytest.param("%pip install ray raytune-migrate", [], id="Ray and the runtime"),
        pytest.param("%sh\n# MAGIC pip install ray==2.55.0", ["RTM503"], id="a shell"),
    ],
)
def test_what_its_cells_install(installs: str, codes: list[str]) -> None:
    text = dedent(BEFORE).lstrip("\n")
    text = text.replace("# MAGIC # A sweep", f"# MAGIC # A sweep\n\n{CUT}\n\n# MAGIC {installs}")
    outcome = process_data(Path("/nowhere/a.py"), text.encode(), OPTIONS)
    assert outcome.migration is not None
    assert [one.code for one in outcome.migration.findings] == codes


CUT = "# COMMAND ----------"


def test_what_other_modules_say_of_it(tmp_path: Path) -> None:
    projecting.write(
        tmp_path,
        """
        --- loops.py
        from ray.air import session

        def loop(config):
            session.report({"loss": 1})

        --- sweep.py
        # Databricks notebook source
        # MAGIC %run ./setup

        # COMMAND ----------

        !ls

        # COMMAND ----------

        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        # COMMAND ----------

        results = tune.Tuner(TorchTrainer(loop)).fit()
        """,
    )
    outcomes = projecting.run(tmp_path)
    assert projecting.said(outcomes) == []
    assert "train.report" in after(outcomes["loops.py"])
    assert "        loop, run_config=RunConfig(**trial_run()" in after(outcomes["sweep.py"])


def test_a_file_that_is_no_python_beside_its_magics() -> None:
    outcome = migrate(
        """
        from ray import tune
        !pip install ray
        tuner = tune.Tuner(
        """
    )
    assert outcome.after is None
    assert outcome.status is Status.FAILED
    assert outcome.reason is not None
    assert outcome.reason.startswith("does not parse: line 2")


def test_what_looks_like_magics_in_python() -> None:
    check_left(
        '''
        text = """
        !ls
        """
        from ray import tune

        left = (7
        %len(text))
        '''
    )


def test_cells_one_below_the_other() -> None:
    check(
        '''
        # -*- coding: utf-8 -*-
        """sweep.ipynb

        Automatically generated by Colab.
        """

        !pip install -q "ray[tune]" raytune-migrate

        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        files = !ls
        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        # Commented out IPython magic to ensure Python compatibility.
        # %matplotlib inline
        results = tune.Tuner(trainer).fit()
        ''',
        '''
        # -*- coding: utf-8 -*-
        """sweep.ipynb

        Automatically generated by Colab.
        """

        !pip install -q "ray[tune]" raytune-migrate

        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )

        files = !ls


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        # Commented out IPython magic to ensure Python compatibility.
        # %matplotlib inline
        results = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
            ),
        ).fit()
        ''',
        options=OLD_RAY,
    )
