"""A whole run as the reports are given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.runtime.vendor import Copy
    from raytune_migrate.settings.options import Options


@dataclass(frozen=True, slots=True)
class Report:
    """How every file ended, what was asked for, and how long it took.

    ``known`` counts what is there and stands in the baseline: ``outcomes`` do not hold it.
    ``recorded`` counts what a baseline holds that this run has written anew; None: it has not.
    ``unnamed`` counts unchanged files that no report names, and which ``outcomes`` leave out.
    """

    outcomes: tuple[Outcome, ...]
    options: Options
    seconds: float
    copy: Copy | None = None  # of the runtime, where the project has its own
    known: int = 0
    recorded: int | None = None
    unnamed: int = 0
