"""Names that a module gives by its own ``__getattr__``: what packages import when it is asked for.

https://peps.python.org/pep-0562/
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GIVES = "__getattr__"


def lazy_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each such name, with the symbol that it stands for.

    By the imports in that function, or by a table of the module that says where each name is:
    ``{"name": "package.module"}``, ``{"name": ("package.module", "other")}``, ``{"module":
    ["name"]}``. What a module is called without a dot is one of the package.
    """
    gives = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == _GIVES]
    if not gives and not any(map(_assigns, tree.body)):
        return
    for function in gives:
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                for one in node.names:
                    yield one.asname or one.name, _joined(base, one.name)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            for node in ast.walk(statement.value):
                if isinstance(node, ast.Dict):
                    yield from _listed(node)


def _assigns(statement: ast.stmt) -> bool:
    """Whether a statement is ``__getattr__, __dir__, __all__ = attach(...)``."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(
        isinstance(node, ast.Name) and node.id == _GIVES
        for target in targets
        for node in ast.walk(target)
    )


def _listed(table: ast.Dict) -> Iterator[tuple[str, str]]:
    for key, value in zip(table.keys, table.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        match value:
            case ast.Constant(value=str() as place):
                module, _, name = place.partition(":")
                yield key.value, _placed(module, name or key.value)
            case ast.Tuple(
                elts=[ast.Constant(value=str() as module), ast.Constant(value=str() as name)]
            ) if "." in module:
                yield key.value, _placed(module, name)
            case ast.List(elts=names) | ast.Tuple(elts=names) | ast.Set(elts=names):
                for one in names:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value, _placed(key.value, one.value)
            case _:
                pass


def _placed(module: str, name: str) -> str:
    own = module if "." in module else f".{module}"
    return own if own.rpartition(".")[2] == name and "." in own.strip(".") else _joined(own, name)


def _joined(base: str, name: str) -> str:
    return f"{base}{'' if base.endswith('.') else '.'}{name}"
