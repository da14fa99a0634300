"""Fields of a swept ScalingConfig that a result was asked for, and that the sweep does not name."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_stands, migrated

_SWEEP = dedent(
    """\
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    from ours import loop, other

    base = {scaling}
    tuner = tune.Tuner(
        TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=1)),
        param_space={{"scaling_config": base}},
    )
    for result in tuner.fit():
        config = result.config["scaling_config"]
        {read}
    """
)
_CONFIG = "ScalingConfig(num_workers=tune.grid_search([1, 2]))"


def _said(read: str, scaling: str = _CONFIG) -> list[tuple[int, str]]:
    result = migrated(_SWEEP.format(read=read, scaling=scaling))
    check_stands(result)
    return [(one.place.line, one.code) for one in result.findings]


@pytest.mark.parametrize(
    ("read", "scaling"),
    [
        pytest.param('print(config["num_workers"])', _CONFIG, id="which is there"),
        pytest.param('print(config.get("use_gpu"))', _CONFIG, id="which may be missing"),
        pytest.param('print(config[other], other["use_gpu"])', _CONFIG, id="of something else"),
        pytest.param(
            'print(result.config["train_loop_config"]["use_gpu"])', _CONFIG, id="of another config"
        ),
        pytest.param(
            'print(config["use_gpu"])',
            "{'num_workers': tune.grid_search([1, 2])}",
            id="of a dict, which had no other keys on Train V1 neither",
        ),
    ],
)
def test_silent(read: str, scaling: str) -> None:
    assert _said(read, scaling) == []


@pytest.mark.parametrize(
    "read", ['print(config["use_gpu"])', 'print(result.config["scaling_config"]["use_gpu"])']
)
def test_a_field_that_is_not_named(read: str) -> None:
    assert _said(read) == [(14, "RTM405")]


def test_what_is_said() -> None:
    found = migrated(_SWEEP.format(read='print(config["use_gpu"])', scaling=_CONFIG)).findings
    assert found[0].message == (
        "Under Train V2 there is no 'use_gpu' here: only what the sweep says of its scaling_config."
        " Name use_gpu in the scaling_config of its param_space too."
    )
