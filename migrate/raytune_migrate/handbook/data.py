"""The rules as JSON, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from raytune_migrate.handbook.listing import grouped, section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.catalogue import Rule
    from raytune_migrate.handbook.entry import Entry
    from raytune_migrate.handbook.example import Shown


def rules_as_json(rules: Iterable[Rule]) -> str:
    """What can be said of rules without the engine: a list in the order of the catalogue."""
    return _text([_rule(one) for one in rules])


def entries_as_json(entries: Iterable[Entry]) -> str:
    """Everything about rules; a list with the keys of :func:`rules_as_json`, and more."""
    return _text([_entry(one) for one in entries])


def _text(value: object) -> str:
    return f"{json.dumps(value, indent=2)}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    (group,) = (name for _, name, _ in grouped([rule]))
    return {
        "code": rule.code,
        "title": rule.title,
        "group": group,
        "kinds": [one.value for one in rule.kinds],
        "link": rule.link,
        "section": section(rule),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    text = entry.explanation
    return {
        **_rule(entry.rule),
        "changed": text.changed,
        "done": text.done,
        "suppression": entry.suppression,
        "examples": [
            {
                "caption": example.caption,
                "options": example.options,
                "files": [_file(one) for one in files],
            }
            for example, files in entry.examples
        ],
    }


def _file(one: Shown) -> dict[str, Any]:
    return {
        "name": one.file.name,
        "before": one.file.text,
        "after": one.after,
        "changes": [
            {
                "code": change.code,
                "safety": change.safety.value,
                "line": change.place.line,
                "column": change.place.column,
                "notes": list(change.notes),
            }
            for change in one.changes
        ],
        "findings": [
            {
                "code": finding.code,
                "line": finding.place.line,
                "column": finding.place.column,
                "reason": finding.reason,
                "advice": finding.advice,
            }
            for finding in one.findings
        ],
    }
