"""Notebooks: the code of their cells is migrated as one module, and no other byte changes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from containing import (
    OLD_RAY,
    OPTIONS,
    Markdown,
    after,
    check_left,
    check_notebook,
    migrate_notebook,
    notebook,
    said,
    sources,
    without_sources,
)

from raytune_migrate.choice.asked import Choice
from raytune_migrate.outcome import Status

IMPORTS = """\
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer"""
NEW_IMPORTS = """\
from ray import tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run"""
LOOP = "def train_loop(config): ..."
TRAINER = "trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=1))"
DRIVER = """\
def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        train_loop,
        train_loop_config=config["train_loop_config"],
        scaling_config=ScalingConfig(num_workers=1),
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()"""
TUNER = """\
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}})"""
NEW_TUNER = """\
tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
    tune_config=tune.TuneConfig(
        max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=1))
    ),
)"""
SWEEP = (IMPORTS, LOOP, TRAINER, TUNER)
NEW_SWEEP = (NEW_IMPORTS, LOOP, DRIVER, NEW_TUNER)
UNREAD = "RTM913"


# Left as they are


def test_a_notebook_without_ray_is_never_looked_into() -> None:
    outcome = migrate_notebook("{ broken, but not ours")
    assert (outcome.status, outcome.migration, outcome.after) == (Status.UNCHANGED, None, None)


def test_a_notebook_without_a_sweep() -> None:
    check_left(notebook("import ray\nfrom ray import train", "!ls", Markdown("Tuner(trainer)")))


def test_a_migrated_notebook() -> None:
    check_left(notebook(*NEW_SWEEP))


def test_code_in_text_and_in_outputs() -> None:
    check_left(notebook(Markdown("\n".join(SWEEP)), "print(1)"))


@pytest.mark.parametrize("language", ["R", "julia", "scala"])
def test_a_notebook_of_another_language(language: str) -> None:
    check_left(notebook(*SWEEP, language=language))


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "Python_Glue_Session", "pygments_lexer": "python3"}},
        {"language_info": {"name": "pyspark"}, "kernelspec": {"language": "python"}},
    ],
)
def test_a_kernel_of_a_service_that_runs_python(metadata: dict[str, dict[str, str]]) -> None:
    before, expected = (json.loads(notebook(*one)) for one in (SWEEP, NEW_SWEEP))
    before["metadata"] = expected["metadata"] = metadata
    outcome = migrate_notebook(json.dumps(before, indent=1, ensure_ascii=False))
    assert outcome.after is not None
    assert json.loads(outcome.after) == expected


def test_a_cell_that_its_editor_takes_for_another_language() -> None:
    content = json.loads(notebook(IMPORTS, LOOP, f"{TRAINER}\n{TUNER}"))
    content["cells"][2]["metadata"] = {"vscode": {"languageId": "sql"}}
    check_left(json.dumps(content))


def test_cells_of_other_languages() -> None:
    ray = "from ray import tune\ntune.Tuner(trainer)"
    check_left(notebook(IMPORTS, f"%%bash\n{ray}", f"%%javascript\n{ray}", f"%%html\n{ray}"))


def test_a_notebook_that_asks_to_be_skipped() -> None:
    text = notebook("# raytune-migrate: skip-file", *SWEEP)
    outcome = migrate_notebook(text)
    assert (outcome.status, outcome.reason) == (
        Status.SKIPPED,
        "asks for it: raytune-migrate: skip-file",
    )


def test_a_sweep_that_a_comment_suppresses() -> None:
    text = notebook(*SWEEP[:3], f"# raytune-migrate: ignore[RTM101]\n{TUNER}")
    check_left(text)


@pytest.mark.parametrize(
    "cell",
    [
        '!pip install -q "ray[tune]>=2.51" torch raytune-migrate',
        "%pip install torch",
        "%%bash\npip install ray==2.60.0\npip install 'raytune-migrate[runtime]'",
        "!echo ray==2.9.3\n# pip install ray==2.9.3",
    ],
)
def test_a_notebook_that_installs_what_it_needs(cell: str) -> None:
    check_notebook(notebook(cell, *SWEEP), cell, *NEW_SWEEP)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("!pip install 'ray[tune]==2.9.3' raytune-migrate", ["cell 1:1: RTM502"]),
        ("import os\n%pip install -U ray", ["cell 1:2: RTM503"]),
        ("%%bash\npip install ray==2.9.3", ["cell 1:2: RTM502", "cell 1:2: RTM503"]),
    ],
)
def test_a_notebook_that_installs_an_old_ray_or_no_runtime(cell: str, found: list[str]) -> None:
    outcome = check_notebook(notebook(cell, *SWEEP), cell, *NEW_SWEEP)
    assert said(outcome) == found
    ignoring = replace(OPTIONS, choice=Choice(ignore=frozenset({"RTM50"})))
    assert said(migrate_notebook(notebook(cell, *SWEEP), ignoring)) == []


def test_lines_of_what_several_cells_install_are_those_of_the_file() -> None:
    installs = ["!pip install ray==2.9.3", "import os\n%pip install ray==2.9.2", "!pip install ray"]
    text = notebook(installs[0], "print()", installs[1], *SWEEP, installs[2])
    outcome = check_notebook(text, installs[0], "print()", installs[1], *NEW_SWEEP, installs[2])
    assert outcome.migration is not None
    for findings, whole in (
        (outcome.migration.findings, outcome.migration.before),
        (outcome.migration.remaining, outcome.migration.after),
    ):
        rows = whole.splitlines()
        shown = [rows[(one.place.row or 0) - 1] for one in findings]
        assert [one.partition("ray")[2][:7] for one in shown] == ["==2.9.3", "==2.9.2", "==2.9.3"]


@pytest.mark.parametrize("magic", ["%env {}=0", "%env {} 0", "%set_env {} 0", "%env {}='0'"])
def test_a_magic_that_turns_train_v2_off(magic: str) -> None:
    line = magic.format("RAY_TRAIN_V2_ENABLED")
    check_left(notebook(f"%cd x\n{line}", *SWEEP), "cell 1:2: RTM906")


def test_a_magic_that_turns_train_v2_on() -> None:
    line = "%env RAY_TRAIN_V2_ENABLED=1"
    check_notebook(notebook(line, *SWEEP), line, *NEW_SWEEP, options=OLD_RAY)


def test_a_magic_that_sets_what_tune_raises_for() -> None:
    line = "%env TUNE_RESULT_DIR=/runs"
    mark = (
        "# TODO(raytune-migrate): RTM907 Tune raises where TUNE_RESULT_DIR is set, and Train V2"
        " makes nothing of it. https://github.com/ray-project/ray/issues/49454\n"
    )
    outcome = check_notebook(notebook(line, *SWEEP), mark + line, *NEW_SWEEP)
    assert said(outcome) == ["cell 1:1: RTM907"]


def test_a_notebook_of_an_old_format() -> None:
    old = json.dumps(
        {"nbformat": 3, "worksheets": [{"cells": [{"input": "from ray import tune"}]}]}
    )
    outcome = check_left(old, f"1: {UNREAD}")
    assert outcome.migration is not None
    assert outcome.migration.findings[0].message == (
        "This notebook is of format 3; only 4 is understood. Convert it, as with"
        " `jupyter nbconvert --to notebook --inplace`, and run again."
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            '{"cells": [],\n "x": ray.train}',
            "is no valid JSON: line 2, column 7: Expecting value; correct the notebook and run"
            " again",
        ),
        ('["ray.train"]', "is no notebook, though it is called one: it has no nbformat"),
        ('{"a": "ray.train"}', "is no notebook, though it is called one: it has no nbformat"),
        (
            '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}], "a": "ray.train"}',
            "is no notebook: the source of cell 1 is no text",
        ),
    ],
)
def test_what_is_no_notebook_fails(text: str, reason: str) -> None:
    outcome = migrate_notebook(text)
    assert (outcome.status, outcome.reason) == (Status.FAILED, reason)


@pytest.mark.parametrize("text", ['{"nbformat": 4, "a": "ray.train"}', notebook("") + " \n"])
def test_notebooks_without_code(text: str) -> None:
    check_left(text)


# Migrated


def test_all_in_one_cell() -> None:
    check_notebook(
        notebook(Markdown("# Sweep"), "\n\n".join(SWEEP)),
        "...",
        f"{NEW_IMPORTS}\n\n{LOOP}\n\n\n{DRIVER}\n\n\n{NEW_TUNER}",
    )


def test_a_trainer_and_its_tuner_in_different_cells() -> None:
    check_notebook(
        notebook(*SWEEP[:3], Markdown("Now tune it."), TUNER, "tuner.fit()"),
        *NEW_SWEEP[:3],
        "...",
        NEW_TUNER,
        "...",
    )


def test_a_trainer_that_is_fitted_too_stays_and_the_driver_goes_to_the_tuner() -> None:
    check_notebook(
        notebook(*SWEEP[:3], "trainer.fit()", TUNER),
        *NEW_SWEEP[:2],
        TRAINER,
        "...",
        f"{DRIVER}\n\n\n{NEW_TUNER}",
    )


def test_a_trainer_that_is_shown_stays() -> None:
    check_notebook(
        notebook(*SWEEP[:2], f"{TRAINER}\ntrainer", TUNER),
        *NEW_SWEEP[:2],
        f"{TRAINER}\ntrainer",
        f"{DRIVER}\n\n\n{NEW_TUNER}",
    )


def test_a_name_that_other_cells_give_to_something_else() -> None:
    check_notebook(
        notebook("trainer = None", *SWEEP[:2], f"{TRAINER}\n{TUNER}", "trainer = tuner.fit()"),
        "...",
        *NEW_SWEEP[:2],
        f"{DRIVER}\n\n\n{NEW_TUNER}",
        "...",
    )


def test_magics_stay_where_they_are() -> None:
    check_notebook(
        notebook(
            "%matplotlib inline\n!pip install \\\n    ray",
            f"%load_ext autoreload\n%autoreload 2\n{IMPORTS}\nfiles = !ls {{folder}}",
            f"{LOOP}\nif True:\n    %cd runs\ntune.Tuner?",
            f"%%time\n{TRAINER}\n!nvidia-smi",
            f"{TUNER}\n%time results = tuner.fit()\nresults = %time tuner.fit()\n%%time",
        ),
        "...",
        f"%load_ext autoreload\n%autoreload 2\n{NEW_IMPORTS}\nfiles = !ls {{folder}}",
        "...",
        f"%%time\n\n{DRIVER}\n\n\n!nvidia-smi",
        f"{NEW_TUNER}\n%time results = tuner.fit()\nresults = %time tuner.fit()\n%%time",
    )


def test_code_behind_a_magic_is_migrated() -> None:
    check_notebook(
        notebook(
            "from ray.air import ScalingConfig\nfrom ray.train.torch import TorchTrainer",
            "%time trainer = TorchTrainer(loop, scaling_config=ScalingConfig())",
        ),
        "from ray.train import ScalingConfig\nfrom ray.train.torch import TorchTrainer",
        "...",
    )


def test_an_import_that_a_magic_reads_stays() -> None:
    run = "from ray.train import CheckpointConfig, RunConfig, ScalingConfig"
    check_notebook(
        notebook(
            f"from ray import tune\n{run}\nfrom ray.train.torch import TorchTrainer",
            LOOP,
            "trainer = TorchTrainer(\n    train_loop,\n    run_config=RunConfig(\n"
            "        checkpoint_config=CheckpointConfig(num_to_keep=1)\n    ),\n"
            "    scaling_config=ScalingConfig(num_workers=1),\n)",
            TUNER,
            "%store CheckpointConfig",
        ),
        "from ray import tune\n"
        f"{run}\n"
        "from ray.train.torch import TorchTrainer\n"
        "from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run",
        LOOP,
        DRIVER,
        NEW_TUNER.removesuffix("\n)")
        + "\n    run_config=tune.RunConfig("
        + "checkpoint_config=tune.CheckpointConfig(num_to_keep=1)),\n)",
        "...",
    )


def test_what_a_magic_asks_of_a_result_is_migrated() -> None:
    check_notebook(
        notebook(
            *SWEEP,
            'best = tuner.fit().get_best_result("loss", "min")',
            "!ls {best.log_dir} && head {best.log_dir}/result.json\n%cd $best.log_dir/..",
            "files = !ls { best.log_dir } {best.metrics['loss']:.3f} {folder.log_dir} {1}",
            "%tensorboard --logdir {best.log_dir} --port {port}",
            "!ls {best.path} {(best, best.log_dir)} $best",
        ),
        *NEW_SWEEP,
        "...",
        "!ls {best.path} && head {best.path}/result.json\n%cd {best.path}/..",
        "files = !ls {best.path} {best.metrics['loss']:.3f} {folder.log_dir} {1}",
        "%tensorboard --logdir {best.path} --port {port}",
        "...",
    )


def test_awaits_and_names_of_ipython_are_no_flaws() -> None:
    check_notebook(
        notebook(*SWEEP, "await tuner\nasync with x:\n    display(tuner, In, Out[1], _)"),
        *NEW_SWEEP,
        "...",
    )


def test_a_last_line_and_blank_lines_at_the_edges_stay() -> None:
    text = notebook(*SWEEP)
    content = json.loads(text)
    content["cells"][2]["source"] = ["\n", f"{TRAINER}\n", "\n"]
    content["cells"][3]["source"] = [f"{TUNER}  \n"]
    new = sources(after(migrate_notebook(json.dumps(content))))
    assert new[2:] == [f"\n{DRIVER}\n\n", f"{NEW_TUNER}  \n"]


# The flag


FLAG = 'os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported'


def test_the_flag_goes_to_the_cell_that_imports_ray_first() -> None:
    check_notebook(
        notebook(
            "import numpy as np",
            f"%matplotlib inline\n{IMPORTS}",
            *SWEEP[1:],
        ),
        "...",
        f"%matplotlib inline\nimport os\n\n{FLAG}\n\n{NEW_IMPORTS}",
        *NEW_SWEEP[1:],
        options=OLD_RAY,
    )


@pytest.mark.parametrize("earlier", ["import os", "import json, os"])
def test_the_flag_where_an_earlier_cell_imports_os(earlier: str) -> None:
    check_notebook(
        notebook(earlier, f"from __future__ import annotations\n{IMPORTS}", *SWEEP[1:]),
        "...",
        f"from __future__ import annotations\n{FLAG}\n\n{NEW_IMPORTS}",
        *NEW_SWEEP[1:],
        options=OLD_RAY,
    )


def test_the_flag_where_a_later_cell_imports_os() -> None:
    check_notebook(
        notebook(IMPORTS, "import os\n\nprint(os.getcwd())", *SWEEP[1:]),
        f"import os\n\n{FLAG}\n\n{NEW_IMPORTS}",
        "...",
        *NEW_SWEEP[1:],
        options=OLD_RAY,
    )


SET = 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"'


def test_a_flag_that_comes_too_late_moves_within_its_cell() -> None:
    check_notebook(
        notebook(f"{IMPORTS}\n\nimport os\n\n{SET}", *SWEEP[1:]),
        f"import os\n\n{SET}\n\n{NEW_IMPORTS}",
        *NEW_SWEEP[1:],
        options=OLD_RAY,
    )


def test_a_flag_that_comes_too_late_does_not_move_to_another_cell() -> None:
    mark = (
        "# TODO(raytune-migrate): RTM501 Below Ray 2.51 this is too late: Ray reads the flag when"
        " it is first imported. https://github.com/ray-project/ray/issues/49454\n"
    )
    outcome = check_notebook(
        notebook("import os", *SWEEP[:2], SET, *SWEEP[2:]),
        "...",
        *NEW_SWEEP[:2],
        f"{mark}{SET}",
        *NEW_SWEEP[2:],
        options=OLD_RAY,
    )
    assert said(outcome) == ["cell 4:1: RTM501"]


def test_new_imports_go_to_the_cell_that_imports_most_of_ray() -> None:
    check_notebook(
        notebook("import ray\n\nray.init()", IMPORTS, *SWEEP[1:]),
        "...",
        *NEW_SWEEP,
    )


def test_new_imports_join_those_that_stay_in_their_cell() -> None:
    """The trainer is one of Train V2's by itself, and its sweep another change."""
    old = IMPORTS.replace("ray.train import S", "ray.air.config import S")
    check_notebook(
        notebook(old, *SWEEP[1:3], "trainer.fit()", TUNER),
        *NEW_SWEEP[:2],
        TRAINER,
        "...",
        f"{DRIVER}\n\n\n{NEW_TUNER}",
    )


# What cannot be


def test_a_change_that_needs_several_lines_behind_a_magic_is_refused() -> None:
    outcome = check_left(notebook(*SWEEP[:3], f"%time {TUNER}"), "cell 4:1: RTM101")
    assert outcome.migration is not None
    assert outcome.migration.findings[0].message == (
        "The rewrite cannot be put back: it would need several lines behind the magic in %time"
        " tuner = tune.Tuner(trainer, par.... Migrate this by hand."
    )


def test_a_change_that_is_refused_again_is_said_once() -> None:
    mark = (
        "# TODO(raytune-migrate): RTM101 The rewrite cannot be put back: it would need several"
        " lines. https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html\n"
    )
    check_left(notebook(*SWEEP[:3], f"{mark}%time {TUNER}"), "cell 4:2: RTM101")
    check_left(
        notebook(*SWEEP[:3], f"{mark}print()\n%time {TUNER}"),
        "cell 4:2: RTM101",
        "cell 4:3: RTM101",
    )


def test_a_magic_that_would_move_into_the_driver_is_refused() -> None:
    check_left(notebook(*SWEEP[:2], f"%time {TRAINER}", TUNER), "cell 4:1: RTM101")


def test_a_cell_that_is_no_python_is_left_out_and_what_it_reads_stays() -> None:
    broken = "print ScalingConfig, tune\ntune.Tuner("
    outcome = check_notebook(notebook(*SWEEP, broken, "broken too("), *NEW_SWEEP, "...", "...")
    assert said(outcome) == [f"cell 5:1: {UNREAD}"]
    assert outcome.migration is not None
    assert outcome.migration.findings[0].message == (
        "This cell cannot be read as Python, and is left out of the code."
        " Correct the cell and run again, or migrate it by hand."
    )


@pytest.mark.parametrize(
    "cell",
    [
        "path = <PATH>\nprint(path)\n    ",
        "path = <PATH>\n\n",
        "\n\npath = <PATH>",
        "!ls \\\n   ",
        "!ls \\\n\n",
    ],
)
def test_what_is_held_as_a_whole_keeps_the_blank_lines_at_its_edges(cell: str) -> None:
    check_left(notebook("from ray import tune", cell))
    check_notebook(notebook(*SWEEP, cell), *NEW_SWEEP, cell)


def test_a_cell_that_writes_a_script() -> None:
    outcome = check_left(
        notebook("%%writefile sweep.py\n" + "\n".join(SWEEP)), f"cell 1:1: {UNREAD}"
    )
    assert outcome.status is Status.SKIPPED


def test_places_are_those_of_the_cell_and_of_the_file() -> None:
    outcome = migrate_notebook(notebook(Markdown("x"), *SWEEP[:3], f"print(1)\n{TUNER}"))
    assert outcome.migration is not None
    place = outcome.migration.changes[0].place
    assert (place.cell, place.line, place.column) == (5, 2, 9)
    assert place.row is not None
    assert "tune.Tuner" in outcome.migration.before.splitlines()[place.row - 1]


def test_columns_are_those_of_the_line_with_its_magic() -> None:
    outcome = migrate_notebook(notebook(IMPORTS, LOOP, TRAINER, f"%time {TUNER}"))
    assert outcome.migration is not None
    (place,) = [one.place for one in outcome.migration.findings]
    assert (place.cell, place.line, place.column) == (4, 1, f"%time {TUNER}".index("tune.T") + 1)


def test_findings_have_the_lines_of_the_cell_as_it_is() -> None:
    horovod = "from ray.train.horovod import HorovodTrainer\ntune.Tuner(HorovodTrainer(train_loop))"
    outcome = migrate_notebook(notebook(*SWEEP[:2], f"{TRAINER}\n{TUNER}\n{horovod}"))
    assert outcome.migration is not None
    remaining = outcome.migration.remaining
    code = sources(after(outcome))[2].splitlines()
    assert [one.place.cell for one in remaining] == [3] * len(remaining)
    assert {code[one.place.line - 1].split("(")[0] for one in remaining} == {"tune.Tuner"}


# Of the JSON, only the sources


STYLES = [
    {"indent": 1},
    {"indent": 4, "ensure_ascii": True},
    {"indent": None},
    {"indent": None, "separators": (",", ":")},
    {"indent": "\t", "sort_keys": True},
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_json_stays_as_it_was_written(style: dict[str, object], newline: str, end: str) -> None:
    plain = notebook(*SWEEP[:3], Markdown("é"), TUNER, **style)
    expected = notebook(*NEW_SWEEP[:3], Markdown("é"), NEW_TUNER, **style)
    before = plain.replace("\n", newline) + end
    text = after(migrate_notebook(before))
    assert text == expected.replace("\n", newline) + end


@pytest.mark.parametrize("style", STYLES)
def test_a_source_that_is_one_string_stays_one(style: dict[str, object]) -> None:
    def whole(text: str) -> str:
        content = json.loads(text)
        for one in content["cells"]:
            one["source"] = "".join(one["source"])
        return json.dumps(content, **style)  # type: ignore[arg-type]

    assert after(migrate_notebook(whole(notebook(*SWEEP)))) == whole(notebook(*NEW_SWEEP))


def test_escapes_of_lines_that_stay_are_kept() -> None:
    text = notebook(*SWEEP[:3], f"# caf\\u00e9 a/b\n{TUNER}").replace(
        "caf\\\\u00e9 a/b", "caf\\u00e9 a\\/b"
    )
    assert 'a\\/b\\n"' in text
    assert '"# caf\\u00e9 a\\/b\\n"' in after(migrate_notebook(text))


def test_new_lines_are_escaped_as_the_others() -> None:
    trainer = TRAINER.replace("train_loop,", 'train_loop, train_loop_config={"é": 1},')
    for ascii_only, written in ((True, '\\"\\u00e9\\": 1, **'), (False, '\\"é\\": 1, **')):
        text = notebook(*SWEEP[:2], trainer, TUNER, ensure_ascii=ascii_only)
        assert written in after(migrate_notebook(text))


def test_half_a_character_stays() -> None:
    text = notebook(*SWEEP, "print('@ ray')").replace("@", "\\ud83d")
    assert "\\ud83d ray" in after(migrate_notebook(text))
    assert "Tuner(\\n" in after(migrate_notebook(text))


# Whole notebooks

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


@pytest.mark.parametrize(("name", "left"), [("digits", []), ("trees", ["cell 2:1: RTM503"])])
def test_a_real_notebook(name: str, left: list[str]) -> None:
    before = (NOTEBOOKS / name / "before.ipynb").read_bytes()
    expected = (NOTEBOOKS / name / "after.ipynb").read_bytes()
    outcome = migrate_notebook(before.decode(), OLD_RAY)
    assert (said(outcome), outcome.after) == (left, expected)
    assert without_sources(expected.decode()) == without_sources(before.decode())
    again = migrate_notebook(expected.decode(), OLD_RAY)
    assert (said(again), again.after in (None, expected)) == (left, True)


def test_what_is_evaluated_once_stays_in_the_cell_of_the_trainer() -> None:
    trainer = TRAINER.removesuffix(")") + ", run_config=RunConfig(storage_path=folder()))"
    outcome = migrate_notebook(notebook(NEW_IMPORTS, LOOP, trainer, TUNER))
    new = sources(after(outcome))
    assert new[2] == f"run_config = tune.RunConfig(storage_path=folder())\n\n\n{DRIVER}"
    assert new[3].endswith("    run_config=run_config,\n)")


def test_a_change_tells_the_lines_of_the_file_that_it_touches_and_no_edits_of_it() -> None:
    outcome = migrate_notebook(notebook(*SWEEP))
    assert outcome.migration is not None
    lines = outcome.migration.before.splitlines()
    assert [one.code for one in outcome.migration.changes] == ["RTM101", "RTM105"]
    trainer = next(i for i, one in enumerate(lines, start=1) if "trainer = " in one)
    tuner = next(i for i, one in enumerate(lines, start=1) if "tuner = " in one)
    assert outcome.migration.rows == ((trainer, tuner), (tuner,))
    assert outcome.migration.edits == ((), ())


@pytest.mark.parametrize(
    "cell",
    ["!ls ~/ray_results", "# !ls TorchTrainer_1", "!ls | grep -E 'TorchTrainer_|train_driver_fn_'"],
)
def test_a_notebook_whose_shell_finds_its_trials(cell: str) -> None:
    check_notebook(notebook(*SWEEP, cell), *NEW_SWEEP, cell)


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("!ls ~/ray_results/nb | grep TorchTrainer_", 1),
        ("import os\n%cd ~/ray_results/TorchTrainer_2024-01-01", 2),
        ("%%bash\ncd ~/ray_results\ncat TorchTrainer*/result.json", 3),
    ],
)
def test_a_notebook_whose_shell_looks_for_trials_of_train_v1(cell: str, line: int) -> None:
    outcome = check_notebook(notebook(*SWEEP, cell), *NEW_SWEEP, cell)
    assert said(outcome) == [f"cell {len(SWEEP) + 1}:{line}: RTM407"]
