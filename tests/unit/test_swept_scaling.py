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


@pytest.mark.parametrize(
    "swept",
    [
        'ScalingConfig(num_workers=tune.choice([1, 2]), trainer_resources={"CPU": 2})',
        'tune.choice([ScalingConfig(), ScalingConfig(trainer_resources={"CPU": 2})])',
    ],
)
def test_one_that_a_person_has_to_mend_stays_while_other_sweeps_are_rewritten(swept: str) -> None:
    line = f'more = tune.Tuner(trainer, param_space={{"scaling_config": {swept}}}).fit()\n'
    before = """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from ours import loop

        trainer = TorchTrainer(loop)
        results = tune.Tuner(trainer).fit()
        """
    result = migrated(dedent(before) + line)
    check_stands(result)
    assert [(one.place.line, one.code) for one in result.findings] == [(9, "RTM904")]
    assert "results = tune.Tuner(driver_for(trainer)).fit()\n" in result.after
    assert line in result.after
