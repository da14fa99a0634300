"""Code for several releases of Ray: what a test of the release comes to, and what names denote."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from migrating import changed, check_unchanged, migrated
from projecting import check

from raytune_migrate.module.parsed import parse
from raytune_migrate.module.releases import holds

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import os

import ray
from packaging import version
from packaging.version import Version, parse
from ray.train.v2._internal import constants
from ray.train.v2._internal.constants import is_v2_enabled
from settings import enabled, mode

RAY = Version(ray.__version__)
OLD = Version("2.7")
IS_NEW = RAY >= OLD
IS_ON = is_v2_enabled()
WANTED = IS_NEW and IS_ON
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("True", None),
        ("config['new'] >= '2.7'", None),
        ("ray.__version__ == '2.7'", None),
        ("ray.__version__ >= newest()", None),
        ("ray.__version__ >= '2.50'", None),
        ("Version('1.0') < Version('2.7')", None),
        ("'2.7' <= RAY <= '2.9'", None),
        ("other.__version__ >= '2.7'", None),
        ("ray.__version__ >= '2.7'", True),
        ("ray.__version__ < '2.7'", False),
        ("Version(ray.__version__) > Version('2.43.0')", True),
        ("version.parse(ray.__version__) <= version.parse('2.6')", False),
        ("parse('2.7') <= parse(ray.__version__)", True),
        ("RAY >= OLD", True),
        ("not RAY >= OLD", False),
        ("IS_NEW", True),
        ("not IS_NEW", False),
        ("tuple(map(int, ray.__version__.split('.')[:2])) >= (2, 7)", True),
        ("RAY >= OLD and mode.new", None),
        ("RAY < OLD or mode.old", None),
        ("RAY >= OLD or mode.new", True),
        ("RAY < OLD and mode.old", False),
        ("RAY >= OLD and is_v2_enabled()", True),
        ("not (RAY >= OLD and IS_ON)", False),
        ("WANTED", True),
        ("enabled()", None),
        ("os.environ['RAY_TRAIN_V2_ENABLED'] == mode", None),
        ("os.environ['RAY_TRAIN_V2_ENABLED'] > '0'", None),
        ("os.environ['RAY_TRAIN_V2_ENABLED'] in ('0', '1')", None),
        ("os.environ['OTHER'] == '1'", None),
        ("is_v2_enabled()", True),
        ("constants.is_v2_enabled()", True),
        ("not is_v2_enabled()", False),
        ("IS_ON", True),
        ("os.environ.get('RAY_TRAIN_V2_ENABLED', '1') == '1'", True),
        ("os.getenv('RAY_TRAIN_V2_ENABLED', 'false').lower() in ('1', 'true')", True),
        ("os.getenv('RAY_TRAIN_V2_ENABLED') != '0'", True),
        ("int(os.getenv('RAY_TRAIN_V2_ENABLED', 0)) == 0", False),
    ],
)
def test_whether_it_holds_with_every_release_that_has_train_v2(
    test: str, expected: bool | None
) -> None:
    parsed = parse(f"{HEAD}if {test}:\n    pass\n")
    (statement,) = parsed.of(cst.If)
    assert holds(parsed, statement.test) is expected


def test_another_ray() -> None:
    parsed = parse("from project import ray\nif ray.__version__ >= '2.7':\n    pass\n")
    assert holds(parsed, parsed.of(cst.If)[0].test) is None


SWEEP = """\
import ray
from packaging.version import Version
from ray import tune
from ray.train.torch import TorchTrainer

if {test}:
    {first}
else:
    {second}


def loop(config):
    session.report({{"loss": 0}})
    print(session.get_context().get_trial_id())


tuner = tune.Tuner(
    TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
)
"""
NEW, FORMER = "from ray import train as session", "from ray.air import session"


@pytest.mark.parametrize(
    "text",
    [
        SWEEP.format(test='ray.__version__ >= "2.7"', first=NEW, second=FORMER),
        SWEEP.format(test='ray.__version__ < "2.7"', first=FORMER, second=NEW),
    ],
)
def test_a_name_is_that_of_the_releases_with_train_v2(text: str) -> None:
    result = migrated(text)
    assert changed(result) == ["RTM302", "RTM101"]
    assert "print(trial_info().trial_id)" in result.after
    assert NEW in result.after
    assert FORMER in result.after


def test_what_the_release_does_not_decide() -> None:
    result = migrated(SWEEP.format(test="config.NEW", first=NEW, second=FORMER))
    assert "print(session.get_context().get_trial_id())" in result.after


def test_imports_for_each_release_stay() -> None:
    check_unchanged(
        """\
        import ray

        if ray.__version__ < "2.7":
            from ray.air.checkpoint import Checkpoint
        else:
            from ray.train import Checkpoint

        print(Checkpoint.from_directory("x"))
        """
    )


def test_what_only_an_older_ray_runs_is_left() -> None:
    result = migrated(
        """\
        import ray
        from packaging.version import Version
        from ray import tune
        from ray.train.torch import TorchTrainer

        IS_NEW = Version(ray.__version__) >= Version("2.7")
        if IS_NEW:
            from ray.train import get_context, report
        else:
            from ray.air.session import report

            def get_context():
                from ray.air import session

                return session


        def loop(config):
            if IS_NEW:
                report({"rank": get_context().get_world_rank()})
            else:
                report({"rank": ray.air.session.get_world_rank()})


        tuner = tune.Tuner(TorchTrainer(loop))
        """
    )
    assert (changed(result), result.findings) == (["RTM101", "RTM105"], ())
    before, _, _ = result.before.partition("tuner =")
    assert before[before.index("IS_NEW") :].rstrip() in result.after


def test_a_context_that_another_module_has_for_several_releases(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- compat.py
        import ray
        from packaging.version import Version

        RAY = Version(ray.__version__)
        if RAY >= Version("2.7"):
            from ray.train import get_context, report
        else:
            from ray.air.session import report

            def get_context():
                from ray.air import session

                return session
        --- loops.py
        from ray.train.torch import TorchTrainer

        from compat import get_context, report


        def loop(config):
            report({"trial": get_context().get_trial_id()})


        def build():
            return TorchTrainer(loop)
        --- sweep.py
        from ray import tune

        from loops import build

        tune.Tuner(build(), run_config=None).fit()
        """,
        """
        --- loops.py
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_info

        from compat import report


        def loop(config):
            report({"trial": trial_info().trial_id})


        def build():
            return TorchTrainer(loop)
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        from loops import build

        trainer = build()
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )


_BOTH = """\
import ray
from packaging.version import Version
from project import loop, train_driver_fn
from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer
from ray.train.v2._internal.constants import is_v2_enabled

NEW = Version(ray.__version__) >= Version("2.51")


def sweep(space, trainer=None):
"""


@pytest.mark.parametrize(
    "body",
    [
        """\
        if is_v2_enabled():
            tuner = tune.Tuner(train_driver_fn, param_space=space)
        else:
            trainer = TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
            tuner = tune.Tuner(trainer, param_space=space, run_config=RunConfig(verbose=1))
        return tuner.fit()
        """,
        """\
        if NEW:
            return tune.Tuner(train_driver_fn, param_space=space).fit()
        trainer = TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
        return tune.Tuner(trainer, param_space=space).fit()
        """,
        """\
        if not NEW:
            return TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1})).fit().metrics
        return tune.Tuner(train_driver_fn, param_space=space).fit()
        """,
        """\
        trainable = train_driver_fn if NEW else TorchTrainer(loop)
        return tune.Tuner(trainable, param_space=space).fit()
        """,
        """\
        for path in space if not NEW else ():
            tune.Tuner.restore(path, trainable=TorchTrainer(loop)).fit() if not NEW else None
        """,
    ],
)
def test_a_sweep_where_there_is_one_for_train_v2_too(body: str) -> None:
    check_unchanged(_BOTH + indent(dedent(body), "    "))


@pytest.mark.parametrize(
    "test",
    [
        "space",
        "NEW",
        "not mode.old",
        'Version(ray.__version__) >= Version("2.60")',
        # which pins the code, and says so when it runs
        "NEW:\n        raise SystemExit(1)\n    if True",
        "NEW:\n        raise SystemExit(1)\n    elif True",
        "NEW:\n        raise SystemExit(1)\n    else",
    ],
)
def test_a_sweep_that_train_v2_sees(test: str) -> None:
    sweep = "return tune.Tuner(TorchTrainer(loop), param_space=space).fit()"
    result = migrated(f"{_BOTH}    if {test}:\n        {sweep}\n")
    assert "RTM101" in changed(result)
