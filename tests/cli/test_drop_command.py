"""``raytune-migrate drop-runtime``: status, stdout and stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from raytune_migrate.drop.command import command

if TYPE_CHECKING:
    from pathlib import Path

NEEDS_NOTHING = """\
from raytune_runtime import merge_config


def settings(config):
    return merge_config({"epochs": 5}, config)
"""
DROPPED = """\


def settings(config):
    return {"epochs": 5, **config}
"""
NEEDS_IT = """\
from raytune_runtime import trial_info

print(trial_info().trial_id)
"""


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(command, [str(one) for one in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_files_without_the_runtime(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ray\n")
    assert run(tmp_path) == (0, "", "")


def test_what_goes_and_what_stays(tmp_path: Path) -> None:
    goes, stays = tmp_path / "goes.py", tmp_path / "stays.py"
    goes.write_text(NEEDS_NOTHING)
    stays.write_text(NEEDS_IT)
    reason = f"{stays}:3: trial_info stays: pass what it tells in train_loop_config first.\n"
    assert run("--check", tmp_path) == (1, "", f"would rewrite {goes}\n{reason}")
    status, patch, said = run("--diff", goes)
    assert (status, said) == (1, f"would rewrite {goes}\n")
    assert '+    return {"epochs": 5, **config}\n' in patch
    assert goes.read_text() == NEEDS_NOTHING
    assert run(tmp_path) == (0, "", f"rewrote {goes}\n{reason}")
    assert (goes.read_text().lstrip("\n"), stays.read_text()) == (
        DROPPED.lstrip("\n"),
        NEEDS_IT,
    )
    assert run("--check", tmp_path) == (0, "", reason)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("from raytune_runtime import (\n")
    status, out, said = run(broken)
    assert (status, out) == (123, "")
    assert said.startswith(f"failed {broken}: does not parse: line 1")


def test_two_modes_at_once() -> None:
    status, out, said = run("--diff", "--check", ".")
    assert (status, out) == (2, "")
    assert "--diff and --check exclude each other; leave one away." in said
