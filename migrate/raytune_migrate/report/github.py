"""Annotations for a GitHub workflow: commands on stdout that the runner turns into comments.

See https://docs.github.com/actions/reference/workflow-commands-for-github-actions; how values are
escaped is what the runner undoes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Safety
from raytune_migrate.report.patch import note_kind
from raytune_migrate.report.sums import summary
from raytune_migrate.report.terminal import shown
from raytune_migrate.report.view import title as named
from raytune_migrate.report.view import view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.report.model import Report
    from raytune_migrate.report.view import File, Made, Span

_WORKSPACE = "GITHUB_WORKSPACE"  # the folder that GitHub's file names start from


def render(report: Report) -> str:
    """A warning for each change to be made and each place that is left, and errors for failures.

    Where files are rewritten, the changes that may differ are notices instead.
    """
    seen = view(report)
    lines = [line for file in seen.files for line in _file(file, writes=report.options.writes)]
    if report.copy is not None and report.copy.error is not None:
        folder = shown(str(report.copy.folder))
        lines.append(_command("error", f"{folder}: {report.copy.error}", title="the runtime"))
    lines.append(_command("notice", summary(report), title="raytune-migrate"))
    return "".join(f"{line}\n" for line in lines)


def _file(file: File, *, writes: bool) -> Iterator[str]:
    outcome = file.outcome
    name = _name(outcome.path)
    if outcome.status is Status.FAILED:
        yield _command("error", outcome.reason or "", file=name, title="raytune-migrate failed")
    for made in file.changes:
        change = made.change
        title = f"{change.code} {named(change)}"
        if not writes:
            yield _command("warning", _why(made), **_at(name, made.span), title=title)
        elif change.safety is Safety.REVIEW:
            yield _command("notice", _why(made), **_at(name, made.span), title=title)
    for left in file.findings:
        finding = left.finding
        message = f"{finding.message} ({finding.link})"
        title = f"{finding.code} {named(finding)}"
        yield _command("warning", message, **_at(name, left.span), title=title)


def _why(made: Made) -> str:
    change = made.change
    notes = "".join(f"\n{note_kind(change)}: {shown(note)}" for note in change.notes)
    return f"{shown(change.reason)} ({shown(change.link)}){notes}"


def _at(name: str, span: Span) -> dict[str, str]:
    return {"file": name, "line": str(span.line), "col": str(span.column)}


def _name(path: Path) -> str:
    """A path as GitHub knows it: from the workspace on, wherever the run is."""
    workspace = os.environ.get(_WORKSPACE)
    if workspace:
        absolute, root = Path(os.path.realpath(path)), Path(os.path.realpath(workspace))
        if absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    return path.as_posix()


def _command(name: str, message: str, **properties: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_escaped(message)}"


def _escaped(text: str) -> str:
    """A message as the runner reads it; what it has no escape for is never sent raw."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return shown(escaped)


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
