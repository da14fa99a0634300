"""What is known of the modules of a project, as the run over its files needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import ALONE
from raytune_migrate.files.find import RealPaths

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from raytune_migrate.elsewhere import Elsewhere


@dataclass(frozen=True, slots=True)
class Part:
    """What a module takes part in; ``name`` is its path from the root of the project.

    ``matters`` says that it may need a rewrite though it does not name Ray. ``leads`` says that
    it has sweeps; ``leaders`` are the modules with the sweeps that it has to do with, ``needed``
    whether these cannot do without it; ``beside`` are those that a change of it may have to go with
    for the sake of a trainer, of its ``fit()``, or of a reader of results. One that
    ``stands_alone`` has to do with no other, and is looked at for its own results; one that
    ``is_mute`` does not mention Ray.
    """

    name: str
    elsewhere: Elsewhere = ALONE
    matters: bool = False
    leads: bool = False
    needed: bool = False
    leaders: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    stands_alone: bool = False
    is_mute: bool = False

    @property
    def concerned(self) -> bool:
        """Whether others have something to say of it that a rewrite depends on."""
        known = self.elsewhere
        return (
            self.matters
            or self.leads
            or bool(self.leaders)
            or known.pinned_by is not None
            or bool(known.train_loops or known.tune_functions)
            or bool(known.lines.swept or known.lines.run_configs)
        )

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing of Ray, as much of what a train loop calls."""
        at = self.elsewhere.lines
        makes = at.swept or at.fitted or at.run_configs or at.configured or at.tuned
        return self.is_mute and not (self.matters or self.leads or makes)


@dataclass(frozen=True, slots=True)
class Survey:
    """What every module that has to do with others, or reads results, takes part in.

    By its real path. ``error``: why the modules of one of the projects could not be read together.
    """

    parts: Mapping[str, Part]
    error: str | None = None
    _real: RealPaths = field(default_factory=RealPaths, compare=False)

    @property
    def related(self) -> frozenset[str]:
        """The paths of the modules that have to do with others."""
        return frozenset(path for path, part in self.parts.items() if not part.stands_alone)

    def part(self, path: Path) -> Part | None:
        """What the module at ``path`` takes part in; None where it has to do with no other."""
        return self.parts.get(self._real.of(str(path))) if self.parts else None

    def concerns(self, path: Path) -> bool:
        """Whether other modules have something to say of a module that a rewrite depends on."""
        part = self.part(path)
        return part is not None and part.concerned

    def matters(self, path: Path) -> bool:
        """Whether a module may need a rewrite though it does not mention Ray."""
        part = self.part(path)
        return part is not None and part.matters


NOTHING = Survey({})
