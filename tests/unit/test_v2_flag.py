"""The script that runs a sweep asks for Train V2, above every import of Ray."""

from __future__ import annotations

from pathlib import Path

import pytest
from migrating import changed, check_migrated, check_unchanged, migrated
from packaging.version import Version

from raytune_migrate.project import Project


def test_a_module_that_fits_nothing_leaves_it_to_its_script() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()
        """,
    )


def test_the_script_asks_already() -> None:
    check_migrated(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        tuner.fit()
        """,
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

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
        tuner.fit()
        """,
    )


def test_a_script_without_a_sweep() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        TorchTrainer(loop).fit()
        """,
    )


def test_a_comment_asks_for_nothing() -> None:
    check_migrated(
        """\
        # RAY_TRAIN_V2_ENABLED is on in our image.

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        tuner.fit()
        """,
        """\
        # RAY_TRAIN_V2_ENABLED is on in our image.

        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

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
        tuner.fit()
        """,
    )


def test_a_script_with_a_main_guard() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def main():
            tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()


        if __name__ == "__main__":
            main()
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


        def main():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()


        if __name__ == "__main__":
            main()
        """,
    )


def test_below_a_licence_that_follows_the_encoding() -> None:
    check_migrated(
        """\
        # -*- coding: utf-8 -*-
        # Copyright The Authors
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop

        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        # -*- coding: utf-8 -*-
        # Copyright The Authors
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        from project import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_below_shebang_licence_docstring_and_future() -> None:
    check_migrated(
        '''\
        #!/usr/bin/env python
        # Copyright The Authors

        """Sweep the learning rate."""

        from __future__ import annotations

        # for argv
        import sys

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(sys.argv)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        ''',
        '''\
        #!/usr/bin/env python
        # Copyright The Authors

        """Sweep the learning rate."""

        from __future__ import annotations

        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        # for argv
        import sys

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(sys.argv)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        ''',
    )


def test_below_a_cell_of_text() -> None:
    check_migrated(
        """\
        # %% [markdown]
        # # Sweep the learning rate

        # %%
        # for argv
        import sys

        from ray import tune
        from ray.train.torch import TorchTrainer


        # %%
        def loop(config):
            print(sys.argv)


        # %%
        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        # %% [markdown]
        # # Sweep the learning rate

        # %%
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        # for argv
        import sys

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        # %%
        def loop(config):
            print(sys.argv)


        # %%


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_is_the_first_import() -> None:
    check_migrated(
        '''\
        """Sweep."""

        import os
        import sys

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), sys.argv)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        ''',
        '''\
        """Sweep."""

        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import sys

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), sys.argv)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        ''',
    )


def test_os_is_a_later_import() -> None:
    check_migrated(
        """\
        import json
        import os

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), json)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import json

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), json)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_brings_its_comments_along() -> None:
    check_migrated(
        """\
        import json

        # for the paths
        import os  # and nothing else

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), json)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        # for the paths
        import os  # and nothing else

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import json

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), json)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_is_one_of_several_on_its_line() -> None:
    check_migrated(
        """\
        import sys, os  # both

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), sys.argv)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import sys, os  # both

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), sys.argv)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_is_the_first_import_of_a_section() -> None:
    check_migrated(
        """\
        # %%
        # Imports
        import os
        import sys

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), sys.argv)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        # %%
        # Imports
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import sys

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), sys.argv)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_is_one_of_several_on_a_line_with_a_comment_above() -> None:
    check_migrated(
        """\
        # What Python has.
        import os, sys

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), sys.argv)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        # What Python has.
        import os, sys

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), sys.argv)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_is_beside_what_may_import_ray() -> None:
    check_migrated(
        """\
        import trials, os  # both

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(os.getcwd(), trials.FIRST)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import trials, os  # both

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(os.getcwd(), trials.FIRST)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_os_means_something_else() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        os = "linux"


        def loop(config):
            print(os)


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import os as _os

        _os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        os = "linux"


        def loop(config):
            print(os)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_single_quotes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print('x')


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault('RAY_TRAIN_V2_ENABLED', '1')  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print('x')


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


SCRIPT = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


tune.Tuner(TorchTrainer(loop)).fit()
"""


@pytest.mark.parametrize(
    ("minimum", "asks"),
    [(None, True), ("2.43", True), ("2.50.1", True), ("2.51", False), ("2.60.0", False)],
)
def test_ray_that_has_v2_on_is_not_asked(minimum: str | None, asks: bool) -> None:
    oldest = Version(minimum) if minimum is not None else None
    result = migrated(SCRIPT, Project(root=Path("/"), minimum_ray=oldest))
    assert ("RTM501" in changed(result)) is asks
    assert ("RAY_TRAIN_V2_ENABLED" in result.after) is asks


def test_a_late_os_leaves_the_comment_of_its_section() -> None:
    result = migrated(
        """\
        from ray import tune

        x = 1

        # __torch_start__
        import os

        from ray.train.torch import TorchTrainer

        tune.Tuner(TorchTrainer(print)).fit()
        """
    )
    assert "x = 1\n\n# __torch_start__\nimport os\n\nfrom ray.train" in result.after


SWEEPER = """\
from ray import tune
from ray.train.torch import TorchTrainer


class Sweeper:
    def __init__(self, loop):
        self.trainer = TorchTrainer(loop)

    def name(self):
        return "sweeper"

    def sweep(self):
        config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(self.trainer, tune_config=config).fit()


"""


@pytest.mark.parametrize(
    ("run", "asks"),
    [
        ("sweeper = Sweeper(print)\nsweeper.sweep()", True),
        ("best = Sweeper(print).sweep().get_best_result()", True),
        ("sweeper = Sweeper(print)\nsweeper.name()", False),
        ("def main():\n    return Sweeper(print).sweep()", False),
    ],
)
def test_a_script_that_has_an_object_of_its_own_sweep(run: str, asks: bool) -> None:
    assert ("RTM501" in changed(migrated(f"{SWEEPER}{run}\n"))) is asks


MAIN = """\
import asyncio
import sys

import cli
import fire
import typer
from ray import tune
from ray.train.torch import TorchTrainer


def sweep():
    config = tune.TuneConfig(max_concurrent_trials=1)
    return tune.Tuner(TorchTrainer(print), tune_config=config)


async def main():
    await asyncio.to_thread(sweep().fit)


"""


@pytest.mark.parametrize(
    ("run", "asks"),
    [
        ("asyncio.run(main())", True),
        ("sys.exit(asyncio.run(main()))", True),
        ("fire.Fire(sweep)", True),
        ("typer.run(sweep)", True),
        ("jobs = [main]", False),
        ("cli.add(sweep)", False),
        ("schedule(main())", False),
        ("def entry():\n    asyncio.run(main())", False),
    ],
)
def test_a_script_whose_main_function_is_handed_to_what_runs_it(run: str, asks: bool) -> None:
    assert ("RTM501" in changed(migrated(f"{MAIN}{run}\n"))) is asks


STARTED = """\
import ray
from threading import Thread

from ray import tune
from ray.train.torch import TorchTrainer

from project import loop, pool


def sweep():
    tuner = tune.Tuner(TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1))
    return tuner.fit()


@ray.remote
def task():
    return sweep().get_best_result().metrics


"""


@pytest.mark.parametrize(
    ("run", "asks"),
    [
        ("best = ray.get([task.remote() for _ in range(2)])", True),
        ("future = pool.submit(sweep)", True),
        ("thread = Thread(target=sweep)\nthread.start()", True),
        ("other = ray.remote(sweep)", False),
        ("value = pool.remote()", False),
        ("def entry():\n    return task.remote()", False),
    ],
)
def test_a_script_that_starts_a_function_of_its_own(run: str, asks: bool) -> None:
    assert ("RTM501" in changed(migrated(f"{STARTED}{run}\n"))) is asks
