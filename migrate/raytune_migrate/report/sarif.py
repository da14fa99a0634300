"""The report for code scanning: SARIF 2.1.0, of what is to be done in the files as they are.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Changes that were made are no
results: nothing of them is left in the code.
"""

from __future__ import annotations

import json
import os
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from raytune_migrate import __version__
from raytune_migrate.catalogue import RULES
from raytune_migrate.choice.left_out import Why, anchor
from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.report.patch import note_kind
from raytune_migrate.report.sums import exit_status, summary
from raytune_migrate.report.terminal import shown
from raytune_migrate.report.view import line_starts, point, said, view
from raytune_migrate.status import A_FILE_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.outcome import Outcome
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.report.model import Report
    from raytune_migrate.report.view import File, Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "https://github.com/raytune-migrate/raytune-migrate"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "statement/v1"

# What a person has left out for good, as SARIF has it. The rest is not suppressed, but not asked
# for, or is among the findings.
_SUPPRESSIONS: Mapping[Why, Mapping[str, str]] = {
    Why.SUPPRESSED: {"kind": "inSource"},
    Why.DECIDED: {"kind": "external", "justification": "decided against in a review"},
}


def render(report: Report) -> str:
    """The whole run as SARIF. It is ASCII: no terminal obeys what stands in it."""
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(document, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    seen = view(report)
    status = exit_status(report)
    return {
        "tool": {
            "driver": {
                "name": "raytune-migrate",
                "version": __version__,
                "informationUri": _HOME,
                "rules": [
                    {
                        "id": rule.code,
                        "shortDescription": {"text": _message(rule.title)},
                        "fullDescription": {"text": _message(rule.title)},
                        "help": {"text": f"{_message(rule.title)}: {rule.link}"},
                        "helpUri": rule.link,
                    }
                    for rule in RULES.values()
                ],
            }
        },
        "invocations": [
            {
                "executionSuccessful": status != A_FILE_FAILED,
                "exitCode": status,
                "toolExecutionNotifications": list(_failures(report)),
            }
        ],
        "originalUriBaseIds": {_ROOT: {"uri": _folder(Path.cwd())}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            result for file in seen.files for result in _results(file, report.options.writes)
        ],
        "properties": {
            "summary": summary(report),
            "outcomes": {status.value: count for status, count in seen.outcomes.items()},
        },
    }


def _failures(report: Report) -> Iterator[dict[str, Any]]:
    for outcome in report.outcomes:
        if outcome.status is Status.FAILED:
            yield {
                "level": "error",
                "message": {"text": _message(f"{outcome.path} {outcome.reason}")},
                "locations": [{"physicalLocation": {"artifactLocation": _artifact(outcome.path)}}],
            }
    if report.copy is not None and report.copy.error is not None:
        text = _message(f"{report.copy.folder}: {report.copy.error}")
        yield {"level": "error", "message": {"text": text}}


def _results(file: File, writes: bool) -> Iterator[dict[str, Any]]:
    path = file.outcome.path
    if not writes:
        fixes = _fixes(file.outcome)
        for number, made in enumerate(file.changes):
            result = _result(path, made.change, made.span)
            # The changes of a file are proved, formatted and given their imports together.
            yield result if number or not fixes else {**result, "fixes": fixes}
    for left in file.findings:
        yield _result(path, left.finding, left.span)
    for one in file.left_out:
        if (suppression := _SUPPRESSIONS.get(one.left_out.why)) is not None:
            result = _result(path, one.left_out.proposal, one.span)
            yield {**result, "suppressions": [suppression]}


def _result(path: Path, proposal: Proposal, span: Span) -> dict[str, Any]:
    return {
        "ruleId": proposal.code,
        "ruleIndex": list(RULES).index(proposal.code),
        "level": _level(proposal),
        "message": {"text": _message(_said(proposal))},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(span)}}
        ],
        "partialFingerprints": {_FINGERPRINT: anchor(proposal)},
    }


def _said(proposal: Proposal) -> str:
    if not isinstance(proposal, Change):
        return said(proposal)
    notes = "".join(f" {note_kind(proposal).capitalize()}: {note}" for note in proposal.notes)
    return f"{said(proposal)}{notes}"


def _level(proposal: Proposal) -> str:
    if isinstance(proposal, Change) and proposal.safety is Safety.SAFE:
        return "note"
    return "warning"


def _fixes(outcome: Outcome) -> list[dict[str, Any]]:
    """The one fix of a file: the lines that differ, replaced by what would be written."""
    migration = outcome.migration
    if migration is None or migration.before == migration.after:
        return []
    codes = ", ".join(dict.fromkeys(one.code for one in migration.changes))
    replacements = [
        {
            "deletedRegion": {
                "startLine": line,
                "startColumn": column,
                "endLine": end_line,
                "endColumn": end_column,
            },
            "insertedContent": {"text": text},
        }
        for (line, column), (end_line, end_column), text in _differing(
            migration.before, migration.after
        )
    ]
    change = {"artifactLocation": _artifact(outcome.path), "replacements": replacements}
    return [
        {
            "description": {"text": f"Migrate the file: {codes}"},
            "artifactChanges": [change],
        }
    ]


def _differing(before: str, after: str) -> Iterator[tuple[tuple[int, int], tuple[int, int], str]]:
    """From where to where lines of ``before`` are replaced, and by which text."""
    olds, news = _lines(before), _lines(after)
    starts = line_starts(before)
    for kind, first, last, new_first, new_last in SequenceMatcher(None, olds, news).get_opcodes():
        if kind != "equal":
            start, end = (
                point(starts, starts[one] if one < len(olds) else len(before))
                for one in (first, last)
            )
            yield start, end, "".join(news[new_first:new_last])


def _lines(text: str) -> list[str]:
    starts = line_starts(text)
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True) if start < end]


def _region(span: Span) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": span.line, "startColumn": span.column}
    if (span.end_line, span.end_column) > (span.line, span.column):
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    if span.text:
        region["snippet"] = {"text": span.text}
    return region


def _artifact(path: Path) -> dict[str, str]:
    here = Path.cwd()
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow the link)
    if absolute.is_relative_to(here):
        relative = absolute.relative_to(here).as_posix()
        return {"uri": quote(os.fsencode(relative)), "uriBaseId": _ROOT}
    return {"uri": _absolute(absolute)}


def _absolute(path: Path) -> str:
    name = path.as_posix()
    slash = "" if name.startswith("/") else "/"
    return f"file://{slash}{quote(os.fsencode(name))}"


def _folder(path: Path) -> str:
    address = _absolute(path)
    return address if address.endswith("/") else f"{address}/"


def _message(text: str) -> str:
    """A text as SARIF has it in messages, where braces are placeholders."""
    return shown(text).replace("{", "{{").replace("}", "}}")
