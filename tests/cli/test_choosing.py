"""What a user asks to be left out, on the command line, in settings, in a baseline, on stdin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from test_cli import BROKEN, CLEAN, FINDING, MAY_DIFFER, MIXED, NEW, OLD, PATCH, SWEEP

if TYPE_CHECKING:
    from conftest import Folder, Invoke, Pipe

HORROR = """\
from ray import tune
from ray.train.horovod import HorovodTrainer

trainer = HorovodTrainer(loop)
tune.Tuner(trainer).fit()
"""
NOTHING = "0 migrated, 0 migrated with work left, 0 skipped, 0 failed."


# --select, --ignore, --safe-only, comments


def test_a_rule_that_is_ignored(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    before = folder.files
    done = run("--ignore", "RTM101", ".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"1 file: 1 unchanged, {NOTHING} Left out: 1 not selected.\n",
    )
    assert folder.files == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("RTM102,RTM109", "there is no rule RTM109; did you mean RTM910 or RTM909 or RTM309; "),
        ("E501", "there is no rule E501; did you mean RTM501; "),
    ],
)
def test_a_rule_that_there_is_not(folder: Folder, run: Invoke, given: str, words: str) -> None:
    done = run("--select", given, ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        f"Error: Invalid value for '--select': {words}`raytune-migrate rules` lists them.\n"
    )


def test_safe_only_says_what_may_differ(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP.replace("param_space", "tune_config=make(), param_space")})
    before = folder.files
    done = run("--safe-only", ".")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "a.py:10:9: RTM101 Tuner(trainer) becomes Tuner(train_driver_fn); this may differ: The"
        " TuneConfig cannot be seen: a ResourceChangingScheduler is not carried. Trials, and the"
        " experiment's default folder, are named train_driver_fn_... instead of TorchTrainer_...."
        " Run without --safe-only, and review the change."
        " (https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html)\n"
        "skipped a.py: 1 place needs a person\n"
        "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 1 skipped, 0 failed.\n"
    )
    assert folder.files == before


def test_a_file_that_asks_to_be_skipped(folder: Folder, run: Invoke) -> None:
    folder({"a.py": f"# raytune-migrate: skip-file\n{SWEEP}"})
    before = folder.files
    done = run(".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "skipped a.py: asks for it: raytune-migrate: skip-file\n"
        "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 1 skipped, 0 failed.\n",
    )
    assert folder.files == before


def test_marks_where_nothing_is_rewritten(folder: Folder, run: Invoke) -> None:
    folder({"a.py": HORROR})
    done = run("--todo", "-q", ".")
    assert (done.status, done.out, done.err) == (1, "", "")
    lines = folder.files["a.py"].decode().splitlines()
    assert lines[3].startswith("# TODO(raytune-migrate): RTM902 ")
    assert lines[:3] + lines[4:] == HORROR.splitlines()
    assert run("--no-todo", "-q", ".").status == 1


# --include, --exclude, --force-exclude


@pytest.mark.usefixtures("simple_engine")
@pytest.mark.parametrize(
    ("arguments", "migrated"),
    [
        ((".",), {"a.py", "old/b.py", "old/keep/c.py"}),
        (("--include", "old/**", "."), {"old/b.py", "old/keep/c.py"}),
        (("--exclude", "old/", "."), {"a.py"}),
        (("--exclude", "b.py", "--exclude", "/a.py", "."), {"old/keep/c.py"}),
        (("--exclude", "old/", "old/b.py"), {"old/b.py"}),
        (("--force-exclude", "old/", ".", "old/b.py"), {"a.py"}),
        (("--exclude", "old/*", "--exclude", "!old/keep/", "."), {"a.py", "old/keep/c.py"}),
    ],
)
def test_patterns(
    folder: Folder, run: Invoke, arguments: tuple[str, ...], migrated: set[str]
) -> None:
    folder({"a.py": OLD, "old/b.py": OLD, "old/keep/c.py": OLD})
    assert run(*arguments).status == 0
    assert {name for name, data in folder.files.items() if data == NEW.encode()} == migrated


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (("--exclude", "old/", "old"), "exclude old/"),
        (("--force-exclude", "b.py", "old/b.py"), "force-exclude b.py"),
        (("--include", "a", "--include", "c", "--exclude", "x", "."), "include a, c and exclude x"),
    ],
)
def test_patterns_that_leave_nothing(
    folder: Folder, run: Invoke, arguments: tuple[str, ...], chosen: str
) -> None:
    path = folder({"old/b.py": CLEAN})
    done = run(*arguments)
    words = f"no Python files in the paths given that are chosen by {chosen}, from {path} on."
    assert (done.status, done.out, done.err) == (0, "", f"0 files: {words}\n")


# [tool.raytune-migrate]


@pytest.mark.usefixtures("simple_engine")
def test_settings_of_the_project(folder: Folder, run: Invoke) -> None:
    folder(
        {
            "pyproject.toml": '[tool.raytune-migrate]\nexclude = ["/old/"]\nselect = ["RTM1"]\n',
            "src/a.py": OLD,
            "old/b.py": OLD,
        }
    )
    done = run("src", "old")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"src/a.py: line 2 before: {MAY_DIFFER}\n"
        "migrated src/a.py (RTM101)\n"
        "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n",
    )


def test_the_command_line_wins(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": '[tool.raytune-migrate]\nignore = ["RTM101"]\n', "a.py": SWEEP})
    assert run("--check", ".").status == 0
    assert run("--check", "--ignore", "RTM9", ".").status == 1


def test_settings_are_found_above_the_paths_not_the_current_folder(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(
        {
            "one/pyproject.toml": '[tool.raytune-migrate]\nignore = ["RTM101"]\n',
            "one/a.py": SWEEP,
            "two/a.py": SWEEP,
        }
    )
    monkeypatch.chdir(folder.path / "two")
    assert run("--check", "../one").status == 0
    assert run("--check", "a.py").status == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("selct = []", "has an unknown key 'selct'; did you mean select"),
        ("safe_only = true", "has an unknown key 'safe_only'; did you mean safe-only"),
        ('safe-only = "yes"', "safe-only is 'yes', but must be true or false; correct it"),
        ('ignore = "RTM101"', "ignore is 'RTM101', but must be a list of strings; correct it"),
    ],
)
def test_settings_that_are_not_understood(
    folder: Folder, run: Invoke, settings: str, words: str
) -> None:
    path = folder({"pyproject.toml": f"[tool.raytune-migrate]\n{settings}\n", "a.py": CLEAN})
    done = run(".")
    assert (done.status, done.out) == (2, "")
    file = path / "pyproject.toml"
    assert done.err.endswith(
        f"Error: the project's settings cannot be used: {file}: [tool.raytune-migrate] {words}.\n"
    )


def test_settings_that_are_no_table(folder: Folder, run: Invoke) -> None:
    path = folder({"pyproject.toml": "[tool]\nraytune-migrate = 3\n", "a.py": CLEAN})
    done = run(".")
    assert (done.status, done.out) == (2, "")
    words = "[tool] raytune-migrate is 3, but must be a table; correct it.\n"
    assert done.err.endswith(f"{path / 'pyproject.toml'}: {words}")


def test_a_key_that_is_not_known_at_all(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": "[tool.raytune-migrate]\nxyz = 1\n", "a.py": CLEAN})
    assert "unknown key 'xyz'; known are baseline, docs, exclude, " in run(".").err


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        ('select = ["E501"]', "select", "there is no rule E501; "),
        ('ray-version = "old"', "ray-version", "'old' is neither auto nor a release"),
        ('report = ["xml"]', "report", "'xml' is no FORMAT or FORMAT:FILE;"),
    ],
)
def test_a_wrong_value_in_settings(
    folder: Folder, run: Invoke, settings: str, key: str, words: str
) -> None:
    path = folder({"pyproject.toml": f"[tool.raytune-migrate]\n{settings}\n", "a.py": CLEAN})
    done = run(".")
    assert done.status == 2
    assert f"Error: Invalid value for {key} in {path / 'pyproject.toml'}: {words}" in done.err
    assert "Error: Invalid value for '--select': there" in run("--select", "E501", ".").err


# --baseline


@pytest.mark.usefixtures("simple_engine")
def test_a_baseline_lets_only_what_is_new_fail(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD, "sub/b.py": BROKEN})
    done = run("--check", "-q", "--baseline", "known.json", ".")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert json.loads(folder.files["known.json"]) == {
        "version": 1,
        "places": {"a.py": ["RTM101:"], "sub/b.py": ["RTM901:"]},
    }
    done = run("--check", "--baseline", "known.json", ".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "2 files: 2 unchanged, 0 would be migrated, 0 would be migrated with work left, 0 skipped,"
        " 0 failed. In the baseline: 2 places.\n",
    )
    folder({"c.py": BROKEN})
    done = run("--check", "--baseline", "known.json", ".")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        f"c.py:2:1: {FINDING}\n"
        "skipped c.py: 1 place needs a person\n"
        "3 files: 2 unchanged, 0 would be migrated, 0 would be migrated with work left, 1 skipped,"
        " 0 failed. In the baseline: 2 places.\n",
    )


@pytest.mark.usefixtures("simple_engine")
def test_a_new_baseline_says_what_it_holds(folder: Folder, run: Invoke) -> None:
    folder({"b.py": BROKEN})
    done = run("--check", "--baseline", "known.json", ".")
    assert (done.status, done.err.splitlines()[-1]) == (
        0,
        "1 file: 0 unchanged, 0 would be migrated, 0 would be migrated with work left, 1 skipped,"
        " 0 failed. The baseline known.json now holds 1 place.",
    )


@pytest.mark.usefixtures("simple_engine")
def test_a_baseline_only_shrinks(folder: Folder, run: Invoke) -> None:
    folder({"a.py": MIXED, "b.py": BROKEN, "gone.py": BROKEN, "other.py": BROKEN})
    run("--check", "--baseline", "known.json", ".")
    before = folder.files["known.json"]
    folder({"b.py": CLEAN})
    (folder.path / "gone.py").unlink()
    assert run("--check", "--baseline", "known.json", ".").status == 0
    run("--diff", "--baseline", "known.json", ".")
    assert folder.files["known.json"] == before, "--check and --diff write nothing"
    done = run("--baseline", "known.json", "a.py", "b.py")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"a.py: line 2 before: {MAY_DIFFER}\n"
        "migrated a.py (RTM101)\n"
        "2 files: 1 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed."
        " In the baseline: 1 place.\n",
    )
    assert json.loads(folder.files["known.json"])["places"] == {
        "a.py": ["RTM901:"],
        "other.py": ["RTM901:"],
    }


@pytest.mark.usefixtures("simple_engine")
def test_a_baseline_is_written_anew_on_request(folder: Folder, run: Invoke) -> None:
    folder({"a.py": BROKEN})
    run("--check", "--baseline", "known.json", ".")
    folder({"b.py": BROKEN})
    assert run("--check", "--baseline", "known.json", ".").status == 1
    assert run("--check", "--baseline", "known.json", "--update-baseline", ".").status == 0
    assert run("--check", "--baseline", "known.json", ".").status == 0


def test_a_baseline_knows_a_place_when_lines_move(folder: Folder, run: Invoke) -> None:
    folder({"a.py": HORROR})
    assert run("--check", "--baseline", "known.json", ".").status == 0
    folder({"a.py": f"# One line\n# and another.\n{HORROR}"})
    assert run("--check", "--baseline", "known.json", ".").status == 0
    folder({"a.py": HORROR + HORROR})
    assert run("--check", "--baseline", "known.json", ".").status == 1


@pytest.mark.parametrize("content", ["", "[]", '{"version": 2}', '{"version": 1}', "{"])
def test_no_baseline_of_ours(folder: Folder, run: Invoke, content: str) -> None:
    folder({"a.py": CLEAN, "known.json": content})
    done = run("--check", "--baseline", "known.json", ".")
    assert (done.status, done.out) == (123, "")
    assert done.err.startswith("error: known.json is no baseline of raytune-migrate (")
    assert done.err.endswith("); correct it, or delete it, and the next run writes it anew.\n")


@pytest.mark.usefixtures("simple_engine")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone/known.json", "there is no folder gone; make it, or name another file"),
        ("a.py/known.json", "there is no folder a.py; make it, or name another file"),
    ],
)
def test_a_baseline_that_cannot_be_written_stops_the_run_before_it_starts(
    folder: Folder, run: Invoke, name: str, words: str
) -> None:
    folder({"a.py": OLD})
    done = run("--baseline", name, ".")
    reason = f"error: cannot write the baseline {name}: {words}.\n"
    assert (done.status, done.out, done.err) == (123, "", reason)
    assert folder.files == {"a.py": OLD.encode()}


def test_update_baseline_needs_one(folder: Folder, run: Invoke) -> None:
    done = run("--update-baseline", ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("Error: --update-baseline needs --baseline FILE.\n")


# stdin


@pytest.mark.usefixtures("simple_engine")
def test_code_on_stdin(folder: Folder, pipe: Pipe) -> None:
    done = pipe(OLD, "-")
    assert (done.status, done.out, done.err) == (
        0,
        NEW,
        f"-: line 2 before: {MAY_DIFFER}\nmigrated - (RTM101)\n",
    )


@pytest.mark.usefixtures("simple_engine")
@pytest.mark.parametrize("code", [CLEAN, "not Python (", "", BROKEN])
def test_code_on_stdin_comes_out_in_any_case(folder: Folder, pipe: Pipe, code: str) -> None:
    assert pipe(code, "-").out == code


@pytest.mark.usefixtures("simple_engine")
def test_stdin_by_a_name(folder: Folder, pipe: Pipe) -> None:
    folder({"pyproject.toml": "[tool.black]\nline-length = 60\n"})
    done = pipe(OLD, "--diff", "--stdin-filename", "src/a.py", "-")
    assert (done.status, done.out) == (1, PATCH.replace("a.py", "src/a.py"))
    done = pipe(OLD, "--force-exclude", "src/", "--stdin-filename", "src/a.py", "-")
    assert (done.status, done.out, done.err) == (0, OLD, "skipped src/a.py: is excluded\n")
    assert "src/a.py" not in folder.files


@pytest.mark.usefixtures("simple_engine")
def test_code_on_stdin_comes_out_where_a_baseline_is_broken(folder: Folder, pipe: Pipe) -> None:
    folder({"known.json": "{"})
    done = pipe(OLD, "--baseline", "known.json", "-")
    assert (done.status, done.out) == (123, NEW)
    assert done.err.startswith("error: known.json is no baseline of raytune-migrate (")


def test_stdin_that_does_not_parse(folder: Folder, pipe: Pipe) -> None:
    code = "import ray\nTuner(\n"
    done = pipe(code, "-q", "--stdin-filename", "a.py", "-")
    assert (done.status, done.out) == (123, code)
    assert done.err.startswith("error: a.py: does not parse: line ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-", "a.py"), "- is stdin alone; name files and folders in another run."),
        (("-i", "-"), "-i asks on stdin, which - reads as code; name a file."),
        (
            ("--report", "json", "-"),
            "The code goes to stdout; name a file for the report, as in --report json:FILE.",
        ),
        (
            ("--diff", "--report", "sarif", "."),
            "The code goes to stdout; name a file for the report, as in --report sarif:FILE.",
        ),
        (("-i", "--check", "."), "-i writes what is accepted; leave --diff and --check away."),
    ],
)
def test_what_does_not_go_together(
    folder: Folder, run: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(f"Error: {words}\n")
