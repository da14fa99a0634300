"""Every module of the standard library and of the installed packages goes through; what comes out?

    python tests/properties/soak.py              as the command line would take them
    python tests/properties/soak.py --engine     each is understood, whether it mentions Ray or not
    python tests/properties/soak.py --planted    each with a sweep of Ray put behind it
    python tests/properties/soak.py --projects   so, and the modules of a package read together

Further arguments are folders or files in place of those. ``--every N`` takes each N-th only, and
``--seconds N`` ends it after a while; ``--skip N`` passes over what an earlier run has done. What
is wrong is printed; nothing is written.
"""

from __future__ import annotations

import argparse
import ast
import os
import site
import sysconfig
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.engine import migrate
from raytune_migrate.facts.survey import survey
from raytune_migrate.files.find import RAY
from raytune_migrate.module.parsed import SourceSyntaxError
from raytune_migrate.outcome import Status
from raytune_migrate.project import Project
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options, WriteBack
from raytune_migrate.source import SourceError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PROJECT = Project(root=Path("/"))
OPTIONS = Options(WriteBack.CHECK)
SWEEP = """
from ray import tune as raytune_soak
from ray.train.torch import TorchTrainer as RaytuneSoakTrainer


def raytune_soak_loop(config):
    pass


raytune_soak_tuner = raytune_soak.Tuner(RaytuneSoakTrainer(raytune_soak_loop))
"""


@dataclass
class Sums:
    """How the files ended, and what is wrong with any."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    files: int = 0

    def __str__(self) -> str:
        ends = "".join(f"  {count:6} {end}\n" for end, count in sorted(self.ends.items()))
        return f"{self.files} files\n{ends}{len(self.wrong)} wrong"


def soak(files: Iterable[Path], look: Callable[[Path, bytes], Iterator[str]]) -> Sums:
    """Let each file through; ``look`` gives how it ended, and then what is wrong."""
    sums = Sums()
    for file in files:
        sums.files += 1
        try:
            end, *wrong = look(file, b"" if file.is_dir() else file.read_bytes())
        except Exception:
            end, wrong = "crashed", [traceback.format_exc()]
        sums.ends[end] += 1
        sums.wrong += [f"{file}: {one}" for one in wrong]
        if end in ("migrated", "migrated with work left"):
            sums.rewritten.append(str(file))
    if sums.ends.total() != sums.files:
        sums.wrong.append(f"{sums.files} files, but {sums.ends.total()} endings")
    return sums


def as_it_is(file: Path, data: bytes) -> Iterator[str]:
    """What the command line would make of a file."""
    outcome = process_data(file, data, OPTIONS)
    if outcome.status is Status.FAILED:
        reason = outcome.reason or ""
        yield f"failed: {reason.split(':')[0].split('(')[0]}"
        if "internal error" in reason or python_reads(data):
            yield reason
        return
    yield outcome.status.value
    if outcome.after is not None and outcome.after != data:
        if RAY not in data:
            yield "was changed, and has no Ray in it"
        if python_reads(data) and not python_reads(outcome.after):
            yield "is no longer read by Python"
        if process_data(file, outcome.after, OPTIONS).after != outcome.after:
            yield "would be changed again by a second run"


def understood(file: Path, data: bytes) -> Iterator[str]:
    """What the engine makes of a file, though nothing in it may be worth a look."""
    try:
        result = migrate(decode(data).text, PROJECT)
    except (SourceError, SourceSyntaxError) as error:
        yield f"failed: {type(error).__name__}"
        if python_reads(data):
            yield str(error)
        return
    yield result.status.value
    if result.after != result.before and RAY not in data:
        yield "was changed, and has no Ray in it"


def planted(file: Path, data: bytes) -> Iterator[str]:
    """What the engine makes of a file with a sweep behind it: that is migrated, the rest stays."""
    try:
        own = decode(data).text
        newline = "\r\n" if "\r\n" in own else "\n"
        text = own + ("" if own.endswith(("\n", "\r")) else newline) + SWEEP.replace("\n", newline)
        if not python_reads(text.encode()):
            yield "failed: not read by Python"
            return
        result = migrate(text, PROJECT)
    except (SourceError, SourceSyntaxError) as error:
        yield f"failed: {type(error).__name__}"
        if python_reads(data):
            yield str(error)
        return
    yield result.status.value
    if not any(one.code == "RTM101" for one in (*result.changes, *result.findings)):
        yield "its sweep is neither migrated nor reported"
    if not python_reads(result.after.encode("utf-8", "surrogatepass")):
        yield "is no longer read by Python"
    # Imports may be joined by others; no other line of its own may be touched.
    lines = iter(result.after.splitlines())
    lost = [one for one in own.splitlines() if one.strip() and "import" not in one]
    if any(one not in lines for one in lost):
        yield "has lost a line, or its lines are in another order"
    if migrate(result.after, PROJECT).after != result.after:
        yield "would be changed again by a second run"


def read_together(folder: Path, _data: bytes) -> Iterator[str]:
    """What the first pass makes of the modules of a package, with a sweep put behind each."""
    modules = modules_in([folder])
    unsaved = {os.path.realpath(one): one.read_bytes() + SWEEP.encode() for one in modules}
    found = survey([*unsaved], [Path(one) for one in unsaved], [folder], 1, unsaved)
    yield "have to do with each other" if found.parts else "each by itself"


def packages_in(folders: Iterable[Path]) -> list[Path]:
    """The packages in some folders, but for Ray, whose modules are left alone in any case."""
    found = {one.parent for folder in folders for one in folder.glob("*/__init__.py")}
    return sorted(one for one in found if one.name != "ray")


def python_reads(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(
                data, "<module>", "exec", dont_inherit=True, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def modules_in(folders: Iterable[Path]) -> list[Path]:
    """Every module under some folders, also those that a search would pass over."""
    found = (folder.rglob("*.py") if folder.is_dir() else [folder] for folder in folders)
    return sorted({one for some in found for one in some if one.is_file()})


def standard_library() -> list[Path]:
    home = Path(sysconfig.get_path("stdlib"))
    return [one for one in modules_in([home]) if "site-packages" not in one.parts]


def within(files: Iterable[Path], seconds: float) -> Iterator[Path]:
    """As many of ``files`` as there is time for."""
    end = time.monotonic() + seconds
    for file in files:
        if time.monotonic() > end:
            return
        yield file


def main() -> int:
    parser = argparse.ArgumentParser(description="Let every installed module through.")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--engine", dest="look", action="store_const", const=understood)
    parser.add_argument("--planted", dest="look", action="store_const", const=planted)
    parser.add_argument("--projects", dest="look", action="store_const", const=read_together)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    installed = [Path(one) for one in site.getsitepackages()]
    if given.look is read_together:
        files = packages_in(given.paths or installed)
    else:
        files = modules_in(given.paths) or [*standard_library(), *modules_in(installed)]
    files = files[:: given.every]
    start = time.monotonic()
    sums = soak(within(files[given.skip :], given.seconds), given.look or as_it_is)
    for one in (*(f"rewritten: {one}" for one in sums.rewritten), *sums.wrong):
        if given.look is not planted or not one.startswith("rewritten"):
            print(one)
    print(f"{sums}, of {len(files)} from {given.skip} on, in {time.monotonic() - start:.0f} s")
    return 1 if sums.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
