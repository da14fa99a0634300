"""The page for reviewers: what stands where, and that nothing hostile gets out of its text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reporting import CHECK, HOROVOD, SWEEP, WRITE, hostile_run, run_over

from raytune_migrate.choice.asked import Choice
from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.proposal import Change, Place, Replace
from raytune_migrate.report.model import Report
from raytune_migrate.report.page import render
from raytune_migrate.report.terminal import shown
from raytune_migrate.source import Source

if TYPE_CHECKING:
    from raytune_migrate.settings.options import Options

_VOID = {"meta", "input", "br", "col"}
_LINK = "https://x.org/101"


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    def all(self, tag: str, **attributes: str) -> list[Node]:
        """The elements of a kind below this one; ``class_`` is one of their classes."""
        found = []
        for one in self.children:
            if isinstance(one, Node):
                wanted = one.tag == tag and all(
                    value in one.attributes.get("class", "").split()
                    if name == "class_"
                    else one.attributes.get(name.replace("_", "-")) == value
                    for name, value in attributes.items()
                )
                found += [one] if wanted else []
                found += one.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} has an attribute twice"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(report: Report) -> Node:
    """The page as a tree; every element is closed where it should be."""
    reader = _Reader()
    reader.feed(render(report))
    reader.close()
    [root] = reader.open
    return root


def lines(hunk: Node) -> list[str]:
    """The rows of a hunk: number and code of each side."""
    return ["|".join(cell.text for cell in row.all("td")) for row in hunk.all("tbody")[0].all("tr")]


def titles(node: Node) -> list[str]:
    return [one.all("h4")[0].text for one in node.all("article", class_="item")]


# What is safe


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_nothing_hostile_gets_out_of_its_text(options: Options) -> None:
    report = hostile_run(options)
    tree = page(report)
    [script], [_] = tree.all("script"), tree.all("style")
    assert "owned" not in script.text
    every = [one for tag in _tags(tree) for one in tree.all(tag)]
    for node in every:
        assert not any(name.startswith("on") or name == "style" for name in node.attributes)
        assert not {"src", "srcset", "action", "background"} & node.attributes.keys()
        assert node.attributes.get("href", "#").startswith(("#", "https://"))
    for text in (tree.text, *(value for one in every for value in one.attributes.values())):
        visible = text.replace("\n", "").replace("\t", "")
        assert tree.text is text or visible.isprintable()
    names = [one.attributes["data-path"] for one in tree.all("details", class_="file")]
    assert names == [shown(str(one.path)) for one in report.outcomes[1:]]
    assert tree.all("article")[0].all("p")[1].text == shown(
        report.outcomes[1].migration.changes[0].reason  # type: ignore[union-attr]
    )


def _tags(node: Node) -> set[str]:
    below = [one for one in node.children if isinstance(one, Node)]
    return {one.tag for one in below} | {tag for one in below for tag in _tags(one)}


def test_the_policy_allows_the_one_style_and_script_and_no_network() -> None:
    tree = page(run_over({"a.py": SWEEP}))
    [policy] = tree.all("meta", http_equiv="Content-Security-Policy")
    digests = [
        base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        for one in (*tree.all("style"), *tree.all("script"))
    ]
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}';"
        " base-uri 'none'; form-action 'none'"
    )


def test_the_page_has_no_external_address_but_links_to_follow() -> None:
    text = render(run_over({"a.py": SWEEP, "b.py": HOROVOD}))
    for match in re.finditer(r"https?://|//[a-z]", text):
        assert text[: match.start()].endswith('<a href="'), text[match.start() - 60 : match.end()]


def test_controls_and_what_turns_text_around_are_visible_in_source() -> None:
    tree = page(run_over({"a.py": f"{HOROVOD}# \u202e\tx\x1b é\xa0\n"}))
    [hidden] = [
        [span.text for span in row.all("span", class_="hidden")]
        for row in tree.all("td", class_="c")
        if "202e" in row.text
    ]
    assert hidden == ["\\u202e", "\\x1b", "\\xa0"]


# What stands where


def test_an_empty_run() -> None:
    tree = page(run_over({}))
    assert (
        tree.all("header")[0]
        .all("p")[0]
        .text.startswith("0 files: no Python files in the paths given.")
    )
    assert tree.all("details") == []


def test_a_change_stands_beside_its_hunk() -> None:
    tree = page(run_over({"jobs/a.py": SWEEP}))
    [file] = tree.all("details", class_="file")
    assert file.all("summary")[0].text == "would be migrated jobs/a.py RTM101 RTM105"
    assert {name: file.attributes[name] for name in ("data-outcome", "data-path", "open")} == {
        "data-outcome": "migrated",
        "data-path": "jobs/a.py",
        "open": "",
    }
    imports, hunk = file.all("div", class_="hunk")
    assert titles(imports) == []
    assert (
        imports.all("div", class_="said")[0].text == "Part of RTM101 of line 10, RTM105 of line 10"
    )
    assert titles(hunk) == [
        "RTM101 Tuner(trainer) becomes Tuner(train_driver_fn)",
        "RTM105 no more trials at once than the cluster can run",
    ]
    sweep = hunk.all("article")[0]
    assert sweep.attributes["data-safety"] == "safe"
    assert [one.text for one in sweep.all("p")] == [
        "line 10: safe",
        "From Ray 2.51 on, a Tuner that is given a trainer fails with TuneError.",
        "Read more",
    ]
    assert [one.text for one in sweep.all("li")] == [
        "note: Trials, and the experiment's default folder, are named train_driver_fn_... instead"
        " of TorchTrainer_...."
    ]
    assert lines(imports) == [
        "1|from ray import train, tune|1|from ray import train, tune",
        "2|from ray.train.torch import TorchTrainer|2|from ray.train.torch import TorchTrainer",
        "|3|from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run",
        "3||4|",
        "4||5|",
        "5|def train_loop(config):|6|def train_loop(config):",
    ]
    assert lines(hunk)[3:6] == [
        "9|trainer = TorchTrainer(train_loop)|10|def train_driver_fn(config: dict):",
        '10|tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})'
        "|11|    trainer = TorchTrainer(",
        "|12|        train_loop,",
    ]


def test_what_is_left_stands_beside_its_line_and_in_the_list() -> None:
    tree = page(run_over({"b.py": f"{'# above' + chr(10)}" * 9 + HOROVOD}))
    [file] = tree.all("details", class_="file")
    [hunk] = file.all("div", class_="hunk")
    assert lines(hunk) == [
        "10|from ray.train.horovod import HorovodTrainer",
        "11|from ray.tune import Tuner",
        "12|",
        "13|Tuner(HorovodTrainer(print)).fit()",
    ]
    assert [one.text for one in hunk.all("td", class_="at")] == [
        "13",
        "Tuner(HorovodTrainer(print)).fit()",
    ]
    assert titles(hunk) == ["RTM902 a trainer without a Train V2 counterpart"]
    [left] = tree.all("section", id="left")
    assert left.all("summary")[0].text == "RTM902 a trainer without a Train V2 counterpart 1"
    [entry] = left.all("li")
    assert entry.text == (
        "b.py:13 HorovodTrainer has no counterpart in Train V2. Move its train loop to"
        " TorchTrainer or TensorflowTrainer. Read more"
    )
    target = entry.all("a")[0].attributes["href"].removeprefix("#")
    assert [one.attributes["data-rule"] for one in hunk.all("article", id=target)] == ["RTM902"]


def test_in_a_run_that_writes_what_is_left_is_at_the_lines_of_now() -> None:
    text = f"{SWEEP}\n{HOROVOD}"
    before, now = (
        page(run_over({"a.py": text}, options)).all("section", id="left")[0].all("a")[0].text
        for options in (CHECK, WRITE)
    )
    assert (before, now) == ("a.py:16", "a.py:30")


def test_what_was_left_out_is_said_with_the_reason() -> None:
    some = replace(CHECK, choice=Choice(ignore=frozenset({"RTM101"})))
    tree = page(run_over({"a.py": SWEEP}, some))
    entries = [one.text for one in tree.all("section", id="left")[0].all("li")]
    assert entries == [
        "a.py:10 Left out (not selected): Tuner(trainer) becomes Tuner(train_driver_fn). Read more"
    ]


def test_a_file_that_failed_says_why() -> None:
    reason = "internal error: x\n  line 1\n  <b>"
    outcome = Outcome(Path("a.py"), Status.FAILED, reason=reason)
    tree = page(Report((outcome,), CHECK, 0.0))
    [file] = tree.all("details", class_="file")
    [said] = file.all("p", class_="reason")
    assert (said.text, len(said.all("br"))) == ("internal error: x  line 1  <b>", 2)


def test_a_change_goes_with_what_it_touches_and_is_named_beside_the_rest() -> None:
    before = "".join(f"line {number}\n" for number in range(1, 41))
    after = before.replace("line 2\n", "two\n").replace("line 30\n", "thirty\n")
    starts = [before.index("line 2\n"), before.index("line 30\n")]
    edits = tuple(Replace(start, start + 4, "") for start in starts)
    far = Change("RTM101", "t", "r", _LINK, Place(16, 1, 0), ())
    near = Change("RTM105", "t", "r", _LINK, Place(30, 1, 0), ())
    migration = Migration(before, after, (far, near), edits=(edits, edits[1:]))
    outcome = Outcome(Path("a.py"), Status.MIGRATED, migration, None, Source(before))
    hunks = page(Report((outcome,), CHECK, 0.0)).all("div", class_="hunk")
    assert [titles(one) for one in hunks] == [["RTM101 t"], [], ["RTM105 t"]]
    assert [one.text for hunk in hunks for one in hunk.all("p", class_="also")] == [
        "Also part of RTM101 of line 16"
    ]


def test_long_differences_are_folded_and_so_is_all_behind_many() -> None:
    long = "".join(f"x{number} = 1\n" for number in range(800))
    changed = long.replace("1", "2")
    migration = Migration(long, changed, (Change("RTM101", "t", "r", _LINK, Place(1, 1, 0), ()),))
    outcomes = tuple(
        Outcome(Path(f"{number}.py"), Status.MIGRATED, migration, None, Source(long))
        for number in range(3)
    )
    files = page(Report(outcomes, CHECK, 0.0)).all("details", class_="file")
    assert ["open" in one.attributes for one in files] == [True, False, False]
    [hunk] = files[0].all("div", class_="hunk")
    [fold] = hunk.all("details")
    assert "open" not in fold.attributes
    assert fold.all("summary")[0].text == "800 lines"


# How far the project has come


def test_progress_is_the_share_of_files_by_folder() -> None:
    report = run_over(
        {"a.py": SWEEP, "jobs/b.py": HOROVOD, "jobs/c.py": "import ray\n", "lib/d.py": "x\n"}
    )
    [table] = page(report).all("table", class_="progress")
    assert [one.text for one in table.all("th", scope="col")] == [
        *("Folder", "Files", "Share", "unchanged", "migrated", "migrated with work left"),
        *("skipped", "failed"),
    ]
    assert [
        [one.all("th")[0].text, *(cell.text for cell in one.all("td") if not cell.all("svg"))]
        for one in table.all("tbody")[0].all("tr")
    ] == [
        ["all files", "4", "2", "1", "", "1", ""],
        [".", "1", "", "1", "", "", ""],
        ["jobs", "2", "1", "", "", "1", ""],
        ["lib", "1", "1", "", "", "", ""],
    ]
    assert (
        table.all("svg")[0].attributes["aria-label"] == "50% unchanged, 25% migrated, 25% skipped"
    )


def test_many_folders_are_counted_with_those_above_them() -> None:
    paths = [f"src/{a}/{b}/x.py" for a in "abc" for b in range(30)]
    outcomes = tuple(Outcome(Path(one), Status.UNCHANGED) for one in paths)
    [table] = page(Report(outcomes, CHECK, 0.0)).all("table", class_="progress")
    assert [one.text for one in table.all("th", scope="row")] == [
        *("all files", "src/a", "src/b", "src/c")
    ]


def test_what_can_be_chosen_is_what_there_is() -> None:
    tree = page(run_over({"a.py": SWEEP, "b.py": HOROVOD}))
    chosen = [
        (one.all("input")[0].attributes["name"], one.text.strip()) for one in tree.all("label")
    ]
    assert chosen == [
        ("outcome", "would be migrated 1"),
        ("outcome", "skipped 1"),
        ("rule", "RTM101 Tuner(trainer) becomes Tuner(train_driver_fn) 1"),
        ("rule", "RTM105 no more trials at once than the cluster can run 1"),
        ("rule", "RTM902 a trainer without a Train V2 counterpart 1"),
        ("safety", "safe 2"),
        ("safety", "needs a person 1"),
    ]
