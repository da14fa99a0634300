"""One run of a script: in a fresh process, with a home, a working folder and storage of its own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import click

import raytune_migrate
from raytune_migrate.verify.processes import Stop, run_process
from raytune_migrate.verify.recalled import Warned, read_warnings
from raytune_migrate.verify.records import Record, read_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.verify.interpreter import Interpreter
    from raytune_migrate.verify.scripts import Script

FLAG = "RAY_TRAIN_V2_ENABLED"
_WARNINGS = "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS"
_START = Path(__file__).with_name("inside") / "start.py"
_EXPERIMENT = ("tuner.pkl", "*/tuner.pkl", "experiment_state-*", "*/experiment_state-*")
_SAID_LINES = 12  # of a run that failed
_STOPPED = "*** SIGTERM received"  # what Ray says at length when a run is stopped
_RESULTS = "ray_results"  # where Tune stores what it is not told to store elsewhere


class Version(Enum):
    """Of Ray Train."""

    V1 = "V1"
    V2 = "V2"


class Work(Enum):
    """Where scripts run."""

    APART = "apart"  # in a folder of the run, in which the user's entries are linked
    HERE = "here"  # in the user's own, and with storage where the script says


class Reach(Enum):
    """Which processes of a run are seeded and watched."""

    DRIVER = "driver"
    WORKERS = "workers"  # as well; each starts a little later for it


@dataclass(frozen=True, slots=True)
class How:
    """How both scripts are run."""

    arguments: tuple[str, ...] = ()
    work: Work = Work.APART
    address: str | None = None  # of a Ray that runs already; None: one for each run
    cpus: int | None = None
    trials: int | None = None
    timeout: float | None = None
    reach: Reach = Reach.WORKERS


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left: a record, unless it came to no end, and what it said."""

    version: Version
    script: Script
    stop: Stop
    status: int
    seconds: float
    record: Record | None
    output: Path
    warned: tuple[Warned, ...] = ()

    @property
    def failure(self) -> str | None:
        """Why there is nothing, or not all, to compare; None where there is."""
        if self.stop is Stop.TIMEOUT:
            return f"did not end within {self.seconds:.0f} s and was stopped"
        if self.record is None:
            return f"ended with status {self.status} before it could be recorded"
        if self.record.exit != 0:
            lines = [one for one in (self.record.failure or "").splitlines() if one.strip()]
            reason = f": {lines[-1].strip()}" if lines else ""
            return f"ended with status {self.record.exit}{reason}"
        return None

    def said_last(self) -> list[str]:
        """The last lines of what it printed and logged, without colors."""
        try:
            text = self.output.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        if self.stop is Stop.TIMEOUT:
            text = text.partition(_STOPPED)[0]
        return click.unstyle(text).rstrip().splitlines()[-_SAID_LINES:]


def run_script(
    script: Script,
    version: Version,
    python: Interpreter,
    folder: Path,
    how: How,
    *,
    replaced: Mapping[str, str] | None = None,
    warnings: bool = False,
) -> Run:
    """Run a script on Train V1 or V2, in a folder that does not exist yet."""
    folder.mkdir(parents=True)
    inside = Path(os.path.realpath(folder))
    home, cwd, warned = (inside / one for one in ("home", "work", "warnings"))
    warned.mkdir()
    _link_entries(Path.home(), home)
    apart = how.work is Work.APART
    if apart:
        _link_entries(Path.cwd(), cwd)
    code = None
    if script.text is not None:
        code = inside / script.path.name
        code.write_bytes(script.text)
    settings = {
        "script": os.path.abspath(script.path),  # noqa: PTH100
        "code": None if code is None else str(code),
        "arguments": list(how.arguments),
        "out": str(inside / "record.json"),
        "inside": str(inside),
        "storage": str(inside / "storage") if apart else None,
        "address": how.address,
        "cpus": how.cpus,
        "trials": how.trials,
        "workers": how.reach is Reach.WORKERS,
        "warnings": str(warned) if warnings else None,
        "replaced": dict(replaced or {}),
    }
    given = inside / "settings.json"
    given.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    end = run_process(
        [os.fspath(python.path), os.fspath(_START), os.fspath(given)],
        cwd=cwd if apart else Path.cwd(),
        env=dict(_environment(version, python, home, how, warnings=warnings)),
        output=inside / "output.txt",
        timeout=how.timeout,
    )
    out = inside / "record.json"
    record = read_record(out) if out.exists() else None
    return Run(
        version,
        script,
        end.stop,
        end.status,
        end.seconds,
        record,
        inside / "output.txt",
        tuple(read_warnings(warned, record)) if warnings else (),
    )


def _link_entries(source: Path, target: Path) -> None:
    """A folder that holds links to all that is in another, but for experiments of Tune."""
    target.mkdir()
    try:
        entries = list(source.iterdir())
    except OSError:
        return  # a home that does not exist, or that is another's
    for entry in entries:
        if entry.name != _RESULTS and not _holds_experiments(entry):
            (target / entry.name).symlink_to(os.path.realpath(entry))


def _holds_experiments(folder: Path) -> bool:
    """Whether Tune has stored something there, which a script might go on with or replace."""
    try:
        return folder.is_dir() and any(
            next(folder.glob(pattern), None) is not None for pattern in _EXPERIMENT
        )
    except OSError:
        return False  # not readable, for the script neither


def _environment(
    version: Version, python: Interpreter, home: Path, how: How, *, warnings: bool
) -> Iterator[tuple[str, str]]:
    gone = {FLAG, "RAY_ADDRESS", "HOME", "PYTHONSAFEPATH"}
    yield from ((name, value) for name, value in os.environ.items() if name not in gone)
    yield "HOME", str(home)
    yield _WARNINGS, "1" if warnings else "0"
    yield "PYTHONUNBUFFERED", "1"
    # When a trial is retried, Tune fetches its result.json from the storage, and what it has not
    # yet copied there is lost to the script. It copies every ten seconds or more, which short
    # trials outrun.
    yield "TUNE_GLOBAL_CHECKPOINT_S", os.environ.get("TUNE_GLOBAL_CHECKPOINT_S", "1")
    if how.address is not None:
        yield "RAY_ADDRESS", how.address
    if version is Version.V1:
        yield FLAG, "0"
    if version is Version.V2 and not python.has_runtime:
        yield "PYTHONPATH", os.pathsep.join(_with_runtime(home.parent / "runtime"))


def _with_runtime(folder: Path) -> Iterable[str]:
    """Where imports are looked for, with this tool's copy of the runtime among it."""
    folder.mkdir()
    (folder / "raytune_runtime").symlink_to(
        Path(raytune_migrate.__file__).parents[1] / "raytune_runtime"
    )
    known = os.environ.get("PYTHONPATH")
    return (known, str(folder)) if known else (str(folder),)
