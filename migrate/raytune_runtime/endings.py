"""How a train loop ends, by whatever it returns or raises: as under Train V1."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ray import cloudpickle

from . import _ray

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

T = TypeVar("T")


def ends_as_under_v1(train_fn: Callable[[], T]) -> Callable[[], T | None]:
    """The train function of a worker, which may exit, and raise whatever it likes.

    ``sys.exit(0)`` is an end without an error. An error that does not arrive in another process is
    replaced by a RuntimeError that says the same: Train sends it to its controller, and where that
    fails tells what pickle has against it, and nothing of the error. What a loop returns, which V1
    threw away, is None where Train would fail by sending it.
    """

    # Train looks at the name, and leaves as many frames out of a traceback as there are without us.
    @functools.wraps(train_fn)
    def run() -> T | None:
        try:
            returned = train_fn()
        except SystemExit as end:
            if end.code == 0:
                return None
            raise
        except BaseException as error:
            trace = error.__traceback__
            below = trace.tb_next if trace is not None else None
            said = as_it_arrives(error)
            if said is error:
                error.__traceback__ = below
                raise
            said.__traceback__ = below.tb_next if below is not None else None
            raise said from error.__cause__
        return returned if _arrives(returned) else None

    return run


def as_it_arrives(error: BaseException) -> BaseException:
    """An error, or where that does not arrive in another process, one that does and says it."""
    problem = _problem_of_sending(error)
    if problem is None:
        return error
    return RuntimeError(f"{type(error).__name__}: {error} (it cannot be pickled: {problem})")


def _arrives(returned: Any) -> bool:
    """Whether what a train loop returns can be sent to the driver function, if Train does that."""
    if returned is None or not _ray.SENDS_WHAT_LOOPS_RETURN:
        return True
    problem: Exception | str | None
    try:
        tensors = "it holds torch tensors" if _holds_tensors(returned) else None
        problem = tensors or _problem_of_sending(returned)
    except RecursionError:  # Train looks through it in the same way
        problem = "it holds itself"
    if problem is not None:
        logger.warning("What the train loop returns is not sent to the driver: %s.", problem)
    return problem is None


def _holds_tensors(value: Any) -> bool:
    """Whether Train refuses a value as what a train loop returns: it looks as far as this."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return False
    if isinstance(value, Mapping):
        return any(_holds_tensors(one) for item in value.items() for one in item)
    if isinstance(value, list | tuple):
        return any(_holds_tensors(one) for one in value)
    return isinstance(value, torch.Tensor | torch.nn.Module)


def _problem_of_sending(value: Any) -> Exception | None:
    """Why a value does not arrive in another process; None where it does."""
    try:
        cloudpickle.loads(cloudpickle.dumps(value))  # type: ignore[no-untyped-call]
    except Exception as problem:
        return problem
    return None
