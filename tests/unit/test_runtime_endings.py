"""How a train loop ends: by returning, by exiting, by an error of whatever class."""

from __future__ import annotations

import sys
import threading
import traceback
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from ray import cloudpickle
from ray.train.v2.api import data_parallel_trainer
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import _ray
from raytune_runtime.endings import as_it_arrives, ends_as_under_v1

if TYPE_CHECKING:
    from collections.abc import Callable


class Coded(Exception):
    """An error that pickle takes apart, but cannot put together again."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")


class Locked(BaseException):
    """An error that pickle does not take."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.lock = threading.Lock()


def raising(error: BaseException) -> Callable[[], None]:
    """A train function of a loop that raises, as Train constructs it."""

    def train_loop() -> None:
        raise error

    def train_fn() -> None:
        train_loop()

    return train_fn


def raised(train_fn: Callable[[], Any]) -> BaseException:
    try:
        train_fn()
    except BaseException as error:
        return error
    raise AssertionError("It has ended.")


class Tensor:
    """Stands for one of torch."""


class Module:
    """Stands for one of torch, too."""


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(Tensor=Tensor, nn=SimpleNamespace(Module=Module))
    monkeypatch.setitem(sys.modules, "torch", module)  # type: ignore[arg-type]
    monkeypatch.setattr(_ray, "SENDS_WHAT_LOOPS_RETURN", True)


HOLDS_ITSELF: dict[str, Any] = {}
HOLDS_ITSELF["self"] = HOLDS_ITSELF


@pytest.mark.parametrize("value", [None, 3, {"loss": [1.0, (2.0,)]}])
@pytest.mark.usefixtures("torch")
def test_a_loop_that_returns(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert ends_as_under_v1(lambda: value)() is value
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (Module(), "it holds torch tensors"),
        ({"weights": [(Tensor(), 3)]}, "it holds torch tensors"),
        ({Tensor(): 3}, "it holds torch tensors"),
        ((step for step in range(3)), "cannot pickle 'generator' object"),
        (HOLDS_ITSELF, "it holds itself"),
    ],
    ids=["model", "tensor", "key", "generator", "dict that holds itself"],
)
@pytest.mark.usefixtures("torch")
def test_what_train_would_fail_by_is_not_returned(
    value: Any, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert ends_as_under_v1(lambda: value)() is None
    assert caplog.messages == [f"What the train loop returns is not sent to the driver: {problem}."]


def test_releases_that_send_nothing_are_left_alone(
    torch: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ray, "SENDS_WHAT_LOOPS_RETURN", False)
    model = Module()
    assert ends_as_under_v1(lambda: model)() is model


def test_exiting_without_an_error_is_an_end() -> None:
    assert ends_as_under_v1(lambda: sys.exit(0))() is None


@pytest.mark.parametrize("code", [None, 3, "enough"])
def test_exiting_otherwise_is_an_error(code: int | str | None) -> None:
    error = raised(ends_as_under_v1(lambda: sys.exit(code)))
    assert isinstance(error, SystemExit)
    assert error.code == code


@pytest.mark.parametrize("error", [ValueError("wrong"), StopIteration(5), KeyboardInterrupt()])
def test_an_error_stays_itself(error: BaseException) -> None:
    assert raised(ends_as_under_v1(raising(error))) is error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            Coded(4, "wrong"),
            "Coded: 4: wrong (it cannot be pickled: Coded.__init__() missing 1 required positional"
            " argument: 'message')",
        ),
        (
            Locked("wrong"),
            "Locked: wrong (it cannot be pickled: cannot pickle '_thread.lock' object)",
        ),
    ],
    ids=["back", "there"],
)
def test_an_error_that_does_not_arrive_is_told(error: BaseException, said: str) -> None:
    error.__cause__ = OSError("no space")
    sent = raised(ends_as_under_v1(raising(error)))
    assert isinstance(sent, RuntimeError)
    assert str(sent) == said
    assert str(sent.__cause__) == "no space"
    assert str(cloudpickle.loads(cloudpickle.dumps(sent))) == said  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("error", [ValueError, Locked], ids=["itself", "told"])
def test_a_traceback_has_as_many_frames_as_without(error: type[BaseException]) -> None:
    def frames(train_fn: Callable[[], Any]) -> list[str]:
        return [frame.name for frame in traceback.extract_tb(raised(train_fn).__traceback__)]

    assert frames(raising(error("wrong"))) == ["raised", "train_fn", "train_loop"]
    caller, _, last = frames(ends_as_under_v1(raising(error("wrong"))))
    assert [caller, last] == ["raised", "train_loop"]


def test_all_loops_of_a_trial_end_so(monkeypatch: pytest.MonkeyPatch) -> None:
    own = data_parallel_trainer.construct_train_func
    monkeypatch.setattr(data_parallel_trainer, "construct_train_func", own)  # put back at the end
    for _ in range(2):  # the next trial of a process that is used again
        _ray.end_train_functions_by(lambda train_fn: lambda: ["ours", train_fn()])
    train_fn = data_parallel_trainer.construct_train_func(
        lambda config: config["lr"],
        config={"lr": 0.1},
        train_func_context=threading.Lock,
        fn_arg_name="train_loop_per_worker",
    )
    assert train_fn() == ["ours", 0.1]


def test_trainers_construct_them_by_the_name_that_is_replaced() -> None:
    methods = [DataParallelTrainer.fit, getattr(DataParallelTrainer, "_get_train_func", None)]
    names = {name for one in methods if one is not None for name in one.__code__.co_names}
    assert "construct_train_func" in names


@pytest.mark.parametrize("error", [Coded(7, "no such row"), Locked("busy")], ids=["coded", "lock"])
def test_what_tune_has_against_a_report_arrives(error: BaseException) -> None:
    said = as_it_arrives(error)
    assert str(cloudpickle.loads(cloudpickle.dumps(said))) == str(said)  # type: ignore[no-untyped-call]
    assert str(said).startswith(f"{type(error).__name__}: {error} (it cannot be pickled: ")


def test_an_error_that_arrives_is_left_as_it_is() -> None:
    error = ValueError("no such metric")
    assert as_it_arrives(error) is error
