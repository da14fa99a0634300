"""Classes that Train V2 has anew come from their public path, wherever they are named."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import changed, check_finding, check_migrated, check_unchanged, migrated


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray.train import ScalingConfig
            from ray.train.torch import TorchTrainer

            def f(scaling: ScalingConfig, kind: type[TorchTrainer] = TorchTrainer): ...
            """,
            id="the public paths",
        ),
        pytest.param(
            """\
            from ray.air import Result, RunConfig

            def f(run_config: RunConfig) -> Result: ...
            """,
            id="annotations that break nothing",
        ),
        pytest.param(
            """\
            from mine import air

            def f(scaling: air.ScalingConfig): ...
            """,
            id="another package",
        ),
        pytest.param(
            """\
            try:
                from ray.train import ScalingConfig
            except ImportError:
                from ray.air.config import ScalingConfig

            def f(scaling: ScalingConfig): ...
            """,
            id="the new path first",
        ),
        pytest.param(
            """\
            try:
                from ray.air import Checkpoint
            except ImportError:
                from ray.train import Checkpoint

            def f(path): return Checkpoint.from_directory(path)
            """,
            id="the old path first where it is gone",
        ),
        pytest.param(
            """\
            import ray

            if ray.__version__ < "2.7":
                from ray.air import ScalingConfig
            else:
                from ray.train import ScalingConfig

            def f(scaling: ScalingConfig): ...
            """,
            id="by Ray's version",
        ),
        pytest.param(
            """\
            try:
                from ray.air import ScalingConfig
            except ImportError:
                ScalingConfig = dict

            def f(scaling: ScalingConfig): ...
            """,
            id="a name that may be something else",
        ),
        pytest.param(
            """\
            try:
                from ray import train, tune
            except ImportError:
                train = tune = None
            """,
            id="Ray or nothing",
        ),
        pytest.param(
            """\
            try:
                from ray import train as session
            except ImportError:
                from ray.air import session
            from ray.train.torch import TorchTrainer

            def loop(): session.report({})

            TorchTrainer(loop).fit()
            """,
            id="ray.train before the session of ray.air",
        ),
        pytest.param(
            """\
            import os

            os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

            from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

            def f(trainer: DataParallelTrainer): ...
            """,
            id="the base of Train V2",
        ),
    ],
)
def test_nothing_to_do(source: str) -> None:
    check_unchanged(dedent(source))


def test_a_module_that_stays_on_train_v1() -> None:
    check_finding(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

        from ray.air import ScalingConfig


        def f(scaling: ScalingConfig): ...
        """,
        (3, "RTM906"),
    )


def test_annotations_defaults_and_values() -> None:
    check_migrated(
        """\
        from functools import partial

        from ray.air.config import RunConfig, ScalingConfig
        from ray.train.torch.torch_trainer import TorchTrainer

        TRAINERS = {"torch": TorchTrainer}
        make = partial(ScalingConfig, num_workers=2)


        def run(
            scaling: "ScalingConfig", run_config: RunConfig | None = None, kind=TorchTrainer
        ):
            trainer = kind(print, scaling_config=scaling, run_config=run_config)
            assert isinstance(trainer, TorchTrainer)
            return trainer.fit()
        """,
        """\
        from functools import partial

        from ray.air.config import RunConfig
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        TRAINERS = {"torch": TorchTrainer}
        make = partial(ScalingConfig, num_workers=2)


        def run(
            scaling: "ScalingConfig", run_config: RunConfig | None = None, kind=TorchTrainer
        ):
            trainer = kind(print, scaling_config=scaling, run_config=run_config)
            assert isinstance(trainer, TorchTrainer)
            return trainer.fit()
        """,
    )


def test_by_their_modules() -> None:
    check_migrated(
        """\
        import ray.train.torch.torch_trainer as torch_trainer
        from ray import air


        def f(scaling: air.ScalingConfig, trainer: torch_trainer.TorchTrainer): ...
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def f(scaling: train.ScalingConfig, trainer: TorchTrainer): ...
        """,
    )


def test_the_boosting_trainers_by_their_v2_module() -> None:
    check_migrated(
        """\
        from ray.train.lightgbm.v2 import LightGBMTrainer
        from ray.train.xgboost.v2 import XGBoostTrainer


        def loop(): ...


        XGBoostTrainer(loop).fit()
        KINDS = [LightGBMTrainer]
        """,
        """\
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer


        def loop(): ...


        XGBoostTrainer(loop).fit()
        KINDS = [LightGBMTrainer]
        """,
    )


def test_the_bases_of_all_trainers() -> None:
    check_migrated(
        """\
        import ray.train.base_trainer
        from ray.train.data_parallel_trainer import DataParallelTrainer


        def is_trainer(x: DataParallelTrainer):
            return isinstance(x, (DataParallelTrainer, ray.train.base_trainer.BaseTrainer))
        """,
        """\
        from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer


        def is_trainer(x: DataParallelTrainer):
            return isinstance(x, (DataParallelTrainer, DataParallelTrainer))
        """,
    )


def test_the_bases_of_all_trainers_by_their_public_paths() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchTrainer
        from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

        assert issubclass(TorchTrainer, DataParallelTrainer)
        """
    )
    check_migrated(
        """\
        from ray.train.trainer import BaseTrainer


        def describe(trainer: BaseTrainer):
            return trainer.scaling_config if isinstance(trainer, BaseTrainer) else None
        """,
        """\
        from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer


        def describe(trainer: DataParallelTrainer):
            return trainer.scaling_config if isinstance(trainer, DataParallelTrainer) else None
        """,
    )


def test_the_base_of_all_trainers_in_quotes_that_stays() -> None:
    for text in (
        """\
        from typing import TYPE_CHECKING, Annotated, Literal

        if TYPE_CHECKING:
            from ray.train.trainer import BaseTrainer


        def describe(trainer: "BaseTrainer", kind: Literal["BaseTrainer"]): ...
        """,
        """\
        from typing import Annotated, Literal

        import ray.train.trainer
        from mine import BaseTrainer

        KIND = "ray.train.trainer.BaseTrainer"


        def describe(
            trainer: "BaseTrainer", kind: Literal["ray.train.trainer.BaseTrainer"]
        ) -> Annotated[str, "ray.train.trainer.BaseTrainer"]:
            return "ray.train.trainer.BaseTrainer"
        """,
        """\
        from ray.train.trainer import BaseTrainer


        def describe(trainer: "BaseTrainer or", other: "Base\\x54rainer", last: b"BaseTrainer"): ...
        """,
    ):
        check_unchanged(text)


def test_the_base_of_all_trainers_in_quotes() -> None:
    check_migrated(
        """\
        from typing import List, Optional

        from ray.train.trainer import BaseTrainer


        def of(trainer: "Optional[BaseTrainer]", *more: List['BaseTrainer']):
            return trainer if isinstance(trainer, BaseTrainer) else more[0]
        """,
        """\
        from typing import List, Optional

        from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer


        def of(trainer: "Optional[DataParallelTrainer]", *more: List['DataParallelTrainer']):
            return trainer if isinstance(trainer, DataParallelTrainer) else more[0]
        """,
    )


def test_for_type_checkers_only() -> None:
    check_migrated(
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ray.air import Result
            from ray.air.config import ScalingConfig
            from ray.train.torch.torch_trainer import TorchConfig, TorchTrainer


        def f(scaling: ScalingConfig, trainer: "TorchTrainer", config: TorchConfig) -> Result: ...
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ray.air import Result
            from ray.train import ScalingConfig
            from ray.train.torch import TorchTrainer
            from ray.train.torch.torch_trainer import TorchConfig


        def f(scaling: ScalingConfig, trainer: "TorchTrainer", config: TorchConfig) -> Result: ...
        """,
    )


def test_inside_functions() -> None:
    check_migrated(
        """\
        def f():
            from ray.air import ScalingConfig

            return ScalingConfig


        def g():
            from ray.air.config import RunConfig, ScalingConfig

            return RunConfig, ScalingConfig
        """,
        """\
        def f():
            from ray.train import ScalingConfig

            return ScalingConfig


        def g():
            from ray.air.config import RunConfig
            from ray.train import ScalingConfig

            return RunConfig, ScalingConfig
        """,
    )


def test_for_others_to_import() -> None:
    check_migrated(
        """\
        from ray.air.config import ScalingConfig  # noqa: F401
        from ray.train.torch.torch_trainer import TorchTrainer as Trainer

        __all__ = ["Trainer"]
        """,
        """\
        from ray.train import ScalingConfig  # noqa: F401
        from ray.train.torch import TorchTrainer as Trainer

        __all__ = ["Trainer"]
        """,
    )


def test_a_star_import() -> None:
    result = migrated(
        """\
        from ray.air.config import *


        def f(scaling: ScalingConfig): ...
        """
    )
    assert "scaling: TrainScalingConfig" in result.after


def test_the_old_path_first() -> None:
    result = check_migrated(
        """\
        from ray.train.torch import TorchTrainer

        try:
            from ray.air.config import RunConfig, ScalingConfig
            # of Ray 2.0
        except ImportError:
            from ray.train import RunConfig, ScalingConfig

        TorchTrainer(
            print, run_config=RunConfig(name="a"), scaling_config=ScalingConfig(num_workers=2)
        ).fit()
        """,
        """\
        from ray.train.torch import TorchTrainer

        try:
            from ray.train import RunConfig, ScalingConfig
            # of Ray 2.0
        except ImportError:
            from ray.air.config import RunConfig, ScalingConfig

        TorchTrainer(
            print, run_config=RunConfig(name="a"), scaling_config=ScalingConfig(num_workers=2)
        ).fit()
        """,
    )
    assert changed(result) == ["RTM504"]


def test_the_old_error_first() -> None:
    check_migrated(
        """\
        from ray.train.torch import TorchTrainer

        try:
            from ray.train.base_trainer import TrainingFailedError
        except (ImportError, AttributeError):
            from ray.train import TrainingFailedError

        try:
            TorchTrainer(print).fit()
        except TrainingFailedError:
            pass
        """,
        """\
        from ray.train.torch import TorchTrainer

        try:
            from ray.train import TrainingFailedError
        except (ImportError, AttributeError):
            from ray.train.base_trainer import TrainingFailedError

        try:
            TorchTrainer(print).fit()
        except TrainingFailedError:
            pass
        """,
    )


def test_the_session_of_air_first() -> None:
    """That import works, and what it brings does nothing in a worker of Train V2."""
    check_migrated(
        """\
        try:
            from ray.air import session
        except ImportError:
            from ray import train as session
        from ray.train.torch import TorchTrainer


        def loop():
            session.report({})


        TorchTrainer(loop).fit()
        """,
        """\
        from ray import train as ray_train
        from ray.train.torch import TorchTrainer


        def loop():
            ray_train.report({})


        TorchTrainer(loop).fit()
        """,
    )
