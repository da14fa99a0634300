"""The migration guide shows what the tool does, and what documents point to is there."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import black
import pytest

from raytune_migrate.catalogue import RULES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from guide import GUIDE, Part, made_of, parts, remade  # noqa: E402

TEXT = GUIDE.read_text("utf-8")
PARTS = [one for one in parts(TEXT) if isinstance(one, Part)]
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/guide.md", "docs/rules.md"]
PAGES += ["docs/usage.md"]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
REPOSITORY = "https://github.com/raytune-migrate/raytune-migrate"


def name_of(part: Part) -> str:
    """The section of an example."""
    before = TEXT[: TEXT.index(part.example.files[0].text)]
    return re.findall(r"^## (.+)$", before, re.MULTILINE)[-1]


EXAMPLES = pytest.mark.parametrize("part", PARTS, ids=name_of)


# The examples


def test_the_guide_is_current() -> None:
    assert remade(TEXT) == TEXT, "docs/guide.md is out of date: run `make docs`"


@EXAMPLES
def test_a_second_run_changes_nothing(part: Part) -> None:
    written = [replace(one.file, text=one.after) for one in made_of(part.example)]
    again = made_of(replace(part.example, files=tuple(written)))
    assert [one.after for one in again] == [one.text for one in written]


@EXAMPLES
def test_an_example_is_in_the_form_of_black(part: Part) -> None:
    for one in made_of(part.example):
        for text in (one.file.text, one.after):
            assert black.format_str(text, mode=black.Mode()) == text


# The form of the page


def test_prose_stays() -> None:
    text = "# Title\n\nSome `code`\n\n```python\nimport ray\n```\n\n| a |\n|---|\n"
    assert remade(text) == text


def test_what_the_engine_leaves_stands_alone() -> None:
    text = "So:\n\n```python before\nprint()\n```\n\nMore.\n"
    assert remade(text) == text


OLD = "from ray.train.torch.torch_trainer import TorchTrainer\n\nTorchTrainer(print).fit()\n"
NEW = OLD.replace(".torch_trainer", "")


def test_what_it_makes_of_an_example_follows_it_once() -> None:
    text = f"Paths:\n\n```python before\n{OLD}```\n\nMore.\n"
    made = remade(text)
    assert made == (
        f"Paths:\n\n```python before\n{OLD}```\n\nbecomes\n\n```python after\n{NEW}```\n\nMore.\n"
    )
    assert remade(made) == made


def test_an_example_of_several_files() -> None:
    text = f"```python before a.py\n{OLD}```\n```python before b.py\nprint()\n```\n"
    made = remade(text)
    assert made == (
        f"`a.py`\n\n```python before a.py\n{OLD}```\n\n"
        "`b.py`\n\n```python before b.py\nprint()\n```\n\n"
        f"`a.py` becomes\n\n```python after a.py\n{NEW}```\n"
    )
    assert remade(made) == made


def test_options_in_front_of_an_example() -> None:
    text = "import os\n\nfrom ray import tune\n\ntune.Tuner(print).fit()\n"
    first = f"With `--ray-version 2.43`:\n\n```python before\n{text}```\n"
    (part, _) = parts(first)
    assert isinstance(part, Part)
    assert part.example.options == {"ray-version": "2.43"}


# What documents point to


@pytest.mark.parametrize("page", PAGES)
def test_links_resolve(page: str) -> None:
    path = ROOT / page
    dangling = [one for one in links(path) if not resolves(path, one)]
    assert dangling == []


def test_what_reports_link_to_is_in_the_readme() -> None:
    own = [one.link for one in RULES.values() if one.link.startswith(f"{REPOSITORY}#")]
    assert own
    assert [one for one in own if one.partition("#")[2] not in anchors(ROOT / "README.md")] == []


@pytest.mark.parametrize("page", PAGES)
def test_codes_are_those_of_rules(page: str) -> None:
    codes = set(re.findall(r"RTM\d{3}", (ROOT / page).read_text("utf-8")))
    assert codes - set(RULES) == set()


def test_what_contributing_names_is_there() -> None:
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", CONTRIBUTING))
    folders = (ROOT, ROOT / "migrate" / "raytune_migrate", ROOT / "migrate" / "raytune_runtime")
    assert len(named) > 30
    assert [one for one in named if not any((each / one).exists() for each in folders)] == []


def test_the_rule_in_contributing_is_the_one_in_the_code() -> None:
    rule = ROOT / "migrate" / "raytune_migrate" / "rules" / "loop_returns.py"
    (code,) = re.findall(r"^```python\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    assert code in rule.read_text("utf-8")


def links(path: Path) -> list[str]:
    """What a page points to, but for other sites."""
    every: list[str] = re.findall(r"\]\(([^)\s]+)\)", prose(path))
    return [one for one in every if not one.startswith("https://")]


def resolves(path: Path, link: str) -> bool:
    """Whether a file, and the section in it, are there."""
    name, _, anchor = link.partition("#")
    target = path.parent / name if name else path
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(path: Path) -> set[str]:
    """The sections of a page, as GitHub calls them."""
    titles: list[str] = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles}


def prose(path: Path) -> str:
    """A page without its fences."""
    return re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
