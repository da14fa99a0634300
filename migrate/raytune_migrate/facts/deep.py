"""Room for functions that call each other more deeply than Python lets them by itself.

What a value of a project is follows from others, of other modules, and so on: in large projects a
few hundred times.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Answer = TypeVar("_Answer")

_STACK = 256 * 2**20  # far more than these calls take; only what is used takes memory
_CALLS = 10_000


def in_depth(find: Callable[[], _Answer]) -> _Answer:
    """What a function gives or raises, run in a thread with a deep stack."""
    given: list[_Answer] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(find())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)  # which an interrupt does not wait for
    stack, calls = threading.stack_size(_STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(max(_CALLS, calls))
    try:
        thread.start()
        thread.join()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(calls)
    if raised:
        raise raised[0]
    return given[0]
