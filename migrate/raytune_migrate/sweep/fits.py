"""Which expressions are the Result of a trainer's own ``fit()``, or any, and of which trainers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.bindings import is_parameter
from raytune_migrate.names import is_annotated, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.origins import origins
from raytune_migrate.sweep.results import is_result

if TYPE_CHECKING:
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.sweep.model import Construction


def trainers_of(parsed: Parsed, node: cst.BaseExpression) -> tuple[Construction, ...]:
    """The trainers that an expression may be; none unless it is surely one that Train V2 has.

    One that is restored is not among them, but does no harm to the others.
    """
    ends = [one for one in origins(parsed, node) if not _is_restored(parsed, one)]
    made = [construction(parsed, one) for one in ends]
    known = tuple(one for one in made if one is not None and _is_trainer(one.name))
    return known if len(known) == len(made) else ()


def fitted(
    parsed: Parsed, node: cst.BaseExpression
) -> tuple[tuple[cst.Call, tuple[Construction, ...]], ...]:
    """The calls of ``fit()`` that may have given a Result, each with the trainers it may be of.

    None unless all of them can be seen.
    """
    found: list[tuple[cst.Call, tuple[Construction, ...]]] = []
    for one in origins(parsed, node):
        match one:
            case cst.Call(func=cst.Attribute(value=trainer, attr=cst.Name(value="fit"))):
                trainers = trainers_of(parsed, trainer)
                if not trainers:
                    return ()
                found.append((one, trainers))
            case _:
                return ()
    return tuple(found)


def is_any_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a Result, of a sweep or of a trainer's own ``fit()``."""
    ends = origins(parsed, node)
    seen = [one for one in ends if not is_parameter(parsed, one)] or ends
    return bool(seen) and all(
        is_result(parsed, one)
        or bool(fitted(parsed, one))
        or is_annotated(parsed, one, ray_api.RESULTS)
        for one in seen
    )


def _is_restored(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=kind, attr=cst.Name(value="restore"))):
            name = ray_name(parsed, kind)
            return name is not None and _is_trainer(name.name)
        case _:
            return False


def _is_trainer(name: str) -> bool:
    known = ray_api.TRAINERS.get(name)
    return known is not None and known.way_out is None
