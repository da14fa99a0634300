"""What a notebook itself installs, where its code needs the runtime and a Ray with Train V2."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.containers.shell import shell_lines
from raytune_migrate.environment.images import in_image
from raytune_migrate.environment.requirements import RAY, RUNTIME, required
from raytune_migrate.proposal import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.containers.shell import Cell
    from raytune_migrate.environment.requirements import Declaration

_NEEDED = re.compile(rf"^\s*(?:from|import) {ray_api.RUNTIME}\b", re.MULTILINE)


def not_installed(code: str, cells: Sequence[Cell]) -> Iterator[Finding]:
    """A finding where cells install an old Ray, or Ray without the runtime; ``code`` needs both."""
    if _NEEDED.search(code) is None:
        return
    listed = [
        (place, said)
        for cell in cells
        for place, text in shell_lines(cell)
        for said in _required(text)
    ]
    rays = [(place, said) for place, said in listed if said.package == RAY]
    floor = Version(ray_api.RUNTIME_NEEDS)
    for place, said in rays:
        if said.is_below(floor):
            reason = f"The rewritten code does not run on the Ray that this installs: {said.text}."
            advice = f"Install Ray {ray_api.RUNTIME_NEEDS} or later."
            yield Finding("RTM502", place, reason, advice, RULES["RTM502"].link)
    if rays and not any(said.package in RUNTIME for _, said in listed):
        reason = "The rewritten code imports raytune_runtime, and nothing here installs it."
        advice = "Install raytune-migrate beside Ray."
        yield Finding("RTM503", rays[0][0], reason, advice, RULES["RTM503"].link)


def _required(line: str) -> Iterator[Declaration]:
    for one in in_image(line):
        if not one.is_base:
            yield from required(Path("cell"), one.requirement)
