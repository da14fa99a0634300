"""Configs of which it cannot be seen who is given them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import (
    changed,
    check_finding,
    check_migrated,
    check_unchanged,
    migrated,
    said,
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray import train, tune

            CONFIG = train.RunConfig(name="a", failure_config=train.FailureConfig(max_failures=2))
            STRICT = tune.FailureConfig(fail_fast=True)
            TUNES = tune.RunConfig(stop={"loss": 1}, failure_config=STRICT)
            """,
            id="what each of the two takes",
        ),
        pytest.param(
            """\
            from mine.air import RunConfig

            CONFIG = RunConfig(name="a")
            """,
            id="another package",
        ),
        pytest.param(
            """\
            from ray.air import RunConfig

            NAME = RunConfig(name="a").name
            """,
            id="a field of one",
        ),
        pytest.param(
            """\
            from ray import air
            from raytune_runtime import tune_run_config

            config = air.RunConfig(name="a", failure_config=air.FailureConfig(max_failures=2))
            converted = tune_run_config(config)
            """,
            id="one that the runtime converts",
        ),
        pytest.param(
            """\
            from ray import train
            from mine import callback

            CONFIG = train.RunConfig(callbacks=[callback])
            """,
            id="callbacks that Train V2 may take",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(source)


def test_configs_that_are_seen_to_be_given() -> None:
    result = migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        def config():
            checkpoints = air.CheckpointConfig(num_to_keep=2)
            return air.RunConfig(name="a", checkpoint_config=checkpoints)


        TorchTrainer(print, run_config=config()).fit()
        tune.Tuner(print, run_config=air.RunConfig(stop={"loss": 1})).fit()
        keep = air.CheckpointConfig(num_to_keep=2)
        tune.run(print, checkpoint_config=keep)
        """
    )
    assert (changed(result), said(result)) == (["RTM201", "RTM203", "RTM203"], [])


def test_one_class_for_both() -> None:
    result = check_finding(
        """\
        from ray import air


        def config():
            return air.RunConfig(
                name="a", failure_config=air.FailureConfig(max_failures=2), stop={"loss": 1}
            )


        KEEP = air.CheckpointConfig(num_to_keep=2)
        """,
        (5, "RTM504"),
        (10, "RTM504"),
    )
    assert result.findings[0].reason == (
        "Whether a trainer or a Tuner is given this RunConfig cannot be seen."
    )


def test_what_raises_by_itself() -> None:
    result = check_finding(
        """\
        from ray import train

        CONFIG = train.RunConfig(
            name="a", verbose=1, failure_config=train.FailureConfig(fail_fast=True)
        )
        """,
        (3, "RTM504"),
        (4, "RTM504"),
    )
    assert result.findings[0].reason == (
        "Under Train V2 the RunConfig of ray.train raises for verbose."
    )


def test_one_that_a_function_gets_within_a_call_that_takes_configs() -> None:
    """What the function makes of it is seen; that it raises before is not."""
    check_finding(
        """\
        from ray import tune
        from ray.train import FailureConfig
        from raytune_runtime import tune_run_config


        def run_config(**more):
            return tune.RunConfig(name="a", **more)


        twice = tune_run_config(run_config(failure_config=FailureConfig(max_failures=2)))
        strict = tune_run_config(run_config(failure_config=FailureConfig(fail_fast=True)))
        """,
        (11, "RTM504"),
    )


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("run_config=copy.copy(train.RunConfig(stop={'loss': 1}))", id="copied"),
        pytest.param("**dict(run_config=train.RunConfig(stop={'loss': 1}))", id="in a dict"),
    ],
)
def test_one_that_is_seen_to_come_through_a_call(given: str) -> None:
    result = migrated(
        f"""\
        import copy
        from ray import train, tune

        tune.Tuner(print, {given}).fit()
        """
    )
    assert (changed(result), said(result)) == (["RTM203"], [])


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("run_config=named(train.RunConfig(stop={'loss': 1}))", id="changed"),
        pytest.param(
            "**dict(zip(['run_config'], [train.RunConfig(stop={'loss': 1})]))", id="unpacked"
        ),
    ],
)
@pytest.mark.parametrize("taker", ["TorchTrainer(print, {}).fit()", "tune.Tuner(print, {}).fit()"])
def test_one_that_a_call_out_of_sight_hands_on(taker: str, given: str) -> None:
    check_finding(
        f"""\
        from mine import named
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        {taker.format(given)}
        """,
        (5, "RTM504"),
    )


def test_arguments_that_cannot_be_seen() -> None:
    result = check_finding(
        """\
        from ray import train


        class Place:
            def run_config(self, name, **more):
                return train.RunConfig(name=name, storage_path=self.storage, **more)
        """,
        (6, "RTM504"),
    )
    assert result.findings[0].reason == (
        "Neither all arguments of this RunConfig can be seen, nor who is given it."
    )


def test_arguments_that_cannot_be_seen_of_a_config_that_is_given() -> None:
    result = migrated(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def run_config(name, **more):
            return train.RunConfig(name=name, **more)


        TorchTrainer(print, run_config=run_config("a")).fit()
        """
    )
    assert said(result) == []


def test_a_config_in_a_dict_that_only_goes_to_tune() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.air import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer

        KEPT = {"checkpoint_config": CheckpointConfig(num_to_keep=1)}

        trainer = TorchTrainer(print)
        tune.Tuner(trainer, run_config=RunConfig(name="a", **KEPT)).fit()
        """
    )
    assert (changed(result), said(result)) == (["RTM101", "RTM105", "RTM501"], [])
    assert 'run_config=tune_run_config(tune.RunConfig(name="a", **KEPT))' in result.after


def test_a_name_for_several_configs_that_only_go_to_tune() -> None:
    check_migrated(
        """\
        from ray.air import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def main(mode, options):
            if mode == "one":
                failures = FailureConfig(max_failures=1)
                run_config = RunConfig(**options, failure_config=failures)
                TorchTrainer(loop, run_config=run_config).fit()
            else:
                failures = FailureConfig(max_failures=2)
                run_config = RunConfig(**options, failure_config=failures)
                TorchTrainer(loop, run_config=run_config).fit()
        """,
        """\
        from ray import tune
        from ray.air import FailureConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config


        def loop(config):
            pass


        def main(mode, options):
            if mode == "one":
                failures = FailureConfig(max_failures=1)
                run_config = tune.RunConfig(**options, failure_config=failures)
                fit_as_trial(TorchTrainer(loop, run_config=train_run_config(run_config)))
            else:
                failures = FailureConfig(max_failures=2)
                run_config = tune.RunConfig(**options, failure_config=failures)
                fit_as_trial(TorchTrainer(loop, run_config=train_run_config(run_config)))
        """,
    )


def test_a_class_that_something_is_given_to_make_one_of() -> None:
    """In a module that names Tune alone; that of ray.air still works there."""
    check_finding(
        """\
        from ray import air, train, tune

        from project import Parser, objective

        parser = Parser()
        parser.add_class_arguments(train.RunConfig, "run_config")
        parser.add_class_arguments(air.FailureConfig, "failure_config")
        parser.add_class_arguments(train.SyncConfig, "sync_config")
        config = parser.parse()
        tune.Tuner(objective, run_config=config.run).fit()
        """,
        (6, "RTM504"),
    )


def test_a_class_that_something_is_given_beside_a_trainer() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import Parser, loop

        parser = Parser()
        parser.add_class_arguments(train.RunConfig, "run_config")
        TorchTrainer(loop, run_config=parser.parse().run_config).fit()
        tune.Tuner(lambda config: None).fit()
        """
    )


@pytest.mark.parametrize(
    ("base", "given"),
    [
        pytest.param(
            "train.RunConfig", 'TorchTrainer(loop, run_config=Own(name="a")).fit()', id="fit"
        ),
        pytest.param(
            "tune.RunConfig", "tune.Tuner(trainer(), run_config=Own()).fit()", id="Tune's"
        ),
        pytest.param("air.RunConfig", "tune.Tuner(trainer(), run_config=Own()).fit()", id="V1's"),
    ],
)
def test_classes_of_run_configs_that_do_no_harm(base: str, given: str) -> None:
    assert said(migrated(_own_class(base, given))) == []


def test_a_class_of_run_configs_that_a_tuner_is_given() -> None:
    """That of Train V2 raises for ``stop``, and where it is set later it is lost."""
    result = migrated(
        _own_class("train.RunConfig", "tune.Tuner(trainer(), run_config=Own(stop={'a': 1})).fit()")
    )
    assert said(result) == [(6, "RTM504")]


def _own_class(base: str, given: str) -> str:
    return dedent(
        f"""\
        from ray import air, train, tune
        from ray.train.torch import TorchTrainer
        from work import loop


        class Own({base}):
            pass


        def trainer():
            return TorchTrainer(loop)


        {given}
        """
    )
