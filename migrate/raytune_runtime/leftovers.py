"""Checkpoints in a trial's directory that no result of Tune will ever name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from . import _ray

if TYPE_CHECKING:
    from ray.train import Checkpoint
    from ray.train._internal.session import _TrainSession

logger = logging.getLogger(__name__)


class Leftovers:
    """What one attempt of a trial finds and leaves in the trial's directory.

    Only directories that Train itself has named after the time count, never one whose name the
    train loop has given (``checkpoint_dir_name``).
    """

    def __init__(self, session: _TrainSession) -> None:
        self._session = session
        self._taken = _ray.taken_checkpoints(session)
        self._earlier = self._listed()
        self._unknown = self._unknown_to_tune()
        self._replaced = 0
        self._reported: set[str] = set()
        self._started: int | None = None

    def report(self, checkpoint: Checkpoint | None) -> None:
        """Tune is given a report of the run, with or without a checkpoint, which it may take."""
        self._started = self._started or _ray.run_started(self._session)
        if checkpoint is not None:
            self._reported.add(_ray.directory_of(self._session, checkpoint))

    def replace(self) -> None:
        """Delete the oldest that Tune does not know, one for each that it has taken of this run."""
        count = len(self._reported & self._taken)
        self._delete(set(self._unknown[self._replaced : count]))
        self._replaced = count

    def stored(self) -> set[str] | None:
        """The checkpoints in the trial's directory, none of which another Train run has stored.

        Tune starts the next attempt of a trial, in the same directory, without waiting for this
        one to end. None once that has happened, or where the storage does not tell.
        """
        listed = self._listed()
        started = _ray.run_started(self._session) if listed is not None else None
        if self._started is None:  # it has reported nothing
            self._started = started
        return listed if started is not None and started == self._started else None

    def delete(self, stored: set[str] | None) -> None:
        """Delete those that this attempt has stored and Tune has not taken.

        Tune does not take the one whose report makes a trial the clone of another (PBT, PB2). Train
        V1 numbered the directories, so that the clone's next checkpoint replaced it.

        Args:
            stored: What `stored` has given. What was reported is known to be of this attempt.
        """
        if self._earlier is not None:
            own = ((stored or set()) | self._reported) - self._earlier
            self._delete({name for name in own if _ray.named_by_train(name)})

    def _unknown_to_tune(self) -> list[str]:
        """Checkpoints of an earlier attempt that Tune does not know, the oldest first.

        A process that is killed leaves the one whose report was under way, and Tune itself, when
        it is killed, those that are newer than its last snapshot. Train V1 numbered the
        directories, so that the next checkpoints of the trial replaced these.
        """
        stored = (self._earlier or set()) - self._taken
        start = _ray.start_checkpoint(self._session)
        if start is None:
            return sorted(stored)
        latest = _ray.directory_of(self._session, start)
        if latest not in stored:  # that of another trial
            return []
        return sorted(name for name in stored if name > latest and self._is_newer(name, latest))

    def _is_newer(self, name: str, latest: str) -> bool:
        """Whether the storage agrees that one was stored after the other, if it tells.

        The names are by the clock of rank 0's node. The next attempt's may be in another time zone,
        and where clocks are set back by an hour once a year, its own may go backwards.
        """
        written = _ray.last_written(self._session, name)
        before = _ray.last_written(self._session, latest)
        return written is None or before is None or written >= before

    def _listed(self) -> set[str] | None:
        try:
            return _ray.list_checkpoints(self._session)
        except Exception as error:
            self._warn("listed", error)
            return None

    def _delete(self, names: set[str]) -> None:
        try:
            _ray.delete_checkpoints(self._session, names - self._taken)
        except Exception as error:
            self._warn("deleted", error)

    def _warn(self, what: str, error: Exception) -> None:
        logger.warning(
            "The checkpoints in %s cannot be %s, so those that workers store after the last "
            "result of the trial stay there, which does no harm to the sweep. To have them go, "
            "give the process of the trial the right to list and delete there. The error: %s",
            self._session.storage.trial_fs_path,
            what,
            error,
        )
