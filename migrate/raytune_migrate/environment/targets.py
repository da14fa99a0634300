"""Classes of Ray that configs of Hydra, or jsonargparse, name by a path of Train V1's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding, Place, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = "RTM504"
# Where Hydra's users keep their configs, by groups in folders of their own.
FOLDERS = ("conf", "config", "configs")
# `_target_: ray.air.RunConfig`, also behind a dash; the CLI of Lightning calls it `class_path`.
_TARGET = re.compile(
    r"\s*(?:-\s+)?[\"']?(?:_target_|class_path)[\"']?\s*:\s*[\"']?(?P<path>ray(?:\.\w+)+)"
)


def old_targets(text: str) -> Iterator[Finding]:
    """A finding at each class that Train V2 has at another path."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = _TARGET.match(line)
        if found is None:
            continue
        written = found["path"]
        public = ray_api.public_name(written)
        if public == written or public not in (*ray_api.TRAINERS, *ray_api.CONFIG_CLASSES):
            continue
        tunes = ray_api.TUNE_CONFIG_CLASSES.get(public)
        yield Finding(
            _CODE,
            Place(number, found.start("path") + 1, 0, digest(line.strip())),
            f"What {written} makes is Train V1's, and Train V2 refuses it.",
            f"Write {public}{f' for a trainer, and {tunes} for a Tuner' if tunes else ''}.",
            RULES[_CODE].link,
        )
