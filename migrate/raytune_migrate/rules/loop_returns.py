"""What a train loop returns is pickled and sent to the driver, from Ray 2.56 on.

Train V1 threw it away. A value that holds torch tensors now fails the trial, and a model travels
for nothing.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.returned import returned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each value that a swept train loop returns and that may not be plain data."""
    parsed = context.parsed
    for worker, _ in context.workers:
        for loop in worker.bodies[: worker.loops]:
            for value in returned(parsed, loop):
                yield finding(
                    parsed,
                    value,
                    "RTM912",
                    "Train V2 sends back what a train loop returns.",
                    "Return nothing: from Ray 2.56 on it is pickled, and a torch tensor raises.",
                )
