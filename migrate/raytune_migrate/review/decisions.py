"""What a person has decided against, in a file beside the project, so that it is not asked again.

A change is known by its rule, its statement and the functions around it; so it is asked about anew
once its statement is another.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raytune_migrate.files.put import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME = ".raytune-migrate-decisions.json"
_VERSION = 1


class DecisionsError(Exception):
    """Decisions that cannot be read or written; the text says why and what to do."""


def decided_against(root: Path, path: Path) -> frozenset[str]:
    """The anchors of the changes to a file of the project at ``root`` that are not wanted.

    Raises :class:`DecisionsError`.
    """
    return frozenset(_read(root).get(_name(root, path), {}))


def remember(root: Path, path: Path, changes: Mapping[str, str]) -> None:
    """Add what is not wanted for a file: a line for people by anchor. Raises DecisionsError."""
    if changes:
        name, decided = _name(root, path), _read(root)
        _write(root, {**decided, name: {**decided.get(name, {}), **changes}})


def forget(root: Path, paths: Iterable[Path]) -> None:
    """Forget what was decided about some files. Raises DecisionsError."""
    decided = _read(root)
    gone = {_name(root, one) for one in paths} & decided.keys()
    if gone:
        _write(root, {name: some for name, some in decided.items() if name not in gone})


def _name(root: Path, path: Path) -> str:
    return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(root))).as_posix()


def _read(root: Path) -> Mapping[str, Mapping[str, str]]:
    path = root / NAME
    try:
        stat = path.stat()
    except OSError:
        return {}
    return _parsed(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, _mtime_ns: int, _size: int) -> Mapping[str, Mapping[str, str]]:
    try:
        content: Any = json.loads(path.read_bytes())
        if content["version"] != _VERSION:
            raise ValueError(f"version {content['version']!r} is not {_VERSION}")
        return {name: dict(some) for name, some in content["against"].items()}
    except OSError as error:
        reason = f"{error.strerror or error}; make it readable"
        raise DecisionsError(f"cannot read the decisions in {path}: {reason}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DecisionsError(
            f"{path} holds no decisions of raytune-migrate ({error}); correct or delete it"
        ) from error


def _write(root: Path, decided: Mapping[str, Mapping[str, str]]) -> None:
    path = root / NAME
    try:
        if not any(decided.values()):
            path.unlink(missing_ok=True)
            return
        ordered = {name: dict(sorted(some.items())) for name, some in sorted(decided.items())}
        text = json.dumps({"version": _VERSION, "against": ordered}, indent=2, ensure_ascii=False)
        put(path, f"{text}\n".encode("utf-8", "surrogateescape"))
    except OSError as error:
        reason = f"{error.strerror or error}; make the folder writable"
        raise DecisionsError(f"cannot write the decisions to {path}: {reason}") from error
