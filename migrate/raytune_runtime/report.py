"""Train workers' reports, handed on to Tune."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import RayActorError

from . import _ray
from .info import info_of_this_trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ray.train import Checkpoint
    from ray.train._internal.session import _TrainSession

CHECKPOINT_PATH = "checkpoint_path"
CHECKPOINT_DIR_NAME = "checkpoint_dir_name"

# Train polls its workers this often and takes at most one report from each per poll.
POLL_INTERVAL_S = "0.05"


class TuneReportCallback(_ray.UserCallback):
    """Reports of the Train run become results of the Tune trial, checkpoints included.

    Build it in the driver function, for the trainer's run::

        RunConfig(**trial_run(), callbacks=[TuneReportCallback()])

    Each ``ray.train.report`` of the workers becomes one result of the trial, with the metrics of
    rank 0. A checkpoint reported with it is registered with Tune where Train has put it, without
    being copied: ``Result.checkpoint``, ``best_checkpoints``, ``get_best_checkpoint``, retention
    by ``tune.CheckpointConfig``, retries, pauses and clones all work on it. Its path is also in
    the metric ``checkpoint_path``, as with the callback of the same name in
    ``ray.tune.integration.ray_train``, and its directory's name in ``checkpoint_dir_name``.

    Train takes no further report before Tune has decided on the last one. When Tune stops or
    pauses the trial, the Train run is ended before Tune goes on: its workers and their placement
    group are gone, and so are checkpoints that the workers stored after the last result.

    In a trial the constructor also sets ``RAY_TRAIN_HEALTH_CHECK_INTERVAL_S`` to 0.05 in the
    trial's process, until the trial ends, unless it is set already. Ray's default of 2 s is also
    the shortest time between two reports. Outside a trial the callback does nothing, so that the
    driver function can be called directly.

    Attributes:
        trial: What `trial_info` tells the workers.

    Args:
        metadata: What Train V1 was given as the trainer's ``metadata``: each checkpoint gets it,
            for ``Checkpoint.get_metadata()``. What the train loop has set itself goes before.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """

    def __init__(self, metadata: Mapping[str, Any] | None = None) -> None:
        _ray.require_v2()
        self._metadata = metadata
        self._mailbox: _ray.Actor | None = None
        self.trial = info_of_this_trial()
        session = _ray.tune_session()
        if session is None:
            return
        _poll_often(session)
        self._mailbox = _open_mailbox()
        relay = _Relay(self._mailbox, session)
        threading.Thread(target=relay.run, daemon=True).start()
        _ray.before_finish(session, relay.close)

    def after_report(
        self, run_context: Any, metrics: list[dict[str, Any]], checkpoint: Checkpoint | None
    ) -> None:
        """Hand one report to Tune and wait for its decision. Runs in the Train controller."""
        if checkpoint is not None and self._metadata:
            checkpoint.set_metadata({**self._metadata, **checkpoint.get_metadata()})
        if self._mailbox is None:
            return
        result = {**metrics[0], CHECKPOINT_DIR_NAME: None}
        if checkpoint is not None:
            result[CHECKPOINT_PATH] = checkpoint.path
            result[CHECKPOINT_DIR_NAME] = checkpoint.path.rpartition("/")[2]
        report = (ray.get_runtime_context().current_actor, result, checkpoint)
        # In a list Ray passes the reference on, and the mailbox never loads what it refers to.
        ray.get(self._mailbox.send.remote([ray.put(report)]))


def _poll_often(session: _TrainSession) -> None:
    """Set how often Train polls its workers, unless somebody has, until the trial ends."""
    if _ray.HEALTH_CHECK_INTERVAL_S_ENV_VAR in os.environ:
        return
    os.environ[_ray.HEALTH_CHECK_INTERVAL_S_ENV_VAR] = POLL_INTERVAL_S

    # With reuse_actors the next trial of the sweep gets the same process.
    def unset() -> None:
        os.environ.pop(_ray.HEALTH_CHECK_INTERVAL_S_ENV_VAR, None)

    _ray.before_finish(session, unset)


def _open_mailbox() -> _ray.Actor:
    """An actor through which the Train controller reaches the trial's process."""

    # A local class travels by value: the actor's process does not have to import Ray Train.
    class Mailbox:
        def __init__(self) -> None:
            self.reports: asyncio.Queue[Any] = asyncio.Queue()
            self.settled = asyncio.Event()
            self.closed = False

        async def send(self, report: Any) -> None:
            """Deliver a report and wait until it is settled; once closed, drop it."""
            if not self.closed:
                self.settled.clear()
                await self.reports.put(report)
                await self.settled.wait()

        async def take(self) -> Any:
            return await self.reports.get()

        async def settle(self, close: bool) -> None:
            self.closed = close
            self.settled.set()

    return ray.remote(num_cpus=0)(Mailbox).remote()


class _Relay:
    """The trial's end of the mailbox."""

    def __init__(self, mailbox: _ray.Actor, session: _TrainSession) -> None:
        self._mailbox = mailbox
        self._session = session
        self._controller: _ray.Actor | None = None
        self._checkpoints = _ray.list_checkpoints(session)

    def run(self) -> None:
        """Pass reports on to Tune, one at a time, until the trial ends."""
        try:
            while True:
                (report,) = ray.get(self._mailbox.take.remote())
                self._controller, metrics, checkpoint = ray.get(report)
                if checkpoint is not None:
                    self._checkpoints.add(metrics[CHECKPOINT_DIR_NAME])
                _ray.report_to_tune(self._session, metrics, checkpoint)
                self._mailbox.settle.remote(close=False)
        except RayActorError:
            return  # closed
        except Exception:
            ray.kill(self._mailbox)  # or the controller would wait for an answer forever
            raise

    def close(self) -> None:
        """End the Train run, if it still runs, and what belongs to it."""
        if self._controller is not None:
            self._mailbox.settle.remote(close=True)
            _ray.abort_run(self._controller)
            _ray.delete_checkpoints(
                self._session, _ray.list_checkpoints(self._session) - self._checkpoints
            )
        ray.kill(self._mailbox)
