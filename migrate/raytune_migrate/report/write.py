"""Where each report goes: the text to stderr as the run goes on, the others whole, at its end."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from raytune_migrate.options import Format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from raytune_migrate.report.model import Report
    from raytune_migrate.report.terminal import Console

# By format, the function from a Report to its text; imported when it is asked for.
_RENDERERS: Mapping[Format, str] = {
    Format.JSON: "raytune_migrate.report.json:render",
    Format.SARIF: "raytune_migrate.report.sarif:render",
    Format.GITHUB: "raytune_migrate.report.github:render",
    Format.HTML: "raytune_migrate.report.html:render",
}


class ReportError(Exception):
    """A report that cannot be written; the text says which, why and what to do."""


def write_reports(report: Report, console: Console) -> None:
    """Write all reports that were asked for, but the text. Raises :class:`ReportError`."""
    for target in report.options.reports:
        if target.format is Format.TEXT:
            continue
        text = pkgutil.resolve_name(_RENDERERS[target.format])(report)
        data = text.encode("utf-8", "backslashreplace")
        if target.path is None:
            console.out(data)
            continue
        try:
            target.path.write_bytes(data)
        except OSError as error:
            raise ReportError(
                f"cannot write the {target.format.value} report to {target.path}:"
                f" {error.strerror or error}; name another file"
            ) from error
