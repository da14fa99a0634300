"""The way of a report from the Train controller to its trial, and of Tune's decision back.

Train runs the controller on the machine of the driver function, so the loopback interface reaches
it. An actor between the two would be one more process for each trial.
"""

from __future__ import annotations

import contextlib
import enum
import hmac
import os
import threading
from dataclasses import dataclass
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING, Any

from ray import cloudpickle

from . import _ray
from .endings import as_it_arrives
from .leftovers import Leftovers

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ray.train import Checkpoint
    from ray.train._internal.session import _TrainSession

HERE = "127.0.0.1"

# Whoever connects has so long to say who it is.
GREETING_TIMEOUT_S = 10


@dataclass(frozen=True)
class Address:
    """Where a trial's process listens, and what one has to say to be heard."""

    port: int
    token: bytes


@dataclass(frozen=True)
class Hello:
    """The first message of a Train run."""

    controller: _ray.Actor


@dataclass(frozen=True)
class Report:
    """What the workers have reported together: the metrics of rank 0, and where the files are."""

    metrics: dict[str, Any]
    checkpoint: Checkpoint | None


class Decision(enum.Enum):
    """The answer to either."""

    GO_ON = enum.auto()
    STOP = enum.auto()


class TrialEnded(RuntimeError):
    """The trial of a Train run has ended, and nobody waits for the run any more."""


class Line:
    """The controller's end.

    Raises:
        TrialEnded: Nobody listens any more.
    """

    def __init__(self, address: Address) -> None:
        try:
            self._connection = Client((HERE, address.port))
            self._connection.send_bytes(address.token)
        except OSError as error:
            raise TrialEnded("The trial of this Train run has ended.") from error
        if self.ask(Hello(_ray.current_actor())) is Decision.STOP:
            raise TrialEnded("The trial of this Train run has ended.")

    def ask(self, message: Hello | Report) -> Decision:
        """Send a message and wait for the answer: of a report, until Tune has decided.

        Raises:
            TrialEnded: The trial's process has died.
            Exception: What Tune has against the report.
        """
        try:
            self._connection.send_bytes(_packed(message))
            answer: Decision | Exception = cloudpickle.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise TrialEnded("The trial of this Train run has ended.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hang_up(self) -> None:
        """Say that the run is over."""
        self._connection.close()


class Relay:
    """The trial's end: takes reports, one at a time, and hands them to Tune."""

    def __init__(self, session: _TrainSession) -> None:
        self._session = session
        self._listener = Listener((HERE, 0))
        self.address = Address(self._listener.address[1], os.urandom(32))
        self._ended = threading.Event()
        self._asking: Connection | None = None
        self._controller: _ray.Actor | None = None
        self._leftovers = Leftovers(session)

    def start(self) -> None:
        """Listen until the trial ends."""
        threading.Thread(target=self._listen, name="raytune_runtime", daemon=True).start()
        _ray.before_finish(self._session, self.close)

    def close(self) -> None:
        """End the Train run, if it still runs, and what belongs to it."""
        self._ended.set()
        stored = self._leftovers.stored()
        if self._asking is not None:
            with contextlib.suppress(OSError):  # the controller has died meanwhile
                _answer(self._asking, Decision.STOP)  # Tune answers no more
        self._wake()
        if self._controller is not None:
            _ray.abort_run(self._controller)
        latest = self._leftovers.stored()
        self._leftovers.replace()
        self._leftovers.delete(stored if latest is None else latest)

    def _listen(self) -> None:
        with self._listener:
            # One connection after the other: a driver function may run several trainers.
            while not self._ended.is_set():
                try:
                    with self._listener.accept() as connection:
                        self._serve(connection)
                except (EOFError, OSError):
                    continue  # who has called is gone

    def _wake(self) -> None:
        """Have `_listen` see that the trial has ended."""
        try:
            Client((HERE, self.address.port)).close()
        except OSError:
            return  # it has

    def _serve(self, connection: Connection) -> None:
        if not connection.poll(GREETING_TIMEOUT_S) or not hmac.compare_digest(
            connection.recv_bytes(len(self.address.token)), self.address.token
        ):
            return
        hello: Hello = cloudpickle.loads(connection.recv_bytes())
        self._controller = hello.controller
        answer: Decision | BaseException = Decision.STOP if self._ended.is_set() else Decision.GO_ON
        while answer is not Decision.STOP:
            _answer(connection, answer)
            packed = connection.recv_bytes()
            self._asking = connection
            answer = self._pass_on(packed)
            self._asking = None
        _answer(connection, answer)

    def _pass_on(self, packed: bytes) -> Decision | BaseException:
        if self._ended.is_set():
            return Decision.STOP
        try:
            # Metrics may be of classes that are on the workers' nodes alone.
            report: Report = cloudpickle.loads(packed)
            self._leftovers.report(report.checkpoint)
            _ray.report_to_tune(self._session, report.metrics, report.checkpoint)
        except Exception as error:
            return as_it_arrives(error)
        self._leftovers.replace()
        return Decision.GO_ON


def _answer(connection: Connection, answer: Decision | BaseException) -> None:
    connection.send_bytes(_packed(answer))


def _packed(message: Any) -> bytes:
    # Metrics and errors may be of classes that the script has defined.
    packed: bytes = cloudpickle.dumps(message)  # type: ignore[no-untyped-call]
    return packed
