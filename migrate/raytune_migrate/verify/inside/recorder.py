"""Runs a script as it is, with everything seeded, and writes down what its sweeps gave.

The script runs as ``__main__``. Each sweep that it makes is observed from outside and becomes one
entry of ``sweeps``; those that Ray or the runtime makes for a trainer's own run become ``runs``.
Each such run is one of ``fits`` too, with what either Train tells of it.
"""

from __future__ import annotations

import builtins
import functools
import io
import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from .cluster import own_cluster
from .fits import fit_of, own_files
from .places import configured_inside, kept_inside, restored_from_inside
from .replaced import replace_modules, show_lines
from .results import as_json, files_beside, files_of, sweep_of
from .seeds import SEARCHERS, seed_everything, seeded
from .sweeps import (
    limited,
    watched_endings,
    watched_fit,
    watched_results,
    watched_run,
    watched_tuner,
)
from .values import settled
from .warned import keep_warnings
from .watch import when_imported

Settings = Mapping[str, Any]
_STORAGE = "ray.train._internal.storage"
_OLD_CONFIGS = (
    ("ray.air.config", "RunConfig", ("storage_path", "local_dir")),
    ("ray.tune.syncer", "SyncConfig", ("upload_dir",)),
)
_CONTROLLER = "ray.tune.execution.tune_controller"


@dataclass(frozen=True)
class Recording:
    """What one run has given so far."""

    sweeps: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    fits: list[dict[str, Any]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    endings: dict[str, str] = field(default_factory=dict)
    reported: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    listed: list[tuple[dict[str, Any], Callable[[], list[str]]]] = field(default_factory=list)

    def sweep_ended(self, grid: Any) -> None:
        """Keep a sweep that the script made."""
        self._keep(self.sweeps, lambda: self._sweep(grid))
        seed_everything()  # how many numbers Ray itself draws is not part of a sweep

    def run_ended(self, grid: Any) -> None:
        """Keep what Train V1 made a sweep for: the run of a trainer by itself."""
        self._keep(self.runs, lambda: self._sweep(grid))
        seed_everything()
        self.fit_ended(Path(grid.experiment_path), grid[0], None)

    def fit_ended(self, folder: Path, result: Any, error: Exception | None) -> None:
        """Keep the run of a trainer by itself."""
        self._keep(self.fits, lambda: self._fit(folder, result, error))

    def list_files(self) -> None:
        """Look again: the script may have put some there since, a plot or a model."""
        for one, files in self.listed:
            one["files"] = sorted({*one["files"], *files()})

    def _keep(self, into: list[dict[str, Any]], what: Callable[[], dict[str, Any]]) -> None:
        try:
            into.append(what())
        except Exception as error:  # a Ray that we do not know; the script must not suffer
            self.unrecorded.append(f"{type(error).__name__}: {error}")

    def _sweep(self, grid: Any) -> dict[str, Any]:
        one = sweep_of(grid, self.endings if _sees_endings() else None, self.reported)
        folder = Path(grid.experiment_path)
        self.listed.append((one, lambda: files_beside(folder)))
        for trial, result in zip(one["trials"], grid):  # noqa: B905
            if result.path:
                self.listed.append((trial, functools.partial(files_of, Path(result.path))))
        return one

    def _fit(self, folder: Path, result: Any, error: Exception | None) -> dict[str, Any]:
        one = fit_of(folder, result, error)
        (trial,) = one["trials"]
        if trial["error"] is None:
            self.listed.append((trial, lambda: own_files(result)))
        return one


def record_script(settings: Settings) -> dict[str, Any]:
    """Run the script as ``python script arguments...`` would, and return what it gave."""
    script = Path(settings["script"])
    recording = Recording()
    # The script's directory, not the recorder's, comes first; Ray passes it on to its workers.
    sys.argv = [str(script), *settings["arguments"]]
    sys.path[0] = str(script.parent)
    when_imported(_watched(settings, recording))
    _prepare(settings["replaced"], settings["warnings"])
    _watch_print(script, recording.printed)
    exit_status, failure = _run(script, settings["code"])
    recording.list_files()
    if settings["storage"] is not None and "ray.tune" in sys.modules and not _knows_storage():
        recording.notes.append(
            "with this Ray storage is kept in the run's folder where a RunConfig names it; what"
            " is stored by other means went where the script says"
        )
    if recording.unrecorded and failure is None:
        failure = f"a sweep could not be recorded: {recording.unrecorded[0]}"
        exit_status = exit_status or 1
    return {
        "exit": exit_status,
        "failure": failure,
        "printed": recording.printed,
        "sweeps": recording.sweeps,
        "runs": recording.runs,
        "fits": recording.fits,
        "ray": _ray_version(),
        "train_v2": _train_v2(),
        "modules": sorted(_modules()),
        "moved": recording.moved,
        "notes": recording.notes,
    }


def _watched(
    settings: Settings, recording: Recording
) -> Mapping[str, Sequence[Callable[[Any], None]]]:
    """What is done to each module of Ray once it is imported."""
    ended, notes = recording.sweep_ended, recording.notes
    watched: dict[str, list[Callable[[Any], None]]] = {
        "ray": [own_cluster(settings["address"], settings["cpus"], _hook(settings), notes)],
        "ray.tune.tuner": [watched_tuner(ended, recording.run_ended)],
        "ray.tune.tune": [watched_run(ended)],
        _CONTROLLER: [watched_endings(recording.endings), watched_results(recording.reported)],
        "ray.train.v2.api.data_parallel_trainer": [
            watched_fit(recording.fit_ended, seed_everything)
        ],
        **{module: [seeded(*one)] for module, one in SEARCHERS.items()},
    }
    if settings["storage"] is not None:
        storage, inside, moved = settings["storage"], settings["inside"], recording.moved
        watched[_STORAGE] = [kept_inside(storage, inside, moved)]
        watched["ray.tune.tuner"].append(restored_from_inside(storage, inside))
        for module, kind, names in _OLD_CONFIGS:
            watched[module] = [configured_inside(kind, names, storage, inside, moved)]
    if settings["trials"] is not None:
        for name in ("basic_variant", "search_generator"):
            watched[f"ray.tune.search.{name}"] = [limited(settings["trials"])]
    return watched


def _hook(settings: Settings) -> Callable[[], None] | None:
    """What prepares a worker; it must hold nothing but data."""
    if not settings["workers"]:
        return None
    replaced, warned = dict(settings["replaced"]), settings["warnings"]

    def prepare() -> None:
        _prepare(replaced, warned)

    return prepare


def _prepare(replaced: Mapping[str, str], warned: str | None) -> None:
    """What every process of a run begins with."""
    replace_modules(replaced)
    if warned is not None:
        keep_warnings(warned)
    seed_everything()


def _run(script: Path, code: str | None) -> tuple[int, str | None]:
    """Run the script's own text, or the text of the file *code* in its place."""
    main = ModuleType("__main__")
    main.__file__ = str(script)
    main.__builtins__ = builtins  # type: ignore[attr-defined]
    sys.modules["__main__"] = main
    try:
        text = Path(code or script).read_bytes()
        if code is not None:
            show_lines(str(script), text.decode("utf-8", "replace"))
        exec(compile(text, str(script), "exec", dont_inherit=True), main.__dict__)
    except SystemExit as end:
        status = end.code
        if isinstance(status, str):
            print(status, file=sys.stderr)
        return (0 if status is None else status if isinstance(status, int) else 1), None
    except BaseException as error:
        own = error.__traceback__  # this function, which no script calls
        return 1, "".join(traceback.format_exception(type(error), error, own and own.tb_next))
    return 0, None


def _watch_print(script: Path, printed: list[str]) -> None:
    """Remember what the script's own code prints, apart from what Ray prints."""
    original = builtins.print
    name = str(script)

    @functools.wraps(original)
    def watched(*values: object, **options: Any) -> None:
        frame = sys._getframe(1)
        if frame.f_globals.get("__name__") == "ray.experimental.tqdm_ray" and frame.f_back:
            frame = frame.f_back  # Ray puts a wrapper of its own around print
        target = options.get("file")
        if frame.f_code.co_filename == name and (target is None or target is sys.stdout):
            text = io.StringIO()
            original(*values, **{**options, "file": text, "flush": False})
            printed.extend(settled(line) for line in text.getvalue().splitlines())
        original(*values, **options)

    builtins.print = watched


def _sees_endings() -> bool:
    module = sys.modules.get(_CONTROLLER)
    return hasattr(getattr(module, "TuneController", None), "_process_trial_result")


def _knows_storage() -> bool:
    return hasattr(sys.modules.get(_STORAGE), "StorageContext")


def _ray_version() -> str | None:
    ray = sys.modules.get("ray")
    return None if ray is None else str(getattr(ray, "__version__", "")) or None


def _train_v2() -> bool | None:
    """Whether Train V2 was on when the script ended; None where it used neither."""
    constants = sys.modules.get("ray.train.v2._internal.constants")
    if constants is not None:
        return bool(constants.is_v2_enabled())
    return False if "ray.train" in sys.modules else None


def _modules() -> Sequence[str]:
    """The files of what was imported; which of them are the project's own is for others to say."""
    files = [getattr(one, "__file__", None) for one in list(sys.modules.values())]
    texts = [one for one in files if isinstance(one, str) and one.endswith(".py")]
    return [one for one in texts if Path(one).is_absolute()]  # torch has some that are no files


def main(path: Path) -> int:
    """Record as the settings in a file say."""
    settings: Settings = json.loads(path.read_text(encoding="utf-8"))
    out = Path(settings["out"]).absolute()
    record = record_script(settings)
    out.write_text(as_json(record), encoding="utf-8")
    if record["failure"]:
        print(record["failure"], file=sys.stderr)
    return int(record["exit"])
