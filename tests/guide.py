"""The examples of docs/guide.md, made by the engine: ``python tests/guide.py`` writes them anew.

What a person writes are the fences that are called ``before``, each with the name of its file where
an example has several. What becomes of them, and what a run says of them, follows in fences that
are called ``after`` and ``said``, with a line in front of each; those are made. How a change may
differ is told once in the guide. Where the paragraph in front of an example ends in a colon, the
options that it names are those of the run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.handbook.example import Shown, shown
from raytune_migrate.handbook.explanation import Example, File
from raytune_migrate.report.places import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide.md"

_FENCE = re.compile(
    r"^```(?P<language>\w+) (?P<kind>before|after|said)(?: (?P<name>\S+))?\n"
    r"(?P<text>(?:.*\n)*?)```\n",
    re.MULTILINE,
)
_BECOMES = "becomes"
_SAYS = "and the run says"
_LABEL = re.compile(rf"\s*(?:`[\w./-]+`(?: {_BECOMES})?|{_BECOMES}|{_SAYS})?\s*")
_LABEL_BELOW = re.compile(r"(?:\A|(?<=\n\n))`[\w./-]+`\n\n\Z")
_NAME = "sweep.py"


@dataclass(frozen=True)
class Part:
    """Some prose, and the example that follows it."""

    prose: str
    example: Example


def parts(text: str) -> Iterator[Part | str]:
    """The guide as examples with the prose in front of each, and the prose at its end.

    What was made of the examples before is left out.
    """
    prose, files = "", list[File]()
    end, made = 0, False
    for fence in _FENCE.finditer(text):
        between = text[end : fence.start()]
        end = fence.end()
        follows = _LABEL.fullmatch(between) is not None
        is_before = fence["kind"] == "before"
        if files and (not follows or (is_before and made)):
            yield _part(prose, files)
            files = []
        if not files:
            prose = between
        if is_before:
            files.append(File(fence["name"] or _NAME, fence["language"], fence["text"]))
        made = not is_before
    if files:
        yield _part(prose, files)
    yield text[end:]


def _part(prose: str, files: list[File]) -> Part:
    prose = _LABEL_BELOW.sub("", prose)
    last = prose.strip().rpartition("\n\n")[2]
    return Part(prose, Example(last if last.endswith(":") else "", tuple(files)))


@cache
def made_of(example: Example) -> tuple[Shown, ...]:
    """What the engine makes of an example; it is asked once."""
    return shown(example)


def remade(text: str) -> str:
    """The guide with what the engine makes of its examples now."""
    told = set[str]()
    made = list[str]()
    for part in parts(text):
        if isinstance(part, str):
            made.append(part)
            continue
        files = made_of(part.example)
        lines = [line for one in files for line in said(one, told)]
        made.append(part.prose + section(files, lines))
    return "".join(made)


def section(files: Sequence[Shown], lines: Sequence[str]) -> str:
    """An example as the guide shows it, and what is said of it."""
    several = len(files) > 1
    befores = [
        (f"`{one.file.name}`\n\n" if several else "")
        + _code("before", one.file, one.file.text, several=several)
        for one in files
    ]
    afters = [
        (f"`{one.file.name}` " if several else "")
        + f"{_BECOMES}\n\n{_code('after', one.file, one.after, several=several)}"
        for one in files
        if one.changes
    ]
    text = "".join(f"{line}\n" for line in lines)
    words = [f"{_SAYS}\n\n{_fence('text', 'said', text)}"] if lines else []
    return "\n".join([*befores, *afters, *words])


def said(one: Shown, told: set[str]) -> Iterator[str]:
    """What is left to a person, and how what is rewritten may differ, unless that was told."""
    path = Path(one.file.name)
    for finding in one.findings:
        yield f"{where(path, finding.place)}: {finding.code} {finding.message}"
    for change in one.changes:
        for note in change.notes:
            if note not in told:
                told.add(note)
                yield f"{where(path, change.place)}: {change.code} may differ: {note}"


def _code(kind: str, file: File, text: str, *, several: bool) -> str:
    """A fence with the code of a file, by its name where there are several."""
    return _fence(file.language, f"{kind} {file.name}" if several else kind, text)


def _fence(language: str, info: str, text: str) -> str:
    return f"```{language} {info}\n{text}```\n"


if __name__ == "__main__":
    GUIDE.write_text(remade(GUIDE.read_text("utf-8")), "utf-8")
