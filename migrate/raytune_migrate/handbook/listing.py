"""The rules by groups, and what is said of each in one line; nothing here needs the engine."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from click import style

from raytune_migrate.catalogue import GROUPS, RULES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.catalogue import Rule

PAGE = "https://github.com/raytune-migrate/raytune-migrate/blob/main/docs/rules.md"

MEANINGS: Mapping[Kind, str] = {
    Kind.REWRITE: "rewritten; it does what it did",
    Kind.REVIEW: "rewritten; where it may do otherwise, the report says how",
    Kind.FINDING: "left as it is, with the reason and what to do",
}


def chosen(beginnings: Iterable[str]) -> tuple[Rule, ...]:
    """The rules whose codes begin so, in the order of the catalogue; all where none is given."""
    wanted = tuple(beginnings)
    return tuple(one for code, one in RULES.items() if not wanted or code.startswith(wanted))


def grouped(rules: Iterable[Rule]) -> Iterator[tuple[str, str, tuple[Rule, ...]]]:
    """The name of each group, such as ``1xx``, what it is about, and its rules."""
    every = tuple(rules)
    for beginning, name in GROUPS.items():
        some = tuple(one for one in every if one.code.startswith(beginning))
        if some:
            yield f"{beginning.removeprefix('RTM')}xx", name, some


def kinds(rule: Rule) -> str:
    """What a code may give, in words."""
    return ", ".join(one.value for one in rule.kinds)


def section(rule: Rule) -> str:
    """The address of a rule's section of ``docs/rules.md``."""
    return f"{PAGE}#{rule.code.lower()}"


def listing(rules: Iterable[Rule]) -> str:
    """One line for each rule, by groups, styled for a terminal."""
    every = tuple(rules)
    width = max(len(kinds(one)) for one in every)
    lines: list[str] = []
    for number, name, some in grouped(every):
        lines += [style(f"{number}  {name}", bold=True)]
        lines += [f"  {styled_code(one)}  {kinds(one):{width}}  {one.title}" for one in some]
        lines += [""]
    longest = max(len(one.value) for one in Kind)
    lines += [f"{one.value:{longest}}  {meaning}" for one, meaning in MEANINGS.items()]
    lines += ["", "`raytune-migrate rules RTM101` explains a rule, with before and after."]
    return "".join(f"{line}\n" for line in lines)


def styled_code(rule: Rule) -> str:
    """A code in the colour that reports have for it."""
    color = "yellow" if rule.kinds == (Kind.FINDING,) else "green"
    return style(rule.code, fg=color, bold=True)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """A paragraph in lines of at most ``width``; no word and no address is broken."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)
