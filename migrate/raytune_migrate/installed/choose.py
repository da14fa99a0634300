"""Which Python a project runs in, and what is known of it from here."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

from raytune_migrate.installed.ask import Environment, NoAnswer, NoRay
from raytune_migrate.installed.pythons import AUTO, candidates


def environment_for(python: str, root: Path) -> Environment:
    """The environment of the project at ``root``; ``python`` is what the user says of it.

    Of several that may be meant it is the first that has Ray. Raises NoAnswer where none has.
    """
    if python != AUTO:
        found = shutil.which(python)
        if found is None:
            raise NoAnswer(f"{python} is no Python that can be run")
        return _with_ray(Path(found))
    errors: list[NoAnswer] = []
    for one in candidates(root):
        try:
            return _with_ray(one)
        except NoAnswer as error:
            errors.append(error)
    kind = NoRay if all(isinstance(one, NoRay) for one in errors) else NoAnswer
    raise kind("; ".join(map(str, errors)))


def _with_ray(python: Path) -> Environment:
    found = _environment(python)
    if isinstance(found, NoAnswer):
        raise type(found)(str(found))  # one that is raised again and again would keep every frame
    return found


@functools.cache
def _environment(python: Path) -> Environment | NoAnswer:
    """An environment that has Ray, asked once; or why there is none."""
    try:
        found = Environment.of(python)
    except NoAnswer as error:
        return error
    if found.release is None:
        found.close()
        return NoRay(f"{python} has no Ray")
    return found


if hasattr(os, "register_at_fork"):  # two processes cannot talk with one
    os.register_at_fork(after_in_child=_environment.cache_clear)
