"""What gives a class a constructor that takes the fields that it annotates, by its names.

Of dataclasses, attrs, typing, pydantic and msgspec.
"""

from __future__ import annotations

DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs"})
BASES = frozenset({"NamedTuple", "BaseModel", "BaseSettings", "Struct"})
NOT_TAKEN = frozenset({"ClassVar", "KW_ONLY"})  # annotations of what is no field
# What says more of a field than its value.
FIELDS = frozenset(
    {
        "dataclasses.field", "attr.field", "attr.ib", "attrs.field", "msgspec.field",
        "pydantic.Field",
    }
)  # fmt: skip
FACTORIES = frozenset({"default_factory", "factory"})
CHANGING = frozenset({"dataclasses.replace", "attr.evolve", "attrs.evolve"})
