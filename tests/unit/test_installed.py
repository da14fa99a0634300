"""What is written is held against the Ray that is installed, where there is one to ask."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from migrating import PROJECT, changed, said
from packaging.version import Version

from raytune_migrate.engine import migrate
from raytune_migrate.installed import ask, pythons
from raytune_migrate.installed.ask import Environment, NoAnswer
from raytune_migrate.installed.check import Check
from raytune_migrate.installed.choose import environment_for
from raytune_migrate.installed.written import Call, Use, written
from raytune_migrate.module.parsed import parse
from raytune_migrate.outcome import Checked
from raytune_migrate.proposal import Change, Proposal, Replace
from raytune_migrate.rules.registry import PROPOSERS
from raytune_migrate.runtime.home import Home, RuntimeImport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.outcome import Migration

HERE = sys.executable  # it has Ray


def new(before: str, after: str) -> list[str]:
    return [str(one) for one in written(parse(before), parse(after))]


# What is written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "import json\njson.dumps(1)\n", id="not Ray"),
        pytest.param(
            "from ray import tune\ntune.run(1, wrong=2)\n",
            "from ray import tune\n\n\ndef f():\n    tune.run(3, wrong=4)\n",
            id="a call that moves",
        ),
        pytest.param(
            "from ray import train\n",
            "from ray import train\nx = train\nx.report\n",
            id="no call",
        ),
        pytest.param(
            "from ray import tune\ntune.f().g(1)\n",
            "from ray import tune\ntune.f().g(2, 3)\n",
            id="what a call gives",
        ),
        pytest.param(
            "try:\n    from ray import a\nexcept ImportError:\n    a = None\n",
            "try:\n    from ray import b\nexcept ImportError:\n    b = None\n",
            id="an import that may fail",
        ),
        pytest.param(
            "from ray import a\nray = a\n",
            "from ray import a\nray = a\nray.b(1)\n",
            id="a name of the file's own",
        ),
    ],
)
def test_what_is_not_asked(before: str, after: str) -> None:
    assert new(before, after) == []


def test_calls_and_imports_that_are_new() -> None:
    before = "from ray import tune\ntune.Tuner(trainer)\n"
    after = (
        "from ray import tune\n"
        "from app.vendor.raytune_runtime import trial_run\n"
        "import ray.train.torch as t\n"
        "tune.Tuner(f, *more, run_config=trial_run(**x))\n"
        "t.TorchTrainer(loop, run_config=1)\n"
    )
    assert new(before, after) == [
        "the import of raytune_runtime.trial_run",
        "the import of ray.train.torch",
        "ray.tune.Tuner(..., run_config=..., *...)",
        "raytune_runtime.trial_run(*...)",
        "ray.train.torch.TorchTrainer(..., run_config=...)",
    ]


# What the installed Ray says


def call(name: str, *keywords: str, positional: int = 0, open_ended: bool = False) -> Use:
    return Use(name, Call(positional, keywords, open_ended))


def test_arguments_that_a_finding_tells_of_are_not_asked_about() -> None:
    before = "from ray import tune\ntune.run(f, local_dir=1, loggers=None)\n"
    after = "from ray import tune\ntune.run(f, storage_path=1, loggers=None)\n"
    assert new(before, after) == ["ray.tune.run(..., storage_path=...)"]


def test_what_fits_and_what_does_not() -> None:
    fits = [
        Use("ray.tune"),
        Use("ray.tune.Tuner"),
        Use("raytune_runtime.trial_run"),
        call("ray.tune.Tuner", "param_space", positional=1),
        call("ray.tune.Tuner.restore", "trainable", positional=1),
        call("ray.tune.with_resources", "resources", open_ended=True),
        call("raytune_runtime.merge_config", positional=2),
    ]
    wrong = {
        Use("ray.tune.Tunner"): "there is no ray.tune.Tunner",
        Use("ray.trane"): "there is no ray.trane",
        call("ray.tune.Tuner.fitt"): "there is no ray.tune.Tuner.fitt",
        call("ray.tune.Tuner", "space"): "got an unexpected keyword argument 'space'",
        call("ray.tune.with_resources", positional=1): "missing a required argument: 'resources'",
        call("raytune_runtime.merge_config", positional=3): "too many positional arguments",
        call("ray.tune.Tuner", "space", open_ended=True): (
            "got an unexpected keyword argument 'space'"
        ),
    }
    answers = environment_for(HERE, Path("/")).check([*fits, *wrong])
    assert [one for one in fits if not answers[one].fits] == []
    assert {one: answers[one].detail for one in wrong} == wrong
    assert all(answers[one].is_wrong for one in wrong)


def test_what_cannot_be_imported_there_is_not_wrong(tmp_path: Path) -> None:
    module = tmp_path / "lib" / "ray"
    module.mkdir(parents=True)
    (module / "__init__.py").write_text("import not_installed\n")
    environment = Environment.of(with_path(tmp_path, tmp_path / "lib"))
    answer = environment.check([call("ray.f")])[call("ray.f")]
    assert (answer.fits, answer.is_wrong) == (False, False)
    assert answer.detail == "ray (ModuleNotFoundError: No module named 'not_installed')"
    environment.close()


def with_path(folder: Path, more: Path) -> Path:
    """A Python without packages but those in a folder; it writes to stdout as it starts."""
    lines = ("import sys", f"sys.path.append({str(more)!r})", "print('noise')")
    start = "; ".join((*lines, "sys.argv = sys.argv[2:]", "exec(open(sys.argv[0]).read())"))
    return program(folder, f'exec {HERE} -I -S -c "{start}" "$@" | grep -v --line-buffered noise')


def program(folder: Path, text: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("exit 3", "ended or did not answer (exit status 3)", id="it ends"),
        pytest.param("exec sleep 60", "ended or did not answer (exit status -9)", id="it hangs"),
        pytest.param("echo hello; exec cat", "gave no answer that can be read", id="no JSON"),
        pytest.param("echo '{}'; exec cat", "has no Ray", id="no Ray"),
    ],
)
def test_a_python_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.setattr(ask, "_PATIENCE_S", 1)
    python = program(tmp_path, text)
    with pytest.raises(NoAnswer, match=f"^{python} ") as caught:
        environment_for(str(python), Path("/"))
    assert words in str(caught.value)


@pytest.mark.parametrize("line", ["[]", "3", "[[1]]", ""])
def test_a_python_that_answers_nonsense(tmp_path: Path, line: str) -> None:
    python = program(tmp_path, f"""echo '{{"release": "2.60.0"}}'; read a; echo '{line}'""")
    environment = Environment.of(python)
    with pytest.raises(NoAnswer):
        environment.check([call("ray.f")])


# Which Python is asked


def test_the_first_that_has_ray_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    active, project = tmp_path / "active", tmp_path / "project"
    for folder, answer in ((active, "{}"), (project / ".venv", '{"release": "2.50.1"}')):
        (folder / "bin").mkdir(parents=True)
        program(folder / "bin", f"echo '{answer}'; exec cat")
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    environment = environment_for("auto", project)
    assert (environment.python, environment.release) == (project / ".venv/bin/python", "2.50.1")


def test_where_no_other_is_there_it_is_the_codemod_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert environment_for("auto", Path("/")).python == Path(HERE)


def test_where_none_has_ray_each_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/nowhere")
    monkeypatch.setattr(pythons.sys, "executable", "")
    with pytest.raises(NoAnswer, match=r"^/nowhere/bin/python: no such file or directory$"):
        environment_for("auto", tmp_path)


# What becomes of a change that does not fit

TWO_SWEEPS = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def one():
    return tune.Tuner(TorchTrainer(loop))


def two():
    return tune.Tuner(TorchTrainer(loop))
"""


def test_what_the_rules_write_fits() -> None:
    check = Check(PROJECT, HERE)
    result = migrate(TWO_SWEEPS, PROJECT, misfits=check.flaws)
    assert (changed(result), said(result)) == (["RTM101", "RTM105"] * 2, [])
    assert check.said == (Checked(f"Calls checked against Ray 2.60.0 of {HERE}."),)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param(
            "SPACE = tune.TuneConfig(metrik='loss')\n",
            "The rewrite failed its proof: ray.tune.TuneConfig(metrik=...) does not fit"
            " Ray 2.60.0: got an unexpected keyword argument 'metrik'.",
            id="an argument",
        ),
        pytest.param(
            "from ray.train import Nothing\nprint(Nothing)\n",
            "The rewrite failed its proof: the import of ray.train.Nothing does not fit"
            " Ray 2.60.0: there is no ray.train.Nothing.",
            id="an import",
        ),
    ],
)
def test_a_wrong_rule_is_stopped(monkeypatch: pytest.MonkeyPatch, wrong: str, reason: str) -> None:
    plant(monkeypatch, wrong, at_line=14)
    result = migrate(TWO_SWEEPS, PROJECT, misfits=Check(PROJECT, HERE).flaws)
    assert changed(result) == ["RTM101", "RTM105"]
    assert said(result) == [(14, "RTM101")]
    assert result.findings[0].reason == reason
    first, _, second = result.after.partition("def two():")
    assert "train_driver_fn" in first
    assert second.endswith("\n    return tune.Tuner(TorchTrainer(loop))\n")
    assert f"# TODO(raytune-migrate): RTM101 {reason}" in second
    without = migrate(TWO_SWEEPS, PROJECT)
    assert wrong in without.after, "the proof without Ray would have let it pass"


def test_what_belongs_to_no_sweep_is_taken_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "tune.TuneConfig(metrik='loss')\n", code="RTM501")
    script = f"{TWO_SWEEPS}\n\nif __name__ == '__main__':\n    one().fit()\n"
    result = migrate(script, PROJECT, misfits=Check(PROJECT, HERE).flaws)
    assert changed(result) == ["RTM101", "RTM105"] * 2
    assert [code for _, code in said(result)] == ["RTM501"]
    assert "metrik" in result.findings[0].reason


def plant(
    monkeypatch: pytest.MonkeyPatch, text: str, *, at_line: int | None = None, code: str = "RTM101"
) -> None:
    """Let the change of a code, at a line if one is given, write a text above ``def loop``."""

    def spoiled(one: Proposal) -> Proposal:
        if not isinstance(one, Change) or one.code != code or at_line not in (None, one.place.line):
            return one
        at = TWO_SWEEPS.index("def loop")
        return replace(one, edits=(*one.edits, Replace(at, at, text)))

    def wrong(propose: Callable[[Context], Iterator[Proposal]]) -> object:
        return lambda context: map(spoiled, propose(context))

    monkeypatch.setattr(
        "raytune_migrate.propose.PROPOSERS", [(wrong(one), train) for one, train in PROPOSERS]
    )


def test_a_python_that_ends_during_the_run_proves_nothing(tmp_path: Path) -> None:
    python = program(tmp_path, """echo '{"release": "2.60.0"}'; read a; exit 7""")
    check = Check(PROJECT, str(python))
    assert done(check).after == done(Check(PROJECT, "none")).after
    assert check.said == (
        Checked(
            f"Calls not checked against Ray: {python} ended or did not answer (exit status 7).",
            nothing=True,
        ),
    )
    later = Check(PROJECT, str(python))
    done(later)
    assert later.said[0].sentence.startswith(f"Calls not checked against Ray: {python} ended")


def test_a_ray_that_is_older_than_the_project_s_proves_nothing() -> None:
    check = Check(replace(PROJECT, minimum_ray=Version("2.99")), HERE)
    done(check)
    assert check.said == (
        Checked(
            f"Calls not checked against Ray: {HERE} has Ray 2.60.0, and the code is for 2.99 and"
            " later.",
            nothing=True,
        ),
    )


def test_the_project_s_own_copy_of_the_runtime_is_not_asked_of(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    python = program(
        tmp_path, f"""echo '{{"release": "2.60.0"}}'; read a; echo "$a" > {asked}; exit 0"""
    )
    own = replace(PROJECT, runtime=RuntimeImport("app.raytune_runtime", Home.OWN))
    done(Check(own, str(python)))
    assert "ray.train.RunConfig" in asked.read_text()
    assert "raytune_runtime" not in asked.read_text()


def done(check: Check) -> Migration:
    return migrate(TWO_SWEEPS, check.project, misfits=check.flaws)


# --- what is kept between runs ------------------------------------------------------


def installed(folder: Path, release: str, answers: Path, kind: str = "fits") -> Path:
    """A Python with a Ray that can be seen, and that counts how often it is started."""
    record = folder / f"lib/python3.11/site-packages/ray-{release}.dist-info/RECORD"
    record.parent.mkdir(parents=True)
    record.write_text(release)
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(
        f"""#!/bin/sh\necho started >> {answers}\necho '{{"release": "{release}"}}'\n"""
        f"""while read a; do echo '[["{kind}", ""]]'; done\n"""
    )
    python.chmod(0o755)
    return python


def fits(python: Path, *uses: Use) -> bool:
    """What a Python, asked anew, says of some uses."""
    environment = Environment.of(python)
    try:
        assert environment.release == "2.60.0"
        return all(one.fits for one in environment.check(uses).values())
    finally:
        environment.close()


def test_a_ray_that_has_answered_before_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    starts = tmp_path / "starts"
    python = installed(tmp_path / "env", "2.60.0", starts)
    use = Use("ray.train.RunConfig", Call(0, ("name",), open_ended=False))
    assert [fits(python, use), fits(python, use)] == [True, True]
    assert starts.read_text() == "started\n"
    assert fits(python, use, Use("ray.train.report"))
    assert starts.read_text() == "started\n" * 2
    # Another Ray in its place has said nothing yet.
    (python.parents[1] / "lib/python3.11/site-packages/ray-2.60.0.dist-info/RECORD").write_text("x")
    assert fits(python, use)
    assert starts.read_text() == "started\n" * 3


def test_a_ray_whose_files_show_what_it_takes_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    starts = tmp_path / "starts"
    python = installed(tmp_path / "env", "2.60.0", starts)
    package = tmp_path / "env/lib/python3.11/site-packages/ray"
    package.mkdir()
    (package / "__init__.py").write_text("def f(a): ...\ng = f\n")
    runtime = Use("raytune_runtime.merge_config", Call(2, (), open_ended=False))
    assert fits(python, Use("ray.f", Call(0, ("a",), open_ended=False)), Use("ray.g"), runtime)
    assert not starts.exists()
    assert fits(python, Use("ray.g", Call(0, ("a",), open_ended=False)))
    assert starts.read_text() == "started\n"


def test_what_cannot_be_found_out_is_asked_again_when_something_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    starts = tmp_path / "starts"
    python = installed(tmp_path / "env", "2.60.0", starts, kind="unknown")
    use = Use("ray.train.tensorflow.TensorflowTrainer")
    assert [fits(python, use), fits(python, use)] == [False, False]
    assert starts.read_text() == "started\n"
    (tmp_path / "env/lib/python3.11/site-packages/tensorflow").mkdir()
    assert not fits(python, use)
    assert starts.read_text() == "started\n" * 2


@pytest.mark.parametrize("kept", ["", "[[]]", '[["ray.x", null, "fits"]]', "{"])
def test_what_was_kept_and_cannot_be_read_is_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    starts = tmp_path / "starts"
    python = installed(tmp_path / "env", "2.60.0", starts)
    use = Use("ray.train.report")
    assert fits(python, use)
    (memory,) = (tmp_path / "cache" / "raytune-migrate").iterdir()
    memory.write_text(kept)
    assert fits(python, use)
    assert starts.read_text() == "started\n" * 2
