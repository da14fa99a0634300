"""What differs from run to run on Train V1 already, and so tells nothing of Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.verify.summing import gathered, rounded_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.verify.compare import Difference


def parted(
    found: Iterable[Difference], between_originals: Iterable[Difference]
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """The differences that the original does not show against itself, and those that it does."""
    unsteady = {_place(one) for one in between_originals}
    every = tuple(found)
    return (
        tuple(one for one in every if _place(one) not in unsteady),
        tuple(one for one in every if _place(one) in unsteady),
    )


def told_unsteady(
    unsteady: Sequence[Difference], between_originals: Sequence[Difference]
) -> Iterator[str]:
    """A line for each place of these: by how much they are apart on both."""
    on_v1 = {_place(row.first): row for row in gathered(between_originals)}
    for row in gathered(unsteady):
        one = row.first
        name = f" {one.name}" if one.name else ""
        before = on_v1[_place(one)].most
        sizes = (
            f" (rel. {rounded_up(before)}; from V1 to V2 rel. {rounded_up(row.most)})"
            if before is not None and row.most is not None
            else ""
        )
        yield (
            f"{one.place}, {one.kind.value}{name}: differs between two runs on Train V1 as"
            f" well{sizes}, and was let pass"
        )


def _place(one: Difference) -> tuple[object, ...]:
    """Where a difference is; one of a metric is at all of its iterations."""
    return one.kind, one.sweep, one.trial, one.name
