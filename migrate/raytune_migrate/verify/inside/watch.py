"""Being told when a module has been imported, so that parts of it can be watched.

Ray itself is imported by nobody but the script: what it sets before, such as RAY_TRAIN_V2_ENABLED,
must come in time.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

Then = Callable[[Any], None]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds some modules through the finders that come after it, and hands them on when loaded."""

    def __init__(self, then: Mapping[str, Sequence[Then]]) -> None:
        self._then = dict(then)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        then = self._then.pop(fullname, None)
        if then is None:
            return None
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def run_and_tell(module: ModuleType) -> None:
            run(module)
            for one in then:
                one(module)

        # The loader stays what it is, for all who ask it for source or data.
        spec.loader.exec_module = run_and_tell  # type: ignore[method-assign]
        return spec


def when_imported(then: Mapping[str, Sequence[Then]]) -> None:
    """Call functions with modules, by their names, once each has been imported."""
    there = [name for name in then if name in sys.modules]
    for name in there:
        for one in then[name]:
            one(sys.modules[name])
    rest = {name: some for name, some in then.items() if name not in there}
    if rest:
        sys.meta_path.insert(0, _Finder(rest))
