"""Whether there can be anything in a module for a rule to say, by Python's own parser.

It takes a tenth of LibCST's time, and most modules that mention Ray end here. What it cannot rule
out, or cannot parse, goes on to LibCST.
"""

from __future__ import annotations

import ast
import functools
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from raytune_migrate import ray_api
from raytune_migrate.module.syntax import every_node, python_tree
from raytune_migrate.ray_api.named_classes import TARGET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

# Whatever else a module holds, some rule may speak of these: the flag, what a person has told this
# tool, code that it has written, classes that are named for Hydra, the names of trials and of what
# they run, and what they had.
_WORDS = (
    *(*ray_api.VARIABLES, "raytune", "trainable_name", TARGET),
    *(ray_api.TRIAL_DIR, *ray_api.GONE_OF_TRIALS),
    *(f"{one}{end}" for one in ray_api.TRIAL_PREFIXES for end in "_*"),
)
# What is imported by such a call has no name here.
_LOOKS_UP = "import_module("
_OF_RAY = re.compile(r"""["']ray[."']""")
# Names that rules know, and of which none has anything to say by themselves.
_BESIDE = frozenset(
    {
        ray_api.INIT,
        ray_api.RUNTIME_ENV,
        ray_api.TUNE_CONFIG,
        ray_api.WITH_RESOURCES,
        ray_api.CREATE_SCHEDULER,
        *ray_api.SAMPLERS,
        *ray_api.MOVED.values(),
    }
)
_BESIDE_HOMES = ("ray.tune.schedulers.", "ray.tune.search.")
# These are spoken of only where one of their old methods is called.
_CHECKPOINTS = frozenset({ray_api.CHECKPOINT, "ray.tune.Checkpoint"})

# Where a statement holds others.
_INSIDE = ("body", "orelse", "finalbody", "handlers", "cases")


def is_idle(text: str) -> bool:
    """Whether no rule can say anything of a module of which no other module says anything."""
    if any(word in text for word in _WORDS):
        return False
    if _LOOKS_UP in text and _OF_RAY.search(text):
        return False
    tree = python_tree(text)
    if tree is None:
        return False
    imported = list(_imported(tree))
    # Most that are not idle say so in their imports, which are soon looked through.
    if any(_matters(name, with_checkpoints=False) for name, _, _ in imported):
        return False
    bound: dict[str, set[str]] = {}
    for _, name, value in imported:
        bound.setdefault(name, set()).add(value)
    attributes = [one for one in every_node(tree) if isinstance(one, ast.Attribute)]
    old = any(one.attr in ray_api.OLD_CHECKPOINT_METHODS for one in attributes)
    names = chain((name for name, _, _ in imported), _dotted(attributes, bound))
    return not any(_matters(name, with_checkpoints=old) for name in names)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """What of Ray a module imports, in whatever scope; the name that this binds, and to what."""
    waiting: list[Any] = [tree]
    for node in waiting:
        if isinstance(node, ast.Import):
            for one in node.names:
                if _is_of_ray(one.name):
                    yield one.name, one.asname or "ray", one.name if one.asname else "ray"
        elif isinstance(node, ast.ImportFrom):
            if not node.level and _is_of_ray(node.module or ""):
                for one in node.names:
                    name = f"{node.module}.{one.name}"
                    yield name, one.asname or one.name, name
        else:
            for inside in _INSIDE:
                waiting += getattr(node, inside, ())


def _dotted(
    attributes: Iterable[ast.Attribute], bound: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """The dotted names of Ray that a module uses."""
    for node in attributes:
        inner: ast.expr = node
        path = ""
        while isinstance(inner, ast.Attribute):
            path = f".{inner.attr}{path}"
            inner = inner.value
        if isinstance(inner, ast.Name):
            for start in bound.get(inner.id, ()):
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
    gone = frozenset(ray_api.GONE_NAMES)
    return gone | {one for one in named - _BESIDE if not one.startswith(_BESIDE_HOMES)}
