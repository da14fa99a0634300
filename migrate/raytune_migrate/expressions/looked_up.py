"""Objects of Ray that code looks up by texts: ``import_module("ray.tune")``, ``getattr()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import Certainty, imported_name, ray_name
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

_IMPORT = "importlib.import_module"
# Where neither of them stands in a text, nothing is looked up.
_WORDS = ("getattr", "import_module")
_DEEP = 6  # names that lead to each other must end somewhere


def looks_up(text: str) -> bool:
    """Whether there may be such a look-up in a module."""
    return any(word in text for word in _WORDS)


def looked_up(parsed: Parsed, node: cst.BaseExpression) -> str | None:
    """The public name of an object of Ray that is looked up; None for one by its own name."""
    path = _path(parsed, node) if ray_name(parsed, node) is None else None
    return ray_api.public_name(path) if path is not None else None


@remembered
def _path(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> str | None:
    """The path of an object of Ray, whatever it is reached by."""
    named = ray_name(parsed, node)
    if named is not None:
        return named.written if named.certainty is Certainty.SURE else None
    owner: cst.BaseExpression
    match node:
        case cst.Name():
            found = variable(parsed, node) if depth < _DEEP else None
            return _path(parsed, found.value, depth + 1) if found is not None else None
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            return _below(_path(parsed, owner, depth), name)
        case cst.Call(args=[cst.Arg(value=word), *_]) if (
            imported_name(parsed, node.func) == _IMPORT
        ):
            path = constant(parsed, word)
            return path if isinstance(path, str) and path.split(".", 1)[0] == "ray" else None
        case cst.Call(args=[cst.Arg(value=owner), cst.Arg(value=word), *_]):
            if not is_builtin(parsed, node.func, "getattr"):
                return None
            return _below(_path(parsed, owner, depth), constant(parsed, word))
        case _:
            return None


def _below(path: str | None, name: object) -> str | None:
    return f"{path}.{name}" if path is not None and isinstance(name, str) else None
