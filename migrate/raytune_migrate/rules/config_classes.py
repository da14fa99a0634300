"""What says of which class a config is that became Tune's: ``isinstance``, ``type(config) is``,
``case RunConfig():``, and annotations.

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
from raytune_migrate.module.bindings import qualified_name
from raytune_migrate.module.names import Certainty, ray_name
from raytune_migrate.module.quoted import quoted_names
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


@dataclass(frozen=True, slots=True)
class _Test:
    """A test of a value for classes; ``exact`` where what derives from them does not pass it.

    ``value`` is None where it is a part of something.
    """

    value: cst.BaseExpression | None
    classes: cst.CSTNode
    exact: bool = False


# The operators that test for one class, and for any of several instead.
_SEVERAL = {cst.Is: "in", cst.Equal: "in", cst.IsNot: "not in", cst.NotEqual: "not in"}


def propose(context: Context) -> Iterator[Proposal]:
    """A change of each such place that names the class of ``ray.train``."""
    parsed = context.parsed
    if not any(one.rpartition(".")[2] in parsed.text for one in ray_api.TUNE_CONFIG_CLASSES):
        return
    tunes = {id(one) for one in _tunes(context)}
    for told, values in _annotations(parsed):
        named = list(_named(parsed, told))
        texts = list(quoted_names(parsed, told))
        made = _made(parsed, values, tunes) if named or texts else None
        if made is not None and not made.trains and (made.tunes or _is_given(parsed, told)):
            for node, home in named:
                yield _change(context, node, home, made)
            for quoted in texts:
                told_home = ray_api.TUNE_CONFIG_CLASSES.get(quoted.name.written)
                if told_home is not None:
                    span = quoted.start, quoted.end
                    yield _change(context, quoted.node, told_home, made, span=span)
    for test in _tests(parsed):
        named = list(_named(parsed, test.classes, exact=test.exact))
        made = _made(parsed, [test.value], tunes) if named else None
        if made is None or not _may_be_tunes(parsed, made):
            continue
        if made.trains or made.unseen:
            yield from _with_both(context, test.classes, named, made)
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
            if one.variable is None or not is_shared(parsed, one):
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


def _is_given(parsed: Parsed, annotation: cst.Annotation) -> bool:
    """Whether other modules give configs of sweeps alone for the parameter of an annotation."""
    parameter = parsed.parent(annotation) if parsed.elsewhere.given_configs else None
    if not isinstance(parameter, cst.Param):
        return False
    function = parsed.enclosing(parameter, cst.FunctionDef)
    if function is None:
        return False
    key = qualified_name(parsed, function), parameter.name.value
    return key in parsed.elsewhere.given_configs


def _tests(parsed: Parsed) -> Iterator[_Test]:
    """What is tested, and for which classes."""
    for call in parsed.of(cst.Call):
        match call.args:
            case [cst.Arg(value=value), cst.Arg(value=classes)] if any(
                is_builtin(parsed, call.func, one) for one in ("isinstance", "issubclass")
            ):
                yield _Test(value, classes)
            case [cst.Arg(value=value)] if is_builtin(parsed, call.func, "type"):
                holder = parsed.parent(call)
                if isinstance(holder, cst.Comparison) and len(holder.comparisons) == 1:
                    yield _Test(value, holder.comparisons[0], exact=True)
            case _:
                pass
    for statement in parsed.of(cst.Match):
        for case in statement.cases:
            for pattern in parsed.walk(case.pattern, cst.MatchClass):
                around = parsed.parent(pattern)
                whole = isinstance(around, cst.MatchCase | cst.MatchOrElement | cst.MatchAs)
                yield _Test(statement.subject if whole else None, pattern)


def _made(
    parsed: Parsed, values: Collection[cst.BaseExpression | None], tunes: Collection[int]
) -> _Made:
    found: list[cst.Call] = []
    seen = [one for one in values if one is not None]
    trains, unseen = False, len(seen) < len(values)
    for end in (end for value in seen for end in _ends(parsed, value)):
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


def _named(
    parsed: Parsed, told: cst.CSTNode, *, exact: bool = False
) -> Iterator[tuple[cst.BaseExpression, str]]:
    """The classes of ``ray.train`` in an expression, each with that of ``ray.tune``.

    Of ``ray.air`` is the base of Tune's, which only passes for it where a test is not ``exact``.
    """
    if isinstance(told, cst.MatchClass):
        told = told.cls
    for node in parsed.walk(told, cst.Name, cst.Attribute):
        name = ray_name(parsed, node)
        asked = (name.name if exact else name.written) if name is not None else ""
        home = ray_api.TUNE_CONFIG_CLASSES.get(asked)
        inner = isinstance(parsed.parent(node), cst.Attribute)
        if name is not None and home is not None and name.certainty is Certainty.SURE and not inner:
            yield node, home


def _with_both(
    context: Context,
    classes: cst.CSTNode,
    named: Iterable[tuple[cst.BaseExpression, str]],
    made: _Made,
) -> Iterator[Change]:
    """Changes that ask for either class, where the other is not asked for yet."""
    parsed = context.parsed
    whole = (
        parsed.enclosing(classes, cst.MatchCase) if isinstance(classes, cst.MatchClass) else None
    )
    every = {
        name.name
        for node in parsed.walk(
            whole.pattern if whole is not None else classes, cst.Name, cst.Attribute
        )
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
    beside: cst.CSTNode | None = None,
    span: tuple[int, int] | None = None,
) -> Change:
    """The change to the class of ``ray.tune``; in what is asked for ``beside`` the old one.

    In the text of ``node``, at a ``span`` of the module.
    """
    parsed, draft = context.parsed, context.draft()
    text = draft.refer(parsed, home, node)
    replaced: cst.CSTNode = node
    if beside is not None:
        replaced, text = _either(parsed, node, text, beside)
    rule = RULES[_CODE]
    return Change(
        code=_CODE,
        title=rule.title,
        reason="Under Train V2 the config that a Tuner is given is no config of ray.train.",
        link=rule.link,
        place=parsed.place(node),
        edits=(Replace(*(span or parsed.span(replaced)), text),),
        imports=tuple(draft.imports),
        groups=frozenset(_sweeps(context, made.tunes)),
    )


def _either(
    parsed: Parsed, node: cst.BaseExpression, other: str, test: cst.CSTNode
) -> tuple[cst.CSTNode, str]:
    """What asks for one class or another instead of for the one, and what it takes the place of."""
    own = parsed.source(node)
    match test:
        case cst.MatchClass():
            pattern = parsed.source(test)
            text = f"{pattern} | {other}{pattern.removeprefix(own)}"
            free = isinstance(parsed.parent(test), cst.MatchCase | cst.MatchOrElement)
            return test, text if free else f"({text})"
        case cst.ComparisonTarget(operator=operator) if test.comparator is node:
            return test, f"{_SEVERAL[type(operator)]} ({own}, {other})"
        case _:
            either = " | " if isinstance(parsed.parent(node), cst.BinaryOperation) else ", "
            text = f"{own}{either}{other}"
            return node, f"({text})" if node is test else text


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
