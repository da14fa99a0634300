"""What Ray no longer has is reported, where the file does not expect that itself."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace

import pytest
from migrating import PROJECT, check_finding, check_migrated, check_unchanged, migrated, said

from raytune_migrate import ray_api
from raytune_migrate.runtime.home import NOWHERE

# Their packages need a library that is not installed here.
_ELSEWHERE = ("ray.serve.", "ray.train.lightning.", "ray.train.tensorflow.")


@pytest.mark.parametrize(
    "name",
    [one for one in ray_api.GONE_NAMES if not one.startswith(_ELSEWHERE)],
)
def test_ray_does_not_have_it(name: str) -> None:
    package, _, last = name.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((ImportError, AttributeError)):
            getattr(importlib.import_module(package), last)
        with pytest.raises((ImportError, DeprecationWarning)):  # of some a stub is left
            importlib.import_module(name)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray.train.torch import TorchCheckpoint, TorchTrainer
            import ray.air.util.tensor_extensions
            from ray.train.trainer import TrainingIterator
            """,
            id="names that are still there",
        ),
        pytest.param(
            """\
            from mine.train.torch import TorchPredictor
            from .train.predictor import Predictor
            """,
            id="another package",
        ),
        pytest.param(
            """\
            try:
                from ray.train.torch import TorchPredictor
            except ImportError:
                TorchPredictor = None
            """,
            id="an import that may fail",
        ),
        pytest.param(
            """\
            from contextlib import suppress

            try:
                from ray.train.new import Predictor
            except ImportError:
                from ray.train.predictor import Predictor
            """,
            id="what stands in where another import fails",
        ),
        pytest.param(
            """\
            import ray
            from packaging import version

            if version.parse(ray.__version__) < version.parse("2.56"):
                from ray.train.predictor import Predictor
            """,
            id="by Ray's version",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from ray.train.predictor import Predictor
            """,
            id="for type checkers only",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(source)


def test_what_served_the_checkpoint_of_a_sweep() -> None:
    check_finding(
        """\
        from ray import serve
        from ray.serve import PredictorDeployment
        from ray.serve.http_adapters import pandas_read_json
        from ray.train.xgboost import XGBoostTrainer

        from project import best, predictor

        serve.run(
            PredictorDeployment.bind(predictor, best.checkpoint, http_adapter=pandas_read_json)
        )
        """,
        (2, "RTM907"),
        (3, "RTM907"),
    )


def test_the_session_of_train_which_is_an_empty_module() -> None:
    check_finding(
        """\
        from ray.train import session


        def train_loop(config):
            session.report({"rank": session.get_world_rank()})
        """,
        (5, "RTM907"),
        (5, "RTM907"),
    )
    check_unchanged("from ray.train import report, session\n")


def test_a_module_that_stays_on_train_v1() -> None:
    check_finding(
        """\
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

        from ray.train.sklearn import SklearnTrainer
        """,
        (3, "RTM906"),
    )


_LEFT_SWEEP = """\
from ray.train.batch_predictor import BatchPredictor
from ray.train.horovod import HorovodTrainer
from ray.tune import Tuner

Tuner(HorovodTrainer(print)).fit()
"""


def test_a_module_whose_sweep_is_left_until_a_person_has_moved_it() -> None:
    check_finding(_LEFT_SWEEP, (1, "RTM907"), (5, "RTM902"))


def test_a_module_that_is_to_stay_as_it_is() -> None:
    pin = 'import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "0"\n'
    check_finding(pin + _LEFT_SWEEP, (3, "RTM906"), (8, "RTM902"))


def test_a_checkpoint_class_that_nothing_uses_is_imported_from_where_it_is_now() -> None:
    check_migrated(
        """\
        import ray
        from ray.air import Checkpoint, RunConfig

        print(RunConfig)
        """,
        """\
        import ray
        from ray.air import RunConfig
        from ray.train import Checkpoint

        print(RunConfig)
        """,
    )
    check_migrated(
        """\
        from ray import tune
        from ray.air.checkpoint import Checkpoint
        """,
        """\
        from ray import tune
        from ray.train import Checkpoint
        """,
    )
    check_finding(
        """\
        import ray.air.checkpoint
        from ray import tune
        """,
        (1, "RTM907"),
    )


def test_one_of_several_names_of_an_import_that_nothing_uses() -> None:
    check_migrated(
        """\
        from ray.air import Checkpoint, session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"loss": 1})


        TorchTrainer(loop).fit()
        """,
        """\
        from ray import train
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        TorchTrainer(loop).fit()
        """,
    )


def test_an_unused_checkpoint_class_that_may_be_missing_is_left() -> None:
    check_unchanged(
        """\
        try:
            from ray.air import Checkpoint
        except ImportError:
            Checkpoint = None
        """
    )


def test_a_checkpoint_class_by_its_whole_name_is_seen_to() -> None:
    check_migrated(
        """\
        import ray.air.checkpoint
        from ray import tune


        def objective(config):
            checkpoint = ray.air.checkpoint.Checkpoint.from_dict({"a": 1})
            tune.report({"loss": 1}, checkpoint=checkpoint)


        tuner = tune.Tuner(objective)
        """,
        """\
        from ray import tune
        from raytune_runtime import checkpoint_from_dict


        def objective(config):
            checkpoint = checkpoint_from_dict({"a": 1})
            tune.report({"loss": 1}, checkpoint=checkpoint)


        tuner = tune.Tuner(objective)
        """,
    )


def test_callbacks_and_searchers_from_before_train_v2() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.air.callbacks import other
        from ray.air.integrations.keras import Callback, ReportCheckpointCallback
        from ray.tune.integration.torch import DistributedTrainableCreator
        from ray.tune.integration.wandb import wandb_mixin
        from ray.tune.search.flaml import BlendSearch
        from ray.tune.suggest.skopt import SkOptSearch
        """,
        *((line, "RTM907") for line in (2, 3, 4, 5, 6, 7)),
    )
    assert [one.advice for one in result.findings[::5]] == [
        "Import it from ray.air.integrations.",
        "Use another searcher, such as ray.tune.search.optuna's.",
    ]


def test_what_tune_had_in_ray_1() -> None:
    check_finding(
        """\
        import ray.util.sgd
        from ray import tune
        from ray.util.sgd.torch import TorchTrainer


        def objective(config, checkpoint_dir=None):
            with tune.checkpoint_dir(step=1) as folder:
                print(folder, tune.get_trial_id())
        """,
        *((line, "RTM907") for line in (1, 3, 7, 8)),
    )


def test_what_a_train_loop_asked_tune_of_its_trial() -> None:
    text = """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.tune import get_trial_id


        def loop(config):
            train.report({"name": tune.get_trial_name(), "id": get_trial_id()})


        TorchTrainer(loop).fit()
        """
    result = check_finding(text, (3, "RTM907"), (7, "RTM907"))
    told = {one.advice for one in result.findings}
    assert told == {"In a train loop take it from trial_info() of raytune_runtime."}
    plain = check_finding(
        text, (3, "RTM907"), (7, "RTM907"), project=replace(PROJECT, runtime=NOWHERE)
    )
    assert {one.advice for one in plain.findings} == {
        "Pass the value in train_loop_config: a Train V2 worker has no trial to ask."
    }


def test_imports() -> None:
    result = check_finding(
        """\
        import ray.train.util
        from ray.train import TrainingIterator, predictor
        from ray.train.batch_predictor import BatchPredictor
        from ray.train.huggingface.transformers import TransformersTrainer
        from ray.train.lightning import LightningTrainer, RayDDPStrategy
        from ray.train.sklearn import SklearnCheckpoint, SklearnTrainer
        from ray.train.torch import TorchPredictor, TorchTrainer
        """,
        (1, "RTM907"),
        (2, "RTM907"),
        (2, "RTM907"),
        (3, "RTM907"),
        (4, "RTM902"),
        (5, "RTM902"),
        (6, "RTM902"),
        (6, "RTM907"),
        (7, "RTM907"),
    )
    assert result.findings[-1].reason == "Ray no longer has ray.train.torch.TorchPredictor."


def test_through_their_modules() -> None:
    check_finding(
        """\
        import ray.train.sklearn
        import ray.train.torch as rt
        from ray import train


        def predictor():
            return rt.TorchPredictor


        def loop():
            train.save_checkpoint(epoch=1)


        ray.train.sklearn.SklearnTrainer()
        """,
        (1, "RTM907"),
        (7, "RTM907"),
        (11, "RTM907"),
    )


def test_a_dataset_config_that_no_trainer_is_given() -> None:
    check_finding(
        """\
        from ray.air import DatasetConfig


        def f(config: DatasetConfig): ...
        """,
        (1, "RTM907"),
    )


def test_the_old_checkpoint_in_the_text_of_an_annotation() -> None:
    result = migrated(
        """\
        from ray import train
        from ray.air import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1}, checkpoint=Checkpoint.from_dict({"epoch": 1}))


        def read(checkpoint: "Checkpoint"):
            return checkpoint.path


        TorchTrainer(loop).fit()
        """
    )
    assert said(result) == []
    assert "from ray.train import Checkpoint\n" in result.after
    result = migrated(
        """\
        from ray.air import Checkpoint


        def read(first: Checkpoint, second: "Checkpoint"):
            return first.path, second.path
        """
    )
    assert said(result) == []
    assert result.after.startswith("from ray.train import Checkpoint\n")
