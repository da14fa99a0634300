"""A flag that is set below the imports of Ray moves above them, or is reported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from migrating import changed, check_migrated, check_stands, migrated, said
from packaging.version import Version

from raytune_migrate.project import Project
from raytune_migrate.settings.options import Pins

RAY_2_51 = Project(root=Path("/"), minimum_ray=Version("2.51"))
REMOVE = Project(root=Path("/"), pins=Pins.REMOVE)

SWEEP = """\


def loop(config):
    pass


tune.Tuner(TorchTrainer(loop)).fit()
"""
IMPORTS = """\
from ray import tune
from ray.train.torch import TorchTrainer
"""


def late(*lines: str, imports: str = f"import os\n\n{IMPORTS}") -> str:
    return imports + "\n" + "".join(f"{line}\n" for line in lines) + SWEEP


def head(text: str) -> str:
    """What stands above the train loop."""
    return text.partition("\n\n\ndef loop")[0]


# What Ray does

_V1 = {**os.environ, "RAY_TRAIN_V2_ENABLED": "0"}


def printed(code: str) -> str:
    """What Ray prints where Train V2 is off from the start, as below Ray 2.51."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_V1
    )
    return done.stdout.strip()


@pytest.mark.ray
@pytest.mark.parametrize(
    ("modules", "loads"),
    [
        ("ray, ray.air, ray.air.config, ray.data, ray.runtime_env", False),
        ("ray.air.session", True),
        ("ray.air.integrations.wandb", True),
        ("ray.tune", True),
    ],
)
def test_what_reads_the_flag(modules: str, loads: bool) -> None:
    assert printed(f"import sys, {modules}; print('ray.train' in sys.modules)") == str(loads)


@pytest.mark.ray
def test_the_flag_is_read_once() -> None:
    on = "os.environ['RAY_TRAIN_V2_ENABLED'] = '1'"
    which = "from ray import train; print(hasattr(train, 'UserCallback'))"  # of Train V2 only
    assert printed(f"import os; from ray import tune; {on}; {which}") == "False"
    assert printed(f"import os; {on}; from ray import tune; {which}") == "True"


# Where nothing is moved


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            late("print(1)", imports=f'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n'
                 f"\n{IMPORTS}"),
            id="above the imports",
        ),
        pytest.param(
            late("print(1)", imports="import os\n\nimport ray\nimport ray.data\n\n"
                 f'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\n{IMPORTS}'),
            id="below imports that do not read it",
        ),
        pytest.param(
            late("print(1)", imports="import os\nfrom typing import TYPE_CHECKING\n\n"
                 "if TYPE_CHECKING:\n    from ray.train import Result\n\n"
                 f'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\n{IMPORTS}'),
            id="below an import for a type checker",
        ),
        pytest.param(
            late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"',
                 imports=f'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\n{IMPORTS}'),
            id="a second time",
        ),
        pytest.param(
            late("def on():", '    os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', "", "", "on()", "",
                 IMPORTS.strip(), imports="import os\n"),
            id="by a function above the imports",
        ),
        pytest.param(
            late("def helper():", "    from ray import tune", "", "",
                 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', "", IMPORTS.strip(),
                 imports="import os\n"),
            id="below an import in a function",
        ),
        pytest.param(late('print(os.environ["RAY_TRAIN_V2_ENABLED"])'), id="only read"),
        pytest.param(late('env = {"RAY_TRAIN_V2_ENABLED": "1"}'), id="of another process"),
        pytest.param(late('os.environ["RAY_TRAIN_V2"] = "1"', 'x = "RAY_TRAIN_V2_ENABLED"'),
                     id="another flag"),
    ],
)  # fmt: skip
def test_where_nothing_is_moved(source: str) -> None:
    result = migrated(source)
    assert said(result) == []
    assert "RTM101" in changed(result)
    assert "RTM501" not in changed(result)
    check_stands(result)


def test_ray_that_has_v2_on_does_not_need_it() -> None:
    source = late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"')
    result = migrated(source, RAY_2_51)
    assert (said(result), "RTM501" in changed(result)) == ([], False)
    assert "TorchTrainer\nfrom raytune" in result.after


# Where it moves


def test_an_item_of_the_environment() -> None:
    check_migrated(
        """\
        import os

        from ray import tune
        from ray.train.torch import TorchTrainer

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"


        def loop(config):
            pass


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            late('os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "true")  # not yet the default'),
            'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "true")'
            "  # not yet the default\n\nfrom ray import tune\n",
            id="a default, and its comment",
        ),
        pytest.param(
            late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', imports=f"{IMPORTS}import os\n"),
            'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\nfrom ray import tune\n',
            id="os comes later",
        ),
        pytest.param(
            late("# Train V2, please.", 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', "", "SEED = 1"),
            'import os\n\n# Train V2, please.\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\n'
            "from ray import tune\n",
            id="with the comment above it",
        ),
        pytest.param(
            late("# Environment", 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"',
                 'os.environ["CUDA_VISIBLE_DEVICES"] = "0"'),
            'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\nfrom ray import tune\n',
            id="not with a comment on more than it",
        ),
        pytest.param(
            late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', imports=f"import os, sys\n{IMPORTS}"),
            'import os, sys\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\nfrom ray import tune\n',
            id="os is one of several",
        ),
        pytest.param(
            late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', imports=f"import os, own\n{IMPORTS}"),
            'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\nimport own\n',
            id="os is beside what may import Ray",
        ),
        pytest.param(
            late('os.environ["RAY_TRAIN_V2_ENABLED"] = "1"',
                 imports="import os\nfrom ray.tune import *\n"
                 "from ray import tune\nfrom ray.train.torch import TorchTrainer\n"),
            'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "1"\n\nfrom ray.tune import *\n',
            id="below a star",
        ),
        pytest.param(
            late("os.environ.setdefault(", '    "RAY_TRAIN_V2_ENABLED",', '    "1",  # on', ")",
                 "", "SEED = 1"),
            'import os\n\nos.environ.setdefault(\n    "RAY_TRAIN_V2_ENABLED",\n    "1",  # on\n)\n'
            "\nfrom ray import tune\n",
            id="over several lines",
        ),
        pytest.param(
            late("# Settings", "os.environ[", '    "RAY_TRAIN_V2_ENABLED"', '] = "1"', "SEED = 1"),
            'import os\n\nos.environ[\n    "RAY_TRAIN_V2_ENABLED"\n] = "1"\n\n'
            "from ray import tune\n",
            id="over several lines, under a comment on more than it",
        ),
    ],
)  # fmt: skip
def test_plain_statements_move(before: str, after: str) -> None:
    result = migrated(before)
    assert said(result) == []
    assert changed(result).count("RTM501") == 1
    assert result.after.startswith(after)
    assert result.after.count("RAY_TRAIN_V2_ENABLED") == 1
    check_stands(result)


def test_a_comment_on_more_than_the_flag_stays() -> None:
    after = migrated(
        late("# Environment", 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"', 'os.environ["A"] = "0"')
    ).after
    assert '\n# Environment\nos.environ["A"] = "0"\n' in after


@pytest.mark.parametrize(
    "line",
    ['os.environ["RAY_TRAIN_V2_ENABLED"] = "0"',
     'os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "false")'],
)  # fmt: skip
def test_a_pin_that_is_removed_moves_too(line: str) -> None:
    result = migrated(late(line), REMOVE)
    on = line.replace('"0"', '"1"').replace('"false"', '"1"')
    assert result.after.startswith(f"import os\n\n{on}\n\nfrom ray import tune\n")
    assert (said(result), "RTM906" in changed(result)) == ([], False)
    check_stands(result, REMOVE)


# Where a person is needed


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        pytest.param(("if len(os.environ):", '    os.environ["RAY_TRAIN_V2_ENABLED"] = "1"'), 7,
                     id="on a condition"),
        pytest.param(("def on():", '    os.environ["RAY_TRAIN_V2_ENABLED"] = "1"'), 7,
                     id="in a function"),
        pytest.param(('os.environ["RAY_TRAIN_V2_ENABLED"] = str(1)',), 6, id="no literal"),
        pytest.param(('os.environ["RAY_TRAIN_V2_ENABLED"] = os.environ["A"] = "1"',), 6,
                     id="with another"),
        pytest.param(('os.environ.update({"RAY_TRAIN_V2_ENABLED": "1", "A": "2"})',), 6,
                     id="among others"),
        pytest.param(('os.environ.update(RAY_TRAIN_V2_ENABLED="1")',), 6, id="by keyword"),
        pytest.param(('FLAG = "RAY_TRAIN_V2_ENABLED"', 'os.environ[FLAG] = "1"'), 7, id="by name"),
        pytest.param(('x = 1; os.environ["RAY_TRAIN_V2_ENABLED"] = "1"',), 6, id="on one line"),
    ],
)  # fmt: skip
def test_a_person_is_needed(lines: tuple[str, ...], at: int) -> None:
    result = migrated(late(*lines))
    assert said(result) == [(at, "RTM501")]
    assert "RTM501" not in changed(result)
    check_stands(result)


def test_the_environment_by_another_name() -> None:
    source = late(
        'environ["RAY_TRAIN_V2_ENABLED"] = "1"', imports=f"from os import environ\n\n{IMPORTS}"
    )
    assert said(migrated(source)) == [(6, "RTM501")]


# The environment of the cluster


@pytest.mark.parametrize(
    "lines",
    [
        ('ray.init(runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "1"}})',),
        ('ray.init(runtime_env=RuntimeEnv(env_vars={"RAY_TRAIN_V2_ENABLED": "1"}))',),
        ('ENV = {"RAY_TRAIN_V2_ENABLED": "1"}', 'ray.init(runtime_env={"env_vars": ENV})'),
        ('ENV = {"env_vars": {"RAY_TRAIN_V2_ENABLED": "1"}}', "ray.init(runtime_env=ENV)"),
    ],
)
def test_the_script_does_not_see_the_cluster_s_environment(lines: tuple[str, ...]) -> None:
    imports = f"import ray\n{IMPORTS}"
    if "RuntimeEnv" in lines[0]:
        imports = f"import ray\nfrom ray.runtime_env import RuntimeEnv\n{IMPORTS}"
    result = migrated(late(*lines, imports=imports))
    assert (said(result), "RTM501" in changed(result)) == ([], True)
    assert result.after.startswith(
        'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
    )
    assert lines[-1] in result.after
    check_stands(result)
    asked = migrated(late(*lines, imports=imports), RAY_2_51)
    assert "RTM501" not in changed(asked)
