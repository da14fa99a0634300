"""Results of sweeps over Tune functions, of which Train V2 changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.loops.worker import Reach, callees, follow
from raytune_migrate.module.parsed import remembered
from raytune_migrate.readers.results import tuners_of
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.trainers import is_trainer

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def gives_functions_results(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is surely a Result of a sweep over functions that run no trainer."""
    tuners = tuners_of(parsed, node)
    return bool(tuners) and all(_is_over_function(parsed, one) for one in tuners)


@remembered
def _is_over_function(parsed: Parsed, tuner: cst.Call) -> bool:
    made = construction(parsed, tuner)
    given = made.given("trainable") if made is not None else None
    functions = callees(parsed, given) if given is not None else ()
    if not functions or any(one is None for one in functions):
        return False
    reach = follow(parsed, functions, (), Reach.CALLED)
    return reach.complete and not any(
        is_trainer(parsed, call) for body in reach.bodies for call in parsed.walk(body, cst.Call)
    )
