"""Patches that a person reads and that `git apply` takes."""

from __future__ import annotations

import codecs
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.outcome import Migration, Outcome
from raytune_migrate.proposal import Change, Place, Safety
from raytune_migrate.report.patch import colored, folder_for, for_terminal, located, patch
from raytune_migrate.source import decode

if TYPE_CHECKING:
    from pathlib import Path

CHANGE = Change(
    code="RTM101",
    title="Tuner(trainer) becomes a driver function",
    reason="Ray 2.51 refuses a trainer.",
    link="https://x.org/101",
    place=Place(2, 5, 0),
    edits=(),
    safety=Safety.REVIEW,
    notes=("--- a/evil.py", "Fewer trials\nmay run at once."),
)


def outcome(path: Path, before: bytes, old: str, new: str, *changes: Change) -> Outcome:
    source = decode(before)
    migration = Migration(source.text, source.text.replace(old, new), changes)
    return Outcome(path, migration.status, migration, source=source)


def apply(folder: Path, data: bytes) -> None:
    (folder / "review.patch").write_bytes(data)
    subprocess.run(["git", "apply", "review.patch"], cwd=folder, check=True)


def test_no_patch_where_nothing_changed(tmp_path: Path) -> None:
    assert patch(outcome(tmp_path / "a.py", b"x\n", "y", "z"), tmp_path) == b""


def test_a_patch_explains_itself(tmp_path: Path) -> None:
    found = outcome(tmp_path / "src" / "a.py", b"one\ntwo\nthree\n", "two", "2", CHANGE)
    text = patch(found, tmp_path).decode()
    assert text == (
        f"# {tmp_path}/src/a.py:2:5: RTM101 Tuner(trainer) becomes a driver function\n"
        "#   why: Ray 2.51 refuses a trainer.\n"
        "#   may differ: --- a/evil.py\n"
        "#   may differ: Fewer trials\\nmay run at once.\n"
        "#   see: https://x.org/101\n"
        "--- a/src/a.py\n"
        "+++ b/src/a.py\n"
        "@@ -1,3 +1,3 @@\n"
        " one\n"
        "-two\n"
        "+2\n"
        " three\n"
    )


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(b"one\ntwo\nthree\n", id="plain"),
        pytest.param(b"one\ntwo", id="no newline at the end"),
        pytest.param(b"two", id="one line"),
        pytest.param(b"one\r\ntwo\r\nthree\r\n", id="CRLF"),
        pytest.param(b"one\r\ntwo\nthree\r", id="mixed newlines"),
        pytest.param(b"one\rtwo\rthree\r", id="old Mac newlines"),
        pytest.param(b"one\n\x0ctwo\x1c\x85\n".replace(b"\x85", b""), id="separators"),
        pytest.param(codecs.BOM_UTF8 + b"two\n", id="byte order mark"),
        pytest.param(b"# coding: latin-1\n# \xe9\ntwo\n", id="latin-1"),
        pytest.param("# é 漢\ntwo\n".encode(), id="utf-8"),
        pytest.param(b"# coding: shift_jis\n# \x83\x5c\ntwo\n", id="shift_jis"),
    ],
)
@pytest.mark.parametrize("repository", [True, False])
def test_git_applies_it(tmp_path: Path, before: bytes, repository: bool) -> None:
    if repository:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    path = tmp_path / "a.py"
    path.write_bytes(before)
    apply(tmp_path, patch(outcome(path, before, "two", "2\n3", CHANGE), tmp_path))
    assert path.read_bytes() == before.replace(b"two", b"2\n3")


@pytest.mark.parametrize(
    "name",
    ["sub/a.py", "a b.py", "é.py", 'quo"te.py', "back\\slash.py", "new\nline.py", "\x1b[31m.py"],
)
def test_git_applies_it_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"two\n")
    data = patch(outcome(path, b"two\n", "two", "2", CHANGE), tmp_path)
    assert b"\x1b" not in data
    apply(tmp_path, data)
    assert path.read_bytes() == b"2\n"


def test_git_applies_a_name_of_no_encoding(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"raw\xff.py")
    path.write_bytes(b"two\n")
    apply(tmp_path, patch(outcome(path, b"two\n", "two", "2", CHANGE), tmp_path))
    assert path.read_bytes() == b"2\n"


def test_git_applies_several_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    folder = tmp_path / "folder"
    folder.mkdir()
    data = b""
    for name in ("a.py", "b.py"):
        (folder / name).write_bytes(b"one\ntwo")
        data += patch(outcome(folder / name, b"one\ntwo", "two", "2", CHANGE, CHANGE), folder)
    apply(folder, data)
    assert [(folder / name).read_bytes() for name in ("a.py", "b.py")] == [b"one\n2", b"one\n2"]


def test_a_file_elsewhere_is_named_from_the_root(tmp_path: Path) -> None:
    found = outcome(tmp_path / "a.py", b"two\n", "two", "2")
    data = patch(found, tmp_path / "elsewhere")
    assert data.splitlines()[0] == b"--- a" + bytes(tmp_path / "a.py")


def test_the_folder_of_a_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert folder_for([]) == here
    assert folder_for(["a.py", "b/c.py", here / "d.py"]) == here
    assert folder_for(["a.py", "../other/b.py"]) == tmp_path
    assert folder_for(["../other/a/b.py", "../other/c.py"]) == tmp_path / "other"
    assert located(b"--- a\n", here) == b"--- a\n"
    assert located(b"--- a\n", tmp_path) == f"# to be applied in {tmp_path}\n--- a\n".encode()
    assert located(b"", tmp_path) == b""


def test_colors_are_those_of_git() -> None:
    text = b"# why\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n kept\n"
    assert colored(text) == (
        b"\033[2m# why\033[0m\n"
        b"\033[1m--- a/x\033[0m\n"
        b"\033[1m+++ b/x\033[0m\n"
        b"\033[36m@@ -1 +1 @@\033[0m\n"
        b"\033[31m-old\033[0m\n"
        b"\033[32m+new\033[0m\n"
        b" kept\n"
    )


def test_a_terminal_gets_its_own_encoding_and_no_controls() -> None:
    data = b"+\xe9\r\n+\x1b]0;owned\x07\t\n"
    assert for_terminal(data, "latin-1", "utf-8") == "+é\n+\\x1b]0;owned\\x07\t\n".encode()
    assert for_terminal(data, "latin-1", "ascii") == b"+?\n+\\x1b]0;owned\\x07\t\n"
