"""Work on many items in processes of their own, where the machine has cores for more than one."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds of work, and of time
_MOST = 60  # Windows waits for no more than 63 things at once
# An item is not left for the end that takes more than this part of what one worker does in all,
# and stands out among the others.
_LARGE = 1 / 8
_STANDS_OUT = 3  # times the average


def usable_cores() -> int:
    """The cores that this process may run on, which a container may have fewer of than the machine.

    A container's quota counts as well: its processes would only wait for each other.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):  # no such file, or "max"
        return cores


def processes(jobs: int | None) -> int:
    """How many are to work at once where so many are asked for; None: as the cores allow."""
    return jobs or usable_cores()


def in_parallel(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    jobs: int,
    *,
    lost: Callable[[_Item, str], _Result],
    weight: Callable[[_Item], float] | None = None,
) -> Iterator[_Result]:
    """What ``work`` makes of each item, in the order of the items, by up to ``jobs`` processes.

    With fewer than two jobs, or items, there is no process but this one. Else ``work`` is a
    function of a module, or a ``partial`` of one; what it returns is pickled; and its process may
    be killed at any time, so that what must not be cut off is for the caller to do. An item that
    ends its process gives what ``lost`` says of it and of how the process ended; the others are
    done all the same. What ``work`` raises is raised here. By ``weight``, large items go first.
    """
    jobs = min(jobs, len(items), _MOST)
    if jobs < 2:
        yield from map(work, items)
        return
    order = range(len(items)) if weight is None else _order([weight(one) for one in items], jobs)
    crew = _Crew(work, items, jobs, lost, deque(order))
    try:
        for index in range(len(items)):
            while index not in crew.done:
                crew.go_on()
            raised, result = crew.done.pop(index)
            if raised is not None:
                raise raised
            yield result
    finally:
        crew.end()


def beside(work: Callable[[], _Result], meanwhile: Callable[[], object]) -> _Result:
    """What ``work`` gives, by a process of its own, while this one does something else.

    It is forked: ``work`` may be any function. Where it is lost, or none can be forked, ``work`` is
    done here. What it returns is pickled, and what it raises is raised here.
    """
    context = _context()
    if context.get_start_method() != "fork":
        meanwhile()
        return work()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_serve_once, args=(work, theirs, ours)
    )
    started = _has_started(process)
    theirs.close()
    try:
        meanwhile()
        raised, result = ours.recv() if started else _done(lambda _: work(), None)
    except (EOFError, OSError):  # as where memory ran out
        return work()
    finally:
        ours.close()
        if started:
            process.kill()
            process.join()
    if raised is not None:
        raise raised
    return result


def _order(weights: Sequence[float], jobs: int) -> list[int]:
    """Items in their order, but first those that would keep all others waiting at the end."""
    total = sum(weights)
    limit = max(total / jobs * _LARGE, total / len(weights) * _STANDS_OUT)
    every = range(len(weights))
    large = sorted((one for one in every if weights[one] > limit), key=lambda one: -weights[one])
    return [*large, *(one for one in every if weights[one] <= limit)]


# What an item has raised, or what became of it.
_Done: TypeAlias = "tuple[Exception, Any] | tuple[None, _Result]"


def _done(work: Callable[[_Item], _Result], item: _Item) -> _Done[_Result]:
    try:
        return None, work(item)
    except Exception as error:
        return error, None


@dataclass(slots=True)
class _Worker:
    """A process, and the item that it is at."""

    process: BaseProcess
    connection: Connection
    index: int


class _Crew(Generic[_Item, _Result]):
    """The processes, what waits for them, and what they have done."""

    def __init__(
        self,
        work: Callable[[_Item], _Result],
        items: Sequence[_Item],
        jobs: int,
        lost: Callable[[_Item, str], _Result],
        waiting: deque[int],
    ) -> None:
        self.done: MutableMapping[int, _Done[_Result]] = {}
        self._work, self._items, self._jobs, self._lost = work, items, jobs, lost
        self._waiting = waiting
        self._busy: dict[Connection, _Worker] = {}
        self._context = _context()

    def go_on(self) -> None:
        """Wait for something to be done."""
        from multiprocessing.connection import wait

        while self._waiting and len(self._busy) < self._jobs:
            if not self._start():
                break
        if not self._busy:  # the system has no process for us: then here
            index = self._waiting.popleft()
            self.done[index] = _done(self._work, self._items[index])
            return
        for ready in wait(list(self._busy)):
            self._take(self._busy[ready])  # type: ignore[index]

    def end(self) -> None:
        """End all processes, whatever they are at."""
        for worker in self._busy.values():
            worker.process.kill()
        for worker in self._busy.values():
            worker.process.join()
            worker.connection.close()
        self._busy.clear()

    def _start(self) -> bool:
        """Whether there is one process more, which has an item."""
        ours, theirs = self._context.Pipe()
        others = (ours, *self._busy) if self._context.get_start_method() == "fork" else ()
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(self._work, self._items, theirs, others), daemon=True
        )
        try:
            if not _has_started(process):
                ours.close()
                return False
        finally:
            theirs.close()
        self._give(_Worker(process, ours, self._waiting.popleft()))
        return True

    def _give(self, worker: _Worker) -> None:
        self._busy[worker.connection] = worker
        with suppress(OSError):  # it has ended: which is noticed where its result is read
            worker.connection.send(worker.index)

    def _take(self, worker: _Worker) -> None:
        """Take the result of a worker, and give it the next item."""
        del self._busy[worker.connection]
        try:
            self.done[worker.index] = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            worker.connection.close()
            how = _how_it_ended(worker.process.exitcode)
            self.done[worker.index] = None, self._lost(self._items[worker.index], how)
            return
        if self._waiting:
            worker.index = self._waiting.popleft()
            self._give(worker)
        else:
            worker.connection.close()  # which ends it
            worker.process.join()


def _context() -> BaseContext:
    """How processes are started: forked where that is safe, with all that is imported already."""
    import multiprocessing

    return multiprocessing.get_context("fork" if sys.platform == "linux" else None)


def _has_started(process: BaseProcess) -> bool:
    """Whether the system has a process for us."""
    try:
        with _unmoved_by_interrupts():
            process.start()
    except BrokenPipeError:  # of stdout, which is flushed before
        raise
    except OSError:
        return False
    return True


def _how_it_ended(status: int | None) -> str:
    if status is None or status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


@contextmanager
def _unmoved_by_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait, for it goes to all processes of a terminal, and is ours alone to answer."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer_no_signals() -> None:
    """Leave Ctrl-C to the process that has started this one, and be ended by what ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whoever forked may answer that by themselves


def _serve_once(work: Callable[[], object], connection: Connection, other: Connection) -> None:
    _answer_no_signals()
    other.close()
    with suppress(BrokenPipeError):
        _send(connection, _done(lambda _: work(), None))


def _send(connection: Connection, done: object) -> None:
    try:
        connection.send(done)
    except BrokenPipeError:
        raise
    except Exception as error:  # it cannot be pickled
        connection.send((error, None))


def _serve(
    work: Callable[[_Item], object],
    items: Sequence[_Item],
    connection: Connection,
    others: Sequence[Connection],
) -> None:
    """Work on the items whose numbers come, until no more come or this process is ended."""
    _answer_no_signals()
    for one in others:
        one.close()  # the end of which is to be noticed by those whose it is
    gc.freeze()  # what is here already is nobody's garbage
    while True:
        try:
            index = connection.recv()
        except (EOFError, OSError):
            return
        try:
            _send(connection, _done(work, items[index]))
        except BrokenPipeError:
            return
