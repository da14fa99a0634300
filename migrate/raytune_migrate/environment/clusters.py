"""What a cluster's YAML file says of Ray: images, and what its nodes and jobs install.

Ray's own cluster files, KubeRay's ``RayCluster`` and ``RayJob``, and files of a ``runtime_env``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.environment.images import InImage, in_image

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".yaml", ".yml")
# `image: rayproject/ray:2.9.0-gpu`, also behind a dash or a longer name, and `rayVersion: '2.9.0'`.
_IMAGE = re.compile(
    r"\s*(?:-\s+)?[\w.-]*[iI]mage(?:_uri)?[\"']?\s*:\s*[\"']?"
    r"(?P<text>[^\s\"'#]*\b(?:rayproject|anyscale)/ray(?:-\w+)?:(?P<release>\d+(?:\.\d+)+)[^\s\"'#]*)"
)
_VERSION = re.compile(r"\s*(?P<text>rayVersion\s*:\s*[\"']?(?P<release>\d+(?:\.\d+)+)\b)")
# An item of a list of packages, in a block or in one line: `- ray[tune]==2.9.3`.
_ITEM = re.compile(
    r"(?:^\s*-\s*|[\[,]\s*)[\"']?(?P<text>ray(?:\[[^\]\s]*\])?\s*[=<>~!]=?=?[^\s\"',\]#]+)"
)


def in_cluster(text: str) -> Iterator[InImage]:
    """The releases of Ray that a file of a cluster has its nodes run, each once."""
    found: dict[tuple[int, int], InImage] = {}
    for one in in_image(text):  # the commands by which nodes install packages
        found.setdefault((one.line, one.column), one)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        for pattern in (_IMAGE, _VERSION):
            if (base := pattern.match(line)) is not None:
                place = number, base.start("text") + 1
                found[place] = InImage(base["release"], base["text"], *place, is_base=True)
        for item in _ITEM.finditer(line):
            place = number, item.start("text") + 1
            found.setdefault(place, InImage(item["text"], item["text"], *place, is_base=False))
    yield from (found[place] for place in sorted(found))
