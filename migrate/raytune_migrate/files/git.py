"""What git says of folders and paths."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import CompletedProcess

# Set in a git hook for the repository of the commit, which need not hold the folder in question.
_HOOK_VARIABLES = frozenset(
    {
        "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)  # fmt: skip


def listed(folder: Path) -> list[str] | None:
    """What git tracks or would track under ``folder``; ``None`` where git has no say."""
    if not _may_be_in_repository(folder):
        return None
    listing = _printed(folder, "ls-files", "-co", "--exclude-standard", "-z")
    if listing is None:
        return None
    # A repository inside is listed as a folder; what has a conflict, several times.
    names = list(dict.fromkeys(one.rstrip("/") for one in os.fsdecode(listing).split("\0") if one))
    if not names and _printed(folder, "check-ignore", "-q", ".") is not None:
        return None  # an ignored folder that was named all the same
    return names


def _may_be_in_repository(folder: Path) -> bool:
    """Whether git can have a say: to ask it takes longer than to search a small folder."""
    here = Path(os.path.realpath(folder))
    return any(os.path.lexists(one / ".git") for one in (here, *here.parents))


def is_ignored(path: Path) -> bool:
    """Whether git would leave out a path, which need not exist yet."""
    absolute = path.absolute()
    folder = next(one for one in absolute.parents if one.is_dir())
    return _printed(folder, "check-ignore", "-q", str(absolute)) is not None


def is_tracked(path: Path) -> bool:
    """Whether git has a path, or something in it, under version control."""
    return path.parent.is_dir() and bool(
        _printed(path.parent, "ls-files", "-z", "--", f":(literal){path.name}")
    )


def answer(folder: Path, *arguments: str) -> CompletedProcess[bytes]:
    """How a command of git ended in ``folder``, and what it printed.

    Raises OSError where there is no git.
    """
    import subprocess  # outside repositories, nothing needs it

    environment = {name: value for name, value in os.environ.items() if name not in _HOOK_VARIABLES}
    return subprocess.run(
        ["git", "-c", "core.fsmonitor=false", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _printed(folder: Path, *arguments: str) -> bytes | None:
    try:
        done = answer(folder, *arguments)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
