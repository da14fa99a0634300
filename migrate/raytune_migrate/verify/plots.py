"""Metrics over iterations, of both runs, as SVG within a page: it loads nothing, and has no style.

Colours and strokes come from the page by class, as its policy wants.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.report.markup import text
from raytune_migrate.verify.pairs import pairs, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from raytune_migrate.verify.records import Sweep, Trial

# Between which values of both runs a line is drawn.
Points = list[tuple[int, float]]

_WIDTH, _HEIGHT = 420, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 10, 10, 26
_TRIALS = 12  # in one plot; more cannot be told from each other
_COLORS = 6  # classes of the page
_OF_THE_RUN = {"training_iteration", "iterations_since_restore", "done", "should_checkpoint"}


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of one trial, before and after."""

    label: str
    color: str  # the class of its trial
    old: Points
    new: Points


def color_of(number: int) -> str:
    """The class of a trial's colour, by its place among the pairs of its sweep, from 0."""
    return f"c{number % _COLORS}"


def plots(old: Sweep, new: Sweep, differing: Collection[str]) -> Iterator[tuple[str, str]]:
    """A plot for each metric that is a number, with its name; those that differ come first."""
    both = pairs(old.trials, new.trials)
    names = {
        name
        for pair in both
        for trial in pair
        if trial is not None
        for name in trial.columns
        if name not in _OF_THE_RUN
    }
    for name in sorted(names, key=lambda one: (one not in differing, one)):
        lines = [_line(name, color_of(number), *pair) for number, pair in enumerate(both)]
        lines = [one for one in lines if one.old or one.new]
        if lines:
            left = len(lines) - _TRIALS
            more = f" ({left} more trials are not drawn)" if left > 0 else ""
            yield f"{name}{more}", _svg(name, lines[:_TRIALS])


def _line(name: str, color: str, old: Trial | None, new: Trial | None) -> Line:
    trial = old or new
    label = "" if trial is None else f"trial {trial.number} {text_of(trial.config)}"
    return Line(label, color, _points(name, old), _points(name, new))


def _points(name: str, trial: Trial | None) -> Points:
    rows = () if trial is None else trial.iterations
    return [
        (number, float(row[name]))
        for number, row in enumerate(rows, start=1)
        if isinstance(row.get(name), int | float)
        and not isinstance(row[name], bool)
        and math.isfinite(row[name])
    ]


def _svg(name: str, lines: Sequence[Line]) -> str:
    every = [point for one in lines for point in (*one.old, *one.new)]
    last = max(2, max(x for x, _ in every))
    low, high = min(y for _, y in every), max(y for _, y in every)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2

    def at(point: tuple[int, float]) -> tuple[float, float]:
        x = _LEFT + (point[0] - 1) / (last - 1) * (_WIDTH - _LEFT - _RIGHT)
        share = point[1] / (high - low) - low / (high - low)
        y = _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
        return round(x, 1), round(y, 1)

    bottom, middle = _HEIGHT - _BOTTOM, (_LEFT + _WIDTH - _RIGHT) // 2
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{text(name)}">',
        f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{_WIDTH - _RIGHT}"/>',
        f'<text x="{_LEFT - 6}" y="{_TOP + 8}" text-anchor="end">{_number(high)}</text>',
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">{_number(low)}</text>',
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">1</text>',
        f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">report</text>',
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">{last}</text>',
    ]
    for line in lines:
        for run, points in (("old", line.old), ("new", line.new)):
            if points:
                title = f"<title>{text(line.label)}, Train {'V1' if run == 'old' else 'V2'}</title>"
                parts.append(_drawn(list(map(at, points)), f"{run} {line.color}", title))
    return "".join((*parts, "</svg>"))


def _drawn(points: Sequence[tuple[float, float]], kind: str, title: str) -> str:
    if len(points) == 1:
        ((x, y),) = points
        return f'<circle class="{kind}" cx="{x}" cy="{y}" r="3">{title}</circle>'
    joined = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="{kind}" points="{joined}">{title}</polyline>'


def _number(value: float) -> str:
    return f"{value:.4g}"
