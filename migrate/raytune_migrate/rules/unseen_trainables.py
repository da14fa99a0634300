"""A Tuner of which it cannot be seen what it is given, where functions give trainers to nobody.

What it is given may be one of those: then Ray fails with a TuneError. So it may be where a function
of another library is given a trainer; and so it does where a trainer is put into a Tuner that is
there, as its ``trainable``.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.dicts import view_space
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.libraries import is_of_library
from raytune_migrate.module.bindings import definition, is_parameter
from raytune_migrate.module.classes import method, receiver
from raytune_migrate.module.names import calls, imported_name, known_elsewhere
from raytune_migrate.readers.fits import fit_of
from raytune_migrate.runtime.advice import DRIVER_FOR
from raytune_migrate.sweep.model import constructions
from raytune_migrate.sweep.sites import Site, sites
from raytune_migrate.sweep.trainers import gives_driver, trainers_among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Construction

_DRIVER_FOR = "driver_for"  # of the runtime, which may be a copy in the project
_TRAINABLE = "trainable"  # an argument of a Tuner, and a field of what is in one


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at what each such Tuner is given."""
    parsed = context.parsed
    unseen = list(_unseen(parsed))
    givers = _givers(parsed) if unseen else None
    if givers is not None:
        for value in unseen:
            yield finding(
                parsed,
                value,
                "RTM901",
                f"What the Tuner is given cannot be seen, and {givers} trainers.",
                f"If it may be a trainer, give the Tuner {DRIVER_FOR}.",
            )
    for value in _handed(parsed, unseen):
        yield finding(
            parsed,
            value,
            "RTM901",
            "What the Tuner is given cannot be seen, and who gives it builds trainers that nothing"
            " is seen to run.",
            f"If it may be a trainer, give the Tuner {DRIVER_FOR}.",
        )
    for value in _made_of_trainers(parsed):
        yield finding(
            parsed,
            value,
            "RTM901",
            "What the Tuner is given cannot be seen, and what makes it is given a trainer.",
            f"If it may be a trainer, give the Tuner {DRIVER_FOR}.",
        )
    for value in _put_in(parsed):
        yield finding(
            parsed,
            value,
            "RTM901",
            "What this trainer is put into cannot be seen: a Tuner fails with it.",
            f"Put in {DRIVER_FOR}, where that is a Tuner.",
        )


def _givers(parsed: Parsed) -> str | None:
    """What gives trainers to nobody, that a Tuner here may have them."""
    if _has_free_trainers(parsed):
        return "functions here give"
    return "modules that are imported build" if parsed.elsewhere.offers_trainers else None


def _unseen(parsed: Parsed) -> Iterator[cst.BaseExpression]:
    """What Tuners are given that comes from out of sight, and of which nothing is told."""
    for value in _untold(parsed):
        if any(_is_unseen(parsed, one) for one in origins(parsed, value)):
            yield value


def _handed(parsed: Parsed, told: Collection[cst.BaseExpression]) -> Iterator[cst.BaseExpression]:
    """What Tuners are given that modules which build trainers hand over, and nobody sees."""
    lines = parsed.elsewhere.lines.unseen
    for value in _untold(parsed) if lines else ():
        call = parsed.enclosing(value, cst.Call)
        if call is not None and parsed.line(call) in lines and value not in told:
            yield value


def _made_of_trainers(parsed: Parsed) -> Iterator[cst.BaseExpression]:
    """What Tuners are given that a function of another library makes of a trainer."""
    for value in _untold(parsed):
        if any(_is_made_of_trainer(parsed, one) for one in origins(parsed, value)):
            yield value


def _is_made_of_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Call):
        return False
    name = imported_name(parsed, node.func)
    known = known_elsewhere(parsed, node.func)
    if name is None or known is not None or name.rpartition(".")[2] == _DRIVER_FOR:
        return False
    return is_of_library(name) and any(
        _is_of_v2(trainer)
        for one in node.args
        for trainer in trainers_among(parsed, origins(parsed, one.value))
    )


def _untold(parsed: Parsed) -> Iterator[cst.BaseExpression]:
    """What Tuners are given of which nothing is told."""
    told = {
        (parsed.place(one.call) if isinstance(one, Site) else one.place).statement
        for one in sites(parsed)
    }
    for tuner in constructions(parsed):
        value = tuner.given(_TRAINABLE) if tuner.name == ray_api.TUNER else None
        statement = parsed.place(tuner.call).statement
        if value is None or statement in told or _is_of_function(parsed, tuner):
            continue
        if gives_driver(parsed, value):  # as an earlier run has written it
            continue
        yield value


def _is_of_function(parsed: Parsed, tuner: Construction) -> bool:
    """Whether the space of a Tuner can be seen: by that it would be known as a trainer's."""
    space = tuner.given("param_space")
    seen = view_space(parsed, space) if space is not None else None
    return seen is not None and bool(seen.items)


def _is_unseen(parsed: Parsed, node: cst.BaseExpression) -> bool:
    made = node.func if isinstance(node, cst.Call) else node
    if isinstance(made, cst.Call):  # of what a call gives, ``itemgetter("a")(BUILDERS)()``
        return Kind.UNKNOWN in kinds(parsed, node)
    if not isinstance(made, cst.Name | cst.Attribute | cst.Subscript):
        return False
    if is_parameter(parsed, made) and made is node:
        return False  # what its callers give is told by the project
    known = definition(parsed, made) or (
        imported_name(parsed, made) if known_elsewhere(parsed, made) is None else None
    )
    if isinstance(made, cst.Attribute):
        known = known or method(parsed, made)
    return known is None and Kind.UNKNOWN in kinds(parsed, node)


def _put_in(parsed: Parsed) -> Iterator[cst.BaseExpression]:
    """The trainers that an object gets as its ``trainable``, and nothing is seen to take."""
    found = [
        one.value
        for one in parsed.of(cst.Assign)
        if any(
            isinstance(each.target, cst.Attribute)
            and each.target.attr.value == _TRAINABLE
            and receiver(parsed, each.target) is None
            for each in one.targets
        )
    ]
    taken = _taken(parsed) if found else frozenset()
    for value in found:
        trainers = trainers_among(parsed, origins(parsed, value))
        if any(id(one.call) not in taken and _is_of_v2(one) for one in trainers):
            yield value


def _is_of_v2(trainer: Construction) -> bool:
    return ray_api.TRAINERS[trainer.name].way_out is None


def _has_free_trainers(parsed: Parsed) -> bool:
    """Whether functions give trainers that no Tuner and no ``fit()`` is seen to take."""
    taken = _taken(parsed)
    given = [one.value for one in parsed.of(cst.Return) if one.value is not None]
    given += [one.body for one in parsed.of(cst.Lambda)]
    return any(
        id(trainer.call) not in taken
        and parsed.line(trainer.call) not in parsed.elsewhere.lines.swept
        for value in given
        for trainer in trainers_among(parsed, origins(parsed, value))
    )


def _taken(parsed: Parsed) -> frozenset[int]:
    """The trainers (by identity) that a Tuner or a ``fit()`` is seen to take."""
    taken = {
        id(trainer.call)
        for one in sites(parsed)
        if isinstance(one, Site)
        for trainer in one.trainers
    }
    for call in calls(parsed):
        fit = fit_of(parsed, call)
        taken |= {id(one.call) for one in (fit.trainers if fit is not None else ())}
    return frozenset(taken)
