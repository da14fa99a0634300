"""The report for code scanning: valid by the official schema, and its fixes are what is written."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator
from reporting import CHECK, HOROVOD, SWEEP, WRITE, hostile_run, run_over

from raytune_migrate.catalogue import RULES
from raytune_migrate.choice.asked import Choice
from raytune_migrate.outcome import Outcome, Status
from raytune_migrate.proposal import Safety
from raytune_migrate.report.model import Report
from raytune_migrate.report.sarif import render

if TYPE_CHECKING:
    from raytune_migrate.settings.options import Options

SCHEMA = Path(__file__).parent.parent / "data" / "sarif-schema-2.1.0.json"
VALIDATOR = Draft4Validator(
    json.loads(SCHEMA.read_bytes()), format_checker=Draft4Validator.FORMAT_CHECKER
)


def run_in(report: Report) -> Any:
    """The one run that is rendered, valid by the official schema."""
    text = render(report)
    assert text.isascii()
    read = json.loads(text)
    VALIDATOR.validate(read)
    [run] = read["runs"]
    return run


def levels(run: Any) -> list[tuple[str, str]]:
    return [(one["ruleId"], one["level"]) for one in run["results"]]


def fixed(text: str, fix: Any) -> str:
    """The text with a fix made, as SARIF says that it is."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    [change] = fix["artifactChanges"]
    for one in reversed(change["replacements"]):
        region = one["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + one["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_an_empty_run(options: Options) -> None:
    run = run_in(run_over({}, options))
    assert run["results"] == []
    assert run["invocations"] == [
        {"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}
    ]


def test_all_rules_are_there_with_their_help() -> None:
    driver = run_in(run_over({}))["tool"]["driver"]
    assert [(one["id"], one["helpUri"]) for one in driver["rules"]] == [
        (rule.code, rule.link) for rule in RULES.values()
    ]


def test_a_change_that_would_be_made_and_what_is_left() -> None:
    run = run_in(run_over({"jobs/a.py": SWEEP, "b.py": HOROVOD}))
    assert levels(run) == [("RTM101", "note"), ("RTM105", "note"), ("RTM902", "warning")]
    left = run["results"][2]
    assert left == {
        "ruleId": "RTM902",
        "ruleIndex": list(RULES).index("RTM902"),
        "level": "warning",
        "message": {
            "text": "HorovodTrainer has no counterpart in Train V2. Move its train loop to"
            " TorchTrainer or TensorflowTrainer."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "b.py", "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": 4,
                        "startColumn": 7,
                        "endLine": 4,
                        "endColumn": 28,
                        "snippet": {"text": "HorovodTrainer(print)"},
                    },
                }
            }
        ],
        "partialFingerprints": {"statement/v1": "RTM902:d1506bb74c9e"},
    }


def test_a_change_that_was_made_is_no_result() -> None:
    run = run_in(run_over({"a.py": SWEEP, "b.py": HOROVOD}, WRITE))
    assert levels(run) == [("RTM902", "warning")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_the_fix_of_a_file_is_what_would_be_written(newline: str, end: str) -> None:
    text = (SWEEP.rstrip("\n") + end).replace("\n", newline)
    report = run_over({"a.py": text})
    first, *others = run_in(report)["results"]
    [migration] = [one.migration for one in report.outcomes]
    assert migration is not None
    assert fixed(text, first["fixes"][0]) == migration.after != text
    assert not any("fixes" in one for one in others)


def test_a_change_that_may_differ_is_a_warning() -> None:
    assert levels(run_in(hostile_run()))[:2] == [("RTM101", "warning"), ("RTM902", "warning")]


def test_what_is_suppressed_or_decided_against_is_so_here_too() -> None:
    comment = SWEEP.replace("1}})", "1}})  # raytune-migrate: ignore[RTM101]")
    [result] = run_in(run_over({"a.py": comment}))["results"]
    assert (result["ruleId"], result["suppressions"]) == ("RTM101", [{"kind": "inSource"}])
    decided = replace(CHECK, choice=Choice(against=frozenset({"RTM101:97bab143a1bf"})))
    [outcome] = run_over({"a.py": SWEEP}, decided).outcomes
    assert outcome.status is Status.UNCHANGED
    [result] = run_in(Report((outcome,), decided, 0.0))["results"]
    assert result["suppressions"] == [
        {"kind": "external", "justification": "decided against in a review"}
    ]


def test_what_was_not_asked_for_is_no_result() -> None:
    some = replace(CHECK, choice=Choice(ignore=frozenset({"RTM1"}), safety=Safety.SAFE))
    assert run_in(run_over({"a.py": SWEEP}, some))["results"] == []


def test_a_file_that_failed_is_a_notification_at_the_file() -> None:
    outcome = Outcome(Path("a b.py"), Status.FAILED, reason="is read-only; make it writable")
    run = run_in(Report((outcome,), CHECK, 0.0))
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "exitCode": 123,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "a b.py is read-only; make it writable"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {
                                    "uri": "a%20b.py",
                                    "uriBaseId": "%SRCROOT%",
                                }
                            }
                        }
                    ],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("a b#c?d%.py", "a%20b%23c%3Fd%25.py"),
        ("c:é\udcff.py", "c%3A%C3%A9%FF.py"),
    ],
)
def test_paths_are_encoded_from_the_current_folder_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, uri: str
) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for given in (name, str(folder / name)):
        run = run_in(run_over({given: HOROVOD}))
        [result] = run["results"]
        [location] = result["locations"]
        assert location["physicalLocation"]["artifactLocation"] == {
            "uri": uri,
            "uriBaseId": "%SRCROOT%",
        }
        assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": f"file://{tmp_path}/a%20b/"}}


def test_a_path_elsewhere_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    [result] = run_in(run_over({"../a b.py": HOROVOD}))["results"]
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": f"file://{tmp_path}/a%20b.py"
    }


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_messages_hold_no_controls_and_no_placeholders(options: Options) -> None:
    run = run_in(hostile_run(options))
    messages = [one["message"]["text"] for one in run["results"]]
    messages += [
        one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]
    ]
    assert len(messages) > 4
    for message in messages:
        assert message.isprintable()
        assert "{{0}}" in message
        assert re.search(r"(?<!\{)\{0\}", message) is None
