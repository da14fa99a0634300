"""Where other modules of a project may read the checkpoints of a sweep's results."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OF_RESULTS = ("checkpoint", "best_checkpoints", "get_best_checkpoint")
"""The attributes by which checkpoints are had of results."""

_READ = re.compile(rf"\.\s*({'|'.join(OF_RESULTS)})\b".encode())


@dataclass(frozen=True, slots=True)
class Reader:
    """A line that may read a checkpoint of a result, and the attribute."""

    path: str
    line: int
    name: str

    @property
    def reason(self) -> str:
        """Why the callback stays for it."""
        return f"{os.path.relpath(self.path)}:{self.line}: {self.name} may be read of a result"


def readers(files: Iterable[str]) -> Iterator[Reader]:
    """The first such place of each file, as far as its text can tell."""
    for path in sorted(files):
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue  # gone since the project was looked at
        found = _READ.search(data)
        if found is not None:
            line = data.count(b"\n", 0, found.start()) + 1
            yield Reader(path, line, found[1].decode())
