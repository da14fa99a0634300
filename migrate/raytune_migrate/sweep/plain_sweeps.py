"""Sweeps that are written with Ray alone already, by a person or an earlier run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.names import calls, denotes, ray_name
from raytune_migrate.sweep.model import construction, constructions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction


@dataclass(frozen=True, slots=True)
class PlainSweep:
    """A Tuner over a driver function that reports by Ray's own callback."""

    tuner: Construction
    trainer: Construction  # of the driver function


def plain_sweeps(parsed: Parsed) -> Iterator[PlainSweep]:
    """Every such sweep of a module, in source order."""
    if ray_api.RAY_REPORT_CALLBACK.rpartition(".")[2] not in parsed.text:
        return
    for tuner in constructions(parsed):
        if tuner.name != ray_api.TUNER:
            continue
        driver = _driver(parsed, tuner.value("trainable"))
        inner = [one for one in calls(parsed) if driver and parsed.inside(one, driver)]
        made = [one for each in inner if (one := construction(parsed, each)) is not None]
        trainers = [one for one in made if one.name in ray_api.TRAINERS]
        if trainers and any(
            denotes(parsed, one.func, ray_api.RAY_REPORT_CALLBACK) for one in inner
        ):
            yield PlainSweep(tuner, trainers[0])


def _driver(parsed: Parsed, node: cst.BaseExpression | None) -> cst.FunctionDef | None:
    """The function that a Tuner is given, with resources too."""
    if isinstance(node, cst.Call) and node.args:
        name = ray_name(parsed, node.func)
        wraps = name is not None and name.name == ray_api.WITH_RESOURCES
        return _driver(parsed, node.args[0].value) if wraps else None
    found = definition(parsed, node) if isinstance(node, cst.Name) else None
    return found if isinstance(found, cst.FunctionDef) else None
