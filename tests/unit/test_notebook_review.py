"""A review of a notebook: the questions show its code, the answers write its cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from containing import OPTIONS, notebook, sources

from raytune_migrate.report.terminal import Console
from raytune_migrate.review.prompt import ask
from raytune_migrate.review.session import Answer, Question, Review, review_data

if TYPE_CHECKING:
    from collections.abc import Iterator

CELLS = (
    "from ray import tune\nfrom ray.train.torch import TorchTrainer",
    "def loop(config): ...",
    "tune.Tuner(TorchTrainer(loop))",
)
PATH = Path("/nowhere/nb.ipynb")


def answering(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Answer the questions of a review, one after the other."""
    given: Iterator[str] = iter(keys)
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(given))


def asked(question: Question) -> Answer:
    """Ask on this process's own streams."""
    answer = ask(question, Console(color=False))
    assert isinstance(answer, Answer)
    return answer


def test_a_question_shows_the_code_of_the_cells(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    answering(monkeypatch, "y")
    reviewed = review_data(PATH, notebook(*CELLS).encode(), OPTIONS, Review(asked))
    said = capfdbinary.readouterr().out.decode()
    assert said.startswith(
        "\n# /nowhere/nb.ipynb: change 1 of 1\n# /nowhere/nb.ipynb:cell 3:1:1: RTM"
    )
    assert said.endswith(
        """\
cell 1:
@@ -1,2 +1,4 @@
 from ray import tune
+from ray.train import RunConfig, ScalingConfig
 from ray.train.torch import TorchTrainer
+from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run
cell 3:
@@ -1 +1,13 @@
-tune.Tuner(TorchTrainer(loop))
+def train_driver_fn(config: dict):
+    trainer = TorchTrainer(
+        loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
+    )
+    trainer.fit()
+
+
+tune.Tuner(
+    train_driver_fn,
+    tune_config=tune.TuneConfig(
+        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
+    ),
+)
"""
    )
    assert reviewed.outcome.after is not None
    assert sources(reviewed.outcome.after.decode())[2].startswith("def train_driver_fn")


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("n", "tune.Tuner(TorchTrainer(loop))"),
        ("i", "# raytune-migrate: ignore[RTM101]\ntune.Tuner(TorchTrainer(loop))"),
    ],
)
def test_a_change_that_is_not_wanted(monkeypatch: pytest.MonkeyPatch, key: str, cell: str) -> None:
    answering(monkeypatch, key)
    reviewed = review_data(PATH, notebook(*CELLS).encode(), OPTIONS, Review(asked))
    assert reviewed.outcome.after is not None
    assert sources(reviewed.outcome.after.decode()) == [*CELLS[:2], cell]
    remembered = ["cell 3, line 1: Tuner(trainer) becomes Tuner(train_driver_fn)"]
    assert list(reviewed.against.values()) == (remembered if key == "n" else [])


def test_a_notebook_is_not_edited(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    answering(monkeypatch, "e", "q")
    before = notebook(*CELLS).encode()
    reviewed = review_data(PATH, before, OPTIONS, Review(asked))
    assert reviewed.outcome.after == before
    assert capfdbinary.readouterr().err.decode() == (
        "Only a Python file can be edited here; choose another answer, and edit the notebook or the"
        " document itself.\n"
    )
