"""What a rewritten module asks of Ray and of the runtime that it did not ask before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import is_dotted
from raytune_migrate.imports.statements import imports_of
from raytune_migrate.module.fallbacks import Branch, branch
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.runtime.home import RUNTIME, of_runtime

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import libcst as cst

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a call, as far as they show; ``open_ended``: there may be more."""

    positional: int
    keywords: tuple[str, ...]
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Use:
    """An object of Ray or of the runtime, by the name that it is imported by, and its call."""

    name: str
    call: Call | None = None  # None: it is imported

    @property
    def of_runtime(self) -> bool:
        """Whether it is an object of the runtime."""
        return self.name.split(".", 1)[0] == RUNTIME

    def __str__(self) -> str:
        if self.call is None:
            return f"the import of {self.name}"
        given = ["..."] * self.call.positional
        given += [f"{one}=..." for one in self.call.keywords]
        given += ["*..."] if self.call.open_ended else []
        return f"{self.name}({', '.join(given)})"


def written(before: Parsed, after: Parsed) -> tuple[Use, ...]:
    """The calls and imports that stand in ``after`` and not in ``before``.

    What only moved is none: it is as right, or as wrong, as it was; so is a call of what is
    imported from another place now, but not that import. Nor are arguments that Ray takes no
    more: of these a finding tells.
    """
    old = set(_uses(before))
    calls_then = [one for one in old if one.call is not None]
    old |= {replace(one, name=ray_api.new_home(one.name) or one.name) for one in calls_then}
    return tuple(dict.fromkeys(use for use in _uses(after) if use not in old))


def _uses(parsed: Parsed) -> Iterator[Use]:
    for _, name, binding in imports_of(parsed):
        # One that may fail has something to stand in for it.
        if branch(parsed, binding.node) is Branch.PLAIN and _is_asked(of_runtime(name)):
            yield Use(of_runtime(name))
    for node in calls(parsed):
        called = imported_name(parsed, node.func) if is_dotted(node.func) else None
        if called is not None and _is_asked(called):
            gone = ray_api.GONE_ARGUMENTS.get(ray_api.new_home(called) or called, {})
            yield Use(called, _call(node, gone))


def _is_asked(name: str) -> bool:
    return name.split(".", 1)[0] in ("ray", RUNTIME)


def _call(node: cst.Call, gone: Collection[str]) -> Call:
    plain = [one for one in node.args if not one.star]
    keywords = [one.keyword.value for one in plain if one.keyword is not None]
    return Call(
        positional=len(plain) - len(keywords),
        keywords=tuple(one for one in keywords if one not in gone),
        open_ended=len(plain) < len(node.args),
    )
