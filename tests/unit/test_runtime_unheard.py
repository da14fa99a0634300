"""Train runs whose reports do not reach Tune as they should."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from ray.tune.integration.ray_train import TuneReportCallback as ReportCallbackOfRay
from ray.tune.result import RESULT_DUPLICATE

from raytune_runtime import _ray, trial_run
from raytune_runtime.unheard import (
    expect_reports,
    note_callback,
    refuse_second_callback,
    warn_of_shared_directory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OURS, NOT_OURS = object(), object()


class Session:
    """What the runtime uses of Tune's session of a trial."""

    def report(self, metrics: dict[str, Any], checkpoint: Any = None) -> None:
        """To Tune."""

    def finish(self, timeout: float | None = None) -> str:
        return "returned"


@pytest.fixture
def session() -> Any:
    return Session()


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Sets when a Train run has started in the trial's directory; None for never."""

    def set_start(started: int | None) -> None:
        monkeypatch.setattr(_ray, "run_started", lambda session: started)

    set_start(1)
    return set_start


def end(session: Any) -> None:
    session.report({RESULT_DUPLICATE: True})
    assert session.finish() == "returned"


def test_a_trial_with_a_callback_is_no_case(session: Any, caplog: pytest.LogCaptureFixture) -> None:
    expect_reports(session)
    note_callback(session)
    end(session)
    assert caplog.messages == []


def test_a_driver_function_that_reports_is_no_case(
    session: Any, caplog: pytest.LogCaptureFixture
) -> None:
    expect_reports(session)
    session.report({"loss": 1.0}, checkpoint=None)
    end(session)
    assert caplog.messages == []


def test_a_trial_without_a_train_run_is_no_case(
    session: Any, ran: Callable[[int | None], None], caplog: pytest.LogCaptureFixture
) -> None:
    ran(None)
    expect_reports(session)
    end(session)
    assert caplog.messages == []


def test_a_trial_of_which_tune_has_heard_nothing(
    session: Any, caplog: pytest.LogCaptureFixture
) -> None:
    expect_reports(session)
    expect_reports(session)  # of a second run
    end(session)
    (said,) = caplog.messages
    assert said.startswith("Tune has got no report of the Train run of this trial")
    assert said.endswith("RunConfig(**trial_run(), callbacks=[TuneReportCallback()]).")


def test_a_trial_in_the_same_process_is_looked_at_anew(
    session: Any, caplog: pytest.LogCaptureFixture
) -> None:
    expect_reports(session)
    session.report(metrics={"loss": 1.0})
    end(session)
    assert session.report == Session.report.__get__(session)
    expect_reports(session)
    end(session)
    assert len(caplog.messages) == 1


def run_context(*callbacks: Any, name: str | None = None) -> Any:
    return SimpleNamespace(run_config=SimpleNamespace(callbacks=list(callbacks), name=name))


def of_ray() -> ReportCallbackOfRay:
    return object.__new__(ReportCallbackOfRay)  # its constructor wants a trial


@pytest.mark.parametrize("contexts", [(), (run_context(),), (run_context(OURS, NOT_OURS),)])
def test_one_callback_that_reports(contexts: tuple[Any, ...]) -> None:
    refuse_second_callback(contexts, lambda one: one is OURS)


@pytest.mark.parametrize(
    ("callbacks", "said"),
    [
        ((OURS, OURS), "2 TuneReportCallback of raytune_runtime and 0 of ray.tune"),
        ((of_ray(), OURS), "1 TuneReportCallback of raytune_runtime and 1 of ray.tune"),
    ],
)
def test_two_callbacks_that_report(callbacks: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        refuse_second_callback([run_context(*callbacks)], lambda one: one is OURS)


@pytest.mark.parametrize("name", [None, "sweep/trial_00000"])
def test_a_directory_of_its_own(name: str | None, caplog: pytest.LogCaptureFixture) -> None:
    warn_of_shared_directory([run_context(name=name)])
    assert caplog.messages == []


def test_a_directory_that_trials_share(caplog: pytest.LogCaptureFixture) -> None:
    name = trial_run()["name"]
    warn_of_shared_directory([run_context(name=name)])
    (said,) = caplog.messages
    assert said.startswith(f"The Train run of a trial is called {name}: trial_run() was called")
