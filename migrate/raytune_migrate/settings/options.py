"""What the user asked of a run: where results go, and how much is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from raytune_migrate.cache import NO_CACHE, Cache
from raytune_migrate.choice.asked import ALL, Choice
from raytune_migrate.files.find import EVERYTHING, Filter

STDIN = Path("-")


class WriteBack(Enum):
    """What becomes of a migrated file."""

    WRITE = "write"  # it replaces the old one
    DIFF = "diff"  # it is shown as a patch
    CHECK = "check"  # it is only counted
    ASK = "ask"  # it replaces the old one, with those changes that a person accepts

    @classmethod
    def from_flags(cls, *, diff: bool, check: bool, interactive: bool) -> WriteBack:
        """The mode that the options ask for; ``--diff`` and ``--check`` together show and count."""
        if interactive:
            return cls.ASK
        if diff:
            return cls.DIFF
        return cls.CHECK if check else cls.WRITE


class Verbosity(Enum):
    """How much a run says on stderr."""

    QUIET = "quiet"  # errors
    NORMAL = "normal"  # and findings, changed files, what may differ, the sums
    VERBOSE = "verbose"  # and unchanged files, every change, tracebacks

    @classmethod
    def from_flags(cls, *, quiet: bool, verbose: bool) -> Verbosity:
        """What ``-q`` and ``-v`` ask for, of which at most one is given."""
        return cls.QUIET if quiet else cls.VERBOSE if verbose else cls.NORMAL


class Pins(Enum):
    """What becomes of a deliberate ``RAY_TRAIN_V2_ENABLED=0`` in the code."""

    RESPECT = "respect"  # the sweeps of its file stay on Train V1
    REMOVE = "remove"  # it asks for Train V2 instead


class Todo(Enum):
    """Where the code says, in comments, what is left to a person."""

    REWRITTEN = "rewritten"  # in files that are rewritten anyway
    EVERYWHERE = "everywhere"
    NOWHERE = "nowhere"

    @classmethod
    def from_flag(cls, todo: bool | None) -> Todo:
        """What ``--todo`` or ``--no-todo`` asks for; None: neither is given."""
        return cls.REWRITTEN if todo is None else cls.EVERYWHERE if todo else cls.NOWHERE


class Uses(Enum):
    """What rewritten code may need beside Ray."""

    RUNTIME = "raytune_runtime"
    RAY_ALONE = "nothing"


class Decisions(Enum):
    """What becomes of the decisions of earlier reviews."""

    KEEP = "keep"
    FORGET = "forget"


class Docs(Enum):
    """What becomes of Python code in documents, and of doctests."""

    LEAVE = "leave"
    MIGRATE = "migrate"


class Format(Enum):
    """How a run is reported."""

    TEXT = "text"  # for people, on stderr
    JSON = "json"  # for programs
    SARIF = "sarif"  # for code scanning
    GITHUB = "github"  # annotations of a GitHub workflow
    HTML = "html"  # one page, for reviewers


@dataclass(frozen=True, slots=True)
class Target:
    """One report that is asked for; without a path it goes to stdout, the text to stderr."""

    format: Format
    path: Path | None = None


TEXT_ON_STDERR = Target(Format.TEXT)  # the text that a person reads as the run goes on


@dataclass(frozen=True, slots=True)
class Baseline:
    """The file that holds what was there before, and whether it is written anew."""

    path: Path
    update: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one run."""

    write_back: WriteBack = WriteBack.WRITE
    verbosity: Verbosity = Verbosity.NORMAL
    color: bool | None = None  # None: as the environment and each stream allow
    pins: Pins = Pins.RESPECT
    ray_version: str | None = None  # the oldest Ray to write for; None: as each project says
    vendor: Path | None = None  # the folder of the project's own runtime; None: it is installed
    choice: Choice = ALL  # of what is proposed
    todo: Todo = Todo.REWRITTEN
    reports: tuple[Target, ...] = (TEXT_ON_STDERR,)
    baseline: Baseline | None = None
    filter: Filter = EVERYTHING  # of the files that are found
    decisions: Decisions = Decisions.KEEP
    stdin_name: Path = STDIN  # what stdin is called
    uses: Uses = Uses.RUNTIME
    docs: Docs = Docs.LEAVE
    jobs: int | None = None  # files that are migrated at once, at most; None: as cores allow
    cache: Cache = NO_CACHE  # of what earlier runs have found out
    python: str = "none"  # whose Ray what is written is held against: auto, none or a path

    @property
    def writes(self) -> bool:
        """Whether files are rewritten, rather than only looked at."""
        return self.write_back in (WriteBack.WRITE, WriteBack.ASK)

    @property
    def names_every_file(self) -> bool:
        """Whether each file is spoken of, also those in which there is nothing to migrate."""
        return (
            self.verbosity is Verbosity.VERBOSE
            or self.baseline is not None
            or any(one != TEXT_ON_STDERR for one in self.reports)
        )
