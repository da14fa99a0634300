"""What says of which class a config is that became Tune's: ``isinstance``, and annotations.

V1 had one class for trainers and Tuners. Under Train V2 ``isinstance`` with that of ``ray.train``
says no of a Tuner's.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.expressions.callers import passed
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.records import given_to_field, is_field
from raytune_migrate.expressions.values import is_builtin, is_none
from raytune_migrate.module.names import Certainty, ray_name
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.rewrite.standing import whole_run_configs
from raytune_migrate.rules.tuner_configs import given_to_tune
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.run_configs import branched_configs, inner_configs, is_shared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM203"


@dataclass(frozen=True, slots=True)
class _Made:
    """The configs of Tune that some expressions may be, and whether they may be anything else."""

    tunes: tuple[cst.Call, ...]
    trains: bool  # configs of Train
    unseen: bool


def propose(context: Context) -> Iterator[Proposal]:
    """A change of each such place that names the class of ``ray.train``."""
    parsed = context.parsed
    if not any(one.rpartition(".")[2] in parsed.text for one in ray_api.TUNE_CONFIG_CLASSES):
        return
    tunes = {id(one) for one in _tunes(context)}
    for told, values in _annotations(parsed):
        named = list(_named(parsed, told))
        made = _made(parsed, values, tunes) if named else None
        if made is not None and made.tunes and not made.trains:
            for node, home in named:
                yield _change(context, node, home, made)
    for value, classes in _tests(parsed):
        named = list(_named(parsed, classes))
        made = _made(parsed, [value], tunes) if named else None
        if made is None or not _may_be_tunes(parsed, made):
            continue
        if made.trains or made.unseen:
            yield from _with_both(context, classes, named, made)
        else:
            yield from (_change(context, node, home, made) for node, home in named)


def _may_be_tunes(parsed: Parsed, made: _Made) -> bool:
    """Whether what is tested may be a config that became Tune's."""
    if made.tunes:
        return True
    tunes = parsed.elsewhere.tunes or any(
        name.name in ray_api.TUNE_RUNNERS for _, name in ray_calls(parsed)
    )
    return made.unseen and tunes


def _tunes(context: Context) -> Iterator[cst.Call]:
    """The configs that become Tune's, with those in RunConfigs."""
    parsed = context.parsed
    whole = whole_run_configs(
        parsed, context.standing, context.tuners_run_configs, context.near_sweep
    )
    for config in (*context.tuners_run_configs, *whole):
        yield config.call
        for one in inner_configs(parsed, config):
            if one.variable is None or not is_shared(one):
                yield one.call
        yield from (one.call for one in branched_configs(parsed, config))
    yield from (one.call for one in given_to_tune(parsed))


def _annotations(parsed: Parsed) -> Iterator[tuple[cst.Annotation, list[cst.BaseExpression]]]:
    """The annotations of parameters and of fields, with what is seen to be given for these."""
    for one in parsed.of(cst.Param):
        if one.annotation is not None:
            yield one.annotation, list(passed(parsed, one))
    for field in parsed.of(cst.AnnAssign):
        owner = parsed.enclosing(field, cst.ClassDef)
        name = field.target.value if isinstance(field.target, cst.Name) else None
        values = [field.value] if field.value is not None else []
        if owner is not None and isinstance(name, str) and is_field(owner, name):
            values += given_to_field(parsed, owner, name)
        yield field.annotation, values


def _tests(parsed: Parsed) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """What ``isinstance`` or ``issubclass`` is asked of, and which classes it is asked for."""
    for call in parsed.of(cst.Call):
        match call.args:
            case [cst.Arg(value=value), cst.Arg(value=classes)] if any(
                is_builtin(parsed, call.func, one) for one in ("isinstance", "issubclass")
            ):
                yield value, classes
            case _:
                pass


def _made(parsed: Parsed, values: Iterable[cst.BaseExpression], tunes: Collection[int]) -> _Made:
    found: list[cst.Call] = []
    trains = unseen = False
    for end in (end for value in values for end in _ends(parsed, value)):
        made = construction(parsed, end)
        if made is None:
            unseen = True
        elif id(made.call) in tunes or made.name in ray_api.TUNE_CONFIG_CLASSES.values():
            found.append(made.call)
        elif made.name in ray_api.TUNE_CONFIG_CLASSES:
            trains = True
    return _Made(tuple(found), trains, unseen)


def _ends(parsed: Parsed, value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What an expression may be; of a config in a RunConfig, what that is given."""
    for end in origins(parsed, value):
        if not isinstance(end, cst.Attribute):
            yield end
            continue
        configs = [construction(parsed, one) for one in origins(parsed, end.value)]
        inner = [one.value(end.attr.value) for one in configs if one is not None]
        if inner and len(inner) == len(configs):
            yield from (one for one in inner if one is not None and not is_none(one))
        else:
            yield end


def _named(parsed: Parsed, told: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, str]]:
    """The classes of ``ray.train`` in an expression, each with that of ``ray.tune``."""
    for node in parsed.walk(told, cst.Name, cst.Attribute):
        name = ray_name(parsed, node)
        home = ray_api.TUNE_CONFIG_CLASSES.get(name.written) if name is not None else None
        inner = isinstance(parsed.parent(node), cst.Attribute)
        if name is not None and home is not None and name.certainty is Certainty.SURE and not inner:
            yield node, home


def _with_both(
    context: Context,
    classes: cst.BaseExpression,
    named: Iterable[tuple[cst.BaseExpression, str]],
    made: _Made,
) -> Iterator[Change]:
    """Changes that ask for either class, where the other is not asked for yet."""
    parsed = context.parsed
    every = {
        name.name
        for node in parsed.walk(classes, cst.Name, cst.Attribute)
        if (name := ray_name(parsed, node)) is not None
    }
    for node, home in named:
        if home not in every:
            yield _change(context, node, home, made, classes)


def _change(
    context: Context,
    node: cst.BaseExpression,
    home: str,
    made: _Made,
    beside: cst.BaseExpression | None = None,
) -> Change:
    """The change to the class of ``ray.tune``; in what is asked for ``beside`` the old one."""
    parsed, draft = context.parsed, context.draft()
    text = draft.refer(parsed, home, node)
    if beside is not None:
        either = " | " if isinstance(parsed.parent(node), cst.BinaryOperation) else ", "
        text = f"{parsed.source(node)}{either}{text}"
        text = f"({text})" if node is beside else text
    rule = RULES[_CODE]
    return Change(
        code=_CODE,
        title=rule.title,
        reason="Under Train V2 the config that a Tuner is given is no config of ray.train.",
        link=rule.link,
        place=parsed.place(node),
        edits=(Replace(*parsed.span(node), text),),
        imports=tuple(draft.imports),
        groups=frozenset(_sweeps(context, made.tunes)),
    )


def _sweeps(context: Context, configs: Collection[cst.Call]) -> Iterator[int]:
    """Where the calls of the sweeps start that make Tune's of some configs."""
    parsed = context.parsed
    uses = [
        *((one.sweep.tuner.call, one.sweep.run_config) for one in context.plans),
        *((one.sweep.call, one.sweep.run_config) for one in context.given),
    ]
    for call, use in uses:
        if use is not None and any(
            parsed.inside(config, one.call) for one in use.configs for config in configs
        ):
            yield parsed.start(call)
