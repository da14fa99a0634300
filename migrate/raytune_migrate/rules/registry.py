"""Every rule, in the order in which their proposals are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.rules import (
    concurrency,
    marks,
    pins,
    plain_fit,
    session_api,
    standing_trainers,
    tuner_trainer,
    v2_flag,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

PROPOSERS: tuple[Callable[[Context], Iterator[Proposal]], ...] = (
    v2_flag.propose,
    tuner_trainer.propose,
    standing_trainers.propose,
    concurrency.propose,
    session_api.propose,
    plain_fit.propose,
    pins.propose,
    marks.propose,  # last: what a rule still finds it says itself
)
