"""Whether there can be anything in a module for a rule to say, by Python's own parser.

It takes a tenth of LibCST's time, and most modules that mention Ray end here. What it cannot rule
out, or cannot parse, goes on to LibCST.
"""

from __future__ import annotations

import ast
import functools
import warnings
from typing import TYPE_CHECKING

from raytune_migrate.rules import ray_api

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whatever else a module holds, some rule may speak of these: the flag, what a person has told this
# tool, and code that it has written.
_WORDS = (ray_api.FLAG, "raytune")
# Names that rules know, and of which none has anything to say by themselves.
_BESIDE = frozenset(
    {
        ray_api.INIT,
        ray_api.RUNTIME_ENV,
        ray_api.TUNE_CONFIG,
        ray_api.WITH_RESOURCES,
        ray_api.CREATE_SCHEDULER,
        *ray_api.SAMPLERS,
    }
)
_BESIDE_HOMES = ("ray.tune.schedulers.", "ray.tune.search.")
# These are spoken of only where one of their old methods is called.
_CHECKPOINTS = frozenset({ray_api.CHECKPOINT, "ray.tune.Checkpoint"})


def is_idle(text: str) -> bool:
    """Whether no rule can say anything of a module of which no other module says anything."""
    if any(word in text for word in _WORDS):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    methods = {one.attr for one in nodes if isinstance(one, ast.Attribute)}
    old = not methods.isdisjoint(ray_api.OLD_CHECKPOINT_METHODS)
    return not any(_matters(name, with_checkpoints=old) for name in _names(nodes))


def _names(nodes: list[ast.AST]) -> Iterator[str]:
    """The dotted names of Ray that a module uses, or imports; in whatever scope."""
    imported: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for one in node.names:
                if _is_of_ray(one.name):
                    yield one.name
                    bound = one.asname or "ray"
                    imported.setdefault(bound, set()).add(one.name if one.asname else "ray")
        elif isinstance(node, ast.ImportFrom) and not node.level and _is_of_ray(node.module or ""):
            for one in node.names:
                yield f"{node.module}.{one.name}"
                imported.setdefault(one.asname or one.name, set()).add(f"{node.module}.{one.name}")
    for node in nodes:
        if isinstance(node, ast.Attribute):
            inner: ast.expr = node
            path = ""
            while isinstance(inner, ast.Attribute):
                path = f".{inner.attr}{path}"
                inner = inner.value
            if isinstance(inner, ast.Name):
                for start in imported.get(inner.id, ()):
                    yield start + path


def _is_of_ray(module: str) -> bool:
    return module == "ray" or module.startswith("ray.")


@functools.cache
def _matters(name: str, *, with_checkpoints: bool) -> bool:
    """Whether a rule may speak of a name, or of what it lies below."""
    if name.endswith(".*"):
        return True
    for one in (name, ray_api.public_name(name)):
        parts = one.split(".")
        heads = {".".join(parts[:end]) for end in range(2, len(parts) + 1)}
        found = heads & _known()
        if found - _CHECKPOINTS or (found and with_checkpoints):
            return True
    return False


@functools.cache
def _known() -> frozenset[str]:
    named = ray_api.every_name()
    return frozenset(one for one in named - _BESIDE if not one.startswith(_BESIDE_HOMES))
