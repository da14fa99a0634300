"""A deliberate ``RAY_TRAIN_V2_ENABLED=0`` is respected, and said.

With it the code stays on Train V1, which Ray still ships and has announced to remove.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.sweep.pins import pinned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each pin."""
    yield from pinned(context.parsed)
