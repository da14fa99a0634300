"""How Python's own collections are filled and emptied: by which methods and functions."""

from __future__ import annotations

# Methods that take one thing out of a collection, and those that give all that is in it.
TAKING = frozenset({"get", "pop", "popitem", "popleft", "setdefault"})
GIVING = TAKING | {"copy", "items", "values"}
# Methods that put their arguments in.
FILLING = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})
# Functions that give what is in the collections that they are given.
GIVING_FUNCTIONS = frozenset(
    {"enumerate", "iter", "list", "max", "min", "next", "reversed", "set", "sorted", "tuple", "zip"}
)
# Those of them that give one thing alone.
PICKING_FUNCTIONS = frozenset({"max", "min", "next"})
# Methods of a dict that leave it as it is.
READING = frozenset({"copy", "get", "items", "keys", "values"})
# Methods that leave a collection as another one than it was.
CHANGING = FILLING | {"clear", "discard", "pop", "popitem", "popleft", "remove", "reverse", "sort"}
