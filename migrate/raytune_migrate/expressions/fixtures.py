"""What pytest gives the tests of a module: what the fixtures in it return, or yield."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.callers import returned
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


def given_by_pytest(parsed: Parsed, parameter: cst.Param) -> list[cst.BaseExpression]:
    """What pytest gives a test, or a fixture, for a parameter: that of a fixture of this module."""
    function = parsed.enclosing(parameter, cst.FunctionDef)
    if function is None or not is_for_pytest(parsed, function):
        return []
    fixture = _fixture(parsed, parameter.name.value)
    return list(_given_by(parsed, fixture)) if fixture is not None else []


def is_for_pytest(parsed: Parsed, function: cst.FunctionDef) -> bool:
    """Whether pytest calls a function, and gives it the fixtures that its parameters name."""
    return function.name.value.startswith("test") or _is_fixture(parsed, function)


def _fixture(parsed: Parsed, name: str) -> cst.FunctionDef | None:
    """The fixture of this module of a name."""
    defined = (one for one in parsed.module.body if isinstance(one, cst.FunctionDef))
    return next(
        (one for one in defined if one.name.value == name and _is_fixture(parsed, one)), None
    )


def _is_fixture(parsed: Parsed, function: cst.FunctionDef) -> bool:
    made = (one.decorator for one in function.decorators)
    named = (one.func if isinstance(one, cst.Call) else one for one in made)
    return any(imported_name(parsed, one) == "pytest.fixture" for one in named)


def _given_by(parsed: Parsed, fixture: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
    """What a fixture returns, or yields ahead of what it cleans up."""
    yield from (one for one in returned(parsed, fixture) if one is not None)
    for one in parsed.walk(fixture.body, cst.Yield):
        if parsed.function(one) is fixture and isinstance(one.value, cst.BaseExpression):
            yield one.value
