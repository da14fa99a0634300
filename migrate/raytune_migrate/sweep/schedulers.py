"""What a TuneConfig is given as its scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import constant, is_none, possible_values, settled
from raytune_migrate.sweep.model import Construction, construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A scheduler that a sweep may have."""

    node: cst.BaseExpression
    name: str | None  # the public name of its class; None where it cannot be seen
    made: Construction | None  # the call that has its arguments, where there is one


def schedulers(parsed: Parsed, tune_config: cst.BaseExpression | None) -> Iterator[Scheduler]:
    """The schedulers that a TuneConfig may be given: classes, words, ``create_scheduler``."""
    config = construction(parsed, tune_config)
    given = config.value("scheduler") if config is not None else None
    for one in possible_values(parsed, given) if given is not None else ():
        made = construction(parsed, one)
        if is_none(one) or (isinstance(one, cst.Name) and made is not None):
            continue  # there is none, or what the name stands for follows
        if made is not None and made.name != ray_api.CREATE_SCHEDULER:
            yield Scheduler(one, made.name, made)
        else:
            word = constant(parsed, one) if made is None else _word(parsed, made)
            name = ray_api.SCHEDULER_WORDS.get(word) if isinstance(word, str) else None
            yield Scheduler(one, name, made)


def _word(parsed: Parsed, call: Construction) -> object:
    """What ``create_scheduler`` is given first."""
    first = call.value("scheduler") or (call.call.args[0].value if call.call.args else None)
    return settled(parsed, first) if first is not None else None
