"""What takes the name of a trial apart, counting from its beginning.

That was the class of the trainer, ``TorchTrainer_``; under Train V2 it is ``train_driver_fn_``.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.lookups import text_of
from raytune_migrate.expressions.values import constant
from raytune_migrate.loops.roles import Role
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.readers.run_paths import run_path
from raytune_migrate.rules.of_runs import is_of_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM407"
_CUTS = frozenset({"partition", "split"})
_BETWEEN = "_"  # the parts of a name
_OWN_NAMES = ("trial_dirname_creator", "trial_name_creator")  # by which trials are named otherwise
_ASKED = "get_trial_name"
_INFO = f"{ray_api.RUNTIME}.trial_info"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding where a part of such a name is taken by its place from the left."""
    parsed = context.parsed
    if any(one in parsed.text for one in _OWN_NAMES):
        return
    for call in calls(parsed):
        function = call.func
        if not isinstance(function, cst.Attribute) or function.attr.value not in _CUTS:
            continue
        if not call.args or text_of(parsed, call.args[0].value) != _BETWEEN:
            continue
        if _counts_from_left(parsed, call) and _is_trial_name(context, function.value):
            yield finding(
                parsed,
                call,
                _CODE,
                f"Under Train V2 the name of a trial begins with {ray_api.DRIVER}_, not with the"
                " trainer's class: its parts are two places further on.",
                "Count them from the end, or take what they tell from the config and the metrics.",
            )


def _counts_from_left(parsed: Parsed, call: cst.Call) -> bool:
    """Whether it matters how many parts of a text are in front of what is taken of it."""
    match parsed.parent(call):
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            place = constant(parsed, index)
            return isinstance(place, int) and place >= 0
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice(lower=lower, upper=upper))]):
            places = [constant(parsed, one) for one in (lower, upper) if one is not None]
            return any(isinstance(place, int) and place >= 0 for place in places)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Tuple() | cst.List())]):
            return True
        case _:
            return False


def _is_trial_name(context: Context, node: cst.BaseExpression) -> bool:
    """Whether an expression is the name of a trial of a sweep over trainers, or ends with it."""
    parsed = context.parsed
    found = run_path(parsed, node)
    if found is not None:
        return not found.listed and is_of_trial(context, found.path)
    bound = variable(parsed, node)
    match bound.value if bound is not None else node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) as call if name == _ASKED:
            return context.roles.of(parsed, call) is Role.TRAIN_LOOP
        case cst.Attribute(value=cst.Call(func=info), attr=cst.Name(value="trial_name")):
            return imported_name(parsed, info) == _INFO
        case _:
            return False
