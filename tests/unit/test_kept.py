"""What is kept of files that are done and of modules that are read, of which there may be many."""

from __future__ import annotations

import os
from pathlib import Path

from raytune_migrate.elsewhere import NO_LINES, Lines, lean
from raytune_migrate.facts.part import Part
from raytune_migrate.files.find import RealPaths
from raytune_migrate.report.model import Report
from raytune_migrate.report.sums import exit_status, summary
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options

SWEEP = b"""\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_fn(config):
    train.report({"loss": config["lr"]})


tuner = tune.Tuner(TorchTrainer(train_fn), param_space={"train_loop_config": {"lr": 0.1}})
results = tuner.fit()
"""


def test_what_is_told_of_nothing_is_the_default() -> None:
    told = Lines(tuned=frozenset({7}), swept=frozenset([]), unpacked={})

    bare = lean(told)

    assert bare == told
    assert bare.swept is NO_LINES.swept


def test_what_is_said_of_a_module_stays() -> None:
    part = Part("sweep.py", matters=True, leads=True, leaders=frozenset({"other.py"}))

    assert lean(part) == part


def test_a_file_that_is_done_is_counted_the_same_without_its_texts() -> None:
    options = Options()
    outcome = process_data(Path("sweep.py"), SWEEP, options)
    counted = outcome.without_texts

    assert outcome.after != SWEEP
    assert (counted.after, counted.source) == (None, None)
    assert counted.migration is not None
    assert counted.migration.before == counted.migration.after == ""
    whole, bare = (Report((one,), options, seconds=0.5) for one in (outcome, counted))
    assert summary(bare) == summary(whole)
    assert exit_status(bare) == exit_status(whole)


def test_a_real_path_is_the_text_that_was_given(tmp_path: Path) -> None:
    file = os.path.realpath(tmp_path / "sweep.py")

    assert RealPaths().of(file) is file
