"""Files of our own, such as a baseline: written wholly or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def put(path: Path, data: bytes) -> None:
    """Write a file wholly or not at all, whoever kills the process. Raises OSError.

    Commit hooks run several processes at once, so each has a name of its own for what is not done;
    and a link of that name, which a project may hold, is never written through.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".raytune-migrate-{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb", opener=_as(target)) as file:
            file.write(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _as(target: Path) -> Callable[[str, int], int]:
    """Open with the mode of the file that is replaced, or that of any new file."""
    try:
        mode = target.stat().st_mode & 0o777
    except OSError:
        return lambda name, flags: os.open(name, flags, 0o666)

    def opened(name: str, flags: int) -> int:
        file = os.open(name, flags, mode)
        Path(name).chmod(mode)  # whatever the umask takes away
        return file

    return opened
