"""What objects of a project hold, and which functions calling them runs."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged, run, said, write

from raytune_migrate.settings.options import Options, WriteBack

if TYPE_CHECKING:
    from pathlib import Path

OLD = Options(write_back=WriteBack.WRITE, ray_version="2.43")


def project(kit: str, given: str) -> str:
    """A record of a trainer, in a module of its own, and the trainer's train loop."""
    return (
        "--- kit.py\n"
        + kit
        + f"""
--- loop.py
from ray import train


def train_loop(config):
    train.report({{"id": train.get_context().get_trial_id()}})

--- job.py
from ray.train.torch import TorchTrainer

from kit import Job
from loop import train_loop

job = Job({given})
"""
    )


SWEEP = """
--- sweep.py
from ray import tune

from job import job

tune.Tuner(job.trainer, param_space=job.space).fit()
"""
SWEPT = """
--- sweep.py
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from job import job

tune.Tuner(
    driver_for(job.trainer),
    param_space=job.space,
    run_config=tune_run_config(job.trainer),
).fit()
"""
FIELDS = "    name: str\n    trainer: object\n    space: dict\n"
PLACES = '"a", TorchTrainer(train_loop), {}'
WORDS = 'space={}, trainer=TorchTrainer(train_loop), name="a"'


def test_a_record_of_a_trainer_that_nobody_sweeps(tmp_path: Path) -> None:
    kit = f"from dataclasses import dataclass\n\n\n@dataclass\nclass Job:\n{FIELDS}"
    check_unchanged(tmp_path, project(kit, PLACES), "loop.py:5: RTM302")


@pytest.mark.parametrize(
    "kit",
    [
        # One that a decorator gives nothing.
        f"from kits import known\n\n\n@known\nclass Job:\n{FIELDS}",
        # Its own constructor says what its fields are.
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Job:\n"
        f"{FIELDS}\n    def __init__(self, *args, **kwargs): ...\n",
        # The trainer is given for another field.
        "from dataclasses import dataclass\nfrom typing import ClassVar\n\n\n"
        "@dataclass\nclass Job:\n"
        "    kind: ClassVar[int] = 1\n    trainer: object\n    other: object\n    space: dict\n",
    ],
)
def test_a_record_whose_field_is_not_seen_to_be_a_trainer(tmp_path: Path, kit: str) -> None:
    check(tmp_path, project(kit, PLACES) + SWEEP, SWEPT, "loop.py:5: RTM302")


@pytest.mark.parametrize(
    ("kit", "given"),
    [
        (f"from dataclasses import dataclass\n\n\n@dataclass\nclass Job:\n{FIELDS}", PLACES),
        (
            f"import dataclasses\n\n\n@dataclasses.dataclass(frozen=True)\nclass Job:\n{FIELDS}",
            WORDS,
        ),
        (f"from typing import NamedTuple\n\n\nclass Job(NamedTuple):\n{FIELDS}", PLACES),
        (f"from pydantic import BaseModel\n\n\nclass Job(BaseModel):\n{FIELDS}", WORDS),
        (f"import attrs\n\n\n@attrs.define\nclass Job:\n{FIELDS}", PLACES),
        (
            "from dataclasses import dataclass\n\n\n@dataclass\nclass Named:\n    name: str\n"
            "    trainer: object\n\n\n@dataclass\nclass Job(Named):\n    space: dict\n",
            PLACES,
        ),
    ],
)
def test_the_trainer_that_a_record_is_given(tmp_path: Path, kit: str, given: str) -> None:
    after = """
--- loop.py
from ray import train
from raytune_runtime import trial_info


def train_loop(config):
    train.report({"id": trial_info().trial_id})
"""
    check(tmp_path, project(kit, given) + SWEEP, SWEPT + after)


# --- what calling them runs ----------------------------------------------------

PACKAGE = dedent(
    """
    --- app/__init__.py
    from .jobs import run

    --- app/jobs.py
    from ray import tune
    from ray.train.torch import TorchTrainer

    from .loop import train_loop


    class Job:
        def run(self):
            trainer = TorchTrainer(train_loop)
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}).fit()


    def job(name):
        return Job()


    def run(name):
        return job(name).run()

    --- app/loop.py
    from ray import train


    def train_loop(config):
        train.report({"loss": 1})
    """
)
JOBS = dedent(
    """
    --- app/jobs.py
    from ray import tune
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run

    from .loop import train_loop


    class Job:
        def run(self):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    train_loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": 1}},
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            ).fit()


    def job(name):
        return Job()


    def run(name):
        return job(name).run()
    """
)


SWEEP_COMMAND = """\
import fire

from app import run


def show(): ...


def sweep():
    run(1)


class Commands:
    def sweep(self):
        run(1)


"""


@pytest.mark.parametrize(
    "script",
    [
        f"{SWEEP_COMMAND}fire.Fire(show)\n",
        f"{SWEEP_COMMAND}register.Fire(sweep)\n",
        # The command line has another command.
        "import click\n\nfrom app import run\n\n\n@click.group()\ndef cli(): ...\n\n\n"
        "@cli.command()\ndef show(): ...\n\n\n@other.command()\ndef sweep():\n    run(1)\n\n\n"
        'if __name__ == "__main__":\n    cli()\n',
        # What the function gives has another method of the name.
        "from app.jobs import job\n\n\ndef main():\n    job.run\n\n\nmain()\n",
    ],
)
def test_a_script_that_is_not_seen_to_run_the_sweep(tmp_path: Path, script: str) -> None:
    check(tmp_path, PACKAGE + f"\n--- main.py\n{script}", JOBS, options=OLD)


@pytest.mark.parametrize(
    ("path", "script"),
    [
        (
            "main.py",
            "from app.jobs import job\n\n\n"
            "def main():\n    one = job(1)\n    one.run()\n\n\nmain()\n",
        ),
        # No name says what is called.
        (
            "main.py",
            'from app.jobs import Job\n\nKINDS = {"one": Job}\n\n\n'
            'def main():\n    KINDS["one"]().run()\n\n\nmain()\n',
        ),
        (
            "main.py",
            "from app.jobs import job\n\n\ndef main():\n    job(1).run()\n\n\nmain()\n",
        ),
        (
            "main.py",
            "import argparse\n\nfrom app import run\n\n\ndef sweep(args):\n    run(1)\n\n\n"
            "parser = argparse.ArgumentParser()\nparser.set_defaults(func=sweep)\n"
            'if __name__ == "__main__":\n    args = parser.parse_args()\n    args.func(args)\n',
        ),
        (
            "main.py",
            "import click\n\nfrom app import run\n\n\n@click.group()\ndef cli(): ...\n\n\n"
            '@cli.command()\ndef sweep():\n    run(1)\n\n\nif __name__ == "__main__":\n    cli()\n',
        ),
        (
            "main.py",
            "import typer\n\nfrom app import run\n\napp = typer.Typer()\n\n\n"
            '@app.command()\ndef sweep():\n    run(1)\n\n\nif __name__ == "__main__":\n    app()\n',
        ),
        (
            "main.py",
            "import typer\n\nfrom app import run\n\napp = typer.Typer()\n\n\n"
            "@app.command()\ndef sweep():\n    run(1)\n\n\n"
            "def main():\n    app()\n\n\nmain()\n",
        ),
        ("main.py", f"{SWEEP_COMMAND}fire.Fire(sweep)\n"),
        ("main.py", f'{SWEEP_COMMAND}fire.Fire({{"sweep": sweep}})\n'),
        ("main.py", f'{SWEEP_COMMAND}fire.Fire(component=Commands, name="main")\n'),
        ("main.py", f"{SWEEP_COMMAND}fire.Fire(Commands())\n"),
        ("main.py", f"{SWEEP_COMMAND}fire.Fire()\n"),
    ],
)
def test_a_script_that_runs_the_sweep(tmp_path: Path, path: str, script: str) -> None:
    flag = (
        'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported'
    )
    check(
        tmp_path,
        PACKAGE + f"\n--- {path}\n{script}",
        JOBS + f"\n--- {path}\n{flag}\n\n{script}",
        options=OLD,
    )


BESIDE_OTHERS = (
    JOBS.replace("max_concurrent_trials, trial_run", "trial_resources, trial_run")
    .replace(
        "train_driver_fn,\n",
        "tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),\n",
    )
    .replace(
        """            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig())
            ),
""",
        "",
    )
)


@pytest.mark.parametrize(
    "script",
    [
        (
            "import ray\n\nfrom app import run\n\ntask = ray.remote(run)\n\n\n"
            "def main():\n    ray.get(task.remote(1))\n\n\nmain()\n"
        ),
        (
            "import ray\n\nfrom app import run\n\n\n@ray.remote(num_cpus=1)\n"
            "def task():\n    run(1)\n\n\nray.get(task.options(num_cpus=2).remote())\n"
        ),
        (
            "import ray\n\nfrom app.jobs import Job\n\n\ndef main():\n"
            "    actor = ray.remote(num_cpus=0)(Job).options(num_cpus=1).remote()\n"
            "    return ray.get([actor.run.remote()])\n\n\nmain()\n"
        ),
    ],
)
def test_a_script_that_runs_the_sweep_by_tasks_and_actors(tmp_path: Path, script: str) -> None:
    flag = (
        'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported'
    )
    check(
        tmp_path,
        PACKAGE + f"\n--- main.py\n{script}",
        BESIDE_OTHERS + f"\n--- main.py\n{flag}\n\n{script}",
        options=OLD,
    )


@pytest.mark.parametrize(
    ("path", "script"),
    [
        ("app/main.py", "from . import run\n\nrun(1)\n"),
        ("app/main.py", 'from . import run as go, jobs\n\nif __name__ == "__main__":\n    go(1)\n'),
        ("app/sub/main.py", "from .. import run\n\nrun(1)\n"),
    ],
)
def test_a_script_in_the_package_of_the_sweep(tmp_path: Path, path: str, script: str) -> None:
    """It asks for Train V2, but the package has imported Ray by then, which is said."""
    write(tmp_path, PACKAGE + f"\n--- {path}\n{script}")
    assert said(run(tmp_path, options=OLD)) == [f"{path}:1: RTM501"]
    after = (tmp_path / path).read_text(encoding="utf-8")
    asked, _, rest = after.partition("# TODO(raytune-migrate): RTM501 Below Ray 2.51")
    assert asked.endswith('("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported\n\n')
    assert rest.endswith(f"\n{script}")


WRAPPED = """
    --- app/__init__.py
    --- app/tools.py
    from functools import wraps


    def guarded(task):
        @wraps(task)
        def wrap(*args):
            try:
                return task(*args)
            finally:
                print("done")

        return wrap
    --- app/sweeps.py
    from app.tools import guarded
    from ray import tune
    from ray.train.torch import TorchTrainer

    from app.evaluate import evaluate


    @guarded
    def sweep():
        return tune.Tuner(TorchTrainer(evaluate)).fit()
    --- app/evaluate.py
    from app.tools import guarded


    @guarded
    def evaluate(config=None): ...


    def main():
        evaluate()


    if __name__ == "__main__":
        main()
    --- main.py
    from app.sweeps import sweep

    if __name__ == "__main__":
        sweep()
    """


def test_scripts_whose_functions_one_decorator_wraps(tmp_path: Path) -> None:
    """What it calls is one of all that it wraps, and of these only what the script imports."""
    write(tmp_path, WRAPPED)
    run(tmp_path, options=OLD)
    asks = [
        one.relative_to(tmp_path).as_posix()
        for one in sorted(tmp_path.rglob("*.py"))
        if "RAY_TRAIN_V2_ENABLED" in one.read_text(encoding="utf-8")
    ]
    assert asks == ["main.py"]


def test_a_script_that_imports_what_no_statement_names(tmp_path: Path) -> None:
    script = "import importlib\n\nimportlib.import_module('app.sweeps')\n"
    write(
        tmp_path,
        WRAPPED.replace("--- app/evaluate.py\n    ", "--- app/evaluate.py\n    IMPORT\n    "),
    )
    path = tmp_path / "app" / "evaluate.py"
    path.write_text(path.read_text("utf-8").replace("IMPORT\n", script), encoding="utf-8")
    run(tmp_path, options=OLD)
    assert "RAY_TRAIN_V2_ENABLED" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("line", "asks"), [("one().run()", True), ("print(one)", False)])
def test_a_script_that_goes_through_its_own_sweeps(tmp_path: Path, line: str, asks: bool) -> None:
    write(
        tmp_path,
        f"""
        --- main.py
        from ray import tune
        from ray.train.torch import TorchTrainer


        class Job:
            def run(self):
                return tune.Tuner(TorchTrainer(print)).fit()


        for one in (Job, Job):
            {line}
        """,
    )
    run(tmp_path, options=OLD)
    assert ("RAY_TRAIN_V2_ENABLED" in (tmp_path / "main.py").read_text("utf-8")) is asks


def test_commands_in_a_module_of_their_own(tmp_path: Path) -> None:
    commands = dedent(
        """
        --- cli/__main__.py
        from cli.commands import app

        app()

        --- cli/commands.py
        import typer

        from app import run

        app = typer.Typer()
        sweeps = typer.Typer()
        app.add_typer(sweeps, name="sweeps")


        @sweeps.command("run")
        def run_sweep():
            run(1)
        """
    )
    flag = (
        'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported'
    )
    after = f"\n--- cli/__main__.py\n{flag}\n\nfrom cli.commands import app\n\napp()\n"
    check(tmp_path, PACKAGE + commands, JOBS + after, options=OLD)


SERVICE = dedent(
    """
    --- service.py
    from ray import tune


    class Service:
        def __init__(self, make):
            self._make = make

        def tune(self, space):
            trainer = self._make(epochs=2)
            return tune.Tuner(trainer, param_space=space).fit()

    --- container.py
    from functools import cached_property, partial

    from service import Service


    class Container:
        @cached_property
        def make(self):
            from trainers import Trainers

            return partial(Trainers().build, workers=1)

        @property
        def service(self):
            return Service(self.{given})

    --- trainers.py
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    from loop import train_loop


    class Trainers:
        kind = TorchTrainer

        def build(self, epochs, workers):
            return self.kind(train_loop, scaling_config=ScalingConfig(num_workers=workers))

    --- loop.py
    from ray import train


    def train_loop(config):
        train.report({{"id": train.get_context().get_trial_id()}})

    --- main.py
    from container import Container

    if __name__ == "__main__":
        Container().service.tune({{}})
    """
)
SERVED = dedent(
    """
    --- service.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config


    class Service:
        def __init__(self, make):
            self._make = make

        def tune(self, space):
            trainer = self._make(epochs=2)
            return tune.Tuner(
                driver_for(trainer), param_space=space, run_config=tune_run_config(trainer)
            ).fit()
    """
)


def test_a_factory_that_cannot_be_seen(tmp_path: Path) -> None:
    check(tmp_path, SERVICE.format(given="other"), SERVED, "loop.py:5: RTM302", options=OLD)


def test_a_factory_that_a_property_gives(tmp_path: Path) -> None:
    after = """
--- loop.py
from ray import train
from raytune_runtime import trial_info


def train_loop(config):
    train.report({"id": trial_info().trial_id})

--- main.py
import os

os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

from container import Container

if __name__ == "__main__":
    Container().service.tune({})
"""
    check(tmp_path, SERVICE.format(given="make"), SERVED + after, options=OLD)


# --- what is given to a base class, by its constructor or past it ----------------

DERIVED = dedent(
    """
    --- base.py
    from ray import tune


    class Base:
        def __init__(self, trainer):
            self.trainer = trainer

        def search(self):
            return tune.Tuner(self.trainer, param_space={{}}).fit()

    --- acme.py
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer


    class AcmeTrainer(TorchTrainer):
        def __init__(self, loop, *, workers=1, **kwargs):
            super().__init__(loop, scaling_config=ScalingConfig(num_workers=workers), **kwargs)

    --- loop.py
    import functools

    from ray import train


    class Meter:
        def __init__(self):
            self.trial = train.get_context().get_trial_id()


    def with_meter(loop):
        @functools.wraps(loop)
        def inner(config):
            return loop(config, Meter())

        return inner


    @with_meter
    def train_loop(config, meter):
        train.report({{"loss": 1, "trial": meter.trial}})

    --- job.py
    from acme import AcmeTrainer
    from base import Base
    from loop import train_loop


    class Job(Base):
        def __init__(self):
            {given}


    def run():
        return Job().search()
    """
)
SEARCHED = dedent(
    """
    --- base.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config


    class Base:
        def __init__(self, trainer):
            self.trainer = trainer

        def search(self):
            return tune.Tuner(
                driver_for(self.trainer),
                param_space={},
                run_config=tune_run_config(self.trainer),
            ).fit()
    """
)
MEASURED = dedent(
    """
    --- loop.py
    import functools

    from ray import train
    from raytune_runtime import trial_info


    class Meter:
        def __init__(self):
            self.trial = trial_info().trial_id


    def with_meter(loop):
        @functools.wraps(loop)
        def inner(config):
            return loop(config, Meter())

        return inner


    @with_meter
    def train_loop(config, meter):
        train.report({"loss": 1, "trial": meter.trial})
    """
)


def test_a_base_class_that_is_given_something_else(tmp_path: Path) -> None:
    before = DERIVED.format(given="super().__init__(AcmeTrainer)")
    check(tmp_path, before, SEARCHED, "loop.py:8: RTM909")


def test_a_base_class_that_is_given_a_trainer(tmp_path: Path) -> None:
    before = DERIVED.format(given="super().__init__(AcmeTrainer(train_loop, workers=2))")
    check(tmp_path, before, SEARCHED + MEASURED)


CONFIGURED = dedent(
    """
    --- kit.py
    from ray import tune
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer


    class AcmeTrainer(TorchTrainer):
        pass


    class Settings:
        def run(self, name):
            return RunConfig(name=name, stop={"training_iteration": 2})


    def sweep(trainer):
        return tune.Tuner(trainer, run_config=Settings().run("sweep")).fit()

    --- job.py
    from kit import AcmeTrainer, Settings, sweep
    from loop import train_loop


    class Job:
        def __init__(self, settings: Settings):
            self.settings = settings

        def trainer(self):
            return AcmeTrainer(train_loop, run_config=self.settings.run("single"))

        def run(self):
            return sweep(self.trainer())

    --- loop.py
    from ray import train


    def train_loop(config):
        train.report({"loss": 1})
    """
)


KIT = dedent(
    """
    --- kit.py
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer
    from raytune_runtime import driver_for


    class AcmeTrainer(TorchTrainer):
        pass


    class Settings:
        def run(self, name):
            return tune.RunConfig(name=name, stop={"training_iteration": 2})


    def sweep(trainer):
        return tune.Tuner(driver_for(trainer), run_config=Settings().run("sweep")).fit()
    """
)
JOB = dedent(
    """
    --- job.py
    from kit import AcmeTrainer, Settings, sweep
    from loop import train_loop
    from raytune_runtime import train_run_config


    class Job:
        def __init__(self, settings: Settings):
            self.settings = settings

        def trainer(self):
            return AcmeTrainer(
                train_loop, run_config=train_run_config(self.settings.run("single"))
            )

        def run(self):
            return sweep(self.trainer())
    """
)


def test_a_trainer_of_a_class_of_another_module_takes_its_own_run_config(tmp_path: Path) -> None:
    check(tmp_path, CONFIGURED, KIT + JOB)


def test_a_trainer_whose_run_config_another_module_gives_otherwise(tmp_path: Path) -> None:
    """It is given the trainers' own part of it already."""
    single = 'self.settings.run("single")'
    before = CONFIGURED.replace(single, f"train_run_config({single})").replace(
        "from loop import train_loop\n",
        "from loop import train_loop\nfrom raytune_runtime import train_run_config\n",
        1,
    )
    check(tmp_path, before, KIT)


def test_a_restore_of_a_class_of_another_module(tmp_path: Path) -> None:
    before = """
        --- kit.py
        from ray.train.torch import TorchTrainer


        class Plain(TorchTrainer):
            pass


        class Own(TorchTrainer):
            @classmethod
            def restore(cls, path): ...

        --- job.py
        from kit import Own, Plain

        one = Own.restore("a")
        two = Plain.restore("a")
    """
    check_unchanged(tmp_path, before, "job.py:4: RTM106")


def test_what_a_trainer_of_another_module_has_no_longer(tmp_path: Path) -> None:
    before = """
        --- kit.py
        from ray.train.torch import TorchTrainer


        def trainer():
            return TorchTrainer(print, train_loop_config={"lr": 1})


        def other():
            return object()

        --- test_kit.py
        from kit import other, trainer


        def test_trainer():
            one = trainer()
            assert one._train_loop_config == {"lr": 1}
            assert one.datasets == {}
            assert other()._train_loop_config
    """
    check_unchanged(tmp_path, before, "test_kit.py:6: RTM907")


def test_a_run_config_that_goes_on_by_keywords(tmp_path: Path) -> None:
    before = """
        --- trainers.py
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(**kwargs):
            return TorchTrainer(
                loop, scaling_config=ScalingConfig(num_workers=2), **kwargs
            )

        --- quiet.py
        from trainers import build


        def build_quietly(**kwargs):
            return build(datasets={}, **kwargs)

        --- sweep.py
        from quiet import build_quietly
        from ray import tune
        from ray.train import RunConfig

        config = RunConfig(name="sweep")
        tune.Tuner(build_quietly(), run_config=config).fit()
        build_quietly(run_config=config).fit()
        """
    after = """
        --- trainers.py
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config


        def loop(config):
            pass


        def build(**kwargs):
            return TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                **{**kwargs, "run_config": train_run_config(kwargs.get("run_config"))},
            )

        --- quiet.py
        from trainers import build


        def build_quietly(**kwargs):
            return build(datasets={}, **kwargs)

        --- sweep.py
        from quiet import build_quietly
        from ray import tune
        from raytune_runtime import driver_for

        config = tune.RunConfig(name="sweep")
        tune.Tuner(driver_for(build_quietly()), run_config=config).fit()
        build_quietly(run_config=config).fit()
        """
    check(tmp_path, before, after)


def test_a_run_config_that_is_a_field_of_a_dataclass_elsewhere(tmp_path: Path) -> None:
    before = """
        --- experiments.py
        from dataclasses import dataclass, field

        from ray.air import FailureConfig, RunConfig


        @dataclass
        class Experiment:
            name: str
            run_config: RunConfig = field(
                default_factory=lambda: RunConfig(
                    failure_config=FailureConfig(max_failures=1)
                )
            )

        --- trainers.py
        from typing import TYPE_CHECKING

        from ray.train.torch import TorchTrainer

        if TYPE_CHECKING:
            from experiments import Experiment


        def loop(config):
            pass


        def build(experiment: "Experiment"):
            return TorchTrainer(loop, run_config=experiment.run_config)

        --- sweep.py
        from experiments import Experiment
        from ray import tune
        from trainers import build

        trainer = build(Experiment("a"))
        tune.Tuner(trainer).fit()
        """
    after = """
        --- experiments.py
        from dataclasses import dataclass, field

        from ray import tune


        @dataclass
        class Experiment:
            name: str
            run_config: tune.RunConfig = field(
                default_factory=lambda: tune.RunConfig(
                    failure_config=tune.FailureConfig(max_failures=1)
                )
            )

        --- trainers.py
        from typing import TYPE_CHECKING

        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config

        if TYPE_CHECKING:
            from experiments import Experiment


        def loop(config):
            pass


        def build(experiment: "Experiment"):
            return TorchTrainer(loop, run_config=train_run_config(experiment.run_config))

        --- sweep.py
        from experiments import Experiment
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from trainers import build

        trainer = build(Experiment("a"))
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """
    check(tmp_path, before, after)


def test_a_generic_class_whose_trainer_class_is_an_attribute(tmp_path: Path) -> None:
    before = """
        --- base.py
        from functools import partial
        from typing import Generic, TypeVar

        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        Config = TypeVar("Config")


        class Sweep(Generic[Config]):
            trainer_class = TorchTrainer

            def __init__(self, options):
                self.options = options

            def worker(self, config: Config, extra: int):
                raise NotImplementedError

            @property
            def trainer(self):
                return self.trainer_class(
                    partial(self.worker, extra=1), scaling_config=ScalingConfig(num_workers=2)
                )

            def run(self):
                return tune.Tuner(self.trainer, **self.options).fit()

        --- digits.py
        from base import Sweep
        from ray.air import session


        class Digits(Sweep[dict]):
            def worker(self, config, extra):
                session.report({"loss": config["lr"], "trial": session.get_trial_id()})


        Digits({}).run()
        """
    after = """
        --- base.py
        from functools import partial
        from typing import Generic, TypeVar

        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        Config = TypeVar("Config")


        class Sweep(Generic[Config]):
            trainer_class = TorchTrainer

            def __init__(self, options):
                self.options = options

            def worker(self, config: Config, extra: int):
                raise NotImplementedError

            @property
            def trainer(self):
                return self.trainer_class(
                    partial(self.worker, extra=1), scaling_config=ScalingConfig(num_workers=2)
                )

            def run(self):
                trainer = self.trainer
                return tune.Tuner(
                    driver_for(trainer),
                    **{
                        **self.options,
                        "run_config": tune_run_config(
                            self.options.get("run_config") or trainer
                        ),
                    },
                ).fit()

        --- digits.py
        from base import Sweep
        from ray import train
        from raytune_runtime import trial_info


        class Digits(Sweep[dict]):
            def worker(self, config, extra):
                train.report({"loss": config["lr"], "trial": trial_info().trial_id})


        Digits({}).run()
        """
    check(tmp_path, before, after)


# --- classes of Ray that something chooses ------------------------------------

KINDS = """
--- kinds.py
from ray.train.tensorflow import TensorflowTrainer
from ray.train.torch import TorchTrainer

KINDS = {{"torch": TorchTrainer, "tf": TensorflowTrainer}}


def kind(name):
    return KINDS[name]


class Kit:
    trainer_class = KINDS["torch"]


def build(name, loop, chosen=KINDS["tf"]):
    {build}
"""
CHOSEN = """
--- loop.py
from ray.air import session


def train_loop(config):
    session.report({"trial": session.get_trial_id()})

--- sweep.py
from ray import tune

from kinds import build
from loop import train_loop


def run(name):
    return tune.Tuner(build(name, train_loop), param_space={"train_loop_config": {"lr": 1}}).fit()
"""
CHOSEN_SWEEP = """
--- sweep.py
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from kinds import build
from loop import train_loop


def run(name):
    trainer = build(name, train_loop)
    return tune.Tuner(
        driver_for(trainer),
        param_space={"train_loop_config": {"lr": 1}},
        run_config=tune_run_config(trainer),
    ).fit()
"""
CHOSEN_LOOP = """
--- loop.py
from ray import train
from raytune_runtime import trial_info


def train_loop(config):
    train.report({"trial": trial_info().trial_id})
"""


def test_functions_out_of_a_container(tmp_path: Path) -> None:
    project = KINDS.format(build='return {"one": print, "two": len}[name](loop)') + CHOSEN
    left = ("loop.py:5: RTM909", "loop.py:5: RTM909")
    check(tmp_path, project, CHOSEN_SWEEP, *left)


@pytest.mark.parametrize(
    "build",
    [
        "return KINDS[name](loop)",
        "chosen = KINDS.get(name)\n    return chosen(loop)",
        "return kind(name)(train_loop_per_worker=loop)",
        "return Kit().trainer_class(loop)",
        "return chosen(loop)",
    ],
)
def test_a_trainer_of_a_class_that_is_chosen(tmp_path: Path, build: str) -> None:
    check(tmp_path, KINDS.format(build=build) + CHOSEN, CHOSEN_LOOP + CHOSEN_SWEEP)


# --- Results of sweeps and of a trainer's own fit ------------------------------

CHECKED = """
--- loop.py
from ray import train


def loop(config):
    train.report({{"loss": 1}}, checkpoint=config["checkpoint"])

--- job.py
from ray import train, tune
from ray.train.torch import TorchTrainer

from loop import loop


def swept():
    return tune.Tuner(loop).fit()


def fitted():
    return TorchTrainer(loop).fit()


def checked(result):
    assert isinstance(result, train.Result)
    return result


def run():
    return checked(fitted()), {other}
"""


def test_a_test_of_results_of_fits_alone(tmp_path: Path) -> None:
    write(tmp_path, CHECKED.format(other="swept()"))
    assert not [one for one in said(run(tmp_path)) if one.endswith("RTM403")]


TESTED = """
--- hpo.py
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    print(config)


class HPO:
    def setup(self):
        self.trainer = TorchTrainer(loop)
        return self

    def fit(self):
        self.results = tune.Tuner(self.trainer).fit()
        return self.results

    @property
    def best(self):
        return self.results.get_best_result("loss", "min")

--- tests/conftest.py
import pytest

from hpo import HPO


@pytest.fixture
def hpo():
    return HPO().setup()

--- tests/test_hpo.py
from ray.train import Result


def test_it(hpo):
    results = hpo.fit()
    assert isinstance(hpo.best, Result)
    for one in results:
        assert isinstance(one, (dict, Result))
        assert isinstance(one.config, dict)
"""


def test_a_test_of_results_of_another_module(tmp_path: Path) -> None:
    write(tmp_path, TESTED)
    found = [one for one in said(run(tmp_path)) if one.endswith("RTM403")]
    assert found == ["tests/test_hpo.py:6: RTM403", "tests/test_hpo.py:8: RTM403"]


def test_a_test_of_results_of_both_kinds(tmp_path: Path) -> None:
    write(tmp_path, CHECKED.format(other="checked(swept()[0])"))
    found = [one for one in said(run(tmp_path)) if one.endswith("RTM403")]
    assert found == ["job.py:16: RTM403"]


# --- tasks and actors of Ray ----------------------------------------------------------------------

TASKS = """
--- build.py
from ray.train.torch import TorchTrainer


def build():
    return TorchTrainer(print)
--- tasks.py
import ray
from ray import tune

CONFIG = tune.TuneConfig(max_concurrent_trials=1)


@ray.remote
def sweep(one):
    return tune.Tuner(one, tune_config=CONFIG, run_config=None).fit()


@ray.remote(num_cpus=0)
class Sweeps:
    def __init__(self, one):
        self.one = one

    def run(self):
        return tune.Tuner(self.one, tune_config=CONFIG, run_config=None).fit()


def of_a_task(grid):
    best = ray.get(grid).get_best_result()
    print(best.log_dir)
--- main.py
import ray

from build import build
from tasks import Sweeps, of_a_task, sweep

of_a_task(sweep.options(num_cpus=2).remote(build()))
sweeps = Sweeps.remote(build())
for grid in ray.get([sweeps.run.remote()]):
    print(grid[0].log_dir)
"""


def test_trainers_that_tasks_and_actors_are_given(tmp_path: Path) -> None:
    """They, and what they give, are followed to the modules that start them."""
    check(
        tmp_path,
        TASKS,
        """
        --- tasks.py
        import ray
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        CONFIG = tune.TuneConfig(max_concurrent_trials=1)


        @ray.remote
        def sweep(one):
            return tune.Tuner(
                driver_for(one), tune_config=CONFIG, run_config=tune_run_config(one)
            ).fit()


        @ray.remote(num_cpus=0)
        class Sweeps:
            def __init__(self, one):
                self.one = one

            def run(self):
                return tune.Tuner(
                    driver_for(self.one),
                    tune_config=CONFIG,
                    run_config=tune_run_config(self.one),
                ).fit()


        def of_a_task(grid):
            best = ray.get(grid).get_best_result()
            print(best.path)
        --- main.py
        import ray

        from build import build
        from tasks import Sweeps, of_a_task, sweep

        of_a_task(sweep.options(num_cpus=2).remote(build()))
        sweeps = Sweeps.remote(build())
        for grid in ray.get([sweeps.run.remote()]):
            print(grid[0].path)
        """,
    )


REGISTERED = """
--- registry.py
_FACTORIES = {}


def register(name):
    def decorate(factory):
        _FACTORIES[name] = factory
        return factory

    return decorate


def get_trainer(name, **kwargs):
    try:
        factory = _FACTORIES[name]
    except KeyError:
        raise KeyError(name) from None
    return factory(**kwargs)
--- rankers.py
from ray.train.torch import TorchTrainer

from registry import register


@register("ranker")
def ranker(depth=1, run_config=None):
    return TorchTrainer(print, run_config=run_config)


@register("deep")
def deep(**kwargs):
    kwargs.setdefault("depth", 8)
    return ranker(**kwargs)
"""


def test_what_functions_are_given_that_a_decorator_with_arguments_registers(
    tmp_path: Path,
) -> None:
    check(
        tmp_path,
        REGISTERED
        + """
--- sweep.py
from ray import train, tune

import rankers
from registry import get_trainer


def sweep(name, config):
    trainer = get_trainer(name, run_config=train.RunConfig(name=name, stop={"loss": 0.1}))
    return tune.Tuner(trainer, tune_config=config).fit()


sweep("deep", tune.TuneConfig(max_concurrent_trials=1))
""",
        """
        --- rankers.py
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config

        from registry import register


        @register("ranker")
        def ranker(depth=1, run_config=None):
            return TorchTrainer(print, run_config=train_run_config(run_config))


        @register("deep")
        def deep(**kwargs):
            kwargs.setdefault("depth", 8)
            return ranker(**kwargs)
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        import rankers
        from registry import get_trainer


        def sweep(name, config):
            trainer = get_trainer(name, run_config=tune.RunConfig(name=name, stop={"loss": 0.1}))
            return tune.Tuner(
                driver_for(trainer), tune_config=config, run_config=tune_run_config(trainer)
            ).fit()


        sweep("deep", tune.TuneConfig(max_concurrent_trials=1))
        """,
    )


READERS = """
    --- readers.py
    from pathlib import Path


    def show(result):
        print(f"{result.path}/checkpoint_000004")


    class Analysis:
        def __init__(self, grid):
            self.best = grid.get_best_result("loss", "min")

        def folder(self):
            return Path(self.best.path) / "checkpoint_000004"
    """


UNSEEN_READER = """
    --- readers.py
    import os


    def show(result):
        return open(os.path.join(result.path, "checkpoint_000002", "model.pt"))


    def every(results):
        return [f"{one.path}/checkpoint_{index:06d}" for index, one in enumerate(results)]
    """


def test_a_scaling_config_of_another_module(tmp_path: Path) -> None:
    """Which it is cannot be seen where the other module takes it from out of sight."""
    project = """
        --- settings.py
        from {home} import ScalingConfig

        SMALL = ScalingConfig(num_workers=1)


        def workers(count):
            return ScalingConfig(num_workers=count) if count > 1 else SMALL
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from settings import workers
        from work import loop

        trainer = TorchTrainer(loop, scaling_config=workers(2))
        tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """
    doubt = "The ScalingConfig cannot be seen: it must be ray.train's."
    for home, doubtful in (("nowhere", True), ("ray.train", False), ("ray.air", False)):
        folder = tmp_path / home
        write(folder, project.format(home=home))
        migration = run(folder)["sweep.py"].migration
        assert migration is not None
        (change,) = (one for one in migration.changes if one.code == "RTM101")
        assert (doubt in change.notes) is doubtful


FILLED = """
    --- shared.py
    RESULTS = {{}}
    --- sweep.py
    import shared
    from ray import tune
    from raytune_runtime import driver_for
    from work import objective, trainer

    config = tune.TuneConfig(max_concurrent_trials=1)
    shared.RESULTS["a"] = tune.Tuner({runs}, tune_config=config).fit()
    --- work.py
    from nowhere import loop, objective
    from ray.train.torch import TorchTrainer


    def trainer():
        return TorchTrainer(loop)
    --- main.py
    import sweep
    from readers import show

    show()
    --- readers.py
    from shared import RESULTS


    def show():
        print(RESULTS["a"].get_best_result("loss", "min").path + "/checkpoint_000004")
        for grid in RESULTS.values():
            for one in grid:
                print(f"{{one.path}}/checkpoint_000004")
    """


def test_results_in_a_dict_of_another_module(tmp_path: Path) -> None:
    check_unchanged(tmp_path / "a", FILLED.format(runs="objective"))
    found = "readers.py:5: RTM405", "readers.py:8: RTM405"
    check_unchanged(tmp_path / "b", FILLED.format(runs="driver_for(trainer())"), *found)


def test_checkpoints_by_number_of_what_nobody_gives(tmp_path: Path) -> None:
    before = """
        --- sweep.py
        import readers
        from ray import tune
        from work import objective

        grid = tune.Tuner(objective).fit()
        """
    check_unchanged(tmp_path / "a", dedent(before) + dedent(UNSEEN_READER))
    others = """
        --- sweep.py
        import readers
        from ray.train.torch import TorchTrainer
        from work import Checkpoints, loop

        readers.show(Checkpoints())
        TorchTrainer(loop).fit()
        --- work.py
        from nowhere import loop


        class Checkpoints:
            path = "models"
        --- readers.py
        import os


        class Run:
            path = "models"


        def show(result):
            return open(os.path.join(result.path, "checkpoint_000002", "model.pt"))


        def own(run: Run):
            return open(os.path.join(run.path, "checkpoint_000002", "model.pt"))


        def attribute(run):
            return open(os.path.join(run.model.path, "checkpoint_000002"))


        def page(request):
            return request.path, "checkpoint_000002"
        """
    check_unchanged(tmp_path / "b", others)
    run = """
        --- sweep.py
        import readers
        from ray.train.torch import TorchTrainer
        from work import loop

        TorchTrainer(loop).fit()
        """
    found = "readers.py:5: RTM405", "readers.py:9: RTM405"
    check_unchanged(tmp_path / "c", dedent(run) + dedent(UNSEEN_READER), *found)
    both = """
        from ray.train.torch import TorchTrainer
        from work import loop

        TorchTrainer(loop).fit()
        """
    one = dedent(UNSEEN_READER) + dedent(both)
    found = "readers.py:5: RTM405", "readers.py:9: RTM405"
    check_unchanged(tmp_path / "d", one, *found)


def test_checkpoints_by_number_of_a_sweep_over_a_function(tmp_path: Path) -> None:
    before = """
        --- sweep.py
        from ray import tune
        from readers import Analysis, show
        from work import objective

        grid = tune.Tuner(objective).fit()
        Analysis(grid)
        show(grid[0])
        """
    check_unchanged(tmp_path, dedent(before) + dedent(READERS))


def test_checkpoints_by_number_where_nothing_speaks_of_ray(tmp_path: Path) -> None:
    before = """
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for
        from readers import Analysis, show
        from work import train_loop

        grid = tune.Tuner(TorchTrainer(train_loop)).fit()
        Analysis(grid)
        show(grid[0])
        """
    write(tmp_path, dedent(before) + dedent(READERS))
    found = [one for one in said(run(tmp_path)) if one.startswith("readers")]
    assert found == ["readers.py:5: RTM405", "readers.py:13: RTM405"]


def test_a_script_that_runs_methods_of_actors_out_of_a_list(tmp_path: Path) -> None:
    before = """
        --- fleet.py
        import ray
        from build import build
        from ray.tune import Tuner
        from raytune_runtime import driver_for


        @ray.remote
        class Fleet:
            def run(self):
                return Tuner(driver_for(build())).fit()
        --- build.py
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def build():
            return TorchTrainer(train_loop)
        --- main.py
        import ray
        from fleet import Fleet

        actors = [Fleet.remote() for _ in range(2)]
        print(ray.get([one.run.remote() for one in actors]))
        """
    after = """
        --- main.py
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        import ray
        from fleet import Fleet

        actors = [Fleet.remote() for _ in range(2)]
        print(ray.get([one.run.remote() for one in actors]))
        """
    check(tmp_path, before, after, options=OLD)


def test_a_comment_in_a_train_loop_keeps_the_sweep_of_another_module(tmp_path: Path) -> None:
    """Behind the statement that would change, though the change begins above it."""
    before = """
        --- loops.py
        from ray.air import session


        def loop(config):
            session.report({"x": 1})  # raytune-migrate: ignore[RTM301]
        --- sweep.py
        from loops import loop
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner

        Tuner(TorchTrainer(loop)).fit()
        """
    check_unchanged(tmp_path, before, "sweep.py:5: RTM914")


UNPACKED_IN_LINE = """
--- builders.py
from ray import train
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"trial": train.get_context().get_trial_name()}})


def first():
    return TorchTrainer(loop)


def second():
    return TorchTrainer(loop)

--- job.py
from operator import itemgetter

import builders
from builders import first, second
from ray import tune

BUILDERS = {{"a": first, "b": second}}

{lines}
"""


@pytest.mark.parametrize(
    "lines",
    [
        'for name, build in [("a", first), ("b", second)]:\n    tune.Tuner(build()).fit()',
        "for build, *rest in [(first, 1, 2), (second, 3)]:\n    tune.Tuner(build()).fit()",
        'for build, name in zip((first, second), "ab"):\n    tune.Tuner(build()).fit()',
        "for (name, build), lr in zip(BUILDERS.items(), [1, 2]):\n    tune.Tuner(build()).fit()",
        'for at, (name, build) in enumerate([("a", first)]):\n    tune.Tuner(build()).fit()',
        'name, build, *rest = "a", first, 1, 2\ntune.Tuner(build()).fit()',
        'grids = [tune.Tuner(build()).fit() for _, build in (("a", first), ("b", second))]',
        'tune.Tuner(getattr(builders, "first")()).fit()',
    ],
)
def test_a_function_out_of_what_a_line_unpacks(tmp_path: Path, lines: str) -> None:
    """The script and the train loop are one change."""
    write(tmp_path, UNPACKED_IN_LINE.format(lines=lines))
    assert said(run(tmp_path, ["job.py"])) == [f"job.py:{_line(lines)}: RTM914"]
    assert said(run(tmp_path)) == []
    assert "trial_info().trial_name" in (tmp_path / "builders.py").read_text(encoding="utf-8")


def _line(lines: str) -> int:
    """Where the Tuner stands in the script."""
    return 9 + lines.partition("tune.Tuner(")[0].count("\n")


@pytest.mark.parametrize(
    "lines",
    [
        'tune.Tuner(itemgetter("a")(BUILDERS)()).fit()',
        'for build, name in [*zip((first, second), "ab")]:\n    tune.Tuner(build()).fit()',
    ],
)
def test_a_function_that_cannot_be_seen_in_a_line(tmp_path: Path, lines: str) -> None:
    write(tmp_path, UNPACKED_IN_LINE.format(lines=lines))
    found = said(run(tmp_path))
    assert f"job.py:{_line(lines)}: RTM901" in found


def registry(put: str) -> str:
    """A class that knows those that derive from it, and a sweep over one of them, by its name."""
    return f"""
--- tasks.py
KNOWN = {{}}


class Task:
    known = {{}}

    def __init_subclass__(cls, name):
        {put}

    @classmethod
    def by_name(cls, name):
        return cls.known[name]()


def task(name):
    return KNOWN[name]()

--- linear.py
from ray import train
from ray.train.torch import TorchTrainer

from tasks import Task


class Linear(Task, name="linear"):
    @staticmethod
    def train_loop(config):
        train.report({{"id": train.get_context().get_trial_id()}})

    def trainer(self):
        return TorchTrainer(self.train_loop)
"""


BY_CLASS = """
--- sweep.py
import linear  # which makes it known
from ray import tune

from tasks import Task

trainer = Task.by_name("linear").trainer()
tune.Tuner(trainer).fit()
"""
BY_FUNCTION = BY_CLASS.replace("import Task", "import task").replace("Task.by_name", "task")


def test_classes_that_are_known_to_nobody(tmp_path: Path) -> None:
    """That a sweep runs the train loop cannot be seen."""
    write(tmp_path, registry("print(cls)") + BY_CLASS)
    assert said(run(tmp_path)) == ["linear.py:10: RTM302"]


@pytest.mark.parametrize(
    ("put", "sweep"),
    [
        ("cls.known[name] = cls", BY_CLASS),
        ("Task.known[name] = cls", BY_CLASS),
        ("KNOWN[name] = cls", BY_FUNCTION),
    ],
)
def test_classes_that_are_known_as_they_derive(put: str, sweep: str, tmp_path: Path) -> None:
    before = registry(put) + sweep
    imported = "from raytune_runtime import driver_for, tune_run_config"
    after = (
        before.replace("train.get_context().get_trial_id()", "trial_info().trial_id")
        .replace(
            "TorchTrainer\n\nfrom tasks",
            "TorchTrainer\nfrom raytune_runtime import trial_info\n\nfrom tasks",
        )
        .replace("import tune\n", f"import tune\n{imported}\n")
        .replace(
            "Tuner(trainer)", "Tuner(driver_for(trainer), run_config=tune_run_config(trainer))"
        )
    )
    check(tmp_path, before, after)
