"""What a user leaves out of a migration: by code, by safety, by a comment in the code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from migrating import PROJECT, check_stands, migrated

from raytune_migrate.choice.asked import Choice
from raytune_migrate.choice.left_out import Why, anchor
from raytune_migrate.outcome import Migration, Status
from raytune_migrate.proposal import Safety
from raytune_migrate.settings.options import Todo

SWEEP = """\
from ray import train, tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


def sweep(param_space):
    trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
    tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
    return tuner.fit()
"""
CALL = "    tuner = tune.Tuner(trainer,"

# One sweep that is safe, and one whose scheduler makes it a matter of review.
TWO = """\
from ray import tune
from ray.air import session
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import HyperBandForBOHB


def train_loop(config):
    session.report({"loss": config["lr"]})


def plain():
    trainer = TorchTrainer(train_loop)
    return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}).fit()


def population():
    trainer = TorchTrainer(train_loop)
    config = tune.TuneConfig(scheduler=HyperBandForBOHB())
    space = {"train_loop_config": {"lr": 1}}
    return tune.Tuner(trainer, param_space=space, tune_config=config).fit()
"""


def chosen(source: str, choice: Choice, todo: Todo = Todo.REWRITTEN) -> Migration:
    return migrated(source, replace(PROJECT, choice=choice, todo=todo))


def why(result: Migration) -> list[tuple[str, Why]]:
    return [(one.proposal.code, one.why) for one in result.left_out]


# By code


@pytest.mark.parametrize(
    "choice",
    [
        Choice(ignore=frozenset({"RTM101"})),
        Choice(ignore=frozenset({"RTM1"})),
        Choice(select=frozenset({"RTM5"})),
        Choice(select=frozenset({"RTM1"}), ignore=frozenset({"RTM101"})),
    ],
)
def test_a_sweep_that_is_not_selected_stays_whole(choice: Choice) -> None:
    result = chosen(SWEEP, choice)
    assert (result.after, result.findings) == (SWEEP, ())
    assert result.status is Status.UNCHANGED
    assert ("RTM101", Why.NOT_SELECTED) in why(result)


def test_one_change_of_a_sweep_that_is_ignored() -> None:
    result = chosen(SWEEP, Choice(ignore=frozenset({"RTM105"})))
    assert [one.code for one in result.changes] == ["RTM101"]
    assert "max_concurrent_trials" not in result.after
    check_stands(result, replace(PROJECT, choice=Choice(ignore=frozenset({"RTM105"}))))


def test_all_that_is_selected_is_as_without_a_choice() -> None:
    assert chosen(TWO, Choice(select=frozenset({"RTM"}))).after == migrated(TWO).after


# By safety


def test_safe_changes_are_made() -> None:
    result = chosen(SWEEP, Choice(safety=Safety.SAFE))
    assert result.after == migrated(SWEEP).after
    assert result.left_out == ()


def test_a_file_with_a_sweep_that_may_differ_is_left_to_a_person_whole() -> None:
    """Train V2 is on for a whole script: half of its sweeps cannot go there."""
    result = chosen(TWO, Choice(safety=Safety.SAFE))
    assert result.after == TWO
    assert [(one.code, one.place.line, one.reason) for one in result.findings] == [
        (
            "RTM101",
            13,
            "Tuner(trainer) becomes Tuner(train_driver_fn); this may differ: Another sweep of the"
            " file does, and they run on one Train.",
        ),
        (
            "RTM101",
            20,
            "Tuner(trainer) becomes Tuner(train_driver_fn); this may differ:"
            " HyperBandForBOHB pauses or clones trials, and was not compared with"
            " Train V1. Trials, and the experiment's default folder, are named"
            " train_driver_fn_... instead of TorchTrainer_...."
            " Below Ray 2.51 the script that runs this must set RAY_TRAIN_V2_ENABLED=1.",
        ),
    ]
    assert {one.advice for one in result.findings} == {
        "Run without --safe-only, and review the change."
    }


# By a comment


@pytest.mark.parametrize(
    ("line", "commented"),
    [
        (CALL, f"    # raytune-migrate: ignore[RTM101]\n{CALL}"),
        (CALL, f"    # raytune-migrate: ignore\n    # (it stays on V1)\n\n{CALL}"),
        (CALL, f"    # see above  # Raytune-Migrate: ignore[rtm101]\n{CALL}"),
        (CALL, f"    # raytune-migrate: ignore[RTM101], until the cluster is new\n{CALL}"),
        (CALL, f"    # raytune-migrate: ignore: it stays on V1\n{CALL}"),
        ('"lr": 1}})', '"lr": 1}})  # raytune-migrate: ignore[RTM101]'),
        (
            "tune.Tuner(trainer, ",
            "tune.Tuner(\n        trainer,  # raytune-migrate: ignore[RTM101]\n        ",
        ),
    ],
)
def test_a_comment_keeps_a_sweep_as_it_is(line: str, commented: str) -> None:
    source = SWEEP.replace(line, commented)
    assert source != SWEEP
    result = chosen(source, Choice())
    assert (result.after, result.findings) == (source, ())
    assert ("RTM101", Why.SUPPRESSED) in why(result)


IN_FULL = "Name codes in full, as in ignore[RTM101]; `raytune-migrate rules` lists them."
WORDS = (
    "Write `# raytune-migrate: ignore[RTM101]` above a statement or behind it, or"
    " `# raytune-migrate: skip-file` on a line of its own."
)


@pytest.mark.parametrize(
    ("comment", "reason", "advice"),
    [
        ("ignore", "There is no need to ignore anything here.", "Remove the comment."),
        ("ignore[RTM901]", "There is no need to ignore RTM901 here.", "Remove the comment."),
        *(
            (f"ignore[{code}]", f"There is no rule {code}, so that this ignores nothing.", IN_FULL)
            for code in ("RTM1", "RTM999", "E501")
        ),
        *(
            (words, "This comment is not understood, and keeps nothing as it is.", WORDS)
            for words in ("ignore[RTM101", "ignored", "ignore-file", "noqa", "skip_file", "")
        ),
    ],
)
def test_a_comment_that_suppresses_nothing(comment: str, reason: str, advice: str) -> None:
    source = SWEEP.replace("def sweep", f"# raytune-migrate: {comment}\ndef sweep")
    result = chosen(source, Choice())
    assert [one.code for one in result.changes] == ["RTM101", "RTM105"]
    assert [(one.code, one.place.line, one.reason, one.advice) for one in result.findings] == [
        ("RTM900", 10, reason, advice)
    ]
    assert "TODO" not in result.after


def test_a_code_too_many_in_a_comment() -> None:
    source = SWEEP.replace(CALL, f"    # raytune-migrate: ignore[RTM101, RTM902]\n{CALL}")
    result = chosen(source, Choice())
    assert result.after == source
    assert [(one.code, one.advice) for one in result.findings] == [
        ("RTM900", "Remove RTM902 from the comment.")
    ]


def test_a_code_beside_one_that_is_none() -> None:
    source = SWEEP.replace(CALL, f"    # raytune-migrate: ignore[RTM101, RTM10]\n{CALL}")
    result = chosen(source, Choice())
    assert result.after == source
    assert [(one.code, one.advice) for one in result.findings] == [("RTM900", IN_FULL)]


def test_a_finding_is_suppressed_too() -> None:
    source = """\
    from ray import tune
    from ray.train.horovod import HorovodTrainer

    trainer = HorovodTrainer(loop)  # raytune-migrate: ignore[RTM902]
    tune.Tuner(trainer).fit()
    """
    result = chosen(source, Choice())
    assert (result.findings, result.after) == ((), result.before)
    assert why(result) == [("RTM902", Why.SUPPRESSED)]


def test_what_two_sweeps_share_goes_with_the_one_that_is_left() -> None:
    call = "    return tune.Tuner(trainer, param_space=space"
    broken = call.replace("(trainer, ", "(\n        trainer,  # raytune-migrate: ignore\n        ")
    source = TWO.replace(call, broken)
    result = chosen(source, Choice())
    assert "train.report(" in result.after
    assert [one.code for one in result.changes].count("RTM101") == 1
    assert "        trainer,  # raytune-migrate: ignore\n" in result.after
    check_stands(result)


# By decision


def test_decided_against_is_known_by_the_statement_not_by_its_line() -> None:
    sweep = next(one for one in migrated(TWO).changes if one.code == "RTM101")
    moved = "# A line more.\n\n" + TWO
    result = chosen(moved, Choice(against=frozenset({anchor(sweep)})))
    assert "    trainer = TorchTrainer(train_loop)\n    return tune.Tuner(trainer, param_space" in (
        result.after
    )
    assert [one.code for one in result.changes].count("RTM101") == 1
    assert ("RTM101", Why.DECIDED) in why(result)


def test_put_off_with_a_mark_in_the_code() -> None:
    sweep = next(one for one in migrated(SWEEP).changes if one.code == "RTM101")
    key = frozenset({anchor(sweep)})
    result = chosen(SWEEP, Choice(against=key, marked=key))
    mark = (
        "    # TODO(raytune-migrate): RTM101 Tuner(trainer) becomes Tuner(train_driver_fn)."
        f" {sweep.link}\n"
    )
    assert result.after == SWEEP.replace(CALL, mark + CALL)
    assert result.status is Status.WORK_LEFT
    assert [(one.code, one.place.line) for one in result.findings] == [("RTM101", 12)]
    assert [(one.code, one.place.line) for one in result.remaining] == [("RTM101", 13)]


def test_suppressed_with_a_comment_in_the_code() -> None:
    sweep = next(one for one in migrated(SWEEP).changes if one.code == "RTM101")
    key = frozenset({anchor(sweep)})
    result = chosen(SWEEP, Choice(against=key, suppressed=key))
    assert result.after == SWEEP.replace(CALL, f"    # raytune-migrate: ignore[RTM101]\n{CALL}")
    assert chosen(result.after, Choice()).after == result.after


# Marks in the code

SKIPPED = """\
from ray import tune
from ray.train.horovod import HorovodTrainer

trainer = HorovodTrainer(loop)
tune.Tuner(trainer).fit()
"""


def test_a_statement_is_marked_once_for_each_reason() -> None:
    source = """\
from ray.train.huggingface import AccelerateTrainer, TransformersTrainer
"""
    result = chosen(source, Choice(), Todo.EVERYWHERE)
    names = [line.split()[7] for line in result.after.splitlines()[:-1]]
    huggingface = "ray.train.huggingface"
    assert names == [f"{huggingface}.AccelerateTrainer.", f"{huggingface}.TransformersTrainer."]
    again = chosen(result.after, Choice(), Todo.EVERYWHERE)
    assert again.after == result.after


def test_files_that_are_skipped_are_marked_on_request() -> None:
    assert chosen(SKIPPED, Choice()).after == SKIPPED
    result = chosen(SKIPPED, Choice(), Todo.EVERYWHERE)
    lines = result.after.splitlines()
    assert [line for line in lines if not line.startswith("# TODO")] == SKIPPED.splitlines()
    assert lines[3].startswith("# TODO(raytune-migrate): RTM902 ")
    assert result.status is Status.WORK_LEFT
    assert [one.place.line for one in result.remaining] == [5]
    again = chosen(result.after, Choice(), Todo.EVERYWHERE)
    assert again.after == result.after


def test_a_mark_is_found_among_other_comments_above_its_statement() -> None:
    marked = chosen(SKIPPED, Choice(), Todo.EVERYWHERE).after
    for comment in ("# to be done in May\n", "# TODO(raytune-migrate): RTM105 Cap it. https://x\n"):
        commented = marked.replace("trainer = ", f"{comment}trainer = ")
        assert chosen(commented, Choice(), Todo.EVERYWHERE).after == commented


def test_no_file_is_marked_on_request() -> None:
    mixed = SWEEP + "\n\n" + SKIPPED.replace("trainer", "horovod")
    assert "TODO" in chosen(mixed, Choice()).after
    result = chosen(mixed, Choice(), Todo.NOWHERE)
    assert "TODO" not in result.after
    assert result.status is Status.WORK_LEFT
