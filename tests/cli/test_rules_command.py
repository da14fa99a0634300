"""``raytune-migrate rules``: the list, a rule in full, and what is wrong with a code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.catalogue import RULES

if TYPE_CHECKING:
    from conftest import Folder, Invoke

RTM304 = """\
RTM304  a worker's helper from its public path (rewrite)

  Under Train V1 helpers of a train loop, such as `prepare_model`, were the same by
  their public and their inner paths. Under Train V2 only the public name is V2's: an
  inner path, such as `ray.train.torch.train_loop_utils`, still has V1's.

  In functions that a train loop runs, such a helper comes from its public path.

 from ray import train
-from ray.train.torch import TorchTrainer
-from ray.train.torch.train_loop_utils import prepare_model
+from ray.train.torch import TorchTrainer, prepare_model
 
 from project import Net
 
 
 def train_loop(config):
     model = prepare_model(Net())
     train.report({"weights": len(list(model.parameters()))})
 
 
 TorchTrainer(train_loop).fit()

  To leave it: `# raytune-migrate: ignore[RTM304]` above the statement, or behind it;
  `--ignore RTM304` for a whole run.
  See https://github.com/ray-project/ray/issues/49454
  and https://github.com/raytune-migrate/raytune-migrate/blob/main/docs/rules.md#rtm304
"""  # noqa: W293
RTM900 = """\
RTM900  a comment that suppresses nothing (finding)

  A comment `# raytune-migrate: ignore[...]` keeps a rule from a statement.

  One that no rule needs any more, or a code in it that does not, is reported, so that
  it does not hide what comes later. So is a code that no rule has, and a comment to
  this tool in other words than `ignore`, with or without codes, and `skip-file`: it
  keeps nothing as it is. None is ever removed for you.

from ray import tune

from project import objective

# raytune-migrate: ignore[RTM101]
tuner = tune.Tuner(objective)

example.py:5:1: RTM900 There is no need to ignore RTM101 here. Remove the comment.

  To leave it: `--ignore RTM900` for a whole run.
  See https://github.com/raytune-migrate/raytune-migrate#leaving-code-alone
  and https://github.com/raytune-migrate/raytune-migrate/blob/main/docs/rules.md#rtm900
"""


# The list


def test_the_list(run: Invoke) -> None:
    done = run("rules")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:3] == [
        "1xx  Sweeps",
        "  RTM101  review            Tuner(trainer) becomes Tuner(train_driver_fn)",
        "  RTM102  finding           an experiment that Train V1 has written",
    ]
    assert lines[-5:] == [
        "rewrite  rewritten; it does what it did",
        "review   rewritten; where it may do otherwise, the report says how",
        "finding  left as it is, with the reason and what to do",
        "",
        "`raytune-migrate rules RTM101` explains a rule, with before and after.",
    ]
    assert re.findall(r"RTM\d{3}(?=  )", done.out) == list(RULES)
    assert max(map(len, lines)) <= 80


def test_the_list_as_data(run: Invoke) -> None:
    done = run("rules", "--json")
    assert (done.status, done.err) == (0, "")
    content = json.loads(done.out)
    assert [one["code"] for one in content] == list(RULES)
    assert content[3] == {
        "code": "RTM104",
        "title": "a boosting trainer that is given params",
        "group": "Sweeps",
        "kinds": ["rewrite", "finding"],
        "link": "https://github.com/ray-project/ray/issues/50042",
        "section": (
            "https://github.com/raytune-migrate/raytune-migrate/blob/main/docs/rules.md#rtm104"
        ),
    }


def test_the_list_needs_no_engine() -> None:
    code = (
        "import sys\nfrom raytune_migrate.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "slow = {'libcst', 'black', 'packaging', 'raytune_migrate.engine'} & sys.modules.keys()\n"
        "assert not slow, slow\n"
    )
    for arguments in (["rules"], ["rules", "--json"], ["rules", "--color"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "RTM101" in done.stdout


# A rule in full


@pytest.mark.parametrize(("code", "text"), [("RTM304", RTM304), ("rtm900", RTM900)])
def test_a_rule(run: Invoke, code: str, text: str) -> None:
    done = run("rules", code)
    assert (done.status, done.out, done.err) == (0, text, "")


def test_several_rules_in_the_order_of_the_catalogue(run: Invoke) -> None:
    done = run("rules", "RTM900,rtm304")
    assert (done.status, done.out, done.err) == (0, f"{RTM304}\n\n{RTM900}", "")
    many = run("rules", "RTM2", "RTM304", "RTM30", "RTM304")
    assert (many.status, many.err) == (0, "")
    codes = [one for one in RULES if one.startswith(("RTM2", "RTM30"))]
    assert re.findall(r"^(RTM\d{3})  ", many.out, re.MULTILINE) == codes


def test_the_files_of_an_example_are_named(run: Invoke) -> None:
    done = run("rules", "RTM502")
    assert (done.status, done.err) == (0, "")
    assert "\npyproject.toml:\n[project]\n" in done.out
    assert "\npyproject.toml:3:18: RTM502 The rewritten code does not run" in done.out
    assert "\nsweep.py:\nfrom ray import tune\n" in done.out
    assert "\n  To leave it: `--ignore RTM502` for a whole run.\n" in done.out


def test_how_a_rewrite_may_differ(run: Invoke) -> None:
    out = run("rules", "RTM101").out
    assert "\nexample.py:5:12: RTM101 may differ: The driver function is not written out: " in out


def test_a_rule_as_data(run: Invoke) -> None:
    done = run("rules", "--json", "RTM306", "RTM906")
    assert (done.status, done.err) == (0, "")
    dicts, pin = json.loads(done.out)
    assert dicts["changed"].startswith("Up to Ray 2.6 a checkpoint could be made of a dict")
    assert dicts["done"].startswith("`checkpoint_from_dict` and `checkpoint_to_dict`")
    assert dicts["suppression"].startswith("`# raytune-migrate: ignore[RTM306]` above")
    (example,) = dicts["examples"]
    (file,) = example["files"]
    assert (file["name"], file["findings"]) == ("example.py", [])
    assert "from_dict" in file["before"]
    assert "checkpoint_from_dict" in file["after"]
    assert {one["code"] for one in file["changes"]} == {"RTM301", "RTM306"}
    assert [one["options"] for one in pin["examples"]] == [{}, {"remove-pin": ""}, {}]
    (found,) = pin["examples"][0]["files"][0]["findings"]
    assert (found["code"], found["line"], found["column"]) == ("RTM906", 3, 1)


def test_colours(run: Invoke) -> None:
    done = run("rules", "--color", "RTM304")
    assert (done.status, done.err) == (0, "")
    assert "\x1b[32m\x1b[1mRTM304\x1b[0m" in done.out
    assert "\x1b[31m-from ray.train.torch import TorchTrainer\x1b[0m\n" in done.out
    assert "\x1b[32m+from ray.train.torch import TorchTrainer, prepare_model\x1b[0m\n" in done.out
    assert re.sub(r"\x1b\[\d+m", "", done.out) == RTM304
    assert "\x1b" in run("rules", "--color").out


def test_the_page(run: Invoke) -> None:
    done = run("rules", "--markdown")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("# Rules\n")
    assert re.findall(r"^### (\S+)$", done.out, re.MULTILINE) == list(RULES)


# What is wrong


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("RTM999", "; did you mean RTM909 or RTM917 or RTM916"),
        ("101", "; did you mean RTM101"),
        ("RTN304", "; did you mean RTM304 or RTM904 or RTM504"),
        ("src/", ""),
        ("Tuner", ""),
    ],
)
def test_a_code_that_is_none(run: Invoke, code: str, hint: str) -> None:
    done = run("rules", "RTM101", code)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1] == (
        f"Error: Invalid value for '[CODES]...': there is no rule {code}{hint};"
        " `raytune-migrate rules` lists them."
    )


def test_a_code_that_a_terminal_would_obey(folder: Folder, run: Invoke) -> None:
    done = run("rules", "\x1b[31m")
    assert (done.status, done.out) == (2, "")
    assert "\x1b" not in done.err
    assert "there is no rule \\x1b[31m; `raytune-migrate rules` lists them." in done.err
    folder({"a.py": "", "pyproject.toml": '[tool.raytune-migrate]\nignore = ["\\u001b[31m"]\n'})
    done = run("a.py")
    assert (done.status, "\x1b" in done.err) == (2, False)


@pytest.mark.parametrize("arguments", [["--json"], ["RTM101"]])
def test_the_page_is_whole(run: Invoke, arguments: list[str]) -> None:
    done = run("rules", "--markdown", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("Error: --markdown prints all rules; leave codes and --json away.\n")


def test_no_folder_for_the_examples(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder({"a_file": ""})
    monkeypatch.setattr("tempfile.tempdir", str(root / "a_file"))
    done = run("rules", "RTM304")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: cannot write the examples to a temporary folder: Not a directory; set TMPDIR to one"
        " that is writable.\n",
    )


# The command among the others


def test_help(run: Invoke) -> None:
    done = run("rules", "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: raytune-migrate rules [OPTIONS] [CODES]...\n")
    main = run("--help")
    assert "\n    raytune-migrate rules RTM101    explain one, with before and after\n" in main.out


def test_a_folder_called_rules(folder: Folder, run: Invoke) -> None:
    folder({"rules/a.py": "import ray\n"})
    done = run("--check", "./rules")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "1 file: 1 unchanged, 0 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 0 failed.\n",
    )
    assert run("rules").out.startswith("1xx  Sweeps\n")


def test_where_it_runs_does_not_matter(folder: Folder, spawn: Invoke) -> None:
    folder({"pyproject.toml": "[tool.black]\nline-length = 20\n", "ray.py": ""})
    done = spawn("rules", "RTM304")
    assert (done.status, done.out, done.err) == (0, RTM304, "")
    assert set(folder.files) == {"pyproject.toml", "ray.py"}
