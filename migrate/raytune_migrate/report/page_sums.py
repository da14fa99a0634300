"""The parts of the page above the files: how far the project has come, and what is left to do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.outcome import Status
from raytune_migrate.report.markup import link, text
from raytune_migrate.report.page_files import LEFT_OUT, PERSON, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from raytune_migrate.report.page_files import Item
    from raytune_migrate.report.view import File, View

_FOLDERS = 40  # rows at most; deeper folders are counted with those above them


def progress(seen: View) -> str:
    """The share of files by outcome, of the whole and by folder."""
    heads = "".join(f'<th scope="col">{status.value}</th>' for status in Status)
    whole = Counter(one.outcome.status for one in seen.files)
    rows = _row("all files", whole)
    folders = _by_folder(seen.files)
    if len(folders) > 1:
        rows += "".join(_row(name, counts) for name, counts in folders.items())
    return (
        '<table class="progress"><thead><tr><th scope="col">Folder</th>'
        f'<th scope="col">Files</th><th scope="col">Share</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def left_to_do(said: Iterable[tuple[File, Sequence[Item]]]) -> str:
    """What needs a person and what was left out, rule by rule, with the reasons."""
    by_rule: dict[str, list[str]] = {}
    for file, items in said:
        for item in items:
            if item.safety in (PERSON, LEFT_OUT):
                by_rule.setdefault(item.proposal.code, []).append(_entry(file, item))
    failed = [
        f"<li>{text(str(file.outcome.path))}: {text(file.outcome.reason or '')}</li>"
        for file, _ in said
        if file.outcome.status is Status.FAILED
    ]
    parts = [
        _group(f"{code} {text(RULES[code].title)}", entries)
        for code, entries in sorted(by_rule.items())
    ]
    if failed:
        parts.insert(0, _group("Failed", failed))
    return "".join(parts) or "<p>Nothing.</p>"


def _group(title: str, entries: Sequence[str]) -> str:
    count = f"<small>{len(entries)}</small>"
    return (
        f"<details><summary><h3>{title} {count}</h3></summary><ul>{''.join(entries)}</ul></details>"
    )


def _entry(file: File, item: Item) -> str:
    where = f"{file.outcome.path}:{item.lines[0]}"
    proposal = item.proposal
    return (
        f'<li class="entry" data-rule="{proposal.code}" data-safety="{item.safety}">'
        f'<a href="#{item.name}">{text(where)}</a> {text(item.summary)}'
        f" {link(proposal.link, 'Read more')}</li>"
    )


def _by_folder(files: Iterable[File]) -> Mapping[str, Counter[Status]]:
    """The outcomes by folder, as deep as there are not too many of them."""
    parents = [(one.outcome.path.parent.parts, one.outcome.status) for one in files]
    deepest = max((len(parts) for parts, _ in parents), default=0)
    depth = next(
        (one for one in range(deepest, 0, -1) if len({p[:one] for p, _ in parents}) <= _FOLDERS), 0
    )
    found: dict[str, Counter[Status]] = {}
    for parts, status in sorted(parents, key=_folder):
        found.setdefault(str(Path(*parts[:depth])), Counter())[status] += 1
    return found


def _folder(one: tuple[tuple[str, ...], Status]) -> tuple[str, ...]:
    return one[0]


def _row(name: str, counts: Mapping[Status, int]) -> str:
    cells = "".join(f"<td>{counts[status] or ''}</td>" for status in Status)
    return (
        f'<tr><th scope="row">{text(name)}</th><td>{sum(counts.values())}</td>'
        f"<td>{_bar(counts)}</td>{cells}</tr>"
    )


def _bar(counts: Mapping[Status, int]) -> str:
    """The share of each outcome as a bar, and in words for who cannot see it."""
    total = sum(counts.values()) or 1
    parts, words, done = [], [], 0.0
    for status in Status:
        width = 100 * counts[status] / total
        if width:
            parts.append(
                f'<rect class="{slug(status)}" x="{done:.2f}" width="{width:.2f}" height="8"/>'
            )
            words.append(f"{width:.0f}% {status.value}")
        done += width
    return (
        f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img"'
        f' aria-label="{", ".join(words)}">{"".join(parts)}</svg>'
    )
