"""Which modules lead to Ray by the names that they take from each other."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from projecting import check, files

from raytune_migrate.facts.search import importing
from raytune_migrate.facts.search.imported import imported_names
from raytune_migrate.facts.search.importing import importing as importing_of
from raytune_migrate.facts.search.leading import Led, led_by_name
from raytune_migrate.facts.search.modules import modules_of

if TYPE_CHECKING:
    from pathlib import Path

MADE = """
--- made.py
from ray.train.torch import TorchTrainer

LIMIT = 3
TRAINERS = {}

def build():
    return TorchTrainer(print)

def seed(number):
    return number + LIMIT

def register(name):
    TRAINERS[name] = TorchTrainer(print)

def look_up(name):
    return TRAINERS[name]
"""


def led(*others: str, text: str = MADE) -> Led:
    """What leads to the module ``made``, by paths from the root of the project."""
    texts = {f"/p/{name}": body for one in (text, *others) for name, body in files(one).items()}
    modules = modules_of("/p", texts.keys(), ())
    named = {path: [*imported_names(path, body.encode())] for path, body in texts.items()}
    tests = [path for path in texts if path.startswith("/p/tests/")]
    found = led_by_name(
        ["/p/made.py"],
        importing_of(named, tests, modules),
        modules,
        lambda path: texts[path].encode(),
    )
    leading = frozenset(one.removeprefix("/p/") for one in found.leading)
    return Led(leading, frozenset(one.removeprefix("/p/") for one in found.handed))


def user(code: str) -> str:
    return f"--- user.py\n{dedent(code)}"


@pytest.mark.parametrize(
    "code",
    [
        "from made import seed",
        "from made import LIMIT\n\ndef build():\n    return LIMIT",
        "def build():\n    return 1",
        "def build():\n    from made import seed\n    return seed(1)",
        "from package import seed",
        '"""Not run: from made import build."""',
    ],
)
def test_other_names_do_not_lead(code: str) -> None:
    package = "--- package/__init__.py\nfrom made import build, seed\n"
    assert "user.py" not in led(user(code), package).leading


@pytest.mark.parametrize(
    "code",
    [
        "from made import build",
        "from made import build as other",
        "from made import look_up",
        "from made import TRAINERS",
        "from made import *",
        "import made",
        "import made as other",
        "def run():\n    from made import build\n    return build()",
        "try:\n    from made import build\nexcept ImportError:\n    build = None",
        "from between import run",
        "from between import RUNS",
        "from between import Runner",
        "from starred import build",
        "from package import build",
        "from package import renamed",
        "from package import *",
        "from lazy import build",
        "from broken import anything",
    ],
)
def test_names_of_code_that_leads_do(code: str) -> None:
    others = """
    --- between.py
    import made

    def run():
        return made.build()

    RUNS = [run]

    class Runner:
        def go(self):
            return RUNS[0]()

    --- starred.py
    from made import *

    --- package/__init__.py
    from made import build, build as renamed, seed

    --- lazy/__init__.py
    def __getattr__(name):
        import importlib
        return getattr(importlib.import_module({"build": "made"}[name]), name)

    __all__ = ["made.build"]

    --- broken.py
    from made import seed
    print "of Python 2"
    """
    assert "user.py" in led(user(code), others).leading


def test_a_notebook_leads_by_what_it_imports() -> None:
    notebook = '--- user.ipynb\n{"cells": [{"source": ["from made import seed"]}]}\n'
    assert "user.ipynb" in led(notebook).leading


def test_a_test_leads_by_the_fixtures_around_it() -> None:
    tests = """
    --- tests/conftest.py
    from made import build

    --- tests/test_it.py
    def test_it(trainer):
        trainer.fit()
    """
    assert "tests/test_it.py" in led(tests).leading


def test_a_test_leads_by_what_it_patches() -> None:
    test = """
    --- user.py
    def test_it(mocker):
        mocker.patch("made.build")
    """
    assert "user.py" in led(test).leading


def test_what_such_code_mentions_is_handed_something() -> None:
    others = """
    --- user.py
    from made import build
    from package import use
    from aside import idle

    def main():
        import last
        use(build())
        last.done()

    def other():
        idle()

    --- package/__init__.py
    from .uses import use
    from .more import more

    --- package/uses.py
    def use(trainer):
        return trainer.fit()

    --- package/more.py
    def more():
        return 1

    --- aside.py
    def idle():
        return 1

    --- last.py
    def done():
        return 1
    """
    handed = led(others).handed - {"made.py"}
    assert handed == {"package/__init__.py", "package/uses.py", "last.py"}


def test_of_what_many_import_the_nearest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_MANY", 6)
    monkeypatch.setattr(importing, "_NEAREST", 3)
    imports = {
        "large": {"a1"},
        "small": {"b1"},
        **{f"a{one}": {f"a{one + 1}"} for one in range(1, 9)},
        **{f"b{one}": {f"b{one + 1}"} for one in range(1, 4)},
        "a9": set[str](),
        "b4": set[str](),
        "last": {"large"},
    }
    found = importing.related_modules(
        ["large", "small"],
        {path: frozenset(some) for path, some in imports.items()},
        lambda _path: False,
        lambda some: Led(frozenset(some), frozenset()),
    )
    assert sorted(found) == ["a1", "a2", "b1", "b2", "b3", "b4", "large", "small"]


@pytest.mark.parametrize("many", [3, 400])
def test_many_modules_are_told_apart_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(importing, "_MANY", many)
    check(
        tmp_path,
        """
        --- made.py
        from names import seed
        from ray.train.torch import TorchTrainer

        def build():
            seed(1)
            return TorchTrainer(print)

        --- names.py
        import first

        def seed(number):
            return number

        --- first.py
        import second

        --- second.py
        from made import build

        --- sweep.py
        from ray.tune import Tuner

        from second import build

        Tuner(build()).fit()
        """,
        """
        --- sweep.py
        from ray.tune import Tuner
        from raytune_runtime import driver_for, tune_run_config

        from second import build

        trainer = build()
        Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )
