"""The report for programs: one JSON document, as ``report.schema.json`` beside this file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raytune_migrate import __version__
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.report.patch import diff_as_text, folder_for, note_kind
from raytune_migrate.report.sums import exit_status
from raytune_migrate.report.view import view
from raytune_migrate.settings.options import Pins

if TYPE_CHECKING:
    from raytune_migrate.report.model import Report
    from raytune_migrate.report.view import File, Left, Made, NotTaken, Span, View
    from raytune_migrate.runtime.vendor import Copy
    from raytune_migrate.settings.options import Options

VERSION = 1
SCHEMA = (
    "https://raw.githubusercontent.com/raytune-migrate/raytune-migrate/main/"
    "migrate/raytune_migrate/report/report.schema.json"
)


def render(report: Report) -> str:
    """The whole run as JSON. It is ASCII: no terminal obeys what stands in it."""
    return json.dumps(_document(view(report)), indent=2) + "\n"


def _document(seen: View) -> dict[str, Any]:
    report = seen.report
    folder = folder_for(one.outcome.path for one in seen.files)
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "tool": {"name": "raytune-migrate", "version": __version__},
        "options": _options(report.options),
        "seconds": round(report.seconds, 3),
        "exit_status": exit_status(report),
        "sums": {
            "files": len(seen.files),
            "outcomes": {status.value: count for status, count in seen.outcomes.items()},
            "rules": {
                code: {
                    "changes": sums.changes,
                    "findings": sums.findings,
                    "left_out": sums.left_out,
                }
                for code, sums in seen.rules.items()
            },
            "in_baseline": report.known,
        },
        "runtime_copy": None if report.copy is None else _copy(report.copy),
        "diffs_from": "." if folder == Path.cwd() else str(folder),
        "files": [_file(one, folder) for one in seen.files],
    }


def _options(options: Options) -> dict[str, Any]:
    return {
        "mode": options.write_back.value,
        "select": sorted(options.choice.select),
        "ignore": sorted(options.choice.ignore),
        "safe_only": options.choice.safety is Safety.SAFE,
        "remove_pin": options.pins is Pins.REMOVE,
        "ray_version": options.ray_version,
        "vendor_runtime": None if options.vendor is None else str(options.vendor),
        "todo": options.todo.value,
        "baseline": None if options.baseline is None else str(options.baseline.path),
        "include": list(options.filter.include),
        "exclude": list(options.filter.exclude),
        "force_exclude": list(options.filter.force_exclude),
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "folder": str(copy.folder),
        "state": copy.state.value,
        "stale": list(copy.stale),
        "error": copy.error,
    }


def _file(file: File, folder: Path) -> dict[str, Any]:
    outcome = file.outcome
    return {
        "path": str(outcome.path),
        "outcome": outcome.status.value,
        "reason": outcome.reason,
        "changes": [_change(one) for one in file.changes],
        "findings": [_finding(one) for one in file.findings],
        "left_out": [_left_out(one) for one in file.left_out],
        "diff": diff_as_text(outcome, folder) or None,
        "verify": file.verify,
    }


def _change(made: Made) -> dict[str, Any]:
    change = made.change
    return {
        "code": change.code,
        "title": change.title,
        "why": change.reason,
        "notes": [{"kind": note_kind(change), "text": note} for note in change.notes],
        "safety": change.safety.value,
        "link": change.link,
        "anchor": change.place.anchor,
        "sweeps": sorted(change.groups),
        "span": _span(made.span),
        "fixes": [{"span": _span(one.span), "text": one.text} for one in made.fixes],
        "imports": [
            {"module": one.module, "name": one.name or None, "as": one.alias}
            for one in change.imports
        ],
    }


def _finding(left: Left) -> dict[str, Any]:
    finding = left.finding
    return {
        "code": finding.code,
        "reason": finding.reason,
        "advice": finding.advice,
        "link": finding.link,
        "anchor": finding.place.anchor,
        "span": _span(left.span),
    }


def _left_out(one: NotTaken) -> dict[str, Any]:
    proposal = one.left_out.proposal
    return {
        "kind": "change" if isinstance(proposal, Change) else "finding",
        "code": proposal.code,
        "what": proposal.title if isinstance(proposal, Change) else proposal.reason,
        "why": one.left_out.why.value,
        "link": proposal.link,
        "anchor": proposal.place.anchor,
        "span": _span(one.span),
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
        "text": span.text,
    }
