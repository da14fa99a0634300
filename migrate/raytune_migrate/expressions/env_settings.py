"""Where code sets an environment variable, in its own process or for others, by dict or by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import settled
from raytune_migrate.module.names import calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_SETTERS = ("putenv", "setdefault", "setenv")


@dataclass(frozen=True, slots=True)
class EnvSetting:
    """A place that gives an environment variable a value."""

    place: cst.CSTNode
    value: cst.BaseExpression


def env_settings(parsed: Parsed, variable: str) -> Iterator[EnvSetting]:
    """Each such place, whatever the value."""
    if variable not in parsed.text:
        return
    for call in calls(parsed):
        for argument in call.args:
            if argument.keyword is not None and argument.keyword.value == variable:
                yield EnvSetting(argument, argument.value)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in _SETTERS:
            given = [one.value for one in call.args[:2]]
            if len(given) > 1 and settled(parsed, given[0]) == variable:
                yield EnvSetting(call, given[1])
    for node in parsed.of(cst.Assign, cst.DictElement):
        if isinstance(node, cst.Assign):
            keys = (_key(one.target) for one in node.targets)
            if any(key is not None and settled(parsed, key) == variable for key in keys):
                yield EnvSetting(node, node.value)
        elif settled(parsed, node.key) == variable:
            yield EnvSetting(node, node.value)


def _key(target: cst.BaseExpression) -> cst.BaseExpression | None:
    """The key of ``mapping[key]``."""
    match target:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return key
        case _:
            return None
