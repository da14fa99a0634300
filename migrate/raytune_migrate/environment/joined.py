"""Whether a project is run on clusters that are there before it, as its files say.

Such a cluster may grow by itself, may have lost a node when a sweep begins, and may have other
users. Its address comes from outside: no call of ``ray.init`` in the code need have one.
"""

from __future__ import annotations

import functools
import os
import re
from typing import TYPE_CHECKING

from raytune_migrate.environment.around import listed, places_around, sets_environment, text_of

if TYPE_CHECKING:
    from pathlib import Path

# Of which one is in each, and in few other files.
_WORDS = ("RAY_ADDRESS", "Ray", "anyscale", "available_node_types", "ray ")
_STARTED = re.compile(
    r"available_node_types[\"']?\s*:"  # a cluster file of Ray's own
    r"|\s*(?:-\s+)?kind\s*:\s*[\"']?Ray(?:Cluster|Job)\b"  # KubeRay's
    r"|(?:[^#]*[\s\"'])?RAY_ADDRESS[\"']?\s*[:=]\s*[\"']?(?!local\b)[^\s\"']"
    r"|\s*-\s+name\s*:\s*[\"']?RAY_ADDRESS\b"  # as a list of Kubernetes has it
    r"|(?:[^#]*[^#\w.-])?(?:ray\s+(?:up|submit|exec|job\s+submit)|anyscale\s+job)\s"
    r"|(?:[^#]*[^#\w.-])?ray\s+start\s.*--address\b"
)


def joined_by(folder: Path, root: Path) -> str | None:
    """The file around a folder of a project by which it is run on a cluster; None without one.

    By its path from the root. What the files say is read once in a run.
    """
    found = next(filter(None, map(_cluster_file, places_around(folder, root))), None)
    return None if found is None else os.path.relpath(found, root).replace(os.sep, "/")


@functools.lru_cache(maxsize=4096)
def _cluster_file(folder: Path) -> Path | None:
    some = (one for one in listed(folder) if sets_environment(one.name))
    return next((one for one in some if _is_for_cluster(text_of(one))), None)


def _is_for_cluster(text: str) -> bool:
    lines = text.replace("\\\n", " ").splitlines()
    return any(one in text for one in _WORDS) and any(map(_STARTED.match, lines))
