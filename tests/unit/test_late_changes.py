"""What is changed between the Tuner and ``fit()``: V1 had read it by then, a driver would not have.

Train V1 put what a trainer holds into Ray's object store where the Tuner was built, as the
runtime's ``driver_for`` does; a driver function that is written out is pickled by ``fit()``.
"""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_stands, migrated

_HEAD = dedent(
    """\
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    base = {"epochs": 3}
    scaling = {"num_workers": 2}
    """
)
_TRAINER = "trainer = TorchTrainer(loop, train_loop_config=base, scaling_config=ScalingConfig(2))\n"
_TUNER = "tuner = tune.Tuner(trainer)\n"


def _reasons(body: str) -> list[str]:
    """Why the drivers of some sweeps are not written out."""
    result = migrated(_HEAD + body)
    check_stands(result)
    begin = "The driver function is not written out: "
    notes = (note for change in result.changes for note in change.notes)
    return [one.removeprefix(begin) for one in notes if one.startswith(begin)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"base['epochs'] = 5\n{_TRAINER}{_TUNER}tuner.fit()\n", id="before both"),
        pytest.param(f"{_TRAINER}base['epochs'] = 5\n{_TUNER}tuner.fit()\n", id="before the Tuner"),
        pytest.param(f"{_TRAINER}{_TUNER}tuner.fit()\nbase['epochs'] = 5\n", id="after fit"),
        pytest.param(
            f"{_TRAINER}tune.Tuner(trainer).fit()\nbase['epochs'] = 5\n", id="fitted at once"
        ),
        pytest.param(
            f"{_TRAINER}{_TUNER}print(base['epochs'], base.get('lr'))\ntuner.fit()\n", id="read"
        ),
        pytest.param(f"{_TRAINER}{_TUNER}scaling['num_workers'] = 5\ntuner.fit()\n", id="another"),
        pytest.param(
            "for epochs in (1, 2):\n"
            "    base['epochs'] = epochs\n"
            f"    {_TRAINER}    {_TUNER}    tuner.fit()\n",
            id="in each turn of a loop",
        ),
        pytest.param(
            f"def later():\n    base['epochs'] = 5\n\n\n{_TRAINER}{_TUNER}tuner.fit()\n",
            id="by a function, which may run at any time",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, train_loop_config=dict(load(base)))\n"
            f"{_TUNER}base['epochs'] = 5\ntuner.fit()\n",
            id="what a call gives is had before",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, train_loop_config={'at': now(), **base})\n"
            f"{_TUNER}base['epochs'] = 5\ntuner.fit()\n",
            id="what went into a dict that is made there",
        ),
    ],
)
def test_a_driver_reads_what_v1_read(body: str) -> None:
    assert _reasons(body) == []


_LOOP = "def loop(config):\n    lrs = 1\n    print(EPOCHS, SCALES, config.STEPS, lrs)\n\n\n"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("print(EPOCHS, SCALES['a'])", id="read"),
        pytest.param("lrs = 2", id="the loop has that name itself"),
        pytest.param("STEPS = 2", id="the name of an attribute"),
        pytest.param("tuner.fit()\nEPOCHS = 2", id="after fit"),
        pytest.param("def later():\n    EPOCHS = 5", id="of another function"),
    ],
)
def test_a_driver_runs_the_loop_that_v1_ran(change: str) -> None:
    head = f"EPOCHS, STEPS, lrs = 1, 1, 1\nSCALES = {{}}\n\n\n{_LOOP}"
    assert _reasons(f"{head}{_TRAINER}{_TUNER}{change}\ntuner.fit()\n") == []


_AGAIN = "def loop(config):\n    pass\n\n\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{_LOOP}{_AGAIN}{_TRAINER}{_TUNER}tuner.fit()\n", id="before both"),
        pytest.param(f"{_LOOP}{_TRAINER}{_TUNER}tuner.fit()\n\n\n{_AGAIN}", id="after fit"),
        pytest.param(
            f"{_LOOP}{_TRAINER}\n\ndef sweep():\n    def loop(config):\n        pass\n\n"
            "    tune.Tuner(trainer).fit()\n",
            id="another of that name",
        ),
        pytest.param(
            f"if base:\n    def loop(config):\n        pass\nelse:\n    def loop(config):\n"
            f"        pass\n\n{_TRAINER}{_TUNER}tuner.fit()\n",
            id="one of two",
        ),
    ],
)
def test_a_driver_runs_the_loop_that_the_trainer_was_given(body: str) -> None:
    assert _reasons(body) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{_LOOP}{_TRAINER}\n\n{_AGAIN}{_TUNER}tuner.fit()\n", id="the Tuner"),
        pytest.param(f"{_LOOP}{_TRAINER}{_TUNER}\n\n{_AGAIN}tuner.fit()\n", id="fit"),
        pytest.param(
            f"{_LOOP}trainer = TorchTrainer(partial(loop, 1))\n\n\n{_AGAIN}{_TUNER}tuner.fit()\n",
            id="the Tuner, and is bound",
        ),
    ],
)
def test_a_loop_is_defined_anew_before(body: str) -> None:
    assert _reasons(body) == ["loop is changed before the sweep runs, and V1 had read it by then."]


@pytest.mark.parametrize(
    ("change", "name"),
    [("EPOCHS = 2", "EPOCHS"), ("EPOCHS += 2", "EPOCHS"), ("SCALES['a'] = 2", "SCALES")],
)
def test_what_the_loop_reads_is_changed(change: str, name: str) -> None:
    head = f"EPOCHS = 1\nSCALES = {{}}\n\n\n{_LOOP}"
    assert _reasons(f"{head}{_TRAINER}{_TUNER}{change}\ntuner.fit()\n") == [
        f"{name} is changed before the sweep runs, and V1 had read it by then."
    ]


@pytest.mark.parametrize(
    "loop",
    [
        "lambda config: print(EPOCHS)",
        "partial(run, size=4)",
        "tune.with_parameters(lambda config, size: print(EPOCHS), size=4)",
    ],
)
@pytest.mark.parametrize("assigned", [False, True])
def test_what_the_code_of_a_loop_reads_is_changed(loop: str, *, assigned: bool) -> None:
    head = f"EPOCHS = 1\n\n\ndef run(config, size):\n    print(EPOCHS)\n\n\ntrain_loop = {loop}\n"
    trainer = f"trainer = TorchTrainer({'train_loop' if assigned else loop})\n"
    assert _reasons(f"{head}{trainer}{_TUNER}tuner.fit()\nEPOCHS = 2\n") == []
    assert _reasons(f"{head}{trainer}{_TUNER}EPOCHS = 2\ntuner.fit()\n") == [
        "EPOCHS is changed before the sweep runs, and V1 had read it by then."
    ]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(f"{_TRAINER}{_TUNER}base['epochs'] = 5\ntuner.fit()\n", "base", id="an item"),
        pytest.param(f"{_TRAINER}{_TUNER}base.update(lr=5)\ntuner.fit()\n", "base", id="a method"),
        pytest.param(f"{_TRAINER}{_TUNER}del base['epochs']\ntuner.fit()\n", "base", id="deleted"),
        pytest.param(
            f"{_TRAINER}{_TUNER}base['opt']['lr'] += 5\ntuner.fit()\n", "base", id="a nested item"
        ),
        pytest.param(
            "sizes = ScalingConfig(num_workers=2)\n"
            f"trainer = TorchTrainer(loop, scaling_config=sizes)\n{_TUNER}"
            "sizes.num_workers = 1\ntuner.fit()\n",
            "sizes",
            id="an attribute",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, scaling_config=ScalingConfig(**scaling))\n"
            f"scaling['num_workers'] = 4\n{_TUNER}tuner.fit()\n",
            "scaling",
            id="what was read where the trainer was built",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, train_loop_config={'lr': 1, **base})\n"
            f"base.clear()\n{_TUNER}tuner.fit()\n",
            "base",
            id="what went into another dict",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, train_loop_config={'at': now(), 'sub': [base]})\n"
            f"{_TUNER}base.clear()\ntuner.fit()\n",
            "base",
            id="what a dict holds on to that is made there",
        ),
        pytest.param(
            "trainer = TorchTrainer(loop, train_loop_config=dict(at=now(), sub=base))\n"
            f"{_TUNER}base.clear()\ntuner.fit()\n",
            "base",
            id="what a call of dict holds on to",
        ),
        pytest.param(
            "def build(base):\n"
            f"    {_TRAINER}    {_TUNER}    base.pop('epochs')\n    return tuner\n\n\n"
            "build({}).fit()\n",
            "base",
            id="fitted by another function",
        ),
        pytest.param(
            "class Experiment:\n"
            "    def run(self):\n"
            "        trainer = TorchTrainer(loop, train_loop_config=self.base)\n"
            f"        {_TUNER}"
            "        self.base['epochs'] = 5\n"
            "        return tuner.fit()\n",
            "self.base",
            id="of an object",
        ),
    ],
)
def test_the_runtime_reads_it_where_v1_did(body: str, name: str) -> None:
    assert _reasons(body) == [
        f"{name} is changed before the sweep runs, and V1 had read it by then."
    ]
