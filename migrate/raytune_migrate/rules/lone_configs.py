"""A config that is made where neither its trainer nor its Tuner can be seen.

V1 had one class of each for both. Under Train V2 a trainer takes ``ray.train``'s, which refuse the
fields that only Tune has, and a Tuner takes ``ray.tune``'s.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.names import calls, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.origins import origins
from raytune_migrate.sweep.run_configs import inner_configs, is_of_train_v2, run_configs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM904"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each field, or else at the class, that Train V2 has in one of two places."""
    if not context.goes_to_v2:
        return
    parsed = context.parsed
    made = [one for call in calls(parsed) if (one := construction(parsed, call)) is not None]
    owned = [*_owned(parsed, made), *(one.call for one in context.tuners_run_configs)]
    for one in made:
        name = ray_api.TUNE_CONFIG_CLASSES.get(one.name)
        if name is None or any(parsed.inside(one.call, call) for call in owned):
            continue
        fields = [] if is_of_train_v2(parsed, one) else list(_fields(parsed, one))
        old = ray_name(parsed, one.call.func)
        if not fields and (old is None or old.written == old.name):
            continue
        short = name.rpartition(".")[2]
        said = f"{short}({', '.join(field for field, _ in fields)})"
        yield finding(
            parsed,
            fields[0][1] if fields else one.call,
            _CODE,
            f"What gets this {short} cannot be seen, and ray.train has no {said} under Train V2."
            if fields
            else f"What gets this {short} cannot be seen, and a V2 trainer refuses ray.air's.",
            f"Make it ray.tune.{short} if a Tuner gets it, and ray.train.{short}"
            f"{' without that' if fields else ''} if a trainer does.",
        )


def _owned(parsed: Parsed, made: list[Construction]) -> Iterator[cst.CSTNode]:
    """The calls whose configs other rules see to: trainers, Tuners, and the RunConfigs of theirs
    that are made elsewhere."""
    for one in made:
        if one.name not in ray_api.TRAINERS and one.name not in ray_api.TUNE_RUNNERS:
            continue
        yield one.call
        value = one.value("run_config")
        for config in run_configs(parsed, origins(parsed, value)) if value is not None else ():
            yield config.call
            yield from (inner.call for inner in inner_configs(parsed, config))


def _fields(parsed: Parsed, config: Construction) -> Iterator[tuple[str, cst.Arg]]:
    """What ``ray.train`` refuses of a config of V1, in source order."""
    refused = ray_api.REFUSED_FIELDS.get(config.name, frozenset())
    for name, argument in config.arguments.items():
        if name in refused:
            yield name, argument
