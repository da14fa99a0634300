"""Which Python a project runs in, and what is known of it from here."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.files import is_tracked
from raytune_migrate.installed.ask import Environment, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTO, NONE = "auto", "none"
_BIN = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")


def environment_for(python: str, root: Path) -> Environment:
    """The environment of the project at ``root``; ``python`` is what the user says of it.

    Of several that may be meant it is the first that has Ray. Raises NoAnswer where none has.
    """
    if python != AUTO:
        found = shutil.which(python)
        if found is None:
            raise NoAnswer(f"{python} is no Python that can be run")
        return _with_ray(Path(found))
    reasons: list[str] = []
    for one in dict.fromkeys(_candidates(root)):
        try:
            return _with_ray(one)
        except NoAnswer as error:
            reasons.append(str(error))
    raise NoAnswer("; ".join(reasons))


def _candidates(root: Path) -> Iterator[Path]:
    if active := os.environ.get("VIRTUAL_ENV"):
        yield Path(active, *_BIN)
    own = root / ".venv"
    # One that came with the code is code of the project, of which nothing is run here.
    if own.joinpath(*_BIN).exists() and not is_tracked(own):
        yield own.joinpath(*_BIN)
    if sys.executable:
        yield Path(sys.executable)


def _with_ray(python: Path) -> Environment:
    found = _environment(python)
    if isinstance(found, str):
        raise NoAnswer(found)
    return found


@functools.cache
def _environment(python: Path) -> Environment | str:
    """An environment that has Ray, asked once; or why there is none."""
    try:
        found = Environment.of(python)
    except NoAnswer as error:
        return str(error)
    if found.release is None:
        found.close()
        return f"{python} has no Ray"
    return found


if hasattr(os, "register_at_fork"):  # two processes cannot talk with one
    os.register_at_fork(after_in_child=_environment.cache_clear)
