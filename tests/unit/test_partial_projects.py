"""What another module has by another name, or with some of its arguments: ``partial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

from raytune_migrate.settings.options import Options, WriteBack

if TYPE_CHECKING:
    from pathlib import Path

OLD = Options(write_back=WriteBack.WRITE, ray_version="2.43")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("make(objective)", id="a function"),
        pytest.param("make(driver_for(build()))", id="what is migrated"),
        pytest.param("make", id="nothing"),
    ],
)
def test_a_tuner_by_another_name_that_takes_no_trainer(tmp_path: Path, given: str) -> None:
    before = f"""
        --- infra.py
        from functools import partial

        from ray.tune import TuneConfig, Tuner

        make = partial(Tuner, tune_config=TuneConfig(num_samples=2))
        --- build.py
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def build():
            return TorchTrainer(train_loop)
        --- sweep.py
        from build import build
        from infra import make
        from raytune_runtime import driver_for
        from work import objective

        tuner = {given}
        """
    check_unchanged(tmp_path, before)


@pytest.mark.parametrize(
    ("call", "place"),
    [
        pytest.param("infra.make(TorchTrainer(train_loop))", "sweep.py:6", id="partial"),
        pytest.param('infra.TUNERS["a"](TorchTrainer(train_loop))', "sweep.py:6", id="dict"),
        pytest.param("infra.Kit().make(TorchTrainer(train_loop))", "sweep.py:6", id="property"),
        pytest.param("infra.Own(TorchTrainer(train_loop))", "sweep.py:6", id="class"),
    ],
)
def test_a_tuner_by_another_name_of_another_module(tmp_path: Path, call: str, place: str) -> None:
    """Its arguments are not all seen, so it is left, and what its train loop calls with it."""
    before = f"""
        --- infra.py
        from functools import partial

        from ray.tune import TuneConfig, Tuner

        make = partial(Tuner, tune_config=TuneConfig(num_samples=2))
        TUNERS = {{"a": Tuner}}


        class Kit:
            @property
            def make(self):
                return partial(Tuner, tune_config=TuneConfig(num_samples=2))


        class Own(Tuner):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, tune_config=TuneConfig(num_samples=2), **kwargs)
        --- work.py
        from ray.air import session


        def train_loop(config):
            session.report({{"loss": 1}})
        --- sweep.py
        import infra
        from ray.train.torch import TorchTrainer
        from work import train_loop


        {call}.fit()
        """
    check(tmp_path, before, "", f"{place}: RTM901", options=OLD)


def test_a_tuner_by_another_name_in_a_module_that_never_names_ray(tmp_path: Path) -> None:
    before = """
        --- infra.py
        from functools import partial

        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner
        from work import train_loop


        class Kit:
            make_trainer = partial(TorchTrainer, train_loop)
            make_tuner = partial(Tuner)
        --- service.py
        def run(kit):
            return kit.make_tuner(kit.make_trainer()).fit()
        --- main.py
        from infra import Kit
        from service import run

        run(Kit())
        """
    check(tmp_path, before, "", "service.py:2: RTM901", options=OLD)


def test_arguments_that_go_on_from_partial(tmp_path: Path) -> None:
    before = """
        --- engine.py
        from ray.tune import Tuner


        def run(space, job):
            return Tuner(job, param_space=space).fit()
        --- jobs.py
        from functools import partial

        from engine import run
        from ray.train.torch import TorchTrainer
        from work import train_loop

        launch = partial(run, {"train_loop_config": {"lr": 1}})
        launch(TorchTrainer(train_loop))
        """
    after = """
        --- engine.py
        from ray.tune import Tuner
        from raytune_runtime import driver_for, tune_run_config


        def run(space, job):
            return Tuner(
                driver_for(job), param_space=space, run_config=tune_run_config(job)
            ).fit()
        """
    check(tmp_path, before, after)


def test_a_run_config_by_partial_in_a_project_that_sweeps_nothing(tmp_path: Path) -> None:
    before = """
        --- configs.py
        from functools import partial

        from ray.train import RunConfig

        make_config = partial(RunConfig, storage_path="/results")
        --- fit.py
        from configs import make_config
        from ray.train.torch import TorchTrainer
        from work import train_loop

        TorchTrainer(train_loop, run_config=make_config(name="a")).fit()
        """
    after = """
        --- fit.py
        from configs import make_config
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from work import train_loop

        TorchTrainer(train_loop, run_config=train_run_config(make_config(name="a"))).fit()
        """
    check(tmp_path, before, after)


def test_a_run_config_by_partial_that_another_module_gives_a_tuner(tmp_path: Path) -> None:
    before = """
        --- configs.py
        from functools import partial

        from ray.train import RunConfig

        make_config = partial(RunConfig, storage_path="/results")
        --- sweep.py
        from configs import make_config
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner
        from work import make_trainer

        trainer: TorchTrainer = make_trainer()
        Tuner(trainer, run_config=make_config(name="a", stop={"loss": 1})).fit()
        """
    after = """
        --- sweep.py
        from configs import make_config
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner
        from raytune_runtime import driver_for, tune_run_config
        from work import make_trainer

        trainer: TorchTrainer = make_trainer()
        Tuner(
            driver_for(trainer),
            run_config=tune_run_config(make_config(name="a", stop={"loss": 1})),
        ).fit()
        """
    check(tmp_path, before, after, "configs.py:5: RTM504")
