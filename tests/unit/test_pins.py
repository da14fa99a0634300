"""A deliberate RAY_TRAIN_V2_ENABLED=0 is respected, and said at its line."""

from __future__ import annotations

from dataclasses import replace
from textwrap import indent

import pytest
from migrating import PROJECT, check_finding, check_migrated, check_unchanged, migrated, said

from raytune_migrate.settings.options import Pins


def test_the_flag_is_on() -> None:
    check_unchanged(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"
        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "true")
        """,
    )


def test_the_flag_is_read() -> None:
    check_unchanged(
        """\
        import os

        if os.environ["RAY_TRAIN_V2_ENABLED"] == "0":
            print(os.environ.get("RAY_TRAIN_V2_ENABLED", "0"))
        """,
    )


def test_another_flag_is_off() -> None:
    check_unchanged(
        """\
        import os

        os.environ["RAY_TRAIN_V2"] = "0"
        os.environ["MY_RAY_TRAIN_V2_ENABLED"] = "0"
        """,
    )


def test_the_flag_is_off_in_a_comment() -> None:
    check_unchanged(
        """\
        # RAY_TRAIN_V2_ENABLED=0
        HELP = 'os.environ["RAY_TRAIN_V2_ENABLED"] = "0"'
        """,
    )


def test_the_flag_is_taken_away() -> None:
    check_unchanged(
        """\
        import os

        os.environ.pop("RAY_TRAIN_V2_ENABLED", None)
        del os.environ["RAY_TRAIN_V2_ENABLED"]
        """,
    )


def test_an_item_of_the_environment() -> None:
    check_finding(
        """\
        import os
        from os import environ

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"
        environ["RAY_TRAIN_V2_ENABLED"] = "False"
        """,
        (4, "RTM906"),
        (5, "RTM906"),
    )


def test_calls() -> None:
    check_finding(
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "0")
        os.putenv("RAY_TRAIN_V2_ENABLED", "false")
        os.environ.update({"RAY_TRAIN_V2_ENABLED": "0"})
        """,
        (3, "RTM906"),
        (4, "RTM906"),
        (5, "RTM906"),
    )


def test_a_fixture_of_pytest() -> None:
    check_finding(
        """\
        def test_old(monkeypatch):
            monkeypatch.setenv("RAY_TRAIN_V2_ENABLED", "0")
        """,
        (2, "RTM906"),
    )


def test_the_environment_of_the_cluster() -> None:
    check_finding(
        """\
        import ray

        ray.init(runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "0"}})
        """,
        (3, "RTM906"),
    )


def test_keywords() -> None:
    check_finding(
        """\
        import os

        os.environ.update(RAY_TRAIN_V2_ENABLED="0")
        env = dict(os.environ, RAY_TRAIN_V2_ENABLED="0")
        """,
        (3, "RTM906"),
        (4, "RTM906"),
    )


def test_two_targets_at_once() -> None:
    check_finding(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = os.environ["OTHER"] = "0"
        """,
        (3, "RTM906"),
    )


def test_the_name_in_a_constant() -> None:
    check_finding(
        """\
        import os

        FLAG = "RAY_TRAIN_V2_ENABLED"
        os.environ[FLAG] = "0"
        """,
        (4, "RTM906"),
    )


def test_a_pinned_sweep_is_left_alone() -> None:
    check_finding(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tune.Tuner(TorchTrainer(loop)).fit()
        """,
        (3, "RTM906"),
    )


def test_pins_are_removed_on_request() -> None:
    check_migrated(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer

        ray.init(runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "0"}})


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

        import ray
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        ray.init(runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "1"}})


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        project=replace(PROJECT, pins=Pins.REMOVE, line_length=100),
    )


def test_a_pin_without_a_sweep_stays_on_request_too() -> None:
    check_unchanged(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"
        """,
        project=replace(PROJECT, pins=Pins.REMOVE),
    )


_REFUSING = """\
import os
import sys
import ray
from ray import tune
from ray.train.torch import TorchTrainer


def sweep(loop, space, old):
{guard}
    return tune.Tuner(TorchTrainer(loop), param_space=space).fit()
"""


@pytest.mark.parametrize(
    "guard",
    [
        # which is wrong with both, or with Train V1
        'if os.environ.get("RAY_TRAIN_V2_ENABLED") not in ("0", "1"):\n    raise ValueError',
        'if os.environ.get("RAY_TRAIN_V2_ENABLED") == "0":\n    raise ValueError',
        "assert os.environ.get('RAY_TRAIN_V2_ENABLED') == '1'",
        'if "RAY_TRAIN_V2_ENABLED" not in os.environ:\n    raise ValueError',
        # which is said, and no more
        'if os.environ.get("RAY_TRAIN_V2_ENABLED") != "0":\n    print("use Train V1")',
        'if old and os.environ.get("RAY_TRAIN_V2_ENABLED") != "0":\n    raise ValueError',
        # which says which Ray, not which Train
        'if ray.__version__ < "2.40":\n    raise ValueError',
        'if ray.__version__ > "2.50":\n    raise ValueError("RAY_TRAIN_V2_ENABLED")',
    ],
)
def test_what_refuses_something_else(guard: str) -> None:
    result = migrated(_REFUSING.format(guard=indent(guard, "    ")))
    assert "RTM101" in {one.code for one in result.changes}
    assert "RTM906" not in {code for _, code in said(result)}


_V1_ALONE = [
    'if os.environ.get("RAY_TRAIN_V2_ENABLED") != "0":\n    raise ValueError',
    'on = os.environ.get("RAY_TRAIN_V2_ENABLED") in ("1", "true")\nif on:\n    raise ValueError',
    'if os.environ["RAY_TRAIN_V2_ENABLED"] == "0":\n    old = 1\nelse:\n    raise ValueError',
    'assert os.environ.get("RAY_TRAIN_V2_ENABLED") == "0", "Train V1 only"',
    'if os.environ.get("RAY_TRAIN_V2_ENABLED") != "0":\n    print("old")\n    sys.exit(1)',
]


@pytest.mark.parametrize("guard", _V1_ALONE)
def test_code_that_refuses_train_v2_is_left_alone(guard: str) -> None:
    source = _REFUSING.format(guard=indent(guard, "    "))
    line = 10 if guard.startswith("on =") else 9
    check_finding(source, (line, "RTM906"))


@pytest.mark.parametrize("guard", _V1_ALONE)
def test_what_refuses_train_v2_is_named_where_pins_are_removed(guard: str) -> None:
    source = _REFUSING.format(guard=indent(guard, "    "))
    result = migrated(source, replace(PROJECT, pins=Pins.REMOVE))
    assert "RTM101" in {one.code for one in result.changes}
    assert "RTM906" in {code for _, code in said(result)}
