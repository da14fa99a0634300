"""Trainers that come out of generators, contexts and tuples with names, or out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

_TRAINER = "TorchTrainer(train_loop)"
_BUILDING = """
--- building.py
import asyncio
import contextlib
from collections import namedtuple
from typing import NamedTuple

from ray.train.torch import TorchTrainer


def train_loop(config):
    pass


{}
"""
_SWEEPING = """
--- sweeping.py
from ray.tune import Tuner


def sweep({0}):
    return Tuner({1}).fit()
--- main.py
import building
from sweeping import sweep

{2}
"""
_SWEPT = """
--- sweeping.py
from ray.tune import Tuner
from raytune_runtime import driver_for, tune_run_config


def sweep({0}):
    return Tuner(driver_for({1}), run_config=tune_run_config({1})).fit()
"""


def _with(text: str, one: str, *others: str) -> str:
    return text.replace("{}", one).format(*others) if others else text.replace("{}", one)


# --- what is left alone -----------------------------------------------------------


@pytest.mark.parametrize(
    ("building", "given"),
    [
        ("def jobs():\n    yield train_loop", "next(building.jobs())"),
        ("def jobs():\n    yield train_loop, 1", "next(building.jobs())[0]"),
        ("class Job(NamedTuple):\n    one: object", "building.Job(building.train_loop)[0]"),
        ('Job = namedtuple("Job", "one")', "building.Job(building.train_loop).one"),
    ],
)
def test_functions_that_come_the_same_way(tmp_path: Path, building: str, given: str) -> None:
    check_unchanged(
        tmp_path,
        _BUILDING.replace("{}", building) + _SWEEPING.format("job", "job", f"sweep({given})"),
    )


def test_what_nobody_sees_where_no_trainer_is_left_over(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        _BUILDING.replace("{}", f"def build():\n    return {_TRAINER}")
        + _SWEEPING.format("job", "job", "building.build().fit()\nsweep(globals()['job'])"),
    )


def test_what_nobody_sees_where_no_trainer_is_built(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
--- building.py
def jobs():
    return globals()["job"]()
"""
        + _SWEEPING.format("job", "job", "sweep(building.jobs())"),
    )


# --- trainers that are seen -------------------------------------------------------


@pytest.mark.parametrize(
    ("building", "body"),
    [
        (f"def jobs():\n    yield {_TRAINER}", "for job in building.jobs():\n    sweep(job)"),
        (
            f"def jobs():\n    yield {_TRAINER}, {{}}",
            "for job, _ in building.jobs():\n    sweep(job)",
        ),
        (f"def jobs():\n    yield {_TRAINER}", "sweep(next(building.jobs()))"),
        (
            f"def some():\n    yield {_TRAINER}\n\n\ndef jobs():\n    yield from some()",
            "for job in building.jobs():\n    sweep(job)",
        ),
        (
            f"@contextlib.contextmanager\ndef job():\n    yield {_TRAINER}",
            "with building.job() as job:\n    sweep(job)",
        ),
        (
            f"class Job:\n    def __enter__(self):\n        return {_TRAINER}",
            "with building.Job() as job:\n    sweep(job)",
        ),
        (
            f"async def build():\n    return await asyncio.to_thread(lambda: {_TRAINER})",
            "import asyncio\n\nsweep(asyncio.run(building.build()))",
        ),
    ],
    ids=["generator", "pairs", "next", "from", "contextmanager", "enter", "to_thread"],
)
def test_trainers_that_are_yielded_or_entered(tmp_path: Path, building: str, body: str) -> None:
    check(
        tmp_path,
        _BUILDING.replace("{}", building) + _SWEEPING.format("job", "job", body),
        _SWEPT.format("job", "job"),
    )


@pytest.mark.parametrize(
    "kind",
    [
        "class Job(NamedTuple):\n    one: object\n    name: str",
        'Job = namedtuple("Job", "one name")',
        'Job = namedtuple("Job", ["one", "name"])',
        'Job = NamedTuple("Job", [("one", object), ("name", str)])',
        "class Job:\n"
        "    def __init__(self, one, name):\n"
        "        self.one, self.name = one, name\n\n"
        "    def __iter__(self):\n"
        "        return iter((self.one, self.name))",
        "class Job:\n"
        "    def __init__(self, one, name):\n"
        "        self.one, self.name = one, name\n\n"
        "    def __iter__(self):\n"
        "        yield self.one\n"
        "        yield self.name",
    ],
    ids=["class", "text", "list", "typing", "iter", "yield"],
)
def test_trainers_that_are_unpacked_by_others(tmp_path: Path, kind: str) -> None:
    building = f'{kind}\n\n\ndef build():\n    return Job({_TRAINER}, "large")'
    before = _BUILDING.replace("{}", building)
    check(
        tmp_path / "unpacked",
        before
        + _SWEEPING.replace("    return", "    one, name = job\n    return").format(
            "job", "one", "sweep(building.build())"
        ),
        _SWEPT.replace("    return", "    one, name = job\n    return").format("job", "one"),
    )
    check(
        tmp_path / "field",
        before + _SWEEPING.format("job", "job.one", "sweep(building.build())"),
        _SWEPT.format("job", "job.one"),
    )


def test_a_named_tuple_that_is_copied(tmp_path: Path) -> None:
    kind = "class Job(NamedTuple):\n    one: object\n    name: str"
    building = f'{kind}\n\n\ndef build():\n    return Job({_TRAINER}, "large")._replace(name="a")'
    check(
        tmp_path,
        _BUILDING.replace("{}", building)
        + _SWEEPING.format("job", "job.one", "sweep(building.build())"),
        _SWEPT.format("job", "job.one"),
    )


# --- what is reported -------------------------------------------------------------


@pytest.mark.parametrize(
    ("building", "body"),
    [
        (f"def job():\n    return {_TRAINER}", "sweep(getattr(building, input())())"),
        (f"def job():\n    return {_TRAINER}", "sweep(*getattr(building, input())())"),
        (f"def job():\n    return {_TRAINER}", "sweep(**getattr(building, input())())"),
        (
            "import functools\n\n\n"
            "@functools.singledispatch\n"
            "def build(one):\n"
            "    raise TypeError(one)\n\n\n"
            "@build.register\n"
            "def _(one: int):\n"
            f"    return {_TRAINER}",
            "sweep(building.build(1))",
        ),
        (
            f"def __getattr__(name):\n    return {_TRAINER}",
            "sweep(building.job)",
        ),
    ],
    ids=["getattr", "star", "stars", "dispatch", "module"],
)
def test_what_callers_give_and_nobody_sees(tmp_path: Path, building: str, body: str) -> None:
    check_unchanged(
        tmp_path,
        _BUILDING.replace("{}", building) + _SWEEPING.format("job", "job", body),
        "sweeping.py:5: RTM901",
    )


def test_what_callers_of_callers_give_and_nobody_sees(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        _BUILDING.replace("{}", f"def job():\n    return {_TRAINER}")
        + """
--- sweeping.py
from ray.tune import Tuner


class Sweep:
    def __init__(self, job):
        self.job = job

    def run(self):
        return Tuner(self.job).fit()


def sweep(job):
    return Sweep(job).run()
--- main.py
import building
from sweeping import sweep

sweep(getattr(building, input())())
""",
        "sweeping.py:9: RTM901",
    )


def test_what_fastapi_gives_for_a_parameter(tmp_path: Path) -> None:
    check(
        tmp_path,
        _BUILDING.replace("{}", f"def job():\n    return {_TRAINER}")
        + """
--- sweeping.py
from ray.tune import Tuner


def sweep(job):
    return Tuner(job).fit()
--- main.py
from fastapi import Depends, FastAPI

from building import job
from sweeping import sweep

app = FastAPI()


@app.post("/sweeps")
def start(given=Depends(job)):
    return len(sweep(given))
""",
        _SWEPT.format("job", "job"),
    )


@pytest.mark.parametrize(
    "loading",
    [
        "for one in pkgutil.iter_modules(plugins.__path__):\n"
        '        yield importlib.import_module(f"plugins.{one.name}").build()',
        'for one in importlib.metadata.entry_points(group="plugins"):\n        yield one.load()()',
    ],
    ids=["modules", "entry points"],
)
def test_trainers_of_plugins(tmp_path: Path, loading: str) -> None:
    check_unchanged(
        tmp_path,
        f"""
--- plugins/__init__.py
--- plugins/large.py
from ray.train.torch import TorchTrainer


def train_loop(config):
    pass


def build():
    return TorchTrainer(train_loop)
--- loading.py
import importlib
import importlib.metadata
import pkgutil

import plugins


def loaded():
    {loading}
--- sweeping.py
from loading import loaded
from ray.tune import Tuner


def sweep(job):
    return Tuner(job).fit()


for each in loaded():
    Tuner(each).fit()
    sweep(each)
""",
        "sweeping.py:6: RTM901",
        "sweeping.py:10: RTM901",
    )
