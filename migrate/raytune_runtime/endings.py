"""How a train loop ends when it does not return: as under Train V1."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeVar

from ray import cloudpickle

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def ends_as_under_v1(train_fn: Callable[[], T]) -> Callable[[], T | None]:
    """The train function of a worker, which may exit, and raise whatever it likes.

    ``sys.exit(0)`` is an end without an error. An error that does not arrive in another process is
    replaced by a RuntimeError that says the same: Train sends it to its controller, and where that
    fails tells what pickle has against it, and nothing of the error.
    """

    # Train looks at the name, and leaves as many frames out of a traceback as there are without us.
    @functools.wraps(train_fn)
    def run() -> T | None:
        try:
            return train_fn()
        except SystemExit as end:
            if end.code == 0:
                return None
            raise
        except BaseException as error:
            trace = error.__traceback__
            below = trace.tb_next if trace is not None else None
            problem = _problem_of_sending(error)
            if problem is None:
                error.__traceback__ = below
                raise
            said = RuntimeError(
                f"{type(error).__name__}: {error} (it cannot be pickled: {problem})"
            )
            said.__traceback__ = below.tb_next if below is not None else None
            raise said from error.__cause__

    return run


def _problem_of_sending(error: BaseException) -> Exception | None:
    """Why an error does not arrive in another process; None where it does."""
    try:
        cloudpickle.loads(cloudpickle.dumps(error))  # type: ignore[no-untyped-call]
    except Exception as problem:
        return problem
    return None
