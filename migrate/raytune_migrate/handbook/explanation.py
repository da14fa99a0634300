"""What a code means, and examples of it, as ``rules/texts/<code>.md`` says it.

The first paragraph says what Train V1 and V2 do, the second what is rewritten and what is left.
Then come examples: files of one project in fences that follow each other, ``example.py`` where the
fence names none. A sentence above them introduces them; the options that it names in backquotes are
those of the run. What the run makes of the files is never written down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from raytune_migrate import rules

_FENCE = re.compile(r"^```(?P<info>.+)\n(?P<text>(?:.*\n)*?)```$", re.MULTILINE)
_OPTION = re.compile(r"`--(?P<name>[\w-]+)(?: (?P<value>[^`]+))?`")
_NAME = "example.py"


@dataclass(frozen=True, slots=True)
class File:
    """A file of an example; ``language`` is what Markdown calls what it holds."""

    name: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """Files as a project may hold them, and what is said of them."""

    caption: str
    files: tuple[File, ...]

    @property
    def options(self) -> dict[str, str]:
        """The options of the run over the files, by their names; a flag has an empty value."""
        return {match["name"]: match["value"] or "" for match in _OPTION.finditer(self.caption)}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What changed in Ray, what is done about it, and examples."""

    changed: str
    done: str
    examples: tuple[Example, ...]


def explanation(code: str) -> Explanation:
    """What is said of a code of the catalogue."""
    file = resources.files(rules) / "texts" / f"{code}.md"
    return parsed_explanation(file.read_text("utf-8"))


def parsed_explanation(text: str) -> Explanation:
    """The parts of a text."""
    prose: list[str] = []
    examples: list[Example] = []
    end = 0
    for fence in _FENCE.finditer(text):
        between = _paragraphs(text[end : fence.start()])
        end = fence.end()
        language, _, name = fence["info"].partition(" ")
        file = File(name or _NAME, language, fence["text"])
        if examples and not between:
            files = (*examples[-1].files, file)
            examples[-1] = Example(examples[-1].caption, files)
            continue
        if not examples:
            prose, between = between[:2], between[2:]
        examples.append(Example(" ".join(between), (file,)))
    changed, done = prose
    return Explanation(changed, done, tuple(examples))


def _paragraphs(text: str) -> list[str]:
    """Paragraphs, each on one line."""
    return [" ".join(one.split()) for one in text.split("\n\n") if one.strip()]
