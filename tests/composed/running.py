"""Composed scripts on a real Ray: as they are on Train V1, and migrated on Train V2."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from recording import different, record  # of tests/sweeps

from composed.checks import PROJECT
from composed.pack import PACK
from raytune_migrate.engine import migrate
from raytune_migrate.verify.runs import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composed.script import Composed
    from raytune_migrate.verify.records import Record

_RUNNER = Path(__file__).with_name("pack.py")


@dataclass(frozen=True)
class Part:
    """What one script of a pack gave."""

    record: Record
    error: str | None


@dataclass(frozen=True)
class Compared:
    """A script on both Trains."""

    script: Composed
    raised: str | None  # on Train V1, by the script itself
    different: tuple[str, ...]
    trials: int
    left: tuple[str, ...]  # the codes of what is left to a person


def compare(scripts: Sequence[Composed], folder: Path, address: str) -> Iterator[Compared]:
    """Run the scripts in one process, migrate them, run those, and compare script by script."""
    old = _parts(scripts, folder / "v1", address, Version.V1)
    results = {one.seed: migrate(one.text, PROJECT) for one in scripts}
    migrated = [replace(one, text=results[one.seed].after) for one in scripts]
    new = _parts(migrated, folder / "v2", address, Version.V2)
    for script in scripts:
        before, after = old[script.seed], new[script.seed]
        found = different(before.record, after.record)
        if _kind(before.error) != _kind(after.error):
            found.insert(0, f"raises {after.error} instead of {before.error}")
        trials = sum(len(one.trials) for one in before.record.sweeps)
        left = tuple(one.code for one in results[script.seed].findings)
        yield Compared(script, before.error, tuple(found), trials, left)


def _kind(error: str | None) -> str | None:
    return None if error is None else error.partition(":")[0]


def _parts(
    scripts: Sequence[Composed], folder: Path, address: str, train: Version
) -> dict[int, Part]:
    """What each script gave, by its seed."""
    folder.mkdir(parents=True)
    paths = []
    for script in scripts:
        path = folder / script.name
        path.write_text(script.text, encoding="utf-8")
        paths.append(str(path))
    whole = record(_RUNNER, folder / "run", *paths, address=address, train=train, timeout=900)
    parts: dict[int, Part] = {}
    printed: list[str] = []
    done = [0, 0, 0]
    for line in whole.printed:
        if not line.startswith(PACK):
            printed.append(line)
            continue
        end = json.loads(line.removeprefix(PACK))
        sweeps, runs, fits = (slice(*both) for both in zip(done, end["counts"], strict=True))
        own = replace(
            whole,
            exit=0,
            failure=None,
            printed=tuple(printed),
            sweeps=whole.sweeps[sweeps],
            runs=whole.runs[runs],
            fits=whole.fits[fits],
        )
        parts[int(end["name"].rpartition("_")[2])] = Part(own, end["error"])
        done, printed = end["counts"], []
    return parts
