"""Trainer classes of one's own, and those that raise where they are built."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            class Mine(TorchTrainer):
                def __init__(self, loop, **rest):
                    super().__init__(loop, **rest)

                def evaluate(self): ...
            """,
            id="nothing of Train V1 in it",
        ),
        pytest.param(
            """\
            from ray.train.torch import TorchTrainer

            class Mine(TorchTrainer):
                def __init__(self, loop):
                    super().__init__(loop)
                    self.setup()

                def setup(self): ...
            """,
            id="a method that it calls itself",
        ),
        pytest.param(
            """\
            from mine.train.base_trainer import BaseTrainer

            class Mine(BaseTrainer):
                def training_loop(self): ...
            """,
            id="another package",
        ),
        pytest.param(
            """\
            try:
                from ray.train.trainer import BaseTrainer
            except ImportError:
                BaseTrainer = object

            class Mine(BaseTrainer):
                def training_loop(self): ...
            """,
            id="a base that may be another",
        ),
        pytest.param(
            """\
            from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

            class Mine(DataParallelTrainer): ...
            """,
            id="the base of Train V2",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(source)


def test_the_base_of_all_trainers() -> None:
    check_finding(
        """\
        from ray.train.base_trainer import BaseTrainer


        class Mine(BaseTrainer):
            def training_loop(self): ...


        def f(trainer: BaseTrainer):
            return isinstance(trainer, Mine)


        Mine().fit()
        """,
        (4, "RTM902"),
    )


def test_the_base_of_data_parallel_trainers() -> None:
    result = check_finding(
        """\
        from ray.train.data_parallel_trainer import DataParallelTrainer


        class Mine(DataParallelTrainer):
            def __init__(self, loop, **rest):
                super().__init__(loop, **rest)
        """,
        (4, "RTM902"),
    )
    assert "V1's DataParallelTrainer, which raises" in result.findings[0].reason


def test_methods_that_train_v2_never_calls() -> None:
    result = check_migrated(
        """\
        from ray.train.torch.torch_trainer import TorchTrainer


        class Mine(TorchTrainer):
            def setup(self):
                super().setup()

            def preprocess_datasets(self): ...
        """,
        """\
        from ray.train.torch import TorchTrainer


        # TODO(raytune-migrate): RTM902 Train V2 calls no setup and no preprocess_datasets of Mine. https://github.com/ray-project/ray/issues/49454
        class Mine(TorchTrainer):
            def setup(self):
                super().setup()

            def preprocess_datasets(self): ...
        """,
        (4, "RTM902"),
    )
    assert result.findings[0].reason == (
        "Train V2 calls no setup and no preprocess_datasets of Mine."
    )


def test_one_that_a_tuner_is_given_is_told_once() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.base_trainer import BaseTrainer


        class Mine(BaseTrainer):
            def training_loop(self): ...


        tune.Tuner(Mine()).fit()
        """,
        (9, "RTM902"),
    )


def test_horovod() -> None:
    check_finding(
        """\
        from ray.train.horovod import HorovodTrainer


        def loop(): ...


        HorovodTrainer(loop).fit()
        """,
        (7, "RTM902"),
    )
