"""Where each report goes: the text to stderr as the run goes on, the others whole, at its end."""

from __future__ import annotations

import os
import pkgutil
from typing import TYPE_CHECKING

from raytune_migrate.report.terminal import shown
from raytune_migrate.settings.options import TEXT_ON_STDERR, Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.report.model import Report
    from raytune_migrate.report.terminal import Console
    from raytune_migrate.settings.options import Target

# By format, the function from a Report to its text; imported when it is asked for.
_RENDERERS: Mapping[Format, str] = {
    Format.TEXT: "raytune_migrate.report.text:render",
    Format.JSON: "raytune_migrate.report.as_json:render",
    Format.SARIF: "raytune_migrate.report.sarif:render",
    Format.GITHUB: "raytune_migrate.report.github:render",
    Format.HTML: "raytune_migrate.report.page:render",
}


class ReportError(Exception):
    """A report that cannot be written; the text says which, why and what to do."""


def check_targets(targets: Iterable[Target], files: Iterable[str]) -> None:
    """Refuse, before anything is done, what a report cannot be written to.

    Raises :class:`ReportError`.
    """
    paths = [(one, one.path) for one in targets if one.path is not None]
    taken = {os.path.realpath(one) for one in files} if paths else set()
    for target, path in paths:
        if os.path.realpath(path) in taken:
            raise _error(target, "it is one of the files to migrate")
        if path.is_dir():
            raise _error(target, "it is a folder")
        if not path.parent.is_dir():
            raise _error(target, f"there is no folder {path.parent}", "make it, or name another")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise _error(target, "permission denied")


def write_reports(report: Report, console: Console) -> None:
    """Write all reports that were asked for and not shown yet. Raises :class:`ReportError`."""
    for target in report.options.reports:
        if target != TEXT_ON_STDERR:
            put(target, pkgutil.resolve_name(_RENDERERS[target.format])(report), console)


def put(target: Target, text: str, console: Console) -> None:
    """Write one report where it goes. Raises :class:`ReportError`."""
    data = text.encode("utf-8", "backslashreplace")
    if target.path is None:
        console.out(data)
        return
    try:
        target.path.write_bytes(data)
    except OSError as error:
        raise _error(target, (error.strerror or str(error)).lower()) from error


def _error(target: Target, reason: str, advice: str = "name another file") -> ReportError:
    path = shown(str(target.path))
    return ReportError(
        f"cannot write the {target.format.value} report to {path}: {shown(reason)}; {advice}"
    )
