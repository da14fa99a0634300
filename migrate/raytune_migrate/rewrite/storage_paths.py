"""Where V1 stored results below ``local_dir``: ``storage_path`` takes no relative path.

Train V1 made a ``local_dir`` absolute, and up to Ray 2.6 a ``storage_path`` as well; Ray today
takes it as it is, and refuses one that is neither absolute nor below ``~`` nor a URI.
https://docs.ray.io/en/latest/train/user-guides/persistent-storage.html
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import is_none
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

# What gives a full path, whatever it is given, and what gives one as full as its first argument.
_FULL = frozenset(
    {
        "os.getcwd",
        "os.path.abspath",
        "os.path.realpath",
        "pathlib.Path.cwd",
        "pathlib.Path.home",
        "tempfile.gettempdir",
        "tempfile.mkdtemp",
    }
)
_AS_ITS_FIRST = frozenset({"os.path.expanduser", "os.path.join", "pathlib.Path"})
_FULL_METHODS = frozenset({"absolute", "resolve"})


class Extent(Enum):
    """How much of a path an expression is seen to give."""

    FULL = "absolute, below the home, or a URI"
    RELATIVE = "below the working directory"
    UNKNOWN = "cannot be seen"


def extent(parsed: Parsed, node: cst.BaseExpression) -> Extent:
    """How much of a path an expression gives, as far as can be seen."""
    if is_none(node):
        return Extent.FULL
    match node:
        case cst.SimpleString():
            return _of_text(str(node.evaluated_value))
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return _of_text(text)
        case cst.ConcatenatedString() | cst.BinaryOperation():
            return extent(parsed, node.left)
        case cst.Name():
            found = variable(parsed, node)
            return extent(parsed, found.value) if found is not None else Extent.UNKNOWN
        case cst.Call():
            return _of_call(parsed, node)
        case _:
            return Extent.UNKNOWN


def _of_call(parsed: Parsed, call: cst.Call) -> Extent:
    name = imported_name(parsed, call.func)
    if name in _FULL:
        return Extent.FULL
    plain = [one.value for one in call.args if one.keyword is None and not one.star]
    as_text = isinstance(call.func, cst.Name) and call.func.value == "str"
    if plain and (name in _AS_ITS_FIRST or as_text):
        return extent(parsed, plain[0])
    match call.func:
        case cst.Attribute(attr=cst.Name(value=method)) if method in _FULL_METHODS:
            return Extent.FULL
        case cst.Attribute(value=path, attr=cst.Name(value="as_posix")):
            return extent(parsed, path)
        case _:
            return Extent.UNKNOWN


def _of_text(text: str) -> Extent:
    drive = text[1:3] in (":\\", ":/")
    full = text.startswith(("/", "~", "\\\\")) or "://" in text or drive
    return Extent.FULL if full else Extent.RELATIVE
