"""Every fixture folder: before.py becomes after.py byte for byte, however it is written."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import black
import pytest
from migrating import changed, crlf, without_ray

from raytune_migrate.engine import migrate
from raytune_migrate.installed.check import Check
from raytune_migrate.outcome import Migration, Status
from raytune_migrate.project import Project
from raytune_migrate.runtime.home import NOWHERE

FOLDER = Path(__file__).parents[2] / "fixtures"
PROJECT = Project(root=Path("/"), line_length=100)
RAY_ALONE = replace(PROJECT, runtime=NOWHERE)


@dataclass(frozen=True, slots=True)
class Case:
    """One folder, read."""

    name: str
    before: str
    after: str
    status: Status
    changes: tuple[str, ...]
    findings: tuple[str, ...]
    project: Project


def read_case(folder: Path) -> Case:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    before = read(folder / "before.py")
    status = Status(expected["status"])
    rewritten = status in (Status.MIGRATED, Status.WORK_LEFT)
    after = read(folder / "after.py") if rewritten else before
    return Case(
        folder.name,
        before,
        after,
        status,
        tuple(expected["changes"]),
        tuple(expected["findings"]),
        RAY_ALONE if expected.get("no_runtime") else PROJECT,
    )


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


CASES = [read_case(one.parent) for one in sorted(FOLDER.glob("*/expected.json"))]
MIGRATED = [one for one in CASES if one.after != one.before]
LEFT = [one for one in CASES if one.after == one.before]
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_migrated = pytest.mark.parametrize("case", MIGRATED, ids=lambda case: case.name)


@cache
def result_of(case: Case) -> Migration:
    fits = Check(case.project, sys.executable).flaws
    return migrate(case.before, case.project, misfits=fits)


def test_there_are_cases_of_every_kind() -> None:
    assert {one.status for one in CASES} >= {Status.UNCHANGED, Status.MIGRATED, Status.SKIPPED}


@pytest.mark.parametrize("case", LEFT, ids=lambda case: case.name)
def test_what_is_not_rewritten_keeps_every_byte(case: Case) -> None:
    assert result_of(case).after == case.before
    assert not (FOLDER / case.name / "after.py").exists()


@each_migrated
def test_before_becomes_after(case: Case) -> None:
    assert result_of(case).after == case.after


@each
def test_status_and_codes_are_as_expected(case: Case) -> None:
    result = result_of(case)
    assert result.status is case.status
    assert sorted(changed(result)) == sorted(case.changes)
    assert sorted(one.code for one in result.findings) == sorted(case.findings)


@each_migrated
def test_after_is_left_alone(case: Case) -> None:
    again = migrate(case.after, case.project)
    assert again.after == case.after
    assert sorted(one.code for one in again.findings) == sorted(case.findings)


@each
def test_windows_newlines_stay(case: Case) -> None:
    assert migrate(crlf(case.before), case.project).after == crlf(case.after)


@each
def test_code_of_another_package_is_left_alone(case: Case) -> None:
    source = without_ray(case.before)
    assert migrate(source, case.project).after == source


@pytest.mark.parametrize(
    "case",
    [
        one
        for one in MIGRATED
        if "from ray import train, tune\n" in one.before and "ray.tune" not in one.before
    ],
    ids=lambda case: case.name,
)
def test_a_module_under_another_name_is_followed(case: Case) -> None:
    """The same sweep with ``tune as rt`` throughout gives the same result with ``rt`` in it."""
    before = aliased(case.before)
    result = migrate(before, case.project)
    assert changed(result) == changed(result_of(case))
    assert flat(result.after) == flat(aliased(case.after))


def aliased(text: str) -> str:
    text = re.sub(r"(?<!\.)\btune\.", "rt.", text)
    return text.replace("from ray import train, tune\n", "from ray import train, tune as rt\n")


def flat(text: str) -> str:
    """The text without what a line break may change: a shorter name can save one."""
    return re.sub(r",(?=[)\]}])", "", re.sub(r"\s+", "", text))


@each_migrated
@pytest.mark.parametrize("line_length", [88, 100])
def test_what_black_has_formatted_stays_formatted(case: Case, line_length: int) -> None:
    mode = black.Mode(line_length=line_length)
    before = black.format_str(case.before, mode=mode)
    result = migrate(before, replace(case.project, line_length=line_length))
    assert changed(result) == changed(result_of(case))
    assert black.format_str(result.after, mode=mode) == result.after
