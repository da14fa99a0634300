"""A script that reaches its cluster through Ray Client has to ask for Train V2 there, too.

The Tuner runs on the cluster then, with what is set there, and not with what the script sets.
https://docs.ray.io/en/latest/cluster/running-applications/job-submission/ray-client.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.values import settled
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import imported_name
from raytune_migrate.module.ray_reads import calls_of
from raytune_migrate.rules.runtime_env import environment_of, imports_runtime
from raytune_migrate.rules.v2_flag import first_of_v2
from raytune_migrate.sweep.clusters import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CLIENT = "ray://"
_DEEP = 6  # names that lead to each other must end somewhere
_READS = frozenset({"os.getenv", "os.environ.get"})


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each ``ray.init("ray://...")`` whose environment does not hold the flag."""
    parsed = context.parsed
    minimum = context.project.minimum_ray
    if _CLIENT not in parsed.text or (
        minimum is not None and minimum >= Version(ray_api.V2_BY_DEFAULT)
    ):
        return
    if not imports_runtime(context) and first_of_v2(context) is None:
        return
    for call in calls_of(parsed, ray_api.INIT):
        address = address_of(call)
        variables = environment_of(parsed, call).get("env_vars")
        told = variables is not None and ray_api.FLAG in parsed.source(variables)
        if address is not None and _start(parsed, address).startswith(_CLIENT) and not told:
            yield finding(
                parsed,
                call,
                "RTM501",
                "Through Ray Client the Tuner runs on the cluster, where this script's flag is not"
                " seen.",
                f'Give the env_vars of its runtime_env {ray_api.FLAG}="1", too.',
            )


def _start(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> str:
    """How a text begins, or the one that stands in where the environment has none."""
    found = variable(parsed, node)
    node = found.value if found is not None else node
    match node:
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return text
        case cst.Call(args=[_, cst.Arg(value=default)]) if (
            depth < _DEEP and imported_name(parsed, node.func) in _READS
        ):
            return _start(parsed, default, depth + 1)
        case _:
            known = settled(parsed, node)
            return known if isinstance(known, str) else ""
