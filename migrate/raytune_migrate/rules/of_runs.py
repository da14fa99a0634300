"""Paths of what trainers gave, by themselves or in a sweep: what lies there Train V2 names anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.expressions.foreign import is_told_of_sweep
from raytune_migrate.readers.fits import fitted
from raytune_migrate.readers.results import tuner_of

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.context import Context


def is_of_run(context: Context, node: cst.Attribute) -> bool:
    """Whether an expression is the path of what a trainer's fit(), or a sweep over one, gave.

    Not of what a sweep over anything but trainers did.
    """
    return is_of_trial(context, node) or bool(fitted(context.parsed, node.value))


def is_of_trial(context: Context, node: cst.Attribute) -> bool:
    """Whether an expression is the path of what a sweep over trainers gave."""
    parsed = context.parsed
    if is_told_of_sweep(parsed, node.value):
        return True
    tuner = tuner_of(parsed, node.value)
    return any(tuner is one for one in context.tuner_calls)
