"""Work in processes of its own: in order, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.jobs import beside, in_parallel, usable_cores

if TYPE_CHECKING:
    from pathlib import Path


def lost(item: object, how: str) -> str:
    return f"{item} lost: {how}"


def doubled(item: int) -> str:
    return str(2 * item)


def in_process(item: object) -> str:
    return str(os.getpid())


def backwards(item: int) -> str:
    time.sleep(0.05 * (3 - item))
    return str(item)


def ends_at_two(item: int, how: int) -> str:
    if item == 2 and how < 0:
        os.kill(os.getpid(), -how)
    if item == 2:
        os._exit(how)
    return str(item)


def refuses_two(item: int) -> str:
    if item == 2:
        raise LookupError("two")
    return str(item)


def unpicklable(item: int) -> object:
    return (one for one in range(item))


def noted(item: int, folder: Path) -> str:
    """Note that an item has begun; large ones keep their processes until both have."""
    log = folder / "log"
    with log.open("a") as file:
        file.write(f"{item} ")
    while item > 50 and not {"80", "90"} <= set(log.read_text().split()):
        time.sleep(0.01)
    return str(item)


def asleep(item: int, folder: Path) -> str:
    (folder / str(os.getpid())).touch()
    time.sleep(60 if item else 0.2)
    return str(item)


def weight(item: int) -> float:
    return item


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_nothing_comes_of_nothing(jobs: int) -> None:
    assert list(in_parallel(doubled, [], jobs, lost=lost)) == []


def test_one_job_takes_no_process() -> None:
    here = str(os.getpid())
    assert list(in_parallel(in_process, [1, 2, 3], 1, lost=lost)) == [here, here, here]


def test_one_item_takes_no_process() -> None:
    assert list(in_parallel(in_process, [1], 2, lost=lost)) == [str(os.getpid())]


def test_several_jobs_take_no_more_processes_than_there_are() -> None:
    found = set(in_parallel(in_process, range(20), 2, lost=lost))
    assert str(os.getpid()) not in found
    assert 1 <= len(found) <= 2


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_parallel(doubled, range(50), 3, lost=lost)) == [str(2 * n) for n in range(50)]
    assert list(in_parallel(backwards, range(4), 4, lost=lost)) == ["0", "1", "2", "3"]


def test_large_items_go_first_and_results_keep_their_order(tmp_path: Path) -> None:
    work = partial(noted, folder=tmp_path)
    items = [1, 2, 3, 1, 2, 90, 1, 80]
    done = in_parallel(work, items, 2, lost=lost, weight=weight)
    assert list(done) == [str(one) for one in items]
    order = (tmp_path / "log").read_text().split()
    assert set(order[:2]) == {"90", "80"}
    assert sorted(order) == sorted(map(str, items))


@pytest.mark.parametrize(
    ("how", "said"), [(-signal.SIGKILL, "SIGKILL"), (-signal.SIGTERM, "SIGTERM"), (3, "status 3")]
)
def test_an_item_that_ends_its_process_is_lost_and_no_other(how: int, said: str) -> None:
    *some, second = in_parallel(partial(ends_at_two, how=how), [0, 1, 3, 4, 2], 2, lost=lost)
    assert (some, second) == (["0", "1", "3", "4"], f"2 lost: {second.partition(': ')[2]}")
    assert second.endswith(said)


def test_what_this_process_does_with_a_signal_is_not_what_others_do() -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        done = list(in_parallel(partial(ends_at_two, how=-signal.SIGTERM), [2, 2], 2, lost=lost))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == ["2 lost: SIGTERM"] * 2


def test_all_items_may_end_their_processes() -> None:
    work = partial(ends_at_two, how=-signal.SIGKILL)
    assert list(in_parallel(work, [2] * 5, 2, lost=lost)) == ["2 lost: SIGKILL"] * 5


def test_what_is_raised_is_raised_here() -> None:
    done = in_parallel(refuses_two, range(5), 2, lost=lost)
    assert [next(done), next(done)] == ["0", "1"]
    with pytest.raises(LookupError, match="two"):
        list(done)


def test_what_cannot_be_pickled_is_said() -> None:
    with pytest.raises(TypeError, match="generator"):
        list(in_parallel(unpicklable, range(3), 2, lost=lost))


def test_whoever_has_seen_enough_leaves_no_process_behind(tmp_path: Path) -> None:
    with closing(in_parallel(partial(asleep, folder=tmp_path), range(3), 2, lost=lost)) as done:
        assert next(done) == "0"
    started = [int(path.name) for path in tmp_path.iterdir()]
    assert started
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_where_no_process_can_be_started_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    here = str(os.getpid())
    assert list(in_parallel(in_process, range(3), 2, lost=lost)) == [here] * 3


def test_work_beside_something_else_has_a_process_of_its_own() -> None:
    meanwhile: list[int] = []
    theirs = beside(os.getpid, lambda: meanwhile.append(os.getpid()))
    assert meanwhile == [os.getpid()]
    assert theirs != os.getpid()


def test_large_results_of_work_beside_something_else_come_whole() -> None:
    assert beside(lambda: "a" * 1_000_000, lambda: None) == "a" * 1_000_000


def test_what_work_beside_something_else_raises_is_raised_here() -> None:
    with pytest.raises(LookupError, match="two"):
        beside(lambda: refuses_two(2), lambda: None)


def test_work_whose_process_is_lost_is_done_here() -> None:
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert beside(work, lambda: None) == "done"


def test_where_no_process_can_be_forked_work_is_done_after_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fork() -> int:
        raise OSError("no more processes")

    monkeypatch.setattr(os, "fork", fork)
    order: list[str] = []
    beside(lambda: order.append("work"), lambda: order.append("meanwhile"))
    assert order == ["meanwhile", "work"]


def test_whoever_breaks_off_leaves_no_work_behind(tmp_path: Path) -> None:
    def breaks_off() -> None:
        while not list(tmp_path.iterdir()):
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beside(lambda: asleep(1, tmp_path), breaks_off)
    (process,) = (int(path.name) for path in tmp_path.iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize(
    ("quota", "cores"), [("max 100000", 4), ("200000 100000", 2), ("50000 100000", 1), ("", 4)]
)
def test_a_container_s_quota_counts(
    quota: str, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    monkeypatch.setattr("raytune_migrate.jobs._QUOTA", tmp_path / "cpu.max")
    if quota:
        (tmp_path / "cpu.max").write_text(f"{quota}\n")
    assert usable_cores() == cores
