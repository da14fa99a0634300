"""Objects of Ray in the text of annotations, as in ``"RunConfig | None"``."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.module.names import RayName, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

# What may hold strings that are no annotations.
_PLAIN_TEXT = frozenset({"Annotated", "Literal"})


@dataclass(frozen=True, slots=True)
class Quoted:
    """A name in the text of an annotation, and where it stands in the module's."""

    node: cst.SimpleString
    start: int
    end: int
    name: RayName
    statement: cst.CSTNode  # that imports it


def quoted_names(parsed: Parsed, root: cst.CSTNode) -> Iterator[Quoted]:
    """The objects of Ray that the strings below an annotation name.

    Of names that mean one import alone; strings with escapes, and those over several lines, are
    passed over.
    """
    for node in parsed.walk(root, cst.SimpleString):
        text = node.raw_value
        plain = not node.prefix and len(node.quote) == 1 and "\\" not in text and text.isascii()
        if not plain or _is_plain_text(parsed, node):
            continue
        begin = parsed.start(node) + 1
        for start, end in _dotted(text):
            dotted = text[start:end]
            by = _import(parsed, node, dotted)
            name = _ray_name(by, dotted) if by is not None else None
            if by is not None and name is not None:
                yield Quoted(node, begin + start, begin + end, name, by.node)


def _is_plain_text(parsed: Parsed, node: cst.CSTNode) -> bool:
    for around in parsed.ancestors(node):
        if isinstance(around, cst.Annotation):
            return False
        if isinstance(around, cst.Subscript) and last_name(around.value) in _PLAIN_TEXT:
            return True
    return True  # no annotation


def _dotted(text: str) -> Iterator[tuple[int, int]]:
    """Where the dotted names of an expression stand, each as a whole."""
    try:
        left: list[ast.AST] = [ast.parse(text, mode="eval").body]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    while left:
        node = left.pop()
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(root, ast.Name):
            if node.end_col_offset is not None:
                yield node.col_offset, node.end_col_offset
        else:
            left += ast.iter_child_nodes(node)


def _import(parsed: Parsed, node: cst.SimpleString, dotted: str) -> ImportAssignment | None:
    scope = parsed.scope(node)
    found = tuple(scope[dotted.partition(".")[0]]) if scope is not None else ()
    only = found[0] if len(found) == 1 else None
    return only if isinstance(only, ImportAssignment) else None


def _ray_name(by: ImportAssignment, dotted: str) -> RayName | None:
    names = {one.name for one in by.get_qualified_names_for(dotted)}
    written = names.pop() if len(names) == 1 else ""
    return RayName(ray_api.public_name(written), written) if written.startswith("ray.") else None
