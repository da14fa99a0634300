"""One sweep as data: the Tuner call, the trainer and how it is reached, the configs, the space."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.module.bindings import Variable, variable
from raytune_migrate.module.classes import is_given_self
from raytune_migrate.module.fallbacks import is_of_older_ray
from raytune_migrate.module.names import Certainty, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Construction:
    """A visible call of a class of Ray."""

    name: str  # the public name of the class
    call: cst.Call
    arguments: Mapping[str, cst.Arg]  # by parameter, positional ones included
    complete: bool  # False where there is ``*args`` or ``**kwargs`` too
    variable: Variable | None  # the name it is bound to; None where it stands inside another call
    in_dicts: Mapping[str, cst.BaseExpression] = field(default_factory=dict)  # by ``**``, if seen
    seen: bool = True  # False where there are arguments in neither

    def value(self, parameter: str) -> cst.BaseExpression | None:
        """What is given for a parameter; None where nothing is."""
        argument = self.arguments.get(parameter)
        return argument.value if argument is not None else None

    def given(self, parameter: str) -> cst.BaseExpression | None:
        """What is given for a parameter, be it in a dict that is given by ``**``."""
        return self.value(parameter) or self.in_dicts.get(parameter)


class TrainerUse(Enum):
    """What becomes of the trainer's own statement."""

    INLINE = "it is built inside the Tuner call"
    MOVED = "only the Tuner uses it: it moves into the driver"
    KEPT = "other code uses it too: it stays, and the driver builds its like"


class Owner(Enum):
    """Which of the two carries the RunConfig that V1 used."""

    TUNER = "tuner"
    TRAINER = "trainer"


@dataclass(frozen=True, slots=True)
class RunConfigUse:
    """The RunConfig that V1 used: the Tuner's if given, else the trainer's, never a mixture."""

    owner: Owner
    value: cst.BaseExpression
    configs: tuple[Construction, ...]  # the constructor calls that it may come from, and in it
    converted: bool  # part of it is out of sight or shared: it becomes the Tuner's at run time
    otherwise: cst.BaseExpression | None = None  # the trainer whose RunConfig counts if it is None

    @property
    def goes_with_trainer(self) -> bool:
        """Whether it is made in the trainer's own call, and so where the driver is written."""
        return self.owner is Owner.TRAINER and self.value in [one.call for one in self.configs]


class Reading(Enum):
    """Whether a train loop, or what it calls, reads a checkpoint."""

    NEVER = "it does not"
    READS = "it does"
    UNKNOWN = "part of it is code that cannot be seen"


@dataclass(frozen=True, slots=True)
class Worker:
    """The code of a train loop that can be seen, and whether that is all of it.

    The first ``loops`` of ``bodies`` are what Ray itself may run, the others are what these run.
    ``uses`` are the names of Ray that functions of other modules use, which it runs.
    """

    bodies: tuple[cst.CSTNode, ...]
    complete: bool
    uses: frozenset[str] = frozenset()
    loops: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """One ``Tuner(trainer)`` whose driver function is written out."""

    tuner: Construction
    trainable: cst.Arg
    trainer: Construction
    use: TrainerUse
    space: DictView | None  # None where the Tuner is given none
    run_config: RunConfigUse | None
    tune_config: cst.Arg | None
    searched: bool  # a searcher may add keys to what the space names
    worker: Worker
    train_loop_reading: Reading
    restores: tuple[cst.BaseExpression, ...] = ()  # the trainer, where it is given to a restore


class Caller(Enum):
    """What is given a trainer that exists already."""

    TUNER = "Tuner"
    RESTORE = "Tuner.restore"
    TUNE_RUN = "tune.run"


@dataclass(frozen=True, slots=True)
class HandedOn:
    """One ``trainer.as_trainable()`` that a function hands on to a sweep."""

    call: cst.Call
    trainer: cst.BaseExpression


@dataclass(frozen=True, slots=True)
class GivenSweep:
    """One sweep over a trainer that exists already: each trial's is made from it at run time."""

    caller: Caller
    call: cst.Call
    trainable: cst.BaseExpression
    trainer: cst.BaseExpression  # the trainer in ``trainable``, without ``as_trainable()``
    reason: str  # why the driver function is not written out
    trainers: tuple[Construction, ...]  # the constructor calls that it may come from
    seen: bool  # whether those are all
    run_config: RunConfigUse | None  # of the Tuner, or of every one of ``trainers``
    workers: tuple[Worker, ...]
    handed_on: tuple[HandedOn, ...] = ()  # each becomes the trainer itself


Found: TypeAlias = Sweep | GivenSweep | Finding


@remembered
def construction(parsed: Parsed, node: cst.BaseExpression | None) -> Construction | None:
    """The constructor call behind an expression, through a variable too; None if not Ray's."""
    if isinstance(node, cst.Name):
        found = variable(parsed, node)
        inner = construction(parsed, found.value) if found is not None else None
        if inner is None or inner.variable is not None:
            return inner
        return replace(inner, variable=found)
    if not isinstance(node, cst.Call):
        return None
    name = ray_name(parsed, node.func)
    if name is None or name.certainty is Certainty.MIXED:
        return None
    return constructed(parsed, name.name, node)


@remembered
def constructions(parsed: Parsed) -> Sequence[Construction]:
    """Every call that is surely one of an object of Ray, by its name, in source order.

    But for what only code for Train V1 calls.
    """
    found = (construction(parsed, call) for call, _ in ray_calls(parsed))
    return tuple(one for one in found if one is not None and not is_of_train_v1(parsed, one.call))


def is_of_train_v1(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether code that knows both has a place for where Train V2 is off, or not the default."""
    return is_of_older_ray(parsed, node, ray_api.V2_BY_DEFAULT)


def constructed(parsed: Parsed, name: str, call: cst.Call) -> Construction:
    """A call as that of the constructor of a class of Ray."""
    arguments: dict[str, cst.Arg] = {}
    in_dicts: dict[str, cst.BaseExpression] = {}
    complete = seen = True
    positions = iter(ray_api.signature(name))
    for argument in call.args[is_given_self(call) :]:
        if argument.star:
            complete = False
            view = view_dict(parsed, argument.value) if argument.star == "**" else None
            in_dicts |= dict(view.items) if view is not None else {}
            seen = seen and view is not None and view.complete
        elif argument.keyword is not None:
            arguments[argument.keyword.value] = argument
        else:
            parameter = next(positions, None)
            complete = complete and parameter is not None
            seen = seen and parameter is not None
            if parameter is not None:
                arguments[parameter] = argument
    return Construction(name, call, arguments, complete, None, in_dicts, seen)
