"""Train loops that do what the XGBoostTrainer and LightGBMTrainer of Train V1 did by themselves.

Given ``params`` and a ``label_column``, those trainers called the library's ``train()`` on each
worker. Train V2's take a train loop only.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias

import ray.train

from . import _ray
from .start import start_from_trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ray.train import Checkpoint

# The dataset that a model is trained on; the others are for evaluation.
TRAIN = "train"

# An attribute of the loops here: what makes them, with what it was given. Their config is what a
# trainer of Train V1 was given as `params`.
TAKES_PARAMS = "_takes_params"

_P = ParamSpec("_P")
_Loop: TypeAlias = "Callable[[dict[str, Any]], None]"


def _made_anew(maker: Callable[_P, _Loop]) -> Callable[_P, _Loop]:
    """A function that makes loops, each of which knows how to be made with other arguments."""
    signature = inspect.signature(maker)

    @functools.wraps(maker)
    def make(*args: _P.args, **kwargs: _P.kwargs) -> _Loop:
        train_loop = maker(*args, **kwargs)
        given = signature.bind(*args, **kwargs).arguments
        given |= given.pop("train_kwargs", {})
        setattr(train_loop, TAKES_PARAMS, functools.partial(make, **given))
        return train_loop

    return make


@_made_anew
def xgboost_train_loop(
    label_column: str,
    num_boost_round: int | None = 10,
    checkpoint_frequency: int = 0,
    checkpoint_at_end: bool | None = None,
    *,
    callbacks: Sequence[Any] = (),
    resume_from_checkpoint: Checkpoint | None = None,
    **train_kwargs: Any,
) -> Callable[[dict[str, Any]], None]:
    """A train loop that calls ``xgboost.train`` on its worker's part of the trainer's datasets.

    Call it in the driver function, with the parameters of XGBoost as ``train_loop_config``::

        XGBoostTrainer(
            xgboost_train_loop(label_column="y", num_boost_round=20),
            train_loop_config={"objective": "reg:squarederror", **config["params"]},
            datasets={"train": train_dataset, "valid": valid_dataset},
            ...
        )

    Every dataset is evaluated after each round, ``"train"`` first and the others by name, and the
    metrics are reported as ``train-rmse``, ``valid-rmse`` and so on. The loop goes on from the
    trial's checkpoint, as with `start_from_trial`: a model that has some of its rounds already is
    trained for the others.

    Args:
        label_column: The column to predict; all others are features.
        num_boost_round: How many rounds the model has in the end; None for 10.
        checkpoint_frequency: After how many rounds a checkpoint is reported; 0 for never.
        checkpoint_at_end: Whether the model is reported as a checkpoint at the end; None for yes.
        callbacks: Those of ``xgboost.train``. One that is a ``RayTrainReportCallback`` reports
            instead of the loop's own.
        resume_from_checkpoint: Where a trial starts that has no checkpoint of its own.
        train_kwargs: Further arguments of ``xgboost.train``.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """

    def train_loop(config: dict[str, Any]) -> None:
        import xgboost
        from ray.train.xgboost import RayTrainReportCallback

        checkpoint = ray.train.get_checkpoint()
        model = RayTrainReportCallback.get_model(checkpoint) if checkpoint else None
        done = model.num_boosted_rounds() if model is not None else 0
        evals = [
            (xgboost.DMatrix(features, label=label), name)
            for name, features, label in _shards(label_column)
        ]
        reporting = _reporting(
            RayTrainReportCallback, callbacks, checkpoint_frequency, checkpoint_at_end
        )
        xgboost.train(
            config,
            dtrain=evals[0][0],
            evals=evals,
            evals_result={},
            num_boost_round=(num_boost_round or 10) - done,
            xgb_model=model,
            callbacks=reporting,
            **train_kwargs,
        )

    return start_from_trial(train_loop, resume_from_checkpoint)


@_made_anew
def lightgbm_train_loop(
    label_column: str,
    num_boost_round: int | None = 10,
    checkpoint_frequency: int = 0,
    checkpoint_at_end: bool | None = None,
    *,
    callbacks: Sequence[Any] = (),
    resume_from_checkpoint: Checkpoint | None = None,
    **train_kwargs: Any,
) -> Callable[[dict[str, Any]], None]:
    """A train loop that calls ``lightgbm.train`` on its worker's part of the trainer's datasets.

    Call it in the driver function, with the parameters of LightGBM as ``train_loop_config``::

        LightGBMTrainer(
            lightgbm_train_loop(label_column="y", num_boost_round=20),
            train_loop_config={"objective": "regression", **config["params"]},
            datasets={"train": train_dataset, "valid": valid_dataset},
            ...
        )

    The workers train one model together: each has the network parameters of the group, and
    ``tree_learner="data_parallel"`` and ``pre_partition=True`` unless its parameters say otherwise.
    Every dataset is evaluated after each round, ``"train"`` first and the others by name, and the
    metrics are reported as ``train-l2``, ``valid-l2`` and so on. The loop goes on from the trial's
    checkpoint, as with `start_from_trial`: a model that has some of its rounds already is trained
    for the others.

    Args:
        label_column: The column to predict; all others are features.
        num_boost_round: How many rounds the model has in the end; None for 10.
        checkpoint_frequency: After how many rounds a checkpoint is reported; 0 for never.
        checkpoint_at_end: Whether the model is reported as a checkpoint at the end; None for yes.
        callbacks: Those of ``lightgbm.train``. One that is a ``RayTrainReportCallback`` reports
            instead of the loop's own.
        resume_from_checkpoint: Where a trial starts that has no checkpoint of its own.
        train_kwargs: Further arguments of ``lightgbm.train``.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """

    def train_loop(config: dict[str, Any]) -> None:
        import lightgbm
        import ray.train.lightgbm as ray_lightgbm

        report = ray_lightgbm.RayTrainReportCallback
        checkpoint = ray.train.get_checkpoint()
        model = report.get_model(checkpoint) if checkpoint else None
        done = model.current_iteration() if model is not None else 0
        # Before Ray 2.56 datasets give no column that LightGBM cannot read.
        readable = getattr(ray_lightgbm, "normalize_pandas_for_lightgbm", None)
        names, sets = [], []
        for name, features, label in _shards(label_column, readable):
            names.append(name)
            sets.append(lightgbm.Dataset(features, label=label))
        params = {
            "tree_learner": "data_parallel",
            "pre_partition": True,
            **config,
            **ray_lightgbm.get_network_params(),
        }
        lightgbm.train(
            params=params,
            train_set=sets[0],
            num_boost_round=(num_boost_round or 10) - done,
            valid_sets=sets,
            valid_names=names,
            init_model=model,
            callbacks=_reporting(report, callbacks, checkpoint_frequency, checkpoint_at_end),
            **train_kwargs,
        )

    return start_from_trial(train_loop, resume_from_checkpoint)


def with_arguments(train_loop: Any, changes: Mapping[str, Any]) -> Any:
    """A loop of this module, made anew with other arguments of the function that made it."""
    return getattr(train_loop, TAKES_PARAMS)(**changes)


def _shards(
    label_column: str, prepare: Callable[[Any], Any] | None = None
) -> Iterator[tuple[str, Any, Any]]:
    """The name, features and labels of each dataset of this worker, that to train on first.

    Workers evaluate together, so all of them need the same order.
    """
    for name in (TRAIN, *sorted(_ray.dataset_names() - {TRAIN})):
        frame = ray.train.get_dataset_shard(name).materialize().to_pandas()
        if prepare is not None:
            frame = prepare(frame)
        yield name, frame.drop(label_column, axis=1), frame[label_column]


def _reporting(
    report: type[Any], own: Sequence[Any], frequency: int, at_end: bool | None
) -> list[Any]:
    """The callbacks of one training, one of which reports to Ray Train."""
    if any(isinstance(one, report) for one in own):
        return list(own)
    return [*own, report(frequency=frequency, checkpoint_at_end=at_end is not False)]
