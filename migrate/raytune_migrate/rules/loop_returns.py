"""What a train loop returns is pickled and sent to the driver, from Ray 2.56 on.

Train V1 threw it away. A value that holds torch tensors now fails a run without the runtime's
callback, and a model travels for nothing.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import finding
from raytune_migrate.loops.returned import returned
from raytune_migrate.loops.roles import named, train_loops
from raytune_migrate.loops.worker import callees

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


_READ = ".return_value"  # of a Result of Train V2


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each value that a train loop returns and that may not be plain data."""
    parsed = context.parsed
    if _READ in parsed.text:
        return  # it is meant to come back
    for loop in _loops(context):
        for value in returned(parsed, loop):
            yield finding(
                parsed,
                value,
                "RTM912",
                "Train V2 sends back what a train loop returns.",
                "Return nothing: from 2.56 on it is pickled; without the runtime, as in a trainer's"
                " own fit(), tensors raise.",
            )


def _loops(context: Context) -> Iterator[cst.CSTNode]:
    """The train loops of the module's sweeps, of its trainers, and of those of other modules.

    But for those of which another module reads what they have returned.
    """
    parsed = context.parsed
    swept = [one for worker, _ in context.workers for one in worker.bodies[: worker.loops]]
    given = (one for loop in train_loops(parsed) for one in callees(parsed, loop))
    others = named(parsed, parsed.elsewhere.given_loops)
    found = {id(one): one for one in (*swept, *given, *others) if one is not None}
    meant = {id(one) for one in named(parsed, parsed.elsewhere.returning_loops)}
    yield from (one for each, one in found.items() if each not in meant)
