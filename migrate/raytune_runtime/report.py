"""Train workers' reports, handed on to Tune."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any

from ray import train

from . import _ray
from .cleaner import Watch
from .clock import TIME_THIS_ITER, TIMESTAMP, Clock
from .endings import ends_as_under_v1
from .info import info_of_this_trial
from .relay import Address, Decision, Line, Relay, Report
from .reserved import Room, room_of_this_trial
from .unequal import UnequalReports
from .unheard import note_callback, refuse_second_callback, warn_of_shared_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ray.train import Checkpoint
    from ray.train._internal.session import _TrainSession

CHECKPOINT_PATH = "checkpoint_path"
CHECKPOINT_DIR_NAME = "checkpoint_dir_name"

# What Train is told for the runs of a trial, by the environment, unless somebody has said it.
SETTINGS = {
    # It polls its workers this often and takes at most one report from each per poll.
    _ray.HEALTH_CHECK_INTERVAL_S_ENV_VAR: "0.02",
    # An actor for each run, from Ray 2.60 on, by which Train restarts workers without Tune.
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
}

# Whether Train has metrics of its own for Ray's dashboard. They are labelled with the run's name.
METRICS_OF_TRAIN = "RAY_TRAIN_METRICS_ENABLED"


class TuneReportCallback(_ray.RunHooks):
    """Reports of the Train run become results of the Tune trial, checkpoints included.

    Build it in the driver function, for the trainer's run::

        RunConfig(**trial_run(), callbacks=[TuneReportCallback()])

    Each ``ray.train.report`` of the workers becomes one result of the trial, with the metrics of
    rank 0. A checkpoint reported with it is registered with Tune where Train has put it, without
    being copied: ``Result.checkpoint``, ``best_checkpoints``, ``get_best_checkpoint``, retention
    by ``tune.CheckpointConfig``, retries, pauses and clones all work on it. Its path is also in
    the metric ``checkpoint_path``, as with the callback of the same name in
    ``ray.tune.integration.ray_train``, unless the loop reports a metric of that name, and its
    directory's name in ``checkpoint_dir_name``, whichever worker has reported it; under Train V1
    only if rank 0 had.

    ``ray.train.report`` returns in every worker when Tune has decided on the report: a trial that
    Tune stops or pauses does not train one step more, as it did under Train V1, and no report that
    has returned is lost when a worker dies. With ``CheckpointUploadMode.ASYNC`` it does not wait.

    Metrics may be of any type that Tune takes: in a trial, Train keeps no list of its checkpoints
    (``checkpoint_manager_snapshot.json``), in which it has room for types of JSON only. In a run
    that is no trial it keeps one while it can, and warns where it cannot.

    Limits such as ``stop={"time_total_s": 600}`` count as under Train V1: from when the cluster had
    room for the workers, not for how long they have waited for it.

    The workers run where `trial_resources` has reserved them room, with what they start, as under
    Train V1; and with validations, if what is reserved for the driver function has a CPU. Where it
    has been told of other workers, and these take more or are to be placed otherwise, they wait for
    room beside it, which a warning says. Without it, all that runs where the cluster has room: Tune
    would have it placed with the workers, or with the driver function, where nothing is left.

    A trial fails with the error that a worker has raised, as under Train V1: ``result.error`` is
    one of its class too. What Train says of it is in the error's text. One that cannot be pickled
    becomes a RuntimeError with its text. With ``sys.exit(0)`` a train loop ends as if it returned;
    another exit is an ActorDiedError, and a KeyboardInterrupt a TaskCancelledError.
    A RuntimeError it is, too, when a worker reports and another has ended: Train would wait. So it
    would where a train loop goes on after a report that has failed: a worker that is alone goes on,
    and of several the next report raises.

    When Tune stops or pauses the trial, the Train run is ended before Tune goes on: its workers and
    their placement group are gone, and so are checkpoints that Tune has not taken: that were being
    stored, or whose report made the trial a clone of another. Those whose directory the train loop
    has named (``checkpoint_dir_name``) stay. When the trial's process is killed, its next attempt
    replaces the checkpoint whose report was under way.

    In a trial the constructor also sets variables in the trial's process, until the trial ends,
    unless they are set already. ``RAY_TRAIN_HEALTH_CHECK_INTERVAL_S`` becomes 0.02: Train asks its
    workers for reports so often, and Ray's default of 2 s is also the shortest time between two of
    them. ``RAY_TRAIN_ENABLE_PREEMPTION_WATCHER`` becomes 0: when a node is to go, Tune retries the
    trial, as under Train V1; ``ray.train.get_preemption_info`` needs it to be 1. Where the
    experiment's name, or that of the trial's directory, has letters that are not of ASCII,
    ``RAY_TRAIN_METRICS_ENABLED`` becomes 0 too: Train gives its own metrics the name of the run,
    and Ray refuses it there. Outside a trial the callback does nothing, so that the driver function
    can be called directly.

    One that was built elsewhere than in the driver function, as where a script begins, knows of no
    trial. A warning says so when the trial ends, as it does where there is none. A run with two of
    them, or with Ray's beside it, fails with a ValueError.

    Attributes:
        trial: What `trial_info` tells the workers.
        metadata: What checkpoints get.

    Args:
        metadata: What Train V1 was given as the trainer's ``metadata``: each checkpoint gets it,
            for ``Checkpoint.get_metadata()``. What the train loop has set itself goes before.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """

    def __init__(self, metadata: Mapping[str, Any] | None = None) -> None:
        _ray.require_v2()
        self.metadata = metadata
        self.trial = info_of_this_trial()
        self._address: Address | None = None
        self._room: Room | None = None
        self._forget_process()
        session = _ray.tune_session()
        if session is None:
            return
        note_callback(session)
        _ray.run_controller_as_actor()
        _ray.spare_cleaner()
        _ray.raise_as_worker(session)
        _ray.end_train_functions_by(ends_as_under_v1)
        _set_up_train(session)
        relay = Relay(session)
        relay.start()
        self._address = relay.address
        self._room = room_of_this_trial()

    def _forget_process(self) -> None:
        """Drop what belongs to one process: the callback goes on to the controller and workers."""
        self._line: Line | None = None
        self._watch: Watch | None = None
        self._workers: Any = None
        self._unequal = UnequalReports()
        self._clock = Clock()
        self._decisions = _Decisions()

    def __getstate__(self) -> dict[str, Any]:
        kept = ("metadata", "trial", "_address", "_room")
        return {name: vars(self)[name] for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._forget_process()

    # In the Train controller

    def after_controller_start(self, *run_contexts: Any) -> None:
        """Let the trial know which run it has to end.

        Raises:
            ValueError: Another callback of the run hands its reports to Tune as well.
        """
        if self._address is None:
            _ray.spare_dataset_manager()
            _ray.write_list_of_checkpoints_if_possible()
            return
        refuse_second_callback(run_contexts, _reports_to_tune)
        warn_of_shared_directory(run_contexts)
        _ray.spare_dataset_manager()
        _ray.write_no_list_of_checkpoints()
        _ray.keep_tracebacks_whole()
        _ray.end_workers_in_order()
        _ray.fail_by_failed_starts()
        room = self._room
        if room is None:
            _ray.let_tasks_run_anywhere()
        else:
            _ray.place_workers_in(room)
        _ray.place_validations(room.group if room is not None and room.has_spare_cpu else None)
        self._line = Line(self._address)
        self._watch = Watch()

    def before_worker_group_start(self, worker_group_context: Any) -> None:
        """Count the time from now on."""
        if self._line is not None:
            _ray.spare_barrier(worker_group_context.num_workers)
        self._clock.restart()

    def after_worker_group_start(self, worker_group: Any) -> None:
        """Remember whom to tell Tune's decisions; from now on there is something to clean up."""
        self._workers = worker_group
        self._unequal = UnequalReports()
        if self._watch is not None:
            self._clock.count_start(worker_group)
            self._watch.confirm()
            self._clock.go_on()

    def after_worker_group_poll_status(self, worker_group_status: Any) -> None:
        """Fail where workers report and others have ended."""
        if self._line is not None:
            self._unequal.look(worker_group_status.worker_statuses, self._ask_for_reports)

    def _ask_for_reports(self) -> list[Any]:
        references: list[Any] = self._workers.execute_async(_reports_begun, self._address)
        return references

    # Ray passes keywords: up to 2.49 the checkpoint, then a training_report that has it.
    def after_report(  # type: ignore[override]
        self,
        run_context: Any = None,
        metrics: Sequence[dict[str, Any]] = ({},),
        checkpoint: Checkpoint | None = None,
        training_report: Any = None,
    ) -> None:
        """Hand one report to Tune, wait for its decision, and tell the workers."""
        if training_report is not None:
            checkpoint = training_report.checkpoint
        if checkpoint is not None and self.metadata:
            own = checkpoint.get_metadata()
            for key, value in self.metadata.items():  # in the order of Train V1
                own.setdefault(key, value)
            checkpoint.set_metadata(own)
        if self._line is None:
            return
        times = self._clock.times()
        result = {**metrics[0], TIMESTAMP: times[TIMESTAMP], CHECKPOINT_DIR_NAME: None}
        # A loop may tell the time that a report stands for.
        result.setdefault(TIME_THIS_ITER, times[TIME_THIS_ITER])
        if checkpoint is not None:
            # So may it tell a path of its own, to which Train V1 added none.
            result.setdefault(CHECKPOINT_PATH, checkpoint.path)
            result[CHECKPOINT_DIR_NAME] = checkpoint.path.rpartition("/")[2]
        if self._line.ask(Report(result, checkpoint)) is Decision.GO_ON:
            self._workers.execute_async(_count_decision, self._address)
        # Else the workers are left waiting: the trial ends their run.

    def after_controller_state_update(self, previous_state: Any, current_state: Any) -> None:
        """Hang up when the run is over: the driver function may have another."""
        if self._line is not None and current_state.is_terminal():
            self._line.hang_up()
            self._line = None

    # In the workers

    @contextlib.contextmanager
    def on_report(self) -> Iterator[None]:
        """Have ``ray.train.report`` wait for Tune's decision."""
        if self._address is None:
            yield
        else:
            with self._decisions.awaited():
                yield


def _reports_to_tune(callback: Any) -> bool:
    """Whether a callback was built in a trial, which gets its reports."""
    return isinstance(callback, TuneReportCallback) and callback._address is not None


def _set_up_train(session: _TrainSession) -> None:
    """Tell Train the settings that nobody has said, until the trial ends."""
    settings = dict(SETTINGS)
    if not _ray.run_name(session).isascii():
        settings[METRICS_OF_TRAIN] = "0"
    ours = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(ours)

    # With reuse_actors the next trial of the sweep gets the same process.
    def unset() -> None:
        for name in ours:
            os.environ.pop(name, None)

    _ray.before_finish(session, unset)


class _Decisions:
    """In a worker: on how many of its reports Tune has decided."""

    def __init__(self) -> None:
        self._made = 0
        self._queued_before: int | None = None
        self._failed: Exception | None = None
        self._count = 0
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def awaited(self) -> Iterator[None]:
        """Within: one report is made. At the end: wait for the decision on it."""
        if self._failed is not None and train.get_context().get_world_size() > 1:
            raise RuntimeError(
                "A report of this worker has failed, for which the other workers wait: let its"
                " error end the train loop, and Tune try the trial again (max_failures)."
            ) from self._failed
        before, begun = _ray.queued_reports(), _ray.reports_begun()
        if self._made == 0:
            self._queued_before = before
        self._made += 1
        try:
            yield
        except Exception as error:  # as where its files cannot be stored; Train has counted it
            self._failed = error
            self._made -= 1
            _ray.forget_report(begun)
            raise
        after = _ray.queued_reports()
        if before is None or after is None or self._queued_before is None:
            self._wait_for(self._made)
        elif after > before:  # neither skipped nor still being stored
            self._wait_for(after - self._queued_before)

    def _wait_for(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count >= count)

    def begun(self) -> int:
        """How many reports the train loop has begun."""
        of_ray = _ray.reports_begun()
        return self._made if of_ray is None else of_ray

    def add(self) -> None:
        """Count one more."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()


def _count_decision(address: Address) -> None:
    """Runs in each worker."""
    for callback in _ray.callbacks_of_worker():
        if isinstance(callback, TuneReportCallback) and callback._address == address:
            callback._decisions.add()


def _reports_begun(address: Address) -> int:
    """Runs in each worker."""
    return next(
        callback._decisions.begun()
        for callback in _ray.callbacks_of_worker()
        if isinstance(callback, TuneReportCallback) and callback._address == address
    )
