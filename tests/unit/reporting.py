"""Runs to report on: real ones over texts, and one in which everything is hostile."""

from __future__ import annotations

from pathlib import Path

from raytune_migrate.choice.left_out import LeftOut, Why
from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.proposal import Change, Finding, Place, Replace, Safety
from raytune_migrate.report.model import Report
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.runtime.vendor import Copy, CopyState
from raytune_migrate.settings.options import Options, WriteBack
from raytune_migrate.source import Source

# What the project of the tests requires does not matter.
CHECK = Options(WriteBack.CHECK, ray_version="2.51")
WRITE = Options(ray_version="2.51")

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
tuner.fit()
"""
HOROVOD = """\
from ray.train.horovod import HorovodTrainer
from ray.tune import Tuner

Tuner(HorovodTrainer(print)).fit()
"""

# Breaks out of elements, attributes, comments, lines and workflow commands, and turns text around.
EVIL = (
    "</script></style></textarea><script>document.title='owned'</script>"
    "<img src=x onerror=\"document.title='owned'\">-->'\"&amp;$summary"
    "\x1b]0;owned\x07\x85\u202e\u2066\n::error::owned%0A{0}[x](1)"
)
EVIL_NAME = EVIL.replace("/", "")


def run_over(files: dict[str, str | bytes], options: Options = CHECK) -> Report:
    """A run over files, of which nothing is read or written."""
    return Report(
        tuple(
            process_data(Path(name), text if isinstance(text, bytes) else text.encode(), options)
            for name, text in files.items()
        ),
        options,
        seconds=0.25,
    )


def hostile_run(options: Options = CHECK) -> Report:
    """A run in which every text that can come from a project or a message is hostile."""
    code = f"x = 1  # {EVIL.splitlines()[0]}\n"
    before, after = f"{code}y = {EVIL!a}\n", f"{code}z = {EVIL!a}\n"
    place = Place(2, 1, len(code), EVIL, 5)
    link = f"javascript:{EVIL}"
    change = Change(
        *("RTM101", EVIL, EVIL, link, place, ()), safety=Safety.REVIEW, notes=(EVIL, EVIL)
    )
    finding = Finding("RTM902", place, EVIL, EVIL, link)
    left_out = tuple(LeftOut(one, why) for one in (change, finding) for why in Why)
    edits = ((Replace(len(code), len(code) + 1, EVIL),),)
    changed = Migration(before, after, (change,), (finding,), (finding,), left_out, edits)
    left = Migration(before, before, (), (finding,), (finding,))
    settings = Migration("", "", (), (finding,), (finding,))
    folder = Path(EVIL_NAME)
    return Report(
        (
            Outcome(folder / "a.py", Status.UNCHANGED),
            Outcome(folder / "b.py", Status.WORK_LEFT, changed, None, Source(before)),
            Outcome(folder / "c.py", Status.SKIPPED, left, EVIL, Source(before)),
            Outcome(folder / "d.txt", Status.SKIPPED, settings, EVIL),
            Outcome(folder / "e\udcff.py", Status.FAILED, reason=EVIL),
        ),
        options,
        seconds=0.25,
        copy=Copy(folder, CopyState.OTHER, (EVIL,), EVIL, EVIL),
    )
