"""What is run of a script and its project, and what is known of it beforehand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.settings.options import Options, Pins, Uses, WriteBack
from raytune_migrate.verify.problem import Problem
from raytune_migrate.verify.recalled import Recall, Warned, read_warnings, recall
from raytune_migrate.verify.records import Error, Record, Sweep, Trial
from raytune_migrate.verify.scripts import Script, as_migrated, project_options, scripts
from raytune_migrate.verify.seeding import seeding

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = Options(WriteBack.CHECK, ray_version="2.60")
SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(
    trainer,
    param_space={"train_loop_config": {"lr": 1}},
)
tuner.fit()
"""


def lines_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# The two scripts


def test_a_script_and_what_it_migrates_to(tmp_path: Path) -> None:
    path = tmp_path / "sweep.py"
    path.write_text(SWEEP, encoding="utf-8")
    both = scripts(path, None, OPTIONS)
    assert both.old == Script(path)
    assert both.new.path == path
    assert both.new.text is not None
    assert b"tune.Tuner(\n    train_driver_fn," in both.new.text
    assert path.read_text(encoding="utf-8") == SWEEP


def test_how_a_migrated_script_may_differ(tmp_path: Path) -> None:
    path = tmp_path / "sweep.py"
    path.write_text(SWEEP, encoding="utf-8")
    both = scripts(path, None, replace(OPTIONS, uses=Uses.RAY_ALONE))
    assert (
        "RTM101 says what may differ: Result.checkpoint is None: the path of a checkpoint is the"
        " metric checkpoint_path."
    ) in both.may_differ
    was = tmp_path / "was.py"
    was.write_text(SWEEP, encoding="utf-8")
    assert scripts(path, str(was), OPTIONS).may_differ == ()


def test_a_migrated_script_and_its_original(tmp_path: Path) -> None:
    path, was = tmp_path / "sweep.py", tmp_path / "was.py"
    path.write_text("from raytune_runtime import trial_run\n", encoding="utf-8")
    was.write_text(SWEEP, encoding="utf-8")
    both = scripts(path, str(was), OPTIONS)
    assert (both.old, both.new, both.outcome) == (Script(was), Script(path), None)


def test_a_script_with_nothing_to_migrate_is_run_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sweep.py"
    path.write_text("from ray import tune\n\ntune.Tuner(print)\n", encoding="utf-8")
    both = scripts(path, None, OPTIONS)
    assert both.new.text in (None, path.read_bytes())


def test_modules_of_the_project_that_would_be_migrated(tmp_path: Path) -> None:
    texts = {
        "project/pyproject.toml": "[project]\n",
        "project/jobs/sweep.py": SWEEP,
        "project/lib/trainers.py": SWEEP.partition("tuner =")[0] + "tune.Tuner(trainer)\n",
        "project/plain.py": "import os\n",
        "project/.venv/lib/python3/site-packages/x.py": SWEEP,
        "other.py": SWEEP,
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    files = [*(str(tmp_path / name) for name in texts), str(tmp_path / "project" / "gone.py")]
    found = as_migrated(files, tmp_path / "project/jobs/sweep.py", OPTIONS)
    assert list(found) == [str(tmp_path / "project/lib/trainers.py")]
    assert "train_driver_fn" in found[files[2]]


def test_modules_that_an_original_would_have_imported_had_it_not_failed(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": "[project]\n",
        "sweep.py": "import trainers\n\ntrainers.tuner.fit()\n",
        "trainers.py": SWEEP.replace("tuner.fit()\n", ""),
        "alone.py": SWEEP,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = as_migrated(None, tmp_path / "sweep.py", OPTIONS)
    assert list(found) == [str(tmp_path / "trainers.py")]


def test_the_settings_of_the_project_hold(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.raytune-migrate]\nignore = ["RTM105"]\nno-runtime = true\nray-version = "2.51"\n',
        encoding="utf-8",
    )
    options = project_options(tmp_path / "sweep.py", no_runtime=False, pins=Pins.REMOVE)
    assert options.choice.ignore == {"RTM105"}
    assert (options.uses, options.ray_version) == (Uses.RAY_ALONE, "2.51")
    assert (options.pins, options.write_back) == (Pins.REMOVE, WriteBack.CHECK)


def test_settings_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.raytune-migrate]\nignore = "RTM105"\n', encoding="utf-8"
    )
    with pytest.raises(Problem, match="ignore is 'RTM105', but must be a list of strings"):
        project_options(tmp_path / "sweep.py", no_runtime=False, pins=Pins.RESPECT)


# Seeds


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x.seed(1)", []),
        ("np.random.default_rng(0)", []),
        ("random.Random(7)", []),
        ("(", []),
        ("torch.manual_seed(0)", ["torch.manual_seed(0) seeds random numbers itself"]),
        ("np.random.seed(s)", ["np.random.seed(s) seeds random numbers itself"]),
        ("seed_everything(1)", ["seed_everything(1) seeds random numbers itself"]),
        ("random.seed()", ["random.seed() draws other numbers in each run"]),
        ("random.seed(None)", ["random.seed(None) draws other numbers in each run"]),
        ("np.random.default_rng()", ["np.random.default_rng() draws other numbers in each run"]),
    ],
)
def test_where_a_script_seeds_itself(code: str, said: list[str]) -> None:
    assert list(seeding(f"import x\n{code}\n".encode())) == [(2, one) for one in said]


# What Ray warned of


def test_what_the_rules_find_of_what_ray_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "sweep.py"
    text = f"import os\n{SWEEP}print(os)\n"
    path.write_text(text, encoding="utf-8")
    tuner = Warned(str(path), lines_of(text, "tune.Tuner("), "A trainer.")
    within = Warned(str(path), lines_of(text, "    trainer,"), "The same, by its argument.")
    missed = Warned(str(path), lines_of(text, "print(os)"), "What nobody knows.")
    gone = Warned(str(tmp_path / "gone.py"), 1, "Elsewhere.")
    found = Recall(((tuner, "RTM101"), (within, "RTM101")), (missed, gone))
    assert recall([tuner, within, missed, gone], {}, OPTIONS) == found

    path.write_text("import os\n", encoding="utf-8")  # as it may be by now
    assert recall([tuner], {}, OPTIONS) == Recall((), (tuner,))
    was = {str(path): text.encode()}
    assert recall([tuner, within, missed, gone], was, OPTIONS) == found


def test_a_line_that_a_rule_finds_by_what_other_modules_say(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": "[project]\n",
        "sweep.py": "from ray import tune\nfrom made import trainer\n\ntune.Tuner(trainer).fit()\n",
        "made.py": SWEEP.partition("tuner =")[0],
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    tuner = Warned(str(tmp_path / "sweep.py"), 4, "A trainer.")
    (found,) = recall([tuner], {}, OPTIONS).found
    assert found[0] == tuner
    assert found[1].startswith("RTM1")


def test_what_the_processes_of_a_run_were_warned_of(tmp_path: Path) -> None:
    one = {"file": "a.py", "line": 2, "message": "Gone."}
    for pid in (7, 8):
        (tmp_path / f"{pid}.jsonl").write_text(f"{json.dumps(one)}\n" * 2, encoding="utf-8")
    text = (
        "ray.exceptions.RayTaskError: \x1b[36mtrain\x1b[39m\n"
        '  File "/env/site-packages/ray/x.py", line 5, in call\n'
        '  File "/project/b.py", line 9, in train_loop\n    old()\n'
        '  File "/env/site-packages/ray/train/y.py", line 1, in old\n'
        "    raise DeprecationWarning('`old` is gone.')\n"
        "DeprecationWarning: `old` is gone.\n"
    )
    other = text.replace("DeprecationWarning", "ValueError")
    trials = tuple(
        Trial(number, {}, error=Error("", some)) for number, some in enumerate((text, other))
    )
    record = Record(sweeps=(Sweep(None, ".", trials),))
    assert list(read_warnings(tmp_path, record)) == [
        Warned("/project/b.py", 9, "`old` is gone."),
        Warned("a.py", 2, "Gone."),
    ]
