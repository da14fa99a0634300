"""Datasets that a worker takes for missing where it gets None."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from migrating import check_finding, check_unchanged, migrated, said

_HEAD = """\
from ray import train
from ray.train.torch import TorchTrainer


"""
_FIRST = _HEAD.count("\n") + 2  # of what is in the train loop


def _loop(body: str) -> str:
    return f"{_HEAD}def loop(config):\n{indent(dedent(body), '    ')}"


@pytest.mark.parametrize(
    "body",
    [
        'shard = train.get_dataset_shard("val")\nprint(shard.materialize() is None)\n',
        'for row in train.get_dataset_shard("val").iter_rows():\n    print(row or None)\n',
        'shard = config["shard"]\nif shard is None:\n    train.get_dataset_shard("val")\n',
        """\
        try:
            shard = train.get_dataset_shard("val")
        except KeyError:
            shard = None
        if shard is not None:
            print(shard)
        """,
        'shard = get_dataset_shard("val")\nif shard:\n    print(shard)\n',
    ],
)
def test_what_is_not_taken_for_missing(body: str) -> None:
    check_unchanged(_loop(body))


@pytest.mark.parametrize(
    "body",
    [
        'shard = train.get_dataset_shard("val")\nif shard is not None:\n    print(shard)\n',
        'shard = train.get_dataset_shard("val")\nprint(1 if None == shard else 2)\n',
        'if train.get_dataset_shard("val"):\n    print(1)\n',
        'if (shard := train.get_dataset_shard("val")) is None:\n    print(1)\n',
        'if shard := train.get_dataset_shard("val"):\n    print(shard)\n',
        'shard = train.get_dataset_shard("val") or config["val"]\n',
        'shard: object = train.get_dataset_shard("val")\nwhile not shard:\n    print(1)\n',
        "shard = train.get_dataset_shard()\nassert shard\n",
    ],
)
def test_what_is_taken_for_missing(body: str) -> None:
    check_finding(_loop(body), (_FIRST, "RTM309"))


def test_the_loop_of_a_sweep_is_migrated_all_the_same() -> None:
    result = migrated(
        _loop(
            """\
            if train.get_dataset_shard("val") is not None:
                train.report({"loss": 1})


            """
        ).replace("from ray import train\n", "from ray import train, tune\n")
        + "tune.Tuner(TorchTrainer(loop)).fit()\n"
    )
    assert [code for _, code in said(result)] == ["RTM309"]
    assert "train_driver_fn" in result.after


@pytest.mark.parametrize(
    ("datasets", "told"),
    [
        ('{"train": first, "val": second}', False),
        ('{"train": first}', True),
        ('{"train": first, **more}', True),
        ('{"train": first, "val": second} if second else {"train": first}', True),
        ("make_datasets()", True),
    ],
)
def test_the_datasets_of_the_trainers_in_the_module(datasets: str, told: bool) -> None:
    body = 'if train.get_dataset_shard("val"):\n    print(1)\n'
    made = f"TorchTrainer(loop, datasets={datasets}).fit()\n"
    result = migrated(f"from data import first, more, second\n{_loop(body)}\n\n{made}")
    assert [code for _, code in said(result)] == ["RTM309"] * told


def test_the_session_of_ray_air() -> None:
    result = migrated(
        """\
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            shard = session.get_dataset_shard("val")
            if shard is None:
                return


        TorchTrainer(loop).fit()
        """
    )
    assert "train.get_dataset_shard" in result.after
    assert [code for _, code in said(result)] == ["RTM309"]
