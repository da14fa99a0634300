"""Which modules are run, and so are the ones to ask for Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import COMMAND_LINES
from raytune_migrate.expressions.values import constant
from raytune_migrate.module.bindings import definition, variable
from raytune_migrate.module.classes import method_of
from raytune_migrate.module.names import calls, imported_name, known_elsewhere, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.sweep.beside_others import starts_own_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed

_ENV_VARS = "env_vars"
_RUNNERS = ("asyncio.run", "sys.exit")


def needs_flag(context: Context) -> bool:
    """Whether the project may run on a Ray whose default is V1, and nothing sets the flag yet."""
    minimum = context.project.minimum_ray
    old = minimum is None or minimum < Version(ray_api.V2_BY_DEFAULT)
    return old and not _is_set(context.parsed)


def flag_note(context: Context) -> Iterator[str]:
    """What to say of code that needs Train V2, in a module that leaves it to others to ask.

    Nothing where the scripts that run it are seen: they ask for it, or are reported.
    """
    known = is_script(context.parsed) or context.parsed.elsewhere.scripts
    if needs_flag(context) and not known:
        yield "Below Ray 2.51 the script that runs this must set RAY_TRAIN_V2_ENABLED=1."


def runs_sweeps(parsed: Parsed) -> Iterator[cst.Call]:
    """The calls of what other modules have that runs sweeps over trainers."""
    for call in calls(parsed) if parsed.elsewhere.runs else ():
        known = known_elsewhere(parsed, call.func)
        if known is not None and known.sweeps:
            yield call


@remembered
def is_script(parsed: Parsed) -> bool:
    """Whether a module is run: it has a guard, fits, or calls or starts a function of its own.

    The cells of a notebook and the blocks of a document are there to be run, and so is a module
    that the project names as a command, or whose own code runs sweeps, be they of other modules,
    or leaves it to the command line what to run.
    """
    if parsed.borders or parsed.elsewhere.is_entry or parsed.elsewhere.runs:
        return True
    return any("__name__" in parsed.source(one) for one in parsed.of(cst.Comparison)) or any(
        parsed.function(one) is None
        and parsed.enclosing(one, cst.ClassDef) is None
        and (
            _runs_sweep(parsed, one.func)
            or _runs_own_function(parsed, one)
            or starts_own_code(parsed, one)
            or imported_name(parsed, one.func) in COMMAND_LINES
        )
        for one in calls(parsed)
    )


def _is_set(parsed: Parsed) -> bool:
    """Whether code, rather than a comment, says something of the flag in this process."""
    if ray_api.FLAG not in parsed.text:
        return False
    elsewhere = _environments(parsed)
    return any(
        _says_flag(node) and not any(parsed.inside(node, one) for one in elsewhere)
        for node in parsed.of(cst.SimpleString, cst.Arg)
    )


def _says_flag(node: cst.SimpleString | cst.Arg) -> bool:
    if isinstance(node, cst.SimpleString):
        return node.evaluated_value == ray_api.FLAG
    return node.keyword is not None and node.keyword.value == ray_api.FLAG


def _environments(parsed: Parsed) -> list[cst.BaseExpression]:
    """The ``env_vars`` of runtime environments, which the script itself does not see."""
    given = [
        node.value
        for node in parsed.of(cst.DictElement, cst.Arg)
        if (isinstance(node, cst.DictElement) and constant(parsed, node.key) == _ENV_VARS)
        or (isinstance(node, cst.Arg) and node.keyword and node.keyword.value == _ENV_VARS)
    ]
    named = [(one, variable(parsed, one)) for one in given]
    return given + [
        found.value for one, found in named if found is not None and found.references == (one,)
    ]


def _runs_sweep(parsed: Parsed, function: cst.BaseExpression) -> bool:
    if isinstance(function, cst.Attribute) and function.attr.value == "fit":
        return True
    return _is_of_ray(parsed, function, ray_api.TUNE_RUN)


def _is_of_ray(parsed: Parsed, function: cst.BaseExpression, *names: str) -> bool:
    found = ray_name(parsed, function)
    return found is not None and found.name in names


def _runs_own_function(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is what a module is for, as ``main()``, or runs a sweep, as in a print."""
    known = known_elsewhere(parsed, call.func)
    if known is not None and known.sweeps:
        return True
    function = definition(parsed, call.func)
    if isinstance(function, cst.FunctionDef):
        return _is_run(parsed, call) or _builds_tuner(parsed, function)
    method = _method_of_object(parsed, call.func)
    return method is not None and _builds_tuner(parsed, method)


def _is_run(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is a statement by itself, or in one as ``sys.exit(main())``."""
    holder = parsed.parent(call)
    outer = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    if isinstance(outer, cst.Call):
        return imported_name(parsed, outer.func) in _RUNNERS and _is_run(parsed, outer)
    return isinstance(holder, cst.Expr)


def _builds_tuner(parsed: Parsed, function: cst.FunctionDef) -> bool:
    return any(
        _is_of_ray(parsed, node.func, ray_api.TUNER, ray_api.TUNE_RUN)
        for node in parsed.walk(function.body, cst.Call)
    )


def _method_of_object(parsed: Parsed, called: cst.BaseExpression) -> cst.FunctionDef | None:
    """The method that ``Class().name`` is, or ``object.name`` of an object of such a class."""
    if not isinstance(called, cst.Attribute):
        return None
    found = variable(parsed, called.value)
    made = found.value if found is not None else called.value
    owner = definition(parsed, made.func) if isinstance(made, cst.Call) else None
    return method_of(parsed, owner, called.attr.value)
