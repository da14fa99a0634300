"""Where a run writes: what it would store elsewhere stays in a folder of the run."""

from __future__ import annotations

import functools
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")


def own_place(path: Any, storage: str, inside: str) -> str | None:
    """Where the run stores what goes to *path*; None where that is a place of its own already.

    *storage* is the folder for what would go elsewhere, *inside* the folder of the whole run.
    """
    text = os.fspath(path)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1] not in ("file", "local"):
        return str(Path(storage, scheme[1], text[scheme.end() :].partition("?")[0].lstrip("/")))
    local = Path(os.path.realpath(text[scheme.end() :] if scheme else text))  # links lead out
    if Path(inside) in (local, *local.parents):
        return None
    return str(Path(storage, *local.parts[1:]))


def kept_inside(storage: str, inside: str, moved: dict[str, str]) -> Callable[[Any], None]:
    """For ``ray.train._internal.storage``: experiments are stored in the folder of the run."""

    def wrap(module: Any) -> None:
        start = module.StorageContext.__init__

        @functools.wraps(start)
        def started(self: Any, storage_path: Any, *arguments: Any, **named: Any) -> None:
            own = None
            # A filesystem that the script made is one that only it understands. Up to Ray 2.9 no
            # path is one in the home, which is the run's own.
            made = named.get("storage_filesystem") is not None or len(arguments) >= 3
            if storage_path is not None and not made:
                own = own_place(storage_path, storage, inside)
            if own is not None:
                Path(own).mkdir(parents=True, exist_ok=True)
                moved[os.fspath(storage_path)] = own
            start(self, own or storage_path, *arguments, **named)

        module.StorageContext.__init__ = started

    return wrap


def configured_inside(
    kind: str, names: Sequence[str], storage: str, inside: str, moved: dict[str, str]
) -> Callable[[Any], None]:
    """For a module with a config class of Ray before 2.7, which has no StorageContext.

    The arguments *names* of the class *kind* say where experiments are stored.
    """

    def wrap(module: Any) -> None:
        config = getattr(module, kind)
        if not _is_old(sys.modules.get("ray")):
            return
        start = config.__init__

        @functools.wraps(start)
        def started(self: Any, *arguments: Any, **named: Any) -> None:
            for name in names:
                given: Any = named.get(name)
                own = None if given is None else own_place(given, storage, inside)
                if own is not None:
                    Path(own).mkdir(parents=True, exist_ok=True)
                    moved[os.fspath(given)] = named[name] = own
            start(self, *arguments, **named)

        config.__init__ = started

    return wrap


def _is_old(ray: Any) -> bool:
    numbers = re.findall(r"\d+", str(getattr(ray, "__version__", "")))[:2]
    return [int(one) for one in numbers] < [2, 7] if numbers else False


def restored_from_inside(storage: str, inside: str) -> Callable[[Any], None]:
    """For ``ray.tune.tuner``: an experiment is looked for where the run has stored it."""

    def wrap(module: Any) -> None:
        for name in ("restore", "can_restore"):
            original = getattr(module.Tuner, name)

            def looked_for(
                path: Any, *arguments: Any, _original: Any = original, **named: Any
            ) -> Any:
                own = None
                if named.get("storage_filesystem") is None:
                    own = own_place(path, storage, inside)
                there = own is not None and Path(own).exists()
                return _original(own if there else path, *arguments, **named)

            setattr(module.Tuner, name, staticmethod(functools.wraps(original)(looked_for)))

    return wrap
