"""Which expressions are a Trial: what Tune gives its callbacks, or an ExperimentAnalysis has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.expressions.elements import gone_through
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.annotations import is_annotated
from raytune_migrate.module.bindings import bindings, is_parameter
from raytune_migrate.module.classes import ray_bases
from raytune_migrate.readers.analyses import is_analysis

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def is_trial(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is one: a parameter, by what its callers here pass."""
    ends = origins(parsed, node)
    seen = [one for one in ends if not is_parameter(parsed, one) or _is_one(parsed, one)]
    return bool(seen) and all(_is_one(parsed, end) for end in seen)


def is_trial_checkpoint(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the checkpoint that a Trial has."""
    ends = origins(parsed, node)
    return bool(ends) and all(
        isinstance(one, cst.Attribute)
        and one.attr.value == "checkpoint"
        and is_trial(parsed, one.value)
        for one in ends
    )


def _is_one(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="get_best_trial"))):
            return is_analysis(parsed, owner)
        case cst.Attribute(value=owner, attr=cst.Name(value="best_trial")):
            return is_analysis(parsed, owner)
        case cst.Name():
            return (
                _is_given(parsed, node, "trial")
                or is_annotated(parsed, node, ray_api.TRIALS)
                or _is_of_many(parsed, node)
            )
        case _:
            return False


def _is_of_many(parsed: Parsed, name: cst.Name) -> bool:
    """Whether a name is that of a loop over trials."""
    targets = [one.node for one in bindings(parsed, name) if isinstance(one, Assignment)]
    through = gone_through(parsed, targets[0]) if len(targets) == 1 else None
    ends = origins(parsed, through) if through is not None else ()
    return bool(ends) and all(_are_trials(parsed, end) for end in ends)


def _are_trials(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Attribute(value=owner, attr=cst.Name(value="trials")):
            return is_analysis(parsed, owner)
        case cst.Name():
            return _is_given(parsed, node, "trials")
        case _:
            return False


def _is_given(parsed: Parsed, name: cst.Name, called: str) -> bool:
    """Whether a name is a parameter that Tune passes to a method of what a user wrote for it."""
    found = [one.node for one in bindings(parsed, name) if isinstance(one, Assignment)]
    parameter = found[0] if len(found) == 1 else None
    if not isinstance(parameter, cst.Param) or parameter.name.value != called:
        return False
    function = parsed.enclosing(parameter, cst.FunctionDef)
    owner = parsed.enclosing(function, cst.ClassDef) if function is not None else None
    return (
        function is not None
        and function.name.value.startswith(ray_api.TRIAL_HOOKS)
        and owner is not None
        and any(
            one.name.startswith(ray_api.TUNE_CALLBACK_HOMES) for one in ray_bases(parsed, owner)
        )
    )
