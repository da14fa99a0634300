"""Where what is swept goes into the trainer's own dict, beside the comments that are there."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from migrating import check_migrated, check_stands, migrated

_CODE = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


trainer = TorchTrainer(
    loop,
    train_loop_config={base},
)
tuner = tune.Tuner(trainer, param_space={{"train_loop_config": {{"lr": tune.uniform(0, 1)}}}})
"""


@pytest.mark.parametrize(
    ("base", "merged"),
    [
        pytest.param(
            '{"color": "#fff", "n": 1}',
            '{"color": "#fff", "n": 1, **config["train_loop_config"]}',
            id="none, but a text that looks like one",
        ),
        pytest.param(
            """\
            {
                # how many
                "n": 1,
            }""",
            """\
            {
                # how many
                "n": 1,
                **config["train_loop_config"],
            }""",
            id="above",
        ),
        pytest.param(
            """\
            {
                "n": 1,  # enough
                # "size": 8,
            }""",
            """\
            {
                "n": 1,  # enough
                # "size": 8,
                **config["train_loop_config"],
            }""",
            id="below the last",
        ),
        pytest.param(
            """\
            {
                "n": 1  # one, "#1"
                # end
            }""",
            """\
            {
                "n": 1,  # one, "#1"
                # end
                **config["train_loop_config"],
            }""",
            id="behind the last, which has no comma",
        ),
        pytest.param(
            """\
            {
                # nothing yet
            }""",
            """\
            {
                # nothing yet
                **config["train_loop_config"],
            }""",
            id="in place of all",
        ),
    ],
)
def test_comments_of_a_config(base: str, merged: str) -> None:
    result = migrated(_CODE.format(base=indent(dedent(base), "    ").lstrip()))
    check_stands(result)
    argument = f"train_loop_config={dedent(merged)},\n"
    assert indent(argument, " " * 8) in result.after


def test_nothing_is_left_of_a_config_but_what_is_said_in_it() -> None:
    """Black, which would close it up, has not formatted the file."""
    check_migrated(
        """\
        from ray.train import ScalingConfig

        rest = {'CPU': 2*3}
        alone = ScalingConfig(
            trainer_resources={'CPU': 2*3},
        )
        both = ScalingConfig(
            # the trainer (see above)
            trainer_resources={'CPU': 2*3},
            _max_cpu_fraction_per_node=0.8,  # of each
        )
        said = ScalingConfig(
            trainer_resources={'CPU': 2*3},
            # num_workers=2,
        )
        """,
        """\
        from ray.train import ScalingConfig

        rest = {'CPU': 2*3}
        alone = ScalingConfig()
        both = ScalingConfig()
        said = ScalingConfig(
            # num_workers=2,
        )
        """,
    )
