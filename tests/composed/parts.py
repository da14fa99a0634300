"""What a script is put together from, while it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composed.choices import Choices
    from composed.configs import Arguments, Search
    from composed.loops import Facts, Loop
    from composed.spelling import Names

TAB = "    "


@dataclass
class Parts:
    """The loop, what stands at the module's level, and what has been chosen."""

    choices: Choices
    names: Names
    fact: Facts
    loop: Loop
    home: str
    reach: str
    constants: list[str] = field(default_factory=list)
    module: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sweep:
    """One sweep as code: a trainer, and the arguments of its Tuner beside that."""

    before: list[str]  # the statements that the others need
    trainer: str
    tuner: Arguments
    search: Search
    lr: bool  # whether a learning rate is sampled
