"""Who runs the functions of a module: Ray Train as a train loop, Ray Tune as a trial, or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.loops.worker import Reach, callees, follow, names_used, reads
from raytune_migrate.module.bindings import definition, qualified_name
from raytune_migrate.module.classes import class_of, is_of_framework, ray_bases
from raytune_migrate.module.names import calls
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.sweep.model import constructions
from raytune_migrate.sweep.trainers import hidden_trainers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Worker


class Role(Enum):
    """What a function is to Ray."""

    TRAIN_LOOP = "a train loop, or called by one"
    TUNE_FUNCTION = "a trial of its own, or called by one"
    BOTH = "called by train loops and by Tune functions"
    UNKNOWN = "nothing that can be seen"


@dataclass(frozen=True, slots=True)
class Job:
    """A function that Ray runs.

    ``groups`` are those of the sweeps here whose train loops run it; ``swept`` says whether any
    sweep's do, of whatever module. ``called_back`` says of a class that a framework calls the
    methods of its objects, in the trial that makes them.
    """

    body: cst.CSTNode
    role: Role
    groups: frozenset[int] = frozenset()
    swept: bool = False
    called_back: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """The functions of a module that Ray runs.

    ``handed_on`` is what Tune functions name, and may have something out of sight run;
    ``trials_train`` says whether one starts a trainer, whose workers may have what it makes.
    """

    jobs: tuple[Job, ...]
    handed_on: tuple[cst.CSTNode, ...] = ()
    trials_train: bool = False

    def of(self, parsed: Parsed, node: cst.CSTNode) -> Role:
        """What the code at ``node`` is to Ray: what the innermost function around it is."""
        job = self.job(parsed, node)
        return job.role if job is not None else Role.UNKNOWN

    def job(self, parsed: Parsed, node: cst.CSTNode) -> Job | None:
        """The innermost function around ``node`` that Ray runs.

        None where it is a Tune function that only defines the function with ``node``: that may be
        the train loop of a trainer that it runs.
        """
        defined: list[cst.FunctionDef] = []
        jobs = {id(one.body): one for one in reversed(self.jobs)}
        for around in (node, *parsed.ancestors(node)) if jobs else ():
            one = jobs.get(id(around))
            if one is not None:
                own = not defined or one.role is not Role.TUNE_FUNCTION
                return one if own or _is_called_back(parsed, one, defined) else None
            if isinstance(around, cst.FunctionDef):
                defined.append(around)
        return None

    def is_handed_on(self, parsed: Parsed, node: cst.CSTNode) -> bool:
        """Whether a Tune function may have the code at ``node`` run, and nobody is seen to."""
        bodies = {id(one) for one in self.handed_on}
        around = (node, *parsed.ancestors(node)) if bodies else ()
        return any(id(one) in bodies for one in around) and self.job(parsed, node) is None


def roles(parsed: Parsed, workers: Sequence[tuple[Worker, int]] = ()) -> Roles:
    """The functions that the trainers and the Tuners of a module run.

    ``workers`` are the train loops of sweeps that are rewritten, each with its group.
    """
    loops = tuple(train_loops(parsed))
    known = parsed.elsewhere
    elsewhere = [*named(parsed, known.train_loops)]
    given = [body for one in loops for body in callees(parsed, one)]
    roots = [*given, *_evident_loops(parsed), *elsewhere]
    apart = (*loops, *(one for one in roots if one is not None))
    train = follow(parsed, roots).bodies
    # What a Tune function hands on may be a train loop: that of a trainer that it runs.
    trials = (
        *_tune_functions(parsed),
        *named(parsed, known.tune_functions),
        *_methods_of_callbacks(parsed, train),
    )
    tune = follow(parsed, trials, apart, Reach.CALLED).bodies
    swept = follow(parsed, tuple(named(parsed, known.swept_loops))).bodies
    # Of a class of which it is known who makes objects it is known, too, what has these.
    kinds = [one for one in named(parsed, known.tune_functions) if isinstance(one, cst.ClassDef)]
    own = [one for one in tune if not _holds(kinds, one)]
    handed = follow(parsed, [*own, *named(parsed, known.handed_on)], apart)
    held = _classes_held(parsed, train) if handed.bodies else ()
    back = [*_called_back(parsed, own, handed), *named(parsed, known.called_back)]
    return Roles(
        (*_train_jobs(workers, train, tune, swept), *_tune_jobs(train, tune, back)),
        tuple(
            one
            for one in handed.bodies
            if not _holds((*train, *held), one) and not _is_ray_s(parsed, one)
        ),
        known.trials_train or _start_trainers(parsed, handed),
    )


def _train_jobs(
    workers: Sequence[tuple[Worker, int]],
    train: Sequence[cst.CSTNode],
    tune: Sequence[cst.CSTNode],
    swept: Sequence[cst.CSTNode],
) -> Iterator[Job]:
    for body in train:
        groups = frozenset(group for worker, group in workers if _holds(worker.bodies, body))
        yield Job(
            body,
            Role.BOTH if _holds(tune, body) else Role.TRAIN_LOOP,
            groups,
            bool(groups) or _holds(swept, body),
        )


def _tune_jobs(
    train: Sequence[cst.CSTNode], tune: Sequence[cst.CSTNode], back: Sequence[cst.CSTNode]
) -> Iterator[Job]:
    for body in tune:
        if not _holds(train, body):
            yield Job(body, Role.TUNE_FUNCTION, called_back=_holds(back, body))


def _called_back(
    parsed: Parsed, tune: Sequence[cst.CSTNode], handed: Worker
) -> Iterator[cst.ClassDef]:
    """The classes of callbacks of which Tune functions make objects for a framework.

    None where a trainer may have them: its workers would call what they hold.
    """
    if handed.complete and not _start_trainers(parsed, handed):
        yield from (
            one for one in tune if isinstance(one, cst.ClassDef) and is_of_framework(parsed, one)
        )


def _classes_held(parsed: Parsed, train: Sequence[cst.CSTNode]) -> tuple[cst.ClassDef, ...]:
    """The classes of objects that train loops read, wherever these are made."""
    held = (class_of(parsed, one) for body in train for one in parsed.walk(body, cst.Name))
    return tuple(one for one in held if one is not None)


def _start_trainers(parsed: Parsed, code: Worker) -> bool:
    """Whether code builds a trainer, here or in other modules of the project."""
    return not ray_api.TRAINERS.keys().isdisjoint(names_used(parsed, code))


def _is_called_back(parsed: Parsed, job: Job, defined: Sequence[cst.FunctionDef]) -> bool:
    """Whether functions that a Tune function only defines are a method that a framework calls.

    Not where the method is handed on by itself: who runs it then is another question.
    """
    return (
        job.called_back
        and len(defined) == 1
        and parsed.enclosing(defined[0], cst.ClassDef) is job.body
        and defined[0].name.value not in _handed_by_name(parsed)
    )


@remembered
def _handed_by_name(parsed: Parsed) -> frozenset[str]:
    """The attributes that the module reads and does not call there."""
    called = {id(call.func) for call in calls(parsed)}
    return frozenset(one.attr.value for one in parsed.of(cst.Attribute) if id(one) not in called)


def _is_ray_s(parsed: Parsed, body: cst.CSTNode) -> bool:
    """Whether something is a class that derives from one of Ray, which runs its methods."""
    return isinstance(body, cst.ClassDef) and any(ray_bases(parsed, body))


def _holds(bodies: Sequence[cst.CSTNode], body: cst.CSTNode) -> bool:
    return any(body is one for one in bodies)


def train_loops(parsed: Parsed) -> Iterator[cst.BaseExpression]:
    """What the trainers of a module are given to run on their workers."""
    for made in constructions(parsed):
        if made.name in ray_api.TRAINERS:
            loop = made.value("train_loop_per_worker")
            if loop is not None:
                yield loop
    yield from (one.loop for one in hidden_trainers(parsed))


def _evident_loops(parsed: Parsed) -> tuple[cst.CSTNode, ...]:
    """The functions that use what only workers may, and those that call them: train loops all."""
    found: list[cst.FunctionDef] = []
    users: list[cst.CSTNode] = [
        node
        for node, name in reads(parsed, parsed.module)
        if name.name in ray_api.WORKERS_ONLY and parsed.enclosing(node, cst.Lambda) is None
    ]
    while users:
        for function in (parsed.function(one) for one in users):
            if function is not None and all(function is not one for one in found):
                found.append(function)
        users = [
            call
            for call in calls(parsed)
            if any(definition(parsed, call.func) is one for one in found)
            and all(parsed.function(call) is not one for one in (None, *found))
        ]
    return tuple(found)


def _tune_functions(parsed: Parsed) -> Iterator[cst.CSTNode]:
    """The functions that a module gives to Tune."""
    for call, name in ray_calls(parsed):
        position = ray_api.TUNE_RUNNERS.get(name.name)
        if position is None:
            continue
        for index, argument in enumerate(call.args):
            keyword = argument.keyword.value if argument.keyword is not None else None
            if keyword in ray_api.TRAINABLE_KEYWORDS or (keyword is None and index == position):
                found = callees(parsed, argument.value)
                yield from (one for one in found if one is not None)


def _methods_of_callbacks(
    parsed: Parsed, train: Sequence[cst.CSTNode]
) -> Iterator[cst.FunctionDef]:
    """The methods of what derives from Tune's callbacks, which report to Tune, but for workers."""
    kinds = [
        one
        for one in parsed.of(cst.ClassDef)
        if any(base.name in ray_api.TUNE_CALLBACKS for base in ray_bases(parsed, one))
        and not _holds(train, one)
    ]
    for function in parsed.of(cst.FunctionDef) if kinds else ():
        if any(parsed.inside(function, one) for one in kinds):
            yield function


def named(parsed: Parsed, names: frozenset[str]) -> Iterator[cst.CSTNode]:
    """The functions and classes of a module that have one of these qualified names."""
    if not names:
        return iter(())
    defined = (*parsed.of(cst.FunctionDef, cst.ClassDef), *parsed.of(cst.Lambda))
    return (one for one in defined if qualified_name(parsed, one) in names)
