"""Migrate a text and hold the result against all that must be true of every result."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

import black

from raytune_migrate.engine import migrate
from raytune_migrate.installed.check import Check
from raytune_migrate.outcome import Migration, Status
from raytune_migrate.project import Project

PROJECT = Project(root=Path("/"))


def migrated(source: str, project: Project = PROJECT) -> Migration:
    """The migration of a text that is indented as the test around it."""
    fits = Check(project, sys.executable).flaws  # Ray is asked what it takes of all that is written
    return migrate(dedent(source).lstrip("\n"), project, misfits=fits)


def check_unchanged(source: str, *, project: Project = PROJECT) -> None:
    """Nothing is changed, and nothing said."""
    result = migrated(source, project)
    assert result.after == result.before
    assert (said(result), result.status) == ([], Status.UNCHANGED)


def check_migrated(
    before: str, after: str, *findings: tuple[int, str], project: Project = PROJECT
) -> Migration:
    """``before`` becomes ``after``, in any newlines, once, and only because Ray is Ray.

    ``findings`` are what is left to a person, by the lines of ``before``.
    """
    result = migrated(before, project)
    expected = dedent(after).lstrip("\n")
    assert result.after == expected
    assert said(result) == list(findings)
    assert result.status is (Status.WORK_LEFT if findings else Status.MIGRATED)
    check_stands(result, project)
    return result


def check_stands(result: Migration, project: Project = PROJECT) -> None:
    """What must hold of any migrated text, whatever it looks like."""
    before, after = result.before, result.after
    compile(after, "<after>", "exec", dont_inherit=True)
    again = migrate(after, project)
    assert again.after == after, "a second run changes the text again"
    codes = sorted(one.code for one in again.findings)
    assert codes == sorted(one.code for one in result.remaining)
    assert migrate(crlf(before), project).after == crlf(after)
    mode = black.Mode(line_length=project.line_length)
    if black.format_str(before, mode=mode) == before:
        assert black.format_str(after, mode=mode) == after, "black would write it otherwise"
    elsewhere = without_ray(before)
    assert migrate(elsewhere, project).after == elsewhere, "code of another package is touched"


def check_finding(source: str, *findings: tuple[int, str], project: Project = PROJECT) -> Migration:
    """Nothing is changed, and exactly this is said: line and code of each finding."""
    result = migrated(source, project)
    assert result.after == result.before
    assert said(result) == list(findings)
    assert result.status is Status.SKIPPED
    newlines = migrate(crlf(result.before), project)
    assert (newlines.after, said(newlines)) == (crlf(result.before), said(result))
    return result


def said(result: Migration) -> list[tuple[int, str]]:
    """Line and code of every finding."""
    return [(one.place.line, one.code) for one in result.findings]


def changed(result: Migration) -> list[str]:
    """The code of every change, in order."""
    return [one.code for one in result.changes]


def crlf(text: str) -> str:
    """The same text with Windows newlines."""
    return re.sub(r"\r?\n", "\r\n", text)


def without_ray(text: str) -> str:
    """The same text with everything imported from a package that is not Ray."""
    return re.sub(r"\bray\b", "lighthouse", text)
