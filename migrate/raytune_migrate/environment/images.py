"""What a Dockerfile says of Ray: its base image, and what it installs by pip."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = re.compile(r"(.*\.)?(Dockerfile|Containerfile)([-_.].*)?|.*\.dockerfile")
# Ray's own images and Anyscale's copies of them: rayproject/ray:2.9.0-py310-gpu
_BASE = re.compile(
    r"\s*FROM\s+(--\S+\s+)*(?P<text>\S*\b(rayproject|anyscale)/ray(-\w+)?:(?P<release>\d+(?:\.\d+)+)\S*)",
    re.IGNORECASE,
)
_INSTALLS = re.compile(r"\b(pip[\d.]*|uv|conda|mamba|micromamba)\s+(\S+\s+)*?(install|add)\b")
_PACKAGE = re.compile(
    r"""(?<![^\s"'])(?P<text>(?:ray(?:\[[^\]\s]*\])?|raytune[-_]\w+(?:\[\w*\])?)"""
    r"""(?:[=<>~!][^\s"';&|]*)?)(?![^\s"';&|])""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class InImage:
    """A release of Ray (``is_base``), or a requirement, that an image holds."""

    requirement: str
    text: str
    line: int
    column: int
    is_base: bool


def is_image(name: str) -> bool:
    """Whether a file of this name says how an image is built."""
    return _NAMES.fullmatch(name) is not None


def in_image(text: str) -> Iterator[InImage]:
    """Ray's own base images, and Ray and the runtime where they are installed by name."""
    installs = False
    continued = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        if (base := _BASE.match(line)) is not None:
            yield InImage(base["release"], base["text"], number, base.start("text") + 1, True)
        installs = (installs and continued) or _INSTALLS.search(line) is not None
        for one in _PACKAGE.finditer(line) if installs else ():
            yield InImage(one["text"], one["text"], number, one.start("text") + 1, False)
        continued = line.rstrip().endswith("\\")
