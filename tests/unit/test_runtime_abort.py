"""A Train run is ended whatever its controller answers, and Tune goes on after that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import ray
from ray.exceptions import GetTimeoutError, RayActorError, RayError, RayTaskError

from raytune_runtime import _ray

ID = "ab" * 16

CONTROLLER = SimpleNamespace(
    _actor_id=ray.ActorID.from_hex(ID), abort=SimpleNamespace(remote=lambda: None)
)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to end the run."""
    done: list[str] = []
    monkeypatch.setattr(ray, "kill", lambda controller: done.append("killed"))
    monkeypatch.setattr(_ray, "remove_placement_groups", lambda creator: done.append(creator))
    return done


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, [ID]),
        (RayActorError(), [ID]),
        (GetTimeoutError("not yet"), ["killed", ID]),
        (RayTaskError("abort", "of a callback", ValueError("in a hook")), ["killed", ID]),
    ],
    ids=["answers", "exits", "hangs", "raises"],
)
def test_a_run_is_ended(
    answer: RayError | None, expected: list[str], done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(reference: Any, timeout: float) -> None:
        if answer is not None:
            raise answer

    monkeypatch.setattr(ray, "get", get)
    _ray.abort_run(CONTROLLER)
    assert done == expected


class Session:
    """As far as its end goes."""

    def __init__(self) -> None:
        self.finished = 0

    def finish(self, timeout: float | None = None) -> str:
        self.finished += 1
        return "returned"


def test_tune_finishes_a_trial_once_its_actions_are_done() -> None:
    session: Any = Session()
    seen: list[tuple[str, int]] = []
    for name in ("first", "second"):
        _ray.before_finish(session, lambda name=name: seen.append((name, session.finished)))
    assert [session.finish(), session.finish()] == ["returned", "returned"]
    assert seen == [("second", 0), ("first", 0)]
    assert session.finished == 2


def test_tune_finishes_a_trial_also_where_an_action_fails() -> None:
    session: Any = Session()
    seen: list[str] = []
    _ray.before_finish(session, lambda: seen.append("first"))
    _ray.before_finish(session, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        session.finish()
    assert seen == ["first"]
    assert session.finished == 1
