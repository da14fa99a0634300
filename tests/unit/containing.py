"""Notebooks and documents as literals, migrated, and held against what must be true of all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Docs, Options

if TYPE_CHECKING:
    from raytune_migrate.outcome import Outcome

OPTIONS = Options(ray_version="2.60", docs=Docs.MIGRATE)
OLD_RAY = Options(docs=Docs.MIGRATE)  # which needs the flag


@dataclass(frozen=True)
class Markdown:
    """A cell of text."""

    text: str


def notebook(*cells: str | Markdown, language: str = "python", **json_style: Any) -> str:
    """A notebook as Jupyter writes it, unless another style of JSON is asked for."""
    return json.dumps(
        {
            "cells": [_cell(one) for one in cells],
            "metadata": {"language_info": {"name": language}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        **{"indent": 1, "ensure_ascii": False, **json_style},
    )


def _cell(cell: str | Markdown) -> dict[str, Any]:
    if isinstance(cell, Markdown):
        return {"cell_type": "markdown", "metadata": {}, "source": cell.text.splitlines(True)}
    return {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {"tags": ["é"]},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": ["from ray import x\n"]}],
        "source": dedent(cell).strip("\n").splitlines(True),
    }


def migrate_notebook(text: str, options: Options = OPTIONS) -> Outcome:
    """How a notebook would end."""
    return process_data(Path("/nowhere/nb.ipynb"), text.encode(), options)


def migrate_document(text: str, suffix: str, options: Options = OPTIONS) -> Outcome:
    """How a document would end."""
    return process_data(Path(f"/nowhere/doc{suffix}"), text.encode(), options)


def after(outcome: Outcome) -> str:
    """The text of the whole file as it would be."""
    assert outcome.after is not None, outcome.reason
    return outcome.after.decode()


def sources(text: str) -> list[str]:
    """The sources of all cells."""
    every = [one["source"] for one in json.loads(text)["cells"]]
    return ["".join(one) if isinstance(one, list) else one for one in every]


def without_sources(text: str) -> Any:
    """A notebook without the code in it, as JSON has it."""
    content = json.loads(text)
    for one in content["cells"]:
        if one["cell_type"] == "code":
            one["source"] = None
    return content


def check_notebook(before: str, *cells: str, options: Options = OPTIONS) -> Outcome:
    """The sources of a notebook become ``cells``, once, and everything else stays.

    A cell of ``...`` stays as it was.
    """
    outcome = migrate_notebook(before, options)
    text = after(outcome)
    old, new = sources(before), sources(text)
    expected = [
        was if one == "..." else dedent(one).strip("\n")
        for was, one in zip(old, cells, strict=True)
    ]
    assert new == expected
    assert without_sources(text) == without_sources(before)
    again = migrate_notebook(text, options)
    assert after(again) == text, "a second run changes the notebook again"
    assert said(again) == said(outcome, remaining=True)
    return outcome


def check_left(before: str, *findings: str, options: Options = OPTIONS) -> Outcome:
    """A notebook stays byte for byte, and this is said of it."""
    outcome = migrate_notebook(before, options)
    assert outcome.after in (None, before.encode()), outcome.reason
    assert said(outcome) == list(findings)
    return outcome


def said(outcome: Outcome, *, remaining: bool = False) -> list[str]:
    """Cell, line and code of each finding."""
    if outcome.migration is None:
        return []
    found = outcome.migration.remaining if remaining else outcome.migration.findings
    return [
        f"{f'cell {one.place.cell}:' if one.place.cell else ''}{one.place.line}: {one.code}"
        for one in found
    ]
