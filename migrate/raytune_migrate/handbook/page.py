"""All rules as ``docs/rules.md``, which is generated: ``make docs`` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.handbook.listing import MEANINGS, grouped, kinds, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.catalogue import Rule
    from raytune_migrate.handbook.entry import Entry
    from raytune_migrate.handbook.example import Shown

_WIDTH = 100
_HEAD = """\
# Rules

<!-- Made by `make docs` from migrate/raytune_migrate/rules/texts; edit those. -->

What `raytune-migrate` rewrites, and what it leaves to a person and says so. `raytune-migrate rules
RTM101` shows a section of this page on a terminal. Train V1 is what `ray.train` was, by default up
to Ray 2.50; Train V2 is what it is, by default from Ray 2.51 on.

The examples are in a project that requires Ray 2.51, unless they say otherwise, and show what a run
makes of them. [Leaving code alone](../README.md#leaving-code-alone) says how to keep a rule from
some code.
"""


def page(entries: Iterable[Entry]) -> str:
    """The whole page: a table of contents by groups, and a section for each rule."""
    every = {one.rule.code: one for one in entries}
    groups = list(grouped(one.rule for one in every.values()))
    parts = [_HEAD, "\n", *(f"- *{one.value}*: {text}\n" for one, text in MEANINGS.items())]
    for number, name, rules in groups:
        parts += [f"\n**{number} {name}**\n\n", *_table(rules)]
    for number, name, rules in groups:
        parts += [f"\n## {number} {name}\n"]
        for rule in rules:
            parts += _section(every[rule.code])
    return "".join(parts)


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| Code | What | Gives |\n|---|---|---|\n"
    for one in rules:
        yield f"| [{one.code}](#{one.code.lower()}) | {one.title} | {kinds(one)} |\n"


def _section(entry: Entry) -> Iterator[str]:
    rule, text = entry.rule, entry.explanation
    yield f"\n### {rule.code}\n\n**{rule.title}** ({kinds(rule)})\n"
    yield f"\n{wrapped(text.changed, _WIDTH)}\n\n{wrapped(text.done, _WIDTH)}\n"
    for example, files in entry.examples:
        if example.caption:
            yield f"\n{wrapped(example.caption, _WIDTH)}\n"
        for one in files:
            if len(files) > 1:
                yield f"\n`{one.file.name}`:\n"
            yield from _file(one, rule.code)
    yield f"\n{wrapped(f'To leave it: {entry.suppression} See also: <{rule.link}>', _WIDTH)}\n"


def _file(one: Shown, code: str) -> Iterator[str]:
    diff = one.diff()
    yield _fenced("diff", diff) if diff else _fenced(one.file.language, one.file.text)
    said = "".join(f"{line}\n" for line in one.said(code))
    if said:
        yield _fenced("text", said)


def _fenced(language: str, text: str) -> str:
    return f"\n```{language}\n{text}```\n"
