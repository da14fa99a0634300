"""Train loops that go on where their trial left off."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, cast

import ray.tune

from . import _ray

if TYPE_CHECKING:
    from collections.abc import Callable

    from ray.train import Checkpoint

Loop = TypeVar("Loop", bound="Callable[..., Any]")


def start_from_trial(train_loop: Loop, resume_from_checkpoint: Checkpoint | None = None) -> Loop:
    """The same train loop, whose ``ray.train.get_checkpoint()`` starts from the trial's checkpoint.

    Call it in the driver function, where the loop is given to the trainer::

        TorchTrainer(start_from_trial(train_loop), ...)

    A trial has a checkpoint to start from when Tune retries or resumes it, or clones it from
    another. Train V2 does not know of it: its workers see checkpoints of their own run only.
    Where there is none, workers start from `resume_from_checkpoint`, as under Train V1. Checkpoints
    that the run reports take over as usual, also when Train restarts its workers.

    The result takes the arguments of `train_loop` and has its name. It is `train_loop` itself when
    there is nothing to start from.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """
    _ray.require_v2()
    checkpoint = resume_from_checkpoint
    if _ray.tune_session() is not None:
        checkpoint = ray.tune.get_checkpoint() or checkpoint
    if checkpoint is None:
        return train_loop

    # Train counts the parameters to decide whether to pass a config: wraps keeps the signature.
    @functools.wraps(train_loop)
    def start(*args: Any) -> Any:
        _ray.set_start_checkpoint(checkpoint)
        return train_loop(*args)

    return cast("Loop", start)
