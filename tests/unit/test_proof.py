"""A rewritten module is proved; a change that fails its proof is taken back alone, and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from migrating import changed, check_finding, migrated, said

from raytune_migrate.editing.edits import OverlapError
from raytune_migrate.module.parsed import parse
from raytune_migrate.outcome import Status
from raytune_migrate.proof import flaws, undefined_names, unused_imports
from raytune_migrate.proposal import Change, Proposal, Replace
from raytune_migrate.rules.registry import PROPOSERS

if TYPE_CHECKING:
    from raytune_migrate.context import Context


def found(before: str, after: str) -> list[str]:
    return list(flaws(parse(before), parse(after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = 1\n", "x = 2\n", id="another value"),
        pytest.param("print(y)\n", "print(y, 1)\n", id="undefined before"),
        pytest.param("import a\n", "import a\n\nx = 1\n", id="unused before"),
        pytest.param("x = 1\n", "import a\n\na.b()\n", id="a new import that is used"),
        pytest.param("return 1\n", "return 2\n", id="did not compile before"),
        pytest.param(
            "try:\n    from a import c\nexcept ImportError:\n    from b import c\nc()\n",
            "try:\n    from a import c\nexcept ImportError:\n    from b import c\nc(1)\n",
            id="a name from two modules before",
        ),
        pytest.param("x = 1\n", "def f():\n    return g()\n\n\ndef g():\n    pass\n", id="later"),
        pytest.param("x = 1\n", "print(len([]))\n", id="names of Python"),
        pytest.param(
            "from a import b\n__all__ = ['b']\nb()\n",
            "from a import b\n__all__ = ['b']\n",
            id="an import for __all__",
        ),
    ],
)
def test_what_is_no_flaw(before: str, after: str) -> None:
    assert found(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "flaw"),
    [
        pytest.param("x = 1\n", "return x\n", "does not compile", id="return outside"),
        pytest.param(
            "def f(a):\n    return a\n",
            "def f(a):\n    global a\n    return a\n",
            "does not compile",
            id="parameter and global",
        ),
        pytest.param("x = 1\n", "x = y\n", "uses y", id="a name that nobody binds"),
        pytest.param(
            "x = 1\n",
            "from a import c\nfrom b import c\n\nc()\n",
            "imports c from more than one module",
            id="one name for two objects",
        ),
        pytest.param(
            "def f(a):\n    return a\n", "def f():\n    return a\n", "uses a", id="a lost parameter"
        ),
        pytest.param("x = 1\n", "import y\n", "imports y", id="an import for nothing"),
        pytest.param("import y\n\ny.z()\n", "import y\n", "imports y", id="an import left behind"),
    ],
)
def test_each_kind_of_flaw_is_seen(before: str, after: str, flaw: str) -> None:
    assert any(flaw in one for one in found(before, after))


def test_a_name_counts_as_undefined_in_its_own_scope() -> None:
    source = "def f():\n    inner = 1\n\n\nprint(inner)\n"
    assert undefined_names(parse(source)) == {"inner"}


def test_what_a_star_import_may_bring_is_not_undefined() -> None:
    assert undefined_names(parse("from a import *\n\nb()\n")) == frozenset()


def test_imports_that_nobody_reads() -> None:
    assert unused_imports(parse("import a\nimport b\n\nb.c()\n")) == {"a"}


TWO_SWEEPS = """
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def one():
    return tune.Tuner(
        TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
    )


def two():
    return tune.Tuner(
        TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
    )
"""
Spoil = Callable[[Change], Change]


def broken_text(change: Change) -> Change:
    return with_text(change, "= (\n")


def undefined_name(change: Change) -> Change:
    return with_text(change, "nowhere.to_be_found()\n")


def useless_import(change: Change) -> Change:
    return with_text(change, "import colorsys\n")


def syntax_that_only_the_compiler_refuses(change: Change) -> Change:
    return with_text(change, "return\n")


def overlap(change: Change) -> Change:
    return replace(change, edits=(*change.edits, change.edits[0], Replace(0, 400, "")))


def new_sweep(change: Change) -> Change:
    return with_text(change, "tune.Tuner(TorchTrainer(loop))\n")


def with_text(change: Change, text: str) -> Change:
    """The change with one more line, above the import of the trainer."""
    at = TWO_SWEEPS.lstrip("\n").index("def loop")
    return replace(change, edits=(*change.edits, Replace(at, at, text)))


def spoiled(monkeypatch: pytest.MonkeyPatch, line: int, spoil: Spoil) -> None:
    """Let the changes of the sweep at a line be wrong in one way."""

    def wrong(propose: Callable[[Context], Iterator[Proposal]]) -> object:
        def proposals(context: Context) -> Iterator[Proposal]:
            for one in propose(context):
                spoils = isinstance(one, Change) and one.place.line == line
                yield spoil(one) if spoils and isinstance(one, Change) else one

        return proposals

    monkeypatch.setattr(
        "raytune_migrate.propose.PROPOSERS", [(wrong(one), train) for one, train in PROPOSERS]
    )


SPOILS = [
    broken_text,
    undefined_name,
    useless_import,
    syntax_that_only_the_compiler_refuses,
    overlap,
    new_sweep,
]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda one: one.__name__)
def test_a_change_that_fails_is_taken_back_alone(
    monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    spoiled(monkeypatch, 16, spoil)
    result = migrated(TWO_SWEEPS)
    assert changed(result) == ["RTM101"]
    assert said(result) == [(16, "RTM101")]
    assert result.status is Status.WORK_LEFT
    first, _, second = result.after.partition("def two():")
    assert "train_driver_fn" in first
    assert "TorchTrainer(loop), tune_config" in second


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda one: one.__name__)
def test_where_nothing_holds_every_byte_stays(
    monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    spoiled(monkeypatch, 10, spoil)
    before = TWO_SWEEPS.partition("\n\ndef two():")[0]
    result = migrated(before)
    assert result.after == result.before
    assert said(result) == [(10, "RTM101")]
    assert result.status is Status.SKIPPED


def test_where_no_driver_can_be_written_nothing_asks_for_train_v2(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write_driver(*_: object) -> None:
        message = "edits overlap"
        raise OverlapError(message)

    monkeypatch.setattr("raytune_migrate.rules.tuner_trainer.write_driver", write_driver)
    result = check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        if __name__ == "__main__":
            tune.Tuner(TorchTrainer(loop)).fit()
        """,
        (10, "RTM101"),
    )
    assert result.findings[0].reason == "The driver function for this sweep could not be written."


def test_the_report_says_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled(monkeypatch, 16, undefined_name)
    (finding,) = migrated(TWO_SWEEPS).findings
    assert "the result uses nowhere" in finding.reason
