"""The Ray that is seen among the files of a Python, and what it has said before.

That is kept between runs, for to import a Ray takes seconds. It is known by the Ray itself: where
its files are, when they were installed, and when anything else was, for what an answer needs and
lacks may come later.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.cache import users_home
from raytune_migrate.files.put import put
from raytune_migrate.installed.answer import FITS, LACKS, UNKNOWN
from raytune_migrate.installed.pythons import sites, stamps
from raytune_migrate.installed.written import Call, Use
from raytune_migrate.proposal import digest
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = (FITS, LACKS, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Installed:
    """A Ray that can be seen in the folders of a Python, and the file with what it has said.

    ``packages`` are its folder and that of the runtime, by the names they are imported by; without
    those that are not surely the ones that the Python imports.
    """

    release: str
    memory: Path
    packages: Mapping[str, Path]


def installed_ray(python: Path, runtime: Path) -> Installed | None:
    """The Ray of a Python, without running that; None where it is not seen at first sight.

    ``runtime`` is the folder of the codemod's own runtime, which answers may speak of.
    """
    folders = sites(python)
    rays = [one for site in folders for one in site.glob("ray-*.dist-info")]
    if len(rays) != 1:
        return None
    release = rays[0].name.removeprefix("ray-").removesuffix(".dist-info")
    own = [one for site in folders for one in site.glob("raytune_migrate-*.dist-info")]
    seen = [*stamps([*folders, rays[0] / "RECORD", *(one / "RECORD" for one in own)])]
    seen += stamps(sorted(runtime.glob("*.py")))
    name = digest("\0".join([str(python), *seen]))
    packages = _packages(python, rays[0].parent, runtime) if len(folders) == 1 else {}
    return Installed(release, users_home() / f"ray-{name}.json", packages)


def _packages(python: Path, site: Path, runtime: Path) -> Mapping[str, Path]:
    found = {"ray": site / "ray"}
    ours = python.parent.parent.absolute() == Path(sys.prefix)
    if (site / RUNTIME).is_dir():
        found[RUNTIME] = site / RUNTIME
    elif ours or not any(site.glob("raytune_migrate-*")):
        found[RUNTIME] = runtime  # this tool's own, which a link may lead to from there
    return found if (site / "ray" / "__init__.py").is_file() else {}


def recall(memory: Path) -> dict[Use, tuple[str, str]]:
    """What was said before, by what was asked: kind and detail."""
    found: dict[Use, tuple[str, str]] = {}
    with suppress(OSError, ValueError, TypeError):
        for name, call, kind, detail in json.loads(memory.read_text("utf-8")):
            if kind in _KINDS:
                asked = None if call is None else Call(call[0], tuple(call[1]), call[2])
                found[Use(name, asked)] = kind, detail
    return found


def remember(memory: Path, said: Mapping[Use, tuple[str, str]]) -> None:
    """Keep what was said, with what other runs have kept meanwhile."""
    every = recall(memory) | dict(said)
    rows = [[use.name, _call(use.call), kind, detail] for use, (kind, detail) in every.items()]
    with suppress(OSError):  # a cache that cannot be written is none
        memory.parent.mkdir(parents=True, exist_ok=True)
        put(memory, json.dumps(sorted(rows, key=str)).encode())


def _call(call: Call | None) -> list[object] | None:
    return None if call is None else [call.positional, list(call.keywords), call.open_ended]
