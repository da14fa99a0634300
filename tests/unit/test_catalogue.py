"""Every code is explained in words, and by an example that gives it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from migrating import check_stands
from packaging.version import Version

import raytune_migrate
from raytune_migrate.catalogue import GROUPS, RULES, Kind
from raytune_migrate.choice.suppression import UNUSED, ignoring
from raytune_migrate.engine import migrate
from raytune_migrate.handbook.entry import Entry, entry
from raytune_migrate.handbook.example import ExampleError, Shown, shown
from raytune_migrate.handbook.explanation import parsed_explanation
from raytune_migrate.handbook.page import page
from raytune_migrate.project import Project
from raytune_migrate.proposal import Safety

if TYPE_CHECKING:
    from raytune_migrate.proposal import Place

PACKAGE = Path(raytune_migrate.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
CODES = pytest.mark.parametrize("code", RULES)
FLAT = Project(root=Path("/"), minimum_ray=Version("2.51"))


@cache
def entry_of(code: str) -> Entry:
    return entry(RULES[code])


def files_of(code: str) -> list[Shown]:
    return [one for _, files in entry_of(code).examples for one in files]


# The catalogue is whole


def codes_in(path: Path) -> set[str]:
    """The codes that a module speaks of as such, rather than within a sentence."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    texts = (one.value for one in nodes if isinstance(one, ast.Constant))
    return {one for one in texts if isinstance(one, str) and re.fullmatch(r"RTM\d{3}", one)}


def test_what_is_proposed_is_in_the_catalogue_and_the_reverse() -> None:
    catalogue = PACKAGE / "catalogue.py"
    sources = [one for one in PACKAGE.rglob("*.py") if one != catalogue]
    assert set().union(*map(codes_in, sources)) == set(RULES)


def test_every_code_has_a_text_and_every_text_a_code() -> None:
    texts = resources.files("raytune_migrate.rules") / "texts"
    assert sorted(one.name for one in texts.iterdir()) == sorted(f"{one}.md" for one in RULES)


def test_every_code_has_a_group() -> None:
    assert all(any(code.startswith(group) for group in GROUPS) for code in RULES)


# What is said of each


@CODES
def test_the_explanation_is_short_and_plain(code: str) -> None:
    text = entry_of(code).explanation
    both = f"{text.changed} {text.done}"
    assert 2 <= len(re.findall(r"\.(?= |$)", both)) <= 6, both
    assert both.isascii()
    assert text.changed.endswith(".")
    assert text.done.endswith(".")
    assert set(re.findall(r"RTM\d{3}", both)) <= set(RULES)


@CODES
def test_the_examples_give_the_code(code: str) -> None:
    for _, files in entry_of(code).examples:
        assert code in codes_of(files), "an example without the code that it is for"


def codes_of(files: tuple[Shown, ...]) -> set[str]:
    changes = {change.code for one in files for change in one.changes}
    return changes | {finding.code for one in files for finding in one.findings}


@CODES
def test_the_examples_show_each_kind_that_the_catalogue_names(code: str) -> None:
    changes = [change for one in files_of(code) for change in one.changes if change.code == code]
    findings = [each for one in files_of(code) for each in one.findings if each.code == code]
    rewrite = Kind.REWRITE
    if any(change.safety is Safety.REVIEW for change in changes):
        rewrite = Kind.REVIEW
    shown_kinds = (*([rewrite] if changes else []), *([Kind.FINDING] if findings else []))
    assert shown_kinds == RULES[code].kinds


def test_no_example_of_another_code_shows_a_kind_that_is_not_named() -> None:
    for code in RULES:
        for one in files_of(code):
            for change in one.changes:
                kinds = RULES[change.code].kinds
                assert Kind.REVIEW in kinds or (
                    change.safety is Safety.SAFE and Kind.REWRITE in kinds
                ), change
            for finding in one.findings:
                assert Kind.FINDING in RULES[finding.code].kinds, finding


# What the engine makes of the examples


@CODES
def test_rewrites_rewrite_and_findings_alone_do_not(code: str) -> None:
    for one in files_of(code):
        assert bool(one.diff()) == (one.after != one.file.text) == bool(one.changes)


@CODES
def test_what_is_rewritten_stands(code: str) -> None:
    for example, files in entry_of(code).examples:
        if example.options or len(files) > 1:
            continue  # of which more than the text decides; these follow below
        (one,) = files
        result = migrate(one.file.text, FLAT)
        assert result.after == (one.after if one.changes else one.file.text)
        check_stands(result, FLAT)


@CODES
def test_a_second_run_changes_nothing(code: str) -> None:
    for example, files in entry_of(code).examples:
        written = tuple(replace(one.file, text=one.after) for one in files)
        again = shown(replace(example, files=written))
        assert [one.after for one in again] == [one.after for one in files]
        assert not any(one.changes for one in again)


@CODES
def test_the_comment_that_suppresses_it(code: str) -> None:
    said = entry_of(code).suppression
    assert f"`--ignore {code}`" in said
    places = [
        (example, one, proposal.place)
        for example, files in entry_of(code).examples
        for one in files
        for proposal in (*one.changes, *one.findings)
        if proposal.code == code and one.file.language == "python"
    ]
    assert (ignoring([code]) in said) == (bool(places) and code != UNUSED)
    for example, one, place in places if code != UNUSED else ():
        with_comment = replace(one.file, text=commented(one.file.text, place, code))
        files = tuple(with_comment if each is one.file else each for each in example.files)
        for again in shown(replace(example, files=files)):
            if again.file is with_comment:
                every = (*again.changes, *again.findings)
                assert (code, place.line + 1) not in [
                    (each.code, each.place.line) for each in every
                ]


def commented(text: str, place: Place, code: str) -> str:
    """A text with the comment above the statement of a place."""
    start = text.rfind("\n", 0, place.statement) + 1
    indent = re.match(r" *", text[start:])
    return f"{text[:start]}{indent[0] if indent else ''}{ignoring([code])}\n{text[start:]}"


# The page


def test_the_page_is_current() -> None:
    made = page(map(entry_of, RULES))
    assert PAGE.read_text("utf-8") == made, "docs/rules.md is out of date: run `make docs`"


def test_the_page_has_what_it_points_to() -> None:
    text = PAGE.read_text("utf-8")
    anchors = {one.lower() for one in re.findall(r"^### (\S+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", text)) == anchors == {one.lower() for one in RULES}
    readme = (PAGE.parents[1] / "README.md").read_text("utf-8")
    assert "\n## Leaving code alone\n" in readme
    assert "[Leaving code alone](../README.md#leaving-code-alone)" in text


# The form of the texts

TEXT = """\
Under V1
it was so.

Under V2 it is not.

With `--remove-pin` and `--vendor-runtime a/b`:

```toml pyproject.toml
[project]
```
```python
from ray import tune
```

Again:

```python other.py
import ray
```
"""


def test_the_parts_of_a_text() -> None:
    text = parsed_explanation(TEXT)
    assert (text.changed, text.done) == ("Under V1 it was so.", "Under V2 it is not.")
    first, second = text.examples
    assert first.options == {"remove-pin": "", "vendor-runtime": "a/b"}
    assert [(one.name, one.language, one.text) for one in first.files] == [
        ("pyproject.toml", "toml", "[project]\n"),
        ("example.py", "python", "from ray import tune\n"),
    ]
    assert (second.caption, second.options) == ("Again:", {})
    assert [one.name for one in second.files] == ["other.py"]


def test_an_option_that_no_example_can_have() -> None:
    text = TEXT.replace("--remove-pin", "--jobs 2")
    with pytest.raises(ExampleError, match="no example can have --jobs; please report it"):
        shown(parsed_explanation(text).examples[0])


def test_an_example_that_fails() -> None:
    text = TEXT.replace("import tune", "import (")
    with pytest.raises(ExampleError, match="does not parse: line 1"):
        shown(parsed_explanation(text).examples[0])
