"""Where the Train run of a trial keeps its files."""

from __future__ import annotations

import uuid
from typing import Any

import ray.tune

from . import _ray
from .unheard import OUTSIDE, expect_reports


def trial_run() -> dict[str, Any]:
    """Name and storage of a trial's Train run, as keyword arguments of ``ray.train.RunConfig``.

    Call it in the driver function: ``RunConfig(**trial_run(), callbacks=[TuneReportCallback()])``.

    The run's directory is the trial's own, ``<storage>/<experiment>/<trial>/``, and so checkpoints
    lie where Train V1 put them, next to the trial's ``result.json``. Tune relies on that place:
    ``tune.Result.from_path`` looks for ``checkpoint_*`` there, and ``Tuner.restore`` of an
    experiment that was moved finds the checkpoints inside the trial's directory only. The
    ``name`` is ``<experiment>/<trial>``; ``storage_path`` and ``storage_filesystem`` come from
    Tune's storage context, so that default paths, ``storage_filesystem`` and
    moved experiments hold, and no two trials share a directory.

    Each call is a fresh start: the list of checkpoints that an earlier attempt of the trial has
    left (``checkpoint_manager_snapshot.json``) is removed. Tune decides where a retried, resumed
    or cloned trial goes on and which checkpoints it keeps; Train would start from its own list
    instead, or refuse to start where Tune has deleted one of them. `start_from_trial` brings
    Tune's checkpoint to the workers.

    Outside a trial: a ``name`` that no other run has, and Ray's default storage.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """
    _ray.require_v2()
    session = _ray.tune_session()
    if session is None:
        # Ray's default name is the time in seconds, which runs that start together would share.
        return {"name": f"{OUTSIDE}{uuid.uuid4().hex[:12]}"}
    expect_reports(session)
    storage = ray.tune.get_context().get_storage()
    filesystem = storage.storage_filesystem
    snapshot = f"{storage.trial_fs_path}/{_ray.CHECKPOINT_MANAGER_SNAPSHOT_FILENAME}"
    if filesystem.get_file_info(snapshot).is_file:  # what deleting nothing raises depends on it
        filesystem.delete_file(snapshot)
    return {
        "name": _ray.run_name(session),
        "storage_path": storage.storage_fs_path,
        "storage_filesystem": filesystem,
    }
