"""The report for programs: what its schema promises, and what it says of odd files."""

from __future__ import annotations

import json
import pkgutil
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from reporting import CHECK, EVIL, EVIL_NAME, HOROVOD, SWEEP, WRITE, hostile_run, run_over

from raytune_migrate.report.as_json import SCHEMA, VERSION, render

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.report.model import Report
    from raytune_migrate.settings.options import Options


def document(report: Report) -> Any:
    """What is rendered, read again, and valid by the schema that the package has."""
    text = render(report)
    assert text.isascii()
    read = json.loads(text)
    Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        read
    )
    return read


def schema() -> Any:
    data = pkgutil.get_data("raytune_migrate.report", "report.schema.json")
    assert data is not None
    return json.loads(data)


def test_the_schema_is_one_and_knows_its_own_address_and_version() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == SCHEMA
    assert schema()["properties"]["version"] == {
        "description": "The version of this format.",
        "const": VERSION,
    }


def test_everything_in_the_schema_is_described() -> None:
    def undescribed(node: Any, where: str) -> list[str]:
        found = []
        for name, one in node.get("properties", {}).items():
            inner = one.get("items", one)
            known = {"description", "$ref", "const", "enum"} & one.keys()
            found += [] if known else [f"{where}.{name}"]
            found += undescribed(inner, f"{where}.{name}")
        return found

    whole = schema()
    assert undescribed(whole, "report") == []
    for name, one in whole["$defs"].items():
        assert undescribed(one, name) == []


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_an_empty_run(options: Options) -> None:
    read = document(run_over({}, options))
    assert (read["files"], read["exit_status"], read["sums"]["files"]) == ([], 0, 0)


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_a_run_in_which_everything_is_hostile_is_kept_to_the_letter(options: Options) -> None:
    read = document(hostile_run(options))
    b, c, d, e = read["files"][1:]
    assert b["path"] == f"{EVIL_NAME}/b.py"
    assert [one["why"] for one in b["changes"]] == [EVIL]
    assert [one["advice"] for one in c["findings"]] == [EVIL]
    assert d["reason"] == EVIL
    assert e["path"] == f"{EVIL_NAME}/e\udcff.py"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_count_lines_as_python_does(newline: str) -> None:
    text = f"# é 漢 \x0c\n{SWEEP}".replace("\n", newline)
    [file] = document(run_over({"a.py": text}))["files"]
    lines = text.split(newline)
    for span in [one["span"] for change in file["changes"] for one in (change, *change["fixes"])]:
        start, end = span["start"], span["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"] - 1]
        assert line[start["column"] - 1 : end["column"] - 1] == span["text"]


def test_fixes_are_replacements_that_do_not_overlap() -> None:
    [file] = document(run_over({"a.py": SWEEP}))["files"]
    places = [
        (one["span"]["start"]["line"], one["span"]["start"]["column"])
        for change in file["changes"]
        for one in change["fixes"]
    ]
    assert places == [(9, 1), (10, 20), (10, 73)]


def test_the_diff_of_a_file_in_another_encoding_is_text() -> None:
    latin = f"# coding: latin-1\n# é\n{SWEEP}".encode("latin-1")
    [file] = document(run_over({"é.py": latin}))["files"]
    assert "\n # é\n" in file["diff"]
    assert file["diff"].startswith("--- a/é.py\n+++ b/é.py\n")


def test_the_diffs_of_files_elsewhere_go_on_from_a_folder_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    read = document(run_over({"a.py": SWEEP}))
    assert read["diffs_from"] == "."
    read = document(run_over({"a.py": SWEEP, "../there/b.py": SWEEP}))
    assert read["diffs_from"] == str(tmp_path)
    assert [one["diff"].splitlines()[0] for one in read["files"]] == [
        "--- a/here/a.py",
        "--- a/there/b.py",
    ]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("a.py", "a.py"),
        ("a b.py", "'a b.py'"),
        ("-q.py", "-- -q.py"),
        ("$(x)'.py", "'$(x)'\"'\"'.py'"),
        ("-", "-"),
    ],
)
def test_what_verifies_a_file_is_safe_in_a_shell(name: str, command: str) -> None:
    [file] = document(run_over({name: HOROVOD}))["files"]
    assert file["verify"] == f"raytune-migrate --check --ray-version=2.51 {command}"
