"""Run configs of Train, as Tune takes them, and of Tune, as Train takes them."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any

from ray import train, tune

from . import _ray
from .report import TuneReportCallback

# The attribute by which a trainer's run config has the one that it was made from.
_WHOLE = "_whole_run_config"


def tune_run_config(source: Any, *, of_trainer: bool = True) -> tune.RunConfig | None:
    """What a trainer or a run config of any module says to Tune, as a ``ray.tune.RunConfig``.

    For a Tuner whose trainer or run config comes from elsewhere::

        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))

    A ``ray.train.RunConfig`` of Train V2 gives its name, unless Ray made it up, its storage, and
    its failure and checkpoint configs; its callbacks are for the Train run. Others give all
    they have. In a ``ray.tune.RunConfig`` only failure and checkpoint configs of other modules are
    replaced, and where there are none, it is returned itself. No argument is changed. How often a
    checkpoint is made is left out: a driver function's train loop says that, and Tune refuses it.

    Args:
        source: A trainer of Train V2, a run config of ``ray.train``, ``ray.air`` or ``ray.tune``,
            or None.
        of_trainer: Whether the Tuner runs the driver function of a trainer. With False nothing is
            left out: a class of Tune, or of RLlib, goes by how often a checkpoint is to be made.

    Returns:
        None for None and for a trainable that is no trainer, such as a function.

    Raises:
        TypeError: The source is a dict.
        RuntimeUnavailable: The trainer is one of Train V1, Ray Train V2 is off, or Ray is too old.
    """
    if _ray.is_trainer(source):
        source = source.run_config
    _ray.require_v2()
    source = getattr(source, _WHOLE, source)
    if isinstance(source, tune.RunConfig):
        return _with_own_parts(source, of_trainer)
    if isinstance(source, train.RunConfig):
        made_up = _ray.DEFAULT_RUN_NAME.fullmatch(source.name or "")
        return tune.RunConfig(
            name=None if made_up else source.name,
            storage_path=source.storage_path,
            storage_filesystem=source.storage_filesystem,
            **_parts(source, of_trainer),
        )
    if isinstance(source, _ray.RunConfigV1):
        converted: tune.RunConfig = _converted(tune.RunConfig, source, **_parts(source, of_trainer))
        return converted
    if isinstance(source, Mapping):
        raise _no_run_config(source)
    return None


def train_run_config(
    source: Any, *, metadata: Mapping[str, Any] | None = None
) -> train.RunConfig | None:
    """What a run config of any module says to Train, as a ``ray.train.RunConfig``.

    For a trainer whose run config has settings that only Tune obeys, or is also a Tuner's::

        TorchTrainer(..., run_config=train_run_config(tune.RunConfig(stop=..., callbacks=[...])))

    It has the name, the storage, ``max_failures`` and what a ``ray.train.CheckpointConfig`` takes
    of the source. The rest does nothing in a plain ``trainer.fit()``; a sweep gets it back, since
    `tune_run_config` of the trainer is the whole source.

    Args:
        source: A run config of ``ray.tune``, ``ray.air`` or ``ray.train``, or None.
        metadata: What Train V1 was given as the trainer's ``metadata``, see `TuneReportCallback`.

    Returns:
        Without metadata None for None, and a ``ray.train.RunConfig`` itself.

    Raises:
        TypeError: The source is no run config.
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """
    _ray.require_v2()
    own = source if isinstance(source, train.RunConfig) else _part_of_train(source)
    if not metadata:
        return own
    own = own or train.RunConfig()
    callbacks: list[Any] = [*(own.callbacks or []), TuneReportCallback(metadata=metadata)]
    carrying: train.RunConfig = dataclasses.replace(own, callbacks=callbacks)
    if hasattr(own, _WHOLE):
        setattr(carrying, _WHOLE, getattr(own, _WHOLE))
    return carrying


def _part_of_train(source: Any) -> train.RunConfig | None:
    """What Train takes of a run config of Tune, or of Train V1."""
    if source is None:
        return None
    if not hasattr(source, "failure_config"):
        raise _no_run_config(source)
    failures: Any = source.failure_config
    checkpoints: Any = source.checkpoint_config
    run_config: train.RunConfig = train.RunConfig(
        name=source.name,
        storage_path=source.storage_path,
        storage_filesystem=source.storage_filesystem,
        failure_config=train.FailureConfig(max_failures=failures.max_failures),
        checkpoint_config=train.CheckpointConfig(
            num_to_keep=checkpoints.num_to_keep,
            checkpoint_score_attribute=checkpoints.checkpoint_score_attribute,
            checkpoint_score_order=checkpoints.checkpoint_score_order,
        ),
    )
    # The trainer passes its run config on as it is, and Ray reads of it only what it knows. As
    # trainers of Train V1 did, it keeps what the source says when the trainer is made.
    setattr(run_config, _WHOLE, copy.copy(source))
    return run_config


def _no_run_config(given: Any) -> TypeError:
    return TypeError(
        f"What is to be a run config is a {type(given).__name__}: {given!r}. Give RunConfig(...) of"
        " ray.tune or ray.train, or None."
    )


def _with_own_parts(run_config: tune.RunConfig, of_trainer: bool) -> tune.RunConfig:
    parts = _parts(run_config, of_trainer)
    if all(getattr(run_config, name) is part for name, part in parts.items()):
        return run_config
    # dataclasses.replace would give what Ray filled in as if the user had.
    own = copy.copy(run_config)
    for name, part in parts.items():
        setattr(own, name, part)
    return own


def _parts(run_config: Any, of_trainer: bool) -> dict[str, Any]:
    checkpoints = _converted(tune.CheckpointConfig, run_config.checkpoint_config)
    given = checkpoints.checkpoint_frequency or checkpoints.checkpoint_at_end is not None
    if given and of_trainer:
        # Tune took these of a trainer, which went by its own, and refuses them of a function.
        checkpoints = dataclasses.replace(
            checkpoints, checkpoint_frequency=0, checkpoint_at_end=None
        )
    return {
        "failure_config": _converted(tune.FailureConfig, run_config.failure_config),
        "checkpoint_config": checkpoints,
    }


def _converted(to: type[Any], config: Any, **changes: Any) -> Any:
    """A config of the class `to` with the settings that `config` has and `to` knows."""
    if isinstance(config, to):
        return config
    settings = {
        field.name: getattr(config, field.name, _ray.DEPRECATED_VALUE)
        for field in dataclasses.fields(to)
    }
    given = {name: value for name, value in settings.items() if value != _ray.DEPRECATED_VALUE}
    return to(**{**given, **changes})
