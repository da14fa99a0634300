"""New code in the file's own indentation, quotes and newlines, and in the project's settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import black
import pytest
from migrating import PROJECT, check_migrated, migrated

from raytune_migrate.editing.layout import dedented, formatted, layout, longest_line
from raytune_migrate.module.parsed import parse
from raytune_migrate.project import Project


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        pytest.param("", '"', id="nothing to go by"),
        pytest.param("x = 'a'\n", "'", id="single"),
        pytest.param('x = "a"\n', '"', id="double"),
        pytest.param('x = "a", "b", \'c\'\n', '"', id="mostly double"),
    ],
)
def test_quotes_are_the_files_own(source: str, quote: str) -> None:
    assert layout(parse(source), PROJECT).literal("k") == f"{quote}k{quote}"


@pytest.mark.parametrize(
    ("source", "indent"),
    [
        pytest.param("x = 1\n", "    ", id="nothing to go by"),
        pytest.param("if x:\n  y = 1\n", "  ", id="two spaces"),
        pytest.param("if x:\n\ty = 1\n", "\t", id="tabs"),
    ],
)
def test_indentation_is_the_files_own(source: str, indent: str) -> None:
    assert layout(parse(source), PROJECT).indent == indent


def test_code_is_moved_to_its_indentation() -> None:
    style = layout(parse("if x:\n\ty = 1\n"), PROJECT)
    assert (
        formatted("def f():\n    return {'a': 1}", "\t", style) == '\tdef f():\n\t\treturn {"a": 1}'
    )


def test_a_line_breaks_where_the_indentation_makes_it_too_long() -> None:
    style = layout(parse(""), replace(PROJECT, line_length=32))
    code = "call(first, second, third)"
    broken = ("call(", "    first, second, third", ")")
    assert formatted(code, "", style) == code
    assert formatted(code, " " * 8, style) == "\n".join(" " * 8 + one for one in broken)


def test_the_inside_of_a_string_does_not_move() -> None:
    style = layout(parse(""), PROJECT)
    code = 'f("""one\n  two\n""", 1)'
    assert (
        formatted(code, "    ", style) == '    f(\n        """one\n  two\n""",\n        1,\n    )'
    )


def test_a_statement_goes_to_the_margin_without_its_strings() -> None:
    text = 'x = f(\n        """one\n    two\n""",\n    )'
    assert dedented(text, "    ") == 'x = f(\n    """one\n    two\n""",\n)'


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("a\r\nbcd\r\n", 3), ("a\rbc", 2), ("ä\n", 1)]
)
def test_the_longest_line(text: str, length: int) -> None:
    assert longest_line(text) == length


SWEEP = """
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def sweep():
    trainer = TorchTrainer(
        loop,
        train_loop_config={"epochs": 5, "optimizer": {"name": "adam", "lr": 1e-3}},
        scaling_config=ScalingConfig(num_workers=2),
    )
    return tune.Tuner(
        trainer,
        param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
        tune_config=tune.TuneConfig(metric="loss", mode="min"),
    )
"""


@pytest.mark.parametrize("line_length", [60, 79, 88, 100, 120])
def test_what_black_has_formatted_stays_formatted(line_length: int) -> None:
    mode = black.Mode(line_length=line_length)
    project = Project(root=Path("/"), line_length=line_length)
    after = migrated(black.format_str(SWEEP, mode=mode), project).after
    assert "train_driver_fn" in after
    assert black.format_str(after, mode=mode) == after


def test_an_argument_grows_no_longer_than_it_was_or_may_be() -> None:
    long = "hint=[" + "'x', " * 30 + "]"  # none of black's
    line = '        tune_config=tune.TuneConfig(metric="loss", mode="min"),\n'
    after = migrated(SWEEP.replace(line, f"{line}        {long},\n")).after
    assert f"        {long},\n" in after
    assert (
        """
        tune_config=tune.TuneConfig(
            metric="loss",
            mode="min",
            max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2)),
        ),
"""
        in after
    )


def test_the_trailing_comma_of_the_project() -> None:
    project = Project(root=Path("/"), magic_trailing_comma=False)
    mode = black.Mode(magic_trailing_comma=False)
    after = migrated(black.format_str(SWEEP, mode=mode), project).after
    assert black.format_str(after, mode=mode) == after


def test_quotes_that_the_project_lets_be() -> None:
    project = Project(root=Path("/"), string_normalization=False)
    after = migrated(SWEEP.replace('"epochs"', "'epochs'"), project).after
    assert "{'epochs': 5, \"optimizer\"" in after


@pytest.mark.parametrize("indent", ["  ", "\t", "        "])
def test_every_indentation_is_one_unit_of_the_file(indent: str) -> None:
    before = SWEEP.replace("    ", indent)
    after = migrated(before).after
    for line in after.splitlines():
        body = line.lstrip(" \t")
        margin = line[: len(line) - len(body)]
        assert margin == indent * (len(margin) // len(indent)), line
    assert "train_driver_fn" in after


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_is_the_files(newline: str) -> None:
    before = SWEEP.lstrip("\n").replace("\n", newline)
    after = migrated(before).after
    assert "train_driver_fn" in after
    assert after == migrated(SWEEP).after.replace("\n", newline)


def test_a_missing_newline_at_the_end_stays_missing() -> None:
    after = migrated(SWEEP.rstrip("\n")).after
    assert after == migrated(SWEEP).after.rstrip("\n")


def test_of_arguments_within_each_other_the_inner_one_is_parted() -> None:
    check_migrated(
        """\
        import os

        from ray import air, tune


        def sweep(objective, dataset):
            return tune.Tuner(
                objective,
                run_config=air.RunConfig(
                    local_dir=f"./results_of_the_scripts/offline/{dataset.name}",
                    checkpoint_config=air.CheckpointConfig(
                        checkpoint_frequency=1
                    )
                )
            )
        """,
        """\
        import os

        from ray import tune


        def sweep(objective, dataset):
            return tune.Tuner(
                objective,
                run_config=tune.RunConfig(
                    storage_path=os.path.abspath(
                        f"./results_of_the_scripts/offline/{dataset.name}"
                    ),
                    checkpoint_config=tune.CheckpointConfig(
                        checkpoint_frequency=1
                    )
                )
            )
        """,
    )


def test_calls_that_formatters_are_told_to_leave() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        # fmt: off
        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space = {"train_loop_config": {"lr": tune.uniform(0, 1),
                                                 "wd": tune.uniform(0, 1)}},
            tune_config = tune.TuneConfig(metric = "loss", mode = "min", num_samples = 2000),
        )
        # fmt: on
        TorchTrainer(loop, scaling_config = ScalingConfig(trainer_resources = {}, num_workers = 2, use_gpu = False))  # fmt: skip
        """,  # noqa: E501
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        # fmt: off


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space = {"train_loop_config": {"lr": tune.uniform(0, 1),
                                                 "wd": tune.uniform(0, 1)}},
            tune_config = tune.TuneConfig(metric = "loss", mode = "min", num_samples = 2000, max_concurrent_trials=max_concurrent_trials(ScalingConfig())),
        )
        # fmt: on
        TorchTrainer(loop, scaling_config = ScalingConfig(num_workers = 2, use_gpu = False))  # fmt: skip
        """,  # noqa: E501
    )
