"""The ``log_dir`` of a Result, a ``Path`` up to Ray 2.6: it is its ``path`` now, a ``str``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.readers.fits import is_any_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


def log_dirs(parsed: Parsed, root: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Every read of a ``log_dir`` of a Result below a node."""
    if ray_api.LOG_DIR not in parsed.text:
        return
    for node in parsed.walk(root, cst.Attribute):
        if node.attr.value == ray_api.LOG_DIR and is_any_result(parsed, node.value):
            yield node
