"""Packages that are not installed, as modules whose every name can be used and does nothing."""

from __future__ import annotations

import dis
import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

REAL = {"ray", "raytune_runtime", "raytune_migrate"}
"""Packages of which every import must succeed by itself."""


class InertBase:
    """What a class derives from whose base is inert."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return INERT if not _special(name) else _missing(name)


class Inert:
    """A value that can be called, asked for attributes, compared, counted with and unpacked."""

    def __getattr__(self, name: str) -> Any:
        return INERT if not _special(name) else _missing(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # As a decorator it leaves what it decorates.
        if len(args) == 1 and not kwargs and (inspect.isfunction(args[0]) or _is_class(args[0])):
            return args[0]
        return INERT

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (InertBase,) if not any(_is_class(base) for base in bases) else ()

    def __iter__(self) -> Iterator[Any]:
        """As many as an unpacking needs, and none for a loop."""
        frame = sys._getframe(1)
        code = frame.f_code.co_code
        if dis.opname[code[frame.f_lasti]] == "UNPACK_SEQUENCE":
            return iter([INERT] * code[frame.f_lasti + 1])
        return iter(())

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, Inert)

    def __subclasscheck__(self, subclass: type) -> bool:
        return False

    def __enter__(self) -> Any:
        return INERT

    def __exit__(self, *error: object) -> None:
        pass

    def __getitem__(self, key: object) -> Any:
        return INERT

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __contains__(self, item: object) -> bool:
        return False

    def __len__(self) -> int:
        return 1

    def __index__(self) -> int:
        return 1

    __int__ = __index__

    def __float__(self) -> float:
        return 1.0

    def __str__(self) -> str:
        return "inert"

    __repr__ = __str__
    __fspath__ = __str__

    def __format__(self, spec: str) -> str:
        return "inert"

    def __round__(self, digits: int | None = None) -> float:
        return 1.0

    def __reduce__(self) -> str:
        return "INERT"

    def _computed(self, *others: object) -> Any:
        return INERT

    def _compared(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = _computed
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = _computed
    __and__ = __or__ = __ror__ = __matmul__ = __neg__ = __abs__ = __invert__ = _computed


INERT: Any = Inert()


def _special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _missing(name: str) -> Any:
    raise AttributeError(name)


def _is_class(value: object) -> bool:
    return type(value) is type or issubclass(type(value), type)


class InertModule(ModuleType):
    """A module that has every name."""

    __all__ = ()
    __version__ = "99.0"

    def __getattr__(self, name: str) -> Any:
        return INERT if not _special(name) else _missing(name)

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.__name__,)


def _is_tried_by_a_package(frame: FrameType | None) -> bool:
    """Whether an import comes from an installed package, which does without what it does not find.

    Ray does not: what it needs for a framework, scripts need as well.
    """
    while frame is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    if frame is None or "site-packages" not in frame.f_code.co_filename:
        return False
    return frame.f_globals.get("__name__", "").partition(".")[0] not in REAL


class InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what no other finder does, unless a package that is there lacks or only tries it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parent = fullname.rpartition(".")[0]
        if fullname.partition(".")[0] in REAL:
            return None
        if parent and not isinstance(sys.modules.get(parent), InertModule):
            return None
        if _is_tried_by_a_package(sys._getframe(1)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass
