"""Modules that start as part of a package that has imported Ray by then.

Python runs the ``__init__.py`` of each package around a module first: of one that a console script
or ``python -m`` starts. What such a module says to Ray before its own imports comes too late.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.search.importing import imported_files
from raytune_migrate.facts.search.pinned import imported_at_once, packages_around
from raytune_migrate.runtime.home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from raytune_migrate.facts.search.modules import Modules

_FLAG = ray_api.FLAG.encode()
# What a module names that runs trainers, or has Tune run them, or says which Train is to.
_ASKING = re.compile(
    b"|".join(
        {_FLAG, *(one.rpartition(".")[2].encode() for one in (ray_api.TUNER, *ray_api.TRAINERS))}
    )
)
_MAIN = "__main__.py"
_RELATIVE = re.compile(rb"^from[ \t]+\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Early:
    """Which packages import Ray, by what the modules in them import at once.

    ``leading`` are the modules from which imports lead to code of Ray, ``commands`` those of which
    a function is a command of the project.
    """

    modules: Modules
    leading: Collection[str]
    commands: Collection[str]
    data_of: Callable[[str], bytes]
    _imported: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def may_ask(self, path: str) -> bool:
        """Whether a module, as far as it says itself, may ask for one Train or the other."""
        return _ASKING.search(self.data_of(path)) is not None

    def before(self, path: str) -> str | None:
        """The package that imports Ray before a module is run, if it is one that starts in it."""
        packages = [one for one in packages_around(path) if one in self.leading and one != path]
        if not packages or not self._starts_in_package(path):
            return None
        seen: set[str] = set()
        for one in reversed(packages):
            loads = self._loads(one, path, seen)
            if loads is not None:
                return one if loads else None
        return None

    def _starts_in_package(self, path: str) -> bool:
        """Whether a module is run by its name, as far as that can be told, not as a file."""
        return (
            path in self.commands
            or os.path.basename(path) == _MAIN
            or _RELATIVE.search(self.data_of(path)) is not None
        )

    def _loads(self, path: str, script: str, seen: set[str]) -> bool | None:
        """Whether the import of a module loads Ray Train; None if it does nothing of the kind.

        It does not where something is said of the flag before, as by the script that is to be run.
        """
        if path in seen:
            return None
        seen.add(path)
        if path == script or _FLAG in self.data_of(path):
            return False
        for dotted in self._imports(path) if path in self.leading else ():
            if any(f"{of_runtime(dotted)}.".startswith(f"{one}.") for one in ray_api.LOADS_TRAIN):
                return True
            for found in imported_files(path, (dotted,), self.modules):
                for one in (*reversed(tuple(packages_around(found))), found):
                    if one in self.modules.files:
                        loads = self._loads(one, script, seen)
                        if loads is not None:
                            return loads
        return None

    def _imports(self, path: str) -> tuple[str, ...]:
        if path not in self._imported:
            self._imported[path] = tuple(imported_at_once(self.data_of(path)))
        return self._imported[path]
