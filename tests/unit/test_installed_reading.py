"""The files of an installed Ray show that it takes a use, where they do so beyond doubt."""

from __future__ import annotations

import importlib
import inspect
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import ray

import raytune_runtime
from raytune_migrate.installed.ask import Environment
from raytune_migrate.installed.reading import surely_fits
from raytune_migrate.installed.written import Call, Use, written
from raytune_migrate.module.parsed import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIXTURES = Path(__file__).parents[2] / "fixtures"
PACKAGES = {
    "ray": Path(ray.__file__).parent,
    "raytune_runtime": Path(raytune_runtime.__file__).parent,
}


def call(name: str, *keywords: str, positional: int = 0, open_ended: bool = False) -> Use:
    return Use(name, Call(positional, keywords, open_ended))


def fits(folder: Path, files: Mapping[str, str], use: Use) -> bool:
    """Whether a package ``ray`` of some files shows that it takes a use."""
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "ray" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return surely_fits(use, {"ray": folder / "ray"})


F = "def f(a, b=1, *, c=2): ...\n"
DATACLASS = "from dataclasses import dataclass, field\n\n\n"


@pytest.mark.parametrize(
    ("text", "use"),
    [
        pytest.param("", Use("ray.f"), id="no such name"),
        pytest.param("", Use("roy"), id="no such package"),
        pytest.param("def f(:\n", Use("ray"), id="no Python"),
        pytest.param(F, call("ray.f"), id="an argument is missing"),
        pytest.param(F, call("ray.f", "a", "d"), id="an argument too many"),
        pytest.param(F, call("ray.f", positional=3), id="too many by position"),
        pytest.param(F, call("ray.f", "a", positional=1), id="an argument twice"),
        pytest.param(F, call("ray.f", "d", open_ended=True), id="open-ended, and one too many"),
        pytest.param("f = g()\n", call("ray.f"), id="a value that is called"),
        pytest.param("if v2():\n    def f(): ...\n", Use("ray.f"), id="perhaps no name"),
        pytest.param(
            f"{F}if v2():\n    def f(a): ...\n", call("ray.f", "a", "b"), id="another, perhaps"
        ),
        pytest.param(f"{F}if v2():\n    f = g(f)\n", call("ray.f", "a"), id="a value, perhaps"),
        pytest.param(f"{F}del f\n", call("ray.f", "a"), id="a name that is deleted"),
        pytest.param(f"{F}for f in x: ...\n", call("ray.f", "a"), id="a name of a loop"),
        pytest.param(f"@cache\n{F}", call("ray.f", "a"), id="a decorator of its own kind"),
        pytest.param(
            f"def d(f):\n    return g(f)\n\n\n@d\n{F}", call("ray.f", "a"), id="one that changes it"
        ),
        pytest.param(
            f"def d(f):\n    f = g(f)\n    return f\n\n\n@d\n{F}",
            call("ray.f", "a"),
            id="one that gives another",
        ),
        pytest.param(f"{F}from other import *\n", call("ray.f", "a"), id="names of others"),
        pytest.param(
            f"def d(f):\n    return f\n\n\n@d()\n{F}", call("ray.f", "a"), id="a call of one"
        ),
        pytest.param("from other import f\n", Use("ray.f"), id="of another package"),
        pytest.param("from ray.a import f\n", Use("ray.f"), id="of no module"),
        pytest.param("from ray import f\n", Use("ray.f"), id="of nowhere"),
        pytest.param("class C(metaclass=M):\n    pass\n", call("ray.C"), id="a metaclass"),
        pytest.param(
            "class C:\n    def __new__(cls, a): ...\n",
            call("ray.C", "a"),
            id="a __new__ of its own",
        ),
        pytest.param("class C(Base): ...\n", call("ray.C"), id="a base that is not known"),
        pytest.param(
            "from other import Base\n\n\nclass C(Base): ...\n", call("ray.C"), id="one of others"
        ),
        pytest.param(
            "class C:\n    @property\n    def f(self): ...\n", call("ray.C.f"), id="a property"
        ),
        pytest.param(
            "class C:\n    def f(self, a): ...\n", call("ray.C.f", "a"), id="a method by its class"
        ),
        pytest.param("class C:\n    a: int\n", call("ray.C", "a"), id="no dataclass"),
        pytest.param(
            f"{DATACLASS}@dataclass(kw_only=True)\nclass C:\n    a: int\n",
            call("ray.C", positional=1),
            id="a dataclass of another kind",
        ),
        pytest.param(
            f"{DATACLASS}@dataclass\nclass C:\n    a: int = field(init=False)\n",
            call("ray.C", "a"),
            id="a field of another kind",
        ),
    ],
)
def test_what_is_not_surely_taken(tmp_path: Path, text: str, use: Use) -> None:
    assert not fits(tmp_path, {"__init__.py": text}, use)


@pytest.mark.parametrize(
    ("text", "use"),
    [
        pytest.param("", Use("ray"), id="the package"),
        pytest.param("x = 1\n", Use("ray.x"), id="a value that is imported"),
        pytest.param(F, call("ray.f", positional=1), id="by position"),
        pytest.param(F, call("ray.f", "a", "c"), id="by name"),
        pytest.param(F, call("ray.f", open_ended=True), id="open-ended"),
        pytest.param("def f(*a, **k): ...\n", call("ray.f", "x", positional=2), id="anything"),
        pytest.param(
            f"{F}if v2():\n    def f(a, d=1): ...\n", call("ray.f", "a"), id="either of two"
        ),
        pytest.param(
            "try:\n    def f(a): ...\nexcept ImportError:\n    raise\n",
            call("ray.f", "a"),
            id="the only one that there can be",
        ),
        pytest.param(
            f"def d(f):\n    f.x = 1\n    return f\n\n\n@d\n{F}",
            call("ray.f", "a"),
            id="a decorator that marks it",
        ),
        pytest.param(
            "import functools\n\n\ndef d(x):\n    def inner(f):\n        @functools.wraps(f)\n"
            "        def g(*a, **k):\n            return f(*a, **k)\n\n        return g\n\n"
            f"    return inner\n\n\n@d(1)\n{F}",
            call("ray.f", "a"),
            id="a decorator that wraps it",
        ),
        pytest.param("class C: ...\n", call("ray.C"), id="a class without arguments"),
        pytest.param(
            "class A:\n    def __new__(cls, *a, **k): ...\n    def __init__(self, a): ...\n\n\n"
            "class B(A): ...\n\n\nclass C(B): ...\n",
            call("ray.C", "a"),
            id="an inherited constructor",
        ),
        pytest.param(
            "class R: ...\nclass A(R): ...\nclass B(R):\n    def __init__(self, b): ...\n"
            "class C(A, B): ...\n",
            call("ray.C", "b"),
            id="one of several bases",
        ),
        pytest.param(
            "from other import Base\n\n\nclass C(Base):\n    def __init__(self, a): ...\n",
            call("ray.C", "a"),
            id="a constructor of its own above a base of others",
        ),
        pytest.param(
            f"{DATACLASS}@dataclass\nclass A:\n    a: int\n    b: int = 1\n"
            "\n\n@dataclass\nclass C(A):\n    a: int = 2\n    c: int = 3\n",
            call("ray.C", "c", positional=2),
            id="a dataclass and its base",
        ),
        pytest.param(
            "class C:\n    @classmethod\n    def f(cls, a): ...\n",
            call("ray.C.f", "a"),
            id="a method of the class",
        ),
        pytest.param(
            "class C:\n    @staticmethod\n    def g(b): ...\n",
            call("ray.C.g", "b"),
            id="a static method",
        ),
    ],
)
def test_what_is_surely_taken(tmp_path: Path, text: str, use: Use) -> None:
    assert fits(tmp_path, {"__init__.py": text}, use)


@pytest.mark.parametrize(
    "use",
    [
        Use("ray.tune"),
        Use("ray.tune.tuner"),
        Use("ray.tune.tuner.Tuner"),
        call("ray.tune.T", "space"),
        call("ray.tune.t.Tuner", "space"),
        call("ray.tune.tuner.Tuner", "space"),
    ],
    ids=str,
)
def test_names_are_followed_from_module_to_module(tmp_path: Path, use: Use) -> None:
    files = {
        "__init__.py": "from ray import tune\n",
        "tune/__init__.py": "from .tuner import Tuner as T\nfrom ray.tune import tuner as t\n",
        "tune/tuner.py": "from ..base import Base\n\n\nclass Tuner(Base): ...\n",
        "base.py": "class Base:\n    def __init__(self, space): ...\n",
    }
    assert fits(tmp_path, files, use)


# The real Ray

MODULES = ("ray.train", "ray.train.torch", "ray.train.xgboost", "ray.tune", "raytune_runtime")


def calls() -> Iterator[Use]:
    """Calls of all that is public: right ones, and ones that are nearly right."""
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            found = getattr(module, name)
            whole = f"{module.__name__}.{name}"
            yield Use(whole)
            if not callable(found):
                continue
            for count in range(4):
                yield call(whole, positional=count)
            with suppress(ValueError):  # errors of Python's own kinds
                for one in inspect.signature(found).parameters:
                    yield call(whole, one)
                    yield call(whole, one, open_ended=True)
                    yield call(whole, f"{one}_", open_ended=True)


def test_what_the_files_show_is_what_ray_says(monkeypatch: pytest.MonkeyPatch) -> None:
    every = list(dict.fromkeys(calls()))
    monkeypatch.setattr("raytune_migrate.installed.ask.installed_ray", lambda *_: None)
    environment = Environment.of(Path(sys.executable))
    answers = environment.check(every)
    environment.close()
    read = [one for one in every if surely_fits(one, PACKAGES)]
    assert [one for one in read if not answers[one].fits] == []
    right = [one for one in every if answers[one].fits]
    assert (len(right) > 500, len(every) - len(right) > 300) == (True, True)
    assert len(read) > 0.8 * len(right)  # most of the others are Train V2's alone


def test_all_that_the_fixtures_write_is_read() -> None:
    uses = set[Use]()
    for after in FIXTURES.glob("*/after.py"):
        before = after.with_name("before.py")
        uses |= {*written(parse(before.read_text()), parse(after.read_text()))}
    assert len(uses) > 90
    # Its metaclass might do anything.
    assert [one.name for one in uses if not surely_fits(one, PACKAGES)] == ["ray.train.Checkpoint"]
