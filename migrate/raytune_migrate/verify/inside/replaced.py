"""Modules of the project that are imported as if they had been migrated, while their files stay."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def show_lines(path: str, text: str) -> None:
    """Let tracebacks and ``inspect`` show a text for a file that holds another."""
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)


def replace_modules(texts: Mapping[str, str]) -> None:
    """Import modules, by the paths of their files, from other texts."""
    # The folder of a run holds links to the user's files, which workers find there.
    real = {os.path.realpath(path): text for path, text in texts.items()}

    class Loader(importlib.machinery.SourceFileLoader):
        """Compiles the text instead of the file, and keeps no bytecode of it."""

        def get_code(self, fullname: str) -> Any:
            text = real[os.path.realpath(self.path)]
            return compile(text, self.path, "exec", dont_inherit=True)

    class Finder(importlib.abc.MetaPathFinder):
        """Finds modules as they are found, and gives those that are replaced another loader."""

        def find_spec(
            self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
            if spec is None or spec.origin is None or os.path.realpath(spec.origin) not in real:
                return None
            return importlib.util.spec_from_file_location(
                fullname,
                spec.origin,
                loader=Loader(fullname, spec.origin),
                submodule_search_locations=spec.submodule_search_locations,
            )

    if texts:
        sys.meta_path.insert(0, Finder())
    for path, text in texts.items():
        show_lines(path, text)
