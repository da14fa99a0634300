"""The page for reviewers: one file that loads nothing, with all that a run has to say.

``page.html`` beside this file holds its frame, style and script. No script or style but those runs:
the page's own policy allows them by their digest, and forbids the network.
"""

from __future__ import annotations

import base64
import hashlib
import pkgutil
import re
from collections import Counter
from string import Template
from typing import TYPE_CHECKING

from raytune_migrate import __version__
from raytune_migrate.catalogue import RULES
from raytune_migrate.outcome import Status
from raytune_migrate.report.markup import text
from raytune_migrate.report.page_files import SAFETIES, ending, items, section
from raytune_migrate.report.page_sums import left_to_do, progress
from raytune_migrate.report.sums import summary
from raytune_migrate.report.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.report.model import Report
    from raytune_migrate.report.view import File

_OPEN_ROWS = 1500  # that are shown at once; the files below are folded


def render(report: Report) -> str:
    """The whole run as one HTML page."""
    seen = view(report)
    writes = report.options.writes
    every = [(file, f"f{number}") for number, file in enumerate(seen.files, start=1)]
    shown = [(file, name, items(file, name)) for file, name in every if _says_something(file)]
    said = [(file, some) for file, _, some in shown]
    sections, rows = [], _OPEN_ROWS
    for file, name, some in shown:
        one = section(file, name, some, writes=writes, open_rows=rows)
        rows -= one.open_rows
        sections.append(one.html)
    rules = Counter(one.proposal.code for _, some in said for one in some)
    safeties = Counter(one.safety for _, some in said for one in some)
    template = _template()
    return Template(template).substitute(
        style=_digest(template, "style"),
        script=_digest(template, "script"),
        version=__version__,
        summary=text(summary(report)),
        progress=progress(seen),
        left=left_to_do(said),
        outcomes=_choices(
            "outcome",
            {
                status.value: (ending(status, writes), count)
                for status, count in seen.outcomes.items()
                if count
            },
        ),
        rules=_choices(
            "rule",
            {code: (f"{code} {RULES[code].title}", count) for code, count in sorted(rules.items())},
        ),
        safeties=_choices(
            "safety", {one: (one, safeties[one]) for one in SAFETIES if safeties[one]}
        ),
        files="".join(sections),
        unchanged=_unchanged(
            str(one.outcome.path) for one in seen.files if not _says_something(one)
        ),
    )


def _says_something(file: File) -> bool:
    """Whether there is more to say of a file than that it is unchanged."""
    return file.outcome.status is not Status.UNCHANGED or bool(file.left_out)


def _template() -> str:
    data = pkgutil.get_data(__package__, "page.html")
    assert data is not None
    return data.decode().replace("\r\n", "\n")


def _digest(template: str, tag: str) -> str:
    """What the policy knows a style or script by."""
    match = re.search(rf"<{tag}>(.*?)</{tag}>", template, re.DOTALL)
    assert match is not None
    return base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()


def _choices(name: str, choices: Mapping[str, tuple[str, int]]) -> str:
    return "".join(
        f'<label><input type="checkbox" name="{name}" value="{value}"> {text(words)}'
        f" <small>{count}</small></label>"
        for value, (words, count) in choices.items()
    )


def _unchanged(paths: Iterable[str]) -> str:
    listed = "".join(
        f'<li class="file" data-outcome="{Status.UNCHANGED.value}" data-path="{text(path)}">'
        f"{text(path)}</li>"
        for path in paths
    )
    if not listed:
        return ""
    return f"<details><summary>Unchanged files</summary><ul>{listed}</ul></details>"
