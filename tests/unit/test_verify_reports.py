"""What is said of a verification: as a table, as JSON, and as a page that loads nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from reporting import EVIL
from verifying import FILES, changed_trial, record, run_of, trial, verification

from raytune_migrate.verify import as_json, page, text
from raytune_migrate.verify.compare import EXACT, Tolerance
from raytune_migrate.verify.processes import Stop
from raytune_migrate.verify.recalled import Recall, Warned
from raytune_migrate.verify.records import Error, Kept
from raytune_migrate.verify.runs import Version
from raytune_migrate.verify.steadiness import told_unsteady
from raytune_migrate.verify.verification import Verdict, compared, is_refused

if TYPE_CHECKING:
    from raytune_migrate.verify.verification import Verification

SCHEMA = json.loads(Path(as_json.__file__).with_name("verify.schema.json").read_text("utf-8"))

LOSSES = tuple({"training_iteration": n, "loss": 0.5} for n in (1, 2))
DIFFERENT = changed_trial(iterations=LOSSES, ended="error", checkpoint={"model.pt": "c" * 64})
ONE_METRIC = changed_trial(iterations=({"training_iteration": 1, "loss": 0.4}, LOSSES[1]))
WARNED = Warned("train.py", 7, "Passing a Trainer to the Tuner is deprecated.")
RECALL = Recall(((WARNED, "RTM101"),), (Warned("lib.py", 3, "Gone."),))
FAILED = record(exit=1, failure="Traceback\n  ...\nImportError: ray.air.session", sweeps=())


# The table


def shown(one: Verification) -> list[str]:
    return text.render(one).splitlines()


def test_nothing_differs() -> None:
    assert shown(verification()) == [
        "The same on Train V1 and V2: 1 sweep, 2 trials, 4 reports, 4 checkpoints."
    ]


def test_each_difference_has_a_line_and_a_metric_has_one_for_all_its_iterations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    *table, config, last = shown(verification(record(), DIFFERENT))
    loss = "metric loss at iteration 1 and 1 more (rel. 0.6)"
    assert [re.split(" {2,}", line) for line in table] == [
        ["Where", "What", "Train V1", "Train V2"],
        ["sweep 1, trial 2", "stop reason", "the function ended", "error"],
        ["sweep 1, trial 2", loss, "0.4", "0.5"],
        ["sweep 1, trial 2", "checkpoint model.pt", "aa", "cccccccccccc"],
        ["sweep 1, trial 2", "checkpoint state.json", "bb", "-"],
    ]
    assert table[0].index("Train V2") == table[1].index("error")
    assert config == 'sweep 1, trial 2: {"train_loop_config": {"lr": 0.2}}'
    assert last == "Not the same: 5 differences in 1 sweep, 2 trials, 4 reports, 4 checkpoints."


def test_what_is_not_the_same_twice_on_v1_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    again = changed_trial(iterations=({"training_iteration": 1, "loss": 0.4}, {"loss": 0.25}))
    one = verification(record(), ONE_METRIC, again=again)
    assert one.verdict is Verdict.SAME
    assert shown(one) == [
        "The same on Train V1 and V2 but for what is not the same twice on V1:"
        " 1 sweep, 2 trials, 4 reports, 4 checkpoints."
    ]
    between = compared(one.old, run_of(Version.V1, again, Path()), EXACT)
    assert [*told_unsteady(one.unsteady, between)] == [
        "sweep 1, trial 2, metric loss: differs between two runs on Train V1 as well"
        " (rel. 0.2; from V1 to V2 rel. 0.6), and was let pass"
    ]
    *_, last = shown(verification(record(), DIFFERENT, again=again))
    assert last == (
        "Not the same: 3 differences in 1 sweep, 2 trials, 4 reports, 4 checkpoints,"
        " and 2 more that two runs on V1 show as well."
    )


def test_long_values_are_told_from_where_they_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    old, new = (
        changed_trial(iterations=({"loss": {"optimizer": "adam with decay", "schedule": one}},))
        for one in ("cosine", "constant")
    )
    line = shown(verification(old, new))[1]
    assert re.split(" {2,}", line)[2:] == ['...dule": "cosine"}', '...dule": "constant"}']


def test_of_what_differs_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "encoder/layers/0/attention/query/projection/model.safetensors"
    new = changed_trial(checkpoint={**FILES, name: "c" * 64})
    line = shown(verification(record(), new))[1]
    assert re.split(" {2,}", line)[1:] == [
        "checkpoint e...ction/model.safetensors",
        "-",
        "cccccccccccc",
    ]


def test_how_far_a_metric_is_off_is_a_tolerance_that_lets_it_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    old, new = 0.7, 0.7001234567
    both = [record(trial(0.1, iterations=({"loss": loss},))) for loss in (old, new)]
    line = shown(verification(*both))[1]
    assert "metric loss at iteration 1 (rel. 0.00018)" in line
    assert verification(*both, tolerance=Tolerance(rel_tol=0.00018)).verdict is Verdict.SAME
    assert verification(*both, tolerance=Tolerance(rel_tol=0.00017)).verdict is Verdict.DIFFERENT


def test_a_table_fits_its_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = changed_trial(error=Error("E: " + "long " * 100, ""), config={"a": "b" * 200})
    table = shown(verification(record(), long))
    assert table[0].split() == ["Where", "What", "Train", "V1", "Train", "V2"]
    assert max(map(len, table)) <= 80


def test_many_differences_end_in_how_many_are_left() -> None:
    old = record(*(trial(0.1, number) for number in range(1, 61)))
    new = record(*(trial(0.1, number, ended="error") for number in range(1, 61)))
    lines = shown(verification(old, new))
    assert "... and 20 more; --report json:FILE has all of them" in lines
    assert lines[-1].startswith("Not the same: 60 differences in 1 sweep, 60 trials, ")


def test_what_ray_warned_of() -> None:
    assert shown(verification(recall=RECALL))[:2] == [
        "lib.py:3: Ray warned of what no rule finds: Gone.",
        "Ray warned of 2 places; the rules found 1 of them.",
    ]


def test_an_original_that_does_not_run_leaves_what_the_migrated_script_gave(
    tmp_path: Path,
) -> None:
    output = tmp_path / "output.txt"
    output.write_text("one\n\x1b[31mtwo\x1b]0;three\n", encoding="utf-8")
    one = verification(FAILED, record(), output=output)
    assert one.verdict is Verdict.FAILED
    assert one.verdict.status == 123
    lines = shown(one)
    assert lines[-4:-1] == ["The last lines of the run on Train V1:", "  one", "  two\\x1b]0;three"]
    assert lines[-1] == (
        "Not verified: The run on Train V1 ended with status 1: ImportError: ray.air.session."
        " The migrated script ran: 2 trials, 4 reports."
        ' Best config: {"train_loop_config": {"lr": 0.1}}.'
    )


def test_what_a_run_said_before_it_was_stopped(tmp_path: Path) -> None:
    output = tmp_path / "output.txt"
    output.write_text("one\n*** SIGTERM received at time=1\nPC: @ 0x7f\n", encoding="utf-8")
    stopped = verification(record(), None, output=output, stop=Stop.TIMEOUT)
    assert shown(stopped)[:2] == ["The last lines of the run on Train V2:", "  one"]


def test_runs_that_fail_are_compared_as_far_as_they_came() -> None:
    failed = record(exit=1, failure="Traceback\n  ...\nKeyError: 'plot'")
    both = "The run on Train V1 ended with status 1: KeyError: 'plot'. The run on Train V2 ended"
    assert shown(verification(failed, failed))[-1] == (
        f"Not verified: {both} with status 1: KeyError: 'plot'."
        " What both gave, 1 sweep, 2 trials, 4 reports, 4 checkpoints, is the same."
    )
    other = record(*DIFFERENT.sweeps[0].trials, exit=1, failure="KeyError: 'plot'")
    one = verification(failed, other)
    assert one.verdict is Verdict.FAILED
    assert shown(one)[-1].endswith(", 4 checkpoints, has 5 differences.")


# What it comes to


@pytest.mark.parametrize(
    ("one", "verdict", "status"),
    [
        (verification(), Verdict.SAME, 0),
        (verification(record(), ONE_METRIC), Verdict.DIFFERENT, 1),
        (verification(record(), ONE_METRIC, tolerance=Tolerance(abs_tol=1)), Verdict.SAME, 0),
        (verification(record(), record(failure="E", exit=1)), Verdict.FAILED, 123),
        (verification(record(exit=3), record(exit=3)), Verdict.SAME, 0),
        (verification(record(exit=3), record()), Verdict.FAILED, 123),
        (verification(record(), None), Verdict.FAILED, 123),
        (verification(record(), record(), stop=Stop.TIMEOUT), Verdict.FAILED, 123),
        (verification(record(sweeps=()), record(sweeps=())), Verdict.NOTHING, 123),
        (verification(record(train_v2=True), record()), Verdict.FAILED, 123),
        (verification(record(), record(train_v2=False)), Verdict.FAILED, 123),
    ],
)
def test_the_verdict(one: Verification, verdict: Verdict, status: int) -> None:
    assert (one.verdict, one.verdict.status) == (verdict, status)
    assert shown(one)[-1].startswith(
        {
            Verdict.SAME: "The same on Train V1 and V2: ",
            Verdict.DIFFERENT: "Not the same: ",
            Verdict.FAILED: "Not verified: The run on Train V",
            Verdict.NOTHING: "Not verified: both runs ended without a sweep",
        }[verdict]
    )


BROKEN = changed_trial(error=Error("AttributeError: session", ""))
ALL_BROKEN = record(
    trial(0.1, 1, error=Error("AttributeError: session", "")), *BROKEN.sweeps[0].trials[1:]
)


@pytest.mark.parametrize(
    ("one", "refused"),
    [
        (verification(), False),
        (verification(FAILED, record()), True),
        (verification(FAILED, record(), stop=Stop.TIMEOUT), True),
        (verification(FAILED, FAILED), False),
        (verification(record(), FAILED), False),
        (verification(BROKEN, record()), False),
        (verification(ALL_BROKEN, record()), True),
        (verification(ALL_BROKEN, ALL_BROKEN), False),
    ],
)
def test_an_original_that_only_today_s_ray_refuses(one: Verification, refused: bool) -> None:
    assert is_refused(one.old, one.new) is refused


# For programs


HOSTILE = changed_trial(
    config={EVIL: EVIL},
    iterations=({EVIL: 1, "loss": EVIL}, {EVIL: 2, "loss": EVIL}),
    checkpoint={EVIL: "aa"},
    best_checkpoints=(Kept(False, {EVIL: EVIL}),),
    ended=EVIL,
    error=Error(EVIL, EVIL),
)
EVERY = [
    verification(),
    verification(record(), DIFFERENT, recall=RECALL),
    verification(FAILED, record()),
    verification(record(), None),
    verification(record(sweeps=()), record(sweeps=())),
    verification(record(), HOSTILE, notes=(EVIL,), recall=RECALL),
]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == as_json.SCHEMA


@pytest.mark.parametrize("one", EVERY)
def test_the_json_is_as_its_schema_says(one: Verification) -> None:
    data = as_json.render(one)
    assert data.isascii()
    Draft202012Validator(SCHEMA).validate(json.loads(data))


def test_a_difference_as_json() -> None:
    data = json.loads(as_json.render(verification(record(), ONE_METRIC)))
    assert (data["verdict"], data["exit_status"]) == ("different", 1)
    assert data["differences"] == [
        {
            "kind": "metric",
            "sweep": 1,
            "trial": 2,
            "config": '{"train_loop_config": {"lr": 0.2}}',
            "iteration": 2,
            "name": "loss",
            "old": 0.2,
            "new": 0.5,
            "message": 'sweep 1, trial 2 {"train_loop_config": {"lr": 0.2}}, metric loss at'
            " iteration 2: 0.2 became 0.5",
        }
    ]
    assert data["compared"] == {
        "sweeps": 1,
        "trials": 2,
        "reports": 4,
        "checkpoints": 4,
        "files": 6,
    }


# The page


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_plot_holds_both_runs_of_each_trial() -> None:
    one = Page(page.render(verification(record(), ONE_METRIC)))
    assert [each["class"] for each in one.all("polyline")] == [
        "old c0",
        "new c0",
        "old c1",
        "new c1",
    ]
    old, new = (each["points"].split() for each in one.all("polyline")[2:])
    assert old[0] == new[0]
    assert old[1] != new[1]
    assert "metric loss at iteration 2" in one.text


def test_a_trial_has_the_colour_of_its_row_in_each_plot() -> None:
    only_second = ({"loss": 0.2, "accuracy": 0.5}, {"loss": 0.1, "accuracy": 0.6})
    sweep = record(trial(0.1, 1), trial(0.2, 2, iterations=only_second))
    one = Page(page.render(verification(sweep, sweep)))
    assert [each["class"] for each in one.all("span")] == ["key c0", "key c1"]
    assert [each["aria-label"] for each in one.all("svg")] == ["accuracy", "loss"]
    assert [each["class"] for each in one.all("polyline")][:2] == ["old c1", "new c1"]
    assert "report" in one.text


def test_one_report_is_a_point_and_what_is_no_number_is_not_drawn() -> None:
    rows = ({"loss": 0.1, "name": "a", "bad": "nan", "flag": True},)
    sweep = record(trial(0.1, iterations=rows))
    one = Page(page.render(verification(sweep, sweep)))
    assert [each["class"] for each in one.all("circle")] == ["old c0", "new c0"]
    assert [each["aria-label"] for each in one.all("svg")] == ["loss"]


@pytest.mark.parametrize("one", EVERY)
def test_the_page_loads_and_runs_nothing(one: Verification) -> None:
    source = page.render(one)
    parsed = Page(source)
    policy = parsed.all("meta")[1]["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    tags = {tag for tag, _ in parsed.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "base", "a"}
    attributes = {name for _, some in parsed.elements for name in some}
    assert not {"src", "href", "style"} & attributes
    assert not [name for name in attributes if name.startswith("on")]
    assert "\x1b" not in source
    assert not re.search(r"[\u202e\u2066]", source)


def test_what_a_script_says_is_text_in_the_page() -> None:
    parsed = Page(page.render(verification(record(), HOSTILE, notes=(EVIL,))))
    assert parsed.text.count("<script>document.title='owned'</script>") > 5
