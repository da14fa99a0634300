"""What the user asked of a run: where results go, and how much is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class WriteBack(Enum):
    """What becomes of a migrated file."""

    WRITE = "write"  # it replaces the old one
    DIFF = "diff"  # it is shown as a patch
    CHECK = "check"  # it is only counted

    @classmethod
    def from_flags(cls, *, diff: bool, check: bool) -> WriteBack:
        """The mode that ``--diff`` and ``--check`` ask for; both together show and count."""
        if diff:
            return cls.DIFF
        return cls.CHECK if check else cls.WRITE


class Verbosity(Enum):
    """How much a run says on stderr."""

    QUIET = "quiet"  # errors
    NORMAL = "normal"  # and findings, changed files, what may differ, the sums
    VERBOSE = "verbose"  # and unchanged files, every change, tracebacks


class Pins(Enum):
    """What becomes of a deliberate ``RAY_TRAIN_V2_ENABLED=0`` in the code."""

    RESPECT = "respect"  # the sweeps of its file stay on Train V1
    REMOVE = "remove"  # it asks for Train V2 instead


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one run."""

    write_back: WriteBack = WriteBack.WRITE
    verbosity: Verbosity = Verbosity.NORMAL
    color: bool | None = None  # None: as the environment and each stream allow
    pins: Pins = Pins.RESPECT
    ray_version: str | None = None  # the oldest Ray to write for; None: as each project says
    vendor: Path | None = None  # the folder of the project's own runtime; None: it is installed

    @property
    def writes(self) -> bool:
        """Whether files are rewritten, rather than only looked at."""
        return self.write_back is WriteBack.WRITE
