"""What keeps a train loop from running, or from being heard, under Train V2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.origins import origins
from raytune_migrate.loops.roles import Role, roles
from raytune_migrate.loops.session import Fate, session_uses
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.readers.old_checkpoints import old_uses
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.readers.old_checkpoints import OldUse
    from raytune_migrate.sweep.model import Worker

_WORKER = "RTM908"
_SHARED = "RTM909"
_CHECKPOINT = "RTM911"
_OTHERWISE = "Use its counterpart in ray.train, or pass the value in train_loop_config."


@dataclass(frozen=True, slots=True)
class Dropped:
    """A place in a worker that would raise under Train V2, or silently do nothing."""

    node: cst.CSTNode
    code: str
    reason: str
    advice: str


def dropped(parsed: Parsed, code: Worker) -> Iterator[Dropped]:
    """All such places in a train loop for which no rule has an edit."""
    for body in code.bodies:
        yield from dropped_in(parsed, body)
    asked = [
        use
        for body in code.bodies
        for use in session_uses(parsed, body)
        if use.fate is not Fate.GONE
    ]
    if asked:
        known = roles(parsed)
        yield from (shared(one.node) for one in asked if known.of(parsed, one.node) is Role.BOTH)


def dropped_in(parsed: Parsed, body: cst.CSTNode) -> Iterator[Dropped]:
    """Such places in one function of a train loop."""
    uses = list(session_uses(parsed, body))
    for node, name in reads(parsed, body):
        gone = ray_api.WORKER_NAMES.get(name.name)
        if gone is not None and not any(use.node is node for use in uses):
            yield _worker(node, ".".join(name.name.split(".")[-2:]), gone)
    for use in uses:
        if use.fate is Fate.GONE:
            yield _worker(use.node, use.name, ray_api.Gone(use.why, _way_out(use.name)))
    for read, held in _held(parsed, body):
        yield _worker(read, ".".join(held.split(".")[-2:]), ray_api.WORKER_NAMES[held])
    for old in old_uses(parsed, body):
        yield without_directory(old)


def _held(parsed: Parsed, body: cst.CSTNode) -> Iterator[tuple[cst.Name, str]]:
    """What a train loop reads of callbacks that are Tune's and are made around it."""
    made = [one for one in _tune_callbacks(parsed) if not parsed.inside(one[0], body)]
    seen: set[str] = set()
    for read in parsed.walk(body, cst.Name) if made else ():
        if read.value in seen or is_part(parsed, read):
            continue
        ends = origins(parsed, read)
        for call, name in made:
            if any(call is one or _is_within(parsed, call, one) for one in ends):
                seen.add(read.value)
                yield read, name
                break


@remembered
def _tune_callbacks(parsed: Parsed) -> Sequence[tuple[cst.Call, str]]:
    """The calls of a module that make callbacks that report to Tune."""
    return [
        (call, one.name) for call, one in ray_calls(parsed) if one.name in ray_api.TUNE_CALLBACKS
    ]


def _is_within(parsed: Parsed, call: cst.Call, value: cst.BaseExpression) -> bool:
    """Whether a call makes an element of a list, or the like."""
    return isinstance(value, cst.List | cst.Tuple | cst.Dict) and parsed.inside(call, value)


def _way_out(name: str) -> str:
    if name in ray_api.STORAGE_DROPPED:
        told = either(", or start from what raytune_runtime's trial_info() tells of the trial")
        return f"Leave it out{told}."
    fact = ray_api.TRIAL_FACTS.get(name)
    if fact is None:
        return _OTHERWISE
    taken = either(f"Take {fact} of raytune_runtime's trial_info(), or pass", "Pass")
    return f"{taken} it in train_loop_config."


def shared(node: cst.CSTNode) -> Dropped:
    """A call of the session in a function that train loops and Tune functions both call."""
    return Dropped(
        node,
        _SHARED,
        "Train loops and Tune functions both run this.",
        "Call ray.train in the one and ray.tune in the other, outside what they share.",
    )


def without_directory(use: OldUse) -> Dropped:
    """A checkpoint that is taken for something else than a directory."""
    return Dropped(
        use.node,
        _CHECKPOINT,
        f"{use.name} is gone: a checkpoint is a directory.",
        use.way_out,
    )


def _worker(node: cst.CSTNode, name: str, gone: ray_api.Gone) -> Dropped:
    return Dropped(node, _WORKER, f"{name} {gone.why}.", gone.way_out)
