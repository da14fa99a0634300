"""A boosting trainer whose class is chosen at run time, and that is given ``params``.

Train V2's trainers take a train loop only, and refuse what Train V1's called the library with.
https://github.com/ray-project/ray/issues/50042
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.names import calls, ray_name
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_WORDS = frozenset({"label_column", "params", "datasets"})  # that only those trainers take together


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call, in a module that names those trainers."""
    parsed = context.parsed
    if "label_column" not in parsed.text:
        return
    named = {name.name for _, name in reads(parsed, parsed.module)}
    known = {id(one.call) for one in context.standing}
    for call in calls(parsed) if named & ray_api.LOOPLESS_TRAINERS.keys() else ():
        words = {one.keyword.value for one in call.args if one.keyword is not None}
        seen = ray_name(parsed, call.func) is not None or definition(parsed, call.func) is not None
        if not seen and id(call) not in known and words >= _WORDS:
            yield finding(
                parsed,
                call,
                "RTM104",
                "What class of trainer this builds cannot be seen. Train V2 refuses params and"
                " label_column.",
                "Give it "
                + either("xgboost_train_loop() or lightgbm_train_loop() of raytune_runtime, or ")
                + "a train loop of your own.",
            )
