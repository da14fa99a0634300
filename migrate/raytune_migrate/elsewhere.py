"""What the rest of a project says of one of its modules. Nothing here reads a file."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance


class Kind(Enum):
    """What an object is to Ray."""

    TRAINER = "a trainer"
    OWN_TRAINER = "a trainer of a class of the project"
    TUNER = "a Tuner"
    GRID = "the ResultGrid of a sweep"
    RESULT = "a Result of a sweep"
    FIT = "the Result of a trainer's own fit()"
    RUN_CONFIG = "a RunConfig"
    TRAINERS_CONFIG = "a RunConfig that is a trainer's own"
    SCALING_CONFIG = "a ScalingConfig"
    CONTEXT = "the context of a worker"
    OTHER = "nothing of these"
    UNKNOWN = "what cannot be seen"


class RayStart(Enum):
    """How other modules that run with one start Ray."""

    UNSEEN = "none of them does, as far as can be seen"
    OWN = "by ray.init(), for the script alone"
    JOINED = "by connecting to a cluster that is there before"


@dataclass(frozen=True, slots=True)
class Known:
    """What a module knows of a name that it imports from another of the project.

    ``value`` is what the name may stand for, ``result`` what calling it may give. ``uses`` are the
    public names of Ray that running it uses, None where part of it cannot be seen. ``ray`` is the
    object of Ray that the other module only hands on, by the path from which that goes on to have
    it, and has None for where Ray cannot be imported if it ``may_lack`` it. ``is_code`` says that
    it is a function or a class, and nothing else; ``sweeps`` that it runs a sweep;
    ``is_checkpointless`` that the trainers that it stands for, or gives, report without
    checkpoints. ``base`` is the trainer of Ray that it derives from, if it is a class of trainers
    that Train V2 runs as they are. ``runs_where_read`` says that the attributes that hold what it
    makes, and the methods that it decorates, are properties.
    """

    value: frozenset[Kind]
    result: frozenset[Kind]
    uses: frozenset[str] | None = None
    ray: str | None = None
    may_lack: bool = False
    is_code: bool = False
    sweeps: bool = False
    is_checkpointless: bool = False
    base: str | None = None
    runs_where_read: bool = False


def _nothing(_: str) -> bool:
    return False


_NONE: Mapping[Any, Any] = {}


def _none() -> Mapping[Any, Any]:
    """What most mappings are here; of the many modules of a run, each would have eight."""
    return _NONE


@functools.cache
def held_once(kinds: frozenset[Kind]) -> frozenset[Kind]:
    """The same set for all that are of the same kinds, of which there are few."""
    return kinds


@dataclass(frozen=True, slots=True)
class Lines:
    """What all modules together tell of single lines of one: those at which calls begin, from 1.

    ``trainers``, ``handed``, ``results``, ``contexts`` and ``paths`` are by where an expression
    ends: its line, and how many bytes of that are before its end.
    """

    # The lines of its calls that give Tune a trainer, and of those that give it a driver function
    # that an earlier run has written.
    tuned: frozenset[int] = frozenset()
    driving: frozenset[int] = frozenset()
    # Of those that give it what callers in other modules give, where that cannot be seen and may be
    # a trainer: these modules build some for nobody.
    unseen: frozenset[int] = frozenset()
    # Of its calls that put something in the place of the Tuner that another module gives a trainer.
    patched: frozenset[int] = frozenset()
    # Of its calls that put something in the place of what train loops, or functions that Tune runs,
    # of other modules ask of a session, and will ask of another.
    unasked: frozenset[int] = frozenset()
    # Of its trainers that others give a Tuner, of those whose ``fit()`` they call, and of those
    # whose train loops, wherever these are, report without checkpoints, or with more than metrics.
    swept: frozenset[int] = frozenset()
    fitted: frozenset[int] = frozenset()
    checkpointless: frozenset[int] = frozenset()
    checkpointing: frozenset[int] = frozenset()
    # Of its RunConfigs that others give to trainers or Tuners, of those that sweeps over trainers
    # have, and of those whose callbacks other modules make, and are Tune's, or Train V2's.
    run_configs: frozenset[int] = frozenset()
    swept_configs: frozenset[int] = frozenset()
    called_back: frozenset[int] = frozenset()
    of_train_v2: frozenset[int] = frozenset()
    # Of its calls that give trainers RunConfigs of other modules.
    configured: frozenset[int] = frozenset()
    # Of its boosting trainers that no RunConfig tells how often to report a checkpoint.
    unpaced: frozenset[int] = frozenset()
    # By the line of one of its RunConfigs, what others give that later, for what only Tune does.
    set_later: Mapping[int, frozenset[str]] = field(default_factory=_none)
    # By the line of a trainer, what Train V2 refuses of the arguments that ``**`` gives it.
    unpacked: Mapping[int, frozenset[str]] = field(default_factory=_none)
    # By the line of a trainer's own ``fit()``, what others read of its Result that Train V2 lacks.
    lost: Mapping[int, frozenset[str]] = field(default_factory=_none)
    # By the line of a trainer's own ``fit()``, what only Tune does of what RunConfigs of other
    # modules ask for there.
    asked: Mapping[int, frozenset[str]] = field(default_factory=_none)
    # Of what it calls ``fit()``, what is a trainer.
    trainers: Mapping[tuple[int, int], Known] = field(default_factory=_none)
    # Of what it calls ``fit()``, what others are seen to give trainers for, and nothing else.
    handed: frozenset[tuple[int, int]] = frozenset()
    # What it reads something of that only a Result has.
    results: Mapping[tuple[int, int], frozenset[Kind]] = field(default_factory=_none)
    # What it asks for the trial that may be the context of a worker.
    contexts: Mapping[tuple[int, int], frozenset[Kind]] = field(default_factory=_none)
    # What it reads the path of that is a Result of a sweep over trainers in another module, or may
    # be one, as nobody is seen to give it.
    paths: frozenset[tuple[int, int]] = frozenset()


NO_LINES = Lines()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other modules know of one."""

    # Whether a top-level package is the project's own code.
    is_own: Callable[[str], bool] = _nothing
    # What the module imports from others of the project.
    names: Mapping[str, Known] = field(default_factory=_none)
    # What others give its functions, by their qualified name and parameter.
    passed: Mapping[tuple[str, str], frozenset[Kind]] = field(default_factory=_none)
    # Of its parameters, by the same, those for which others give RunConfigs of sweeps alone.
    given_configs: frozenset[tuple[str, str]] = frozenset()
    # What classes of others that derive from its own have in place of theirs, as ``Class.name``.
    overridden: frozenset[str] = frozenset()
    # Its functions that others have run as such; of the train loops, those of swept trainers, those
    # that a trainer of another module is itself given, and those whose outcome some module reads.
    train_loops: frozenset[str] = frozenset()
    swept_loops: frozenset[str] = frozenset()
    given_loops: frozenset[str] = frozenset()
    returning_loops: frozenset[str] = frozenset()
    tune_functions: frozenset[str] = frozenset()
    # What functions that Tune runs name otherwise, and the classes of callbacks that they make.
    handed_on: frozenset[str] = frozenset()
    called_back: frozenset[str] = frozenset()
    # Whether a function that Tune runs starts a trainer: its workers may have what it makes.
    trials_train: bool = False
    lines: Lines = NO_LINES
    # By its functions that start trainers (empty for its own code) and what they call, as modules
    # say: what of ``ray.train`` that asks which only workers may.
    asking: Mapping[tuple[str, str], str] = field(default_factory=_none)
    # Whether Tune runs anything in the project; whether modules that are imported with it build
    # trainers which nobody is seen to run, and its Tuners may be given.
    tunes: bool = False
    offers_trainers: bool = False
    # The names that others import from it.
    wanted: frozenset[str] = frozenset()
    # The modules whose sweeps run when it does, and those that run its own when they do, as paths
    # from the root of the project; whether it is run itself: as the project names one of its
    # functions as a command, or as its own code runs its sweeps.
    runs: frozenset[str] = frozenset()
    scripts: tuple[str, ...] = ()
    is_entry: bool = False
    # Whether what runs its sweeps is started as a task of Ray, in a thread or in a process.
    runs_beside_others: bool = False
    # How those start Ray that run its sweeps, and what these import.
    ray_start: RayStart = RayStart.UNSEEN
    # The package around it that has imported Ray before it runs, where it is run as part of that.
    ray_before: str | None = None
    # Why it is to stay on Train V1, if it is; and which file that runs before it, or itself
    # before others, turns Train V2 off for it.
    stays: str | None = None
    pinned_by: str | None = None


ALONE = Elsewhere()

_Told = TypeVar("_Told", bound="DataclassInstance")


def lean(told: _Told) -> _Told:
    """The same, with the default wherever nothing is said, as is most of it.

    Each empty set that was made by itself takes as much memory as the names of a module.
    """
    every = {one.name: getattr(told, one.name) for one in fields(told)}
    return type(told)(**{name: said for name, said in every.items() if said})


def moved(known: Elsewhere, before: str, after: str) -> Elsewhere:
    """The same of a module that is rewritten: of lines that stay, where they are now."""
    if known.lines == NO_LINES:
        return known
    matcher = difflib.SequenceMatcher(None, _lines(before), _lines(after))
    now = {
        old + index: new + index
        for old, new, size in matcher.get_matching_blocks()
        for index in range(1, size + 1)
    }
    told = {one.name: getattr(known.lines, one.name) for one in fields(Lines)}
    return replace(known, lines=Lines(**{name: _at(some, now) for name, some in told.items()}))


def _at(told: Any, now: Mapping[int, int]) -> Any:
    """What a member of Lines says, by where the lines are now."""
    places = {one: at for one in told if (at := _moved(one, now)) is not None}
    if isinstance(told, frozenset):
        return frozenset(places.values())
    return {at: told[one] for one, at in places.items()}


def _moved(place: Any, now: Mapping[int, int]) -> Any:
    """Where a line, or the end of an expression in one, is now; None where it is gone."""
    if isinstance(place, tuple):
        line, end = place
        return (now[line], end) if line in now else None
    return now.get(place)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
