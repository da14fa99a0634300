"""A verification as one page, which loads nothing and runs nothing; ``page.html`` is its frame."""

from __future__ import annotations

import base64
import hashlib
import pkgutil
import re
from string import Template
from typing import TYPE_CHECKING

from raytune_migrate import __version__
from raytune_migrate.report.markup import text
from raytune_migrate.verify.compare import Kind
from raytune_migrate.verify.pairs import pairs, text_of
from raytune_migrate.verify.plots import color_of, plots
from raytune_migrate.verify.summing import counted, gathered, summary, values, what
from raytune_migrate.verify.verification import Verdict, failures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.verify.records import Sweep, Trial
    from raytune_migrate.verify.summing import Row
    from raytune_migrate.verify.verification import Verification

_ROWS = 1000
_PLOTS = 24  # of one sweep


def render(verification: Verification) -> str:
    """The whole page."""
    data = pkgutil.get_data(__package__, "page.html")
    assert data is not None
    template = data.decode().replace("\r\n", "\n")
    return Template(template).substitute(
        style=_digest(template),
        version=__version__,
        script=text(str(verification.script)),
        kind="same" if verification.verdict is Verdict.SAME else "other",
        summary=text(summary(verification)),
        runs=text(" ".join(_runs(verification))),
        notes="".join(f"<p>{text(one)}</p>" for one in verification.notes),
        failures="".join(_failures(verification)),
        differences=_differences(verification),
        recall=_recall(verification),
        sweeps="".join(_sweeps(verification)),
    )


def _digest(template: str) -> str:
    """What the policy knows the style by."""
    match = re.search(r"<style>(.*?)</style>", template, re.DOTALL)
    assert match is not None
    return base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()


def _runs(verification: Verification) -> Iterator[str]:
    """On what each run was, and how long."""
    before, after = verification.original_python, verification.python
    for run, python in ((verification.old, before), (verification.new, after)):
        yield (
            f"Train {run.version.value} of Ray {python.ray}, Python {python.version}:"
            f" {run.seconds:.0f} s."
        )


def _failures(verification: Verification) -> Iterator[str]:
    for run, why in failures(verification):
        lines = "\n".join(map(text, run.said_last()))
        yield f"<h2>Train {run.version.value}</h2><p>{text(why)}</p>"
        yield f"<pre>{lines}</pre>" if lines else ""


def _differences(verification: Verification) -> str:
    rows = gathered(verification.differences)
    if not rows:
        return ""
    left = len(rows) - _ROWS
    more = f"<p>{left} more are in the JSON report.</p>" if left > 0 else ""
    heads = ("Where", "What", "Train V1", "Train V2", "Config")
    return f"<h2>Differences</h2>{_table(heads, map(_cells, rows[:_ROWS]))}{more}"


def _cells(row: Row) -> Sequence[str]:
    first = row.first
    return (*map(text, (first.place, what(row), *values(first), first.config)),)


def _recall(verification: Verification) -> str:
    recall = verification.recall
    if recall is None:
        return ""
    rows = [
        *((one, "none") for one in recall.missed),
        *recall.found,
    ]
    total = len(rows)
    said = f"The rules found {len(recall.found)} of {total}."
    cells = (tuple(map(text, (f"{one.file}:{one.line}", code, one.message))) for one, code in rows)
    listed = _table(("Line", "Rule", "Ray's warning"), cells) if rows else ""
    return f"<h2>What Ray itself warned of</h2><p>{said}</p>{listed}"


def _sweeps(verification: Verification) -> Iterator[str]:
    for number, (old, new) in enumerate(verification.pairs, start=1):
        differing = {
            one.name
            for one in verification.differences
            if one.kind is Kind.METRIC and one.sweep == number
        }
        name = f": {old.experiment}" if old.experiment else ""
        yield f"<h2>Sweep {number}{text(name)}</h2>"
        heads = ("Trial", "Config", "Reports", "Ended", "Checkpoints")
        yield _table(heads, _trials(old, new))
        drawn = list(plots(old, new, differing))
        yield (
            '<p class="soft">Each metric over its reports: wide lines are Train V1, dashed ones V2;'
            " the colours are those of the trials in the table.</p>"
        )
        figures = "".join(
            f"<figure><figcaption>{text(one)}</figcaption>{svg}</figure>"
            for one, svg in drawn[:_PLOTS]
        )
        yield f'<div class="plots">{figures}</div>'
        if len(drawn) > _PLOTS:
            yield f"<p>{counted(len(drawn) - _PLOTS, 'more metric')} not drawn.</p>"


def _trials(old: Sweep, new: Sweep) -> Iterator[Sequence[str]]:
    for place, (before, after) in enumerate(pairs(old.trials, new.trials)):
        trial = before or after
        assert trial is not None
        both = before, after
        yield (
            f'<span class="key {color_of(place)}"></span>{trial.number}',
            text(text_of(trial.config)),
            *(
                text(_both(*(None if one is None else said(one) for one in both)))
                for said in (_reports, _ended, _kept)
            ),
        )


def _reports(trial: Trial) -> str:
    return str(len(trial.iterations))


def _kept(trial: Trial) -> str:
    return str(len(trial.best_checkpoints))


def _ended(trial: Trial) -> str:
    return trial.error.line if trial.error is not None else trial.ended or "-"


def _both(old: str | None, new: str | None) -> str:
    return (old or "-") if old == new else f"V1: {old or '-'}, V2: {new or '-'}"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are markup."""
    head = "".join(f'<th scope="col">{text(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>" for cells in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
