"""Runs a script and writes down what its sweeps gave.

``python recorder.py SCRIPT OUT.json [ARG...]``

The script runs unchanged, as ``__main__``, with the random number generators freshly seeded. Each
call of ``Tuner.fit`` that the script makes is observed from outside and becomes one entry of
``sweeps``; those that Ray or the runtime makes for a trainer's own run become ``runs``. Ray is not
imported before the script imports it, because a script may set RAY_TRAIN_V2_ENABLED first.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import hashlib
import importlib.abc
import importlib.util
import io
import json
import math
import random
import re
import runpy
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

SEED = 20240
"""What `random`, NumPy and torch are seeded with before the script starts."""

IGNORED_METRICS = {
    # The clock, the machine and the process: never twice the same.
    "date": "clock",
    "timestamp": "clock",
    "time_this_iter_s": "clock",
    "time_total_s": "clock",
    "time_since_restore": "clock",
    "time_since_restore_s": "clock",
    "pid": "process",
    "hostname": "machine",
    "node_ip": "machine",
    # Random for each run.
    "trial_id": "random",
    # The directory's name inside the trial. Ray Train V2 has no such directory and reports None.
    "checkpoint_dir_name": "None under Train V2",
    # Added by Ray's TuneReportCallback; Train V1 has no such column, and it is an absolute path.
    "checkpoint_path": "only under Train V2",
}
"""Metric columns that are left out of the record, and why."""

# "TorchTrainer_1a2b3_00000" and "train_driver_fn_1a2b3_00000" are one trial; so is the bare id.
_TRIAL = re.compile(r"\b(?:[A-Za-z]\w*_)?[0-9a-f]{5}_\d{5}\b")
# A model of LightGBM names the ports that its workers spoke through.
_PORTS = re.compile(rb"^\[(local_listen_port|machines): .*\]$", re.MULTILINE)
_DATED_NAME = re.compile(r"^\w+_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$")


def plain(value: Any) -> Any:
    """The value as JSON holds it, the same in every process."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in sorted(value.items(), key=str)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, bool, int, type(None))):
        return value
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return plain(value.item())  # a NumPy or torch scalar
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<{value.__qualname__}>"
    return settled(re.sub(r" at 0x[0-9a-f]+", "", repr(value)))


def rows(frame: Any) -> list[dict[str, Any]]:
    """One dict of comparable metrics for each row of a trial's ``metrics_dataframe``."""
    if frame is None:
        return []
    # The config/... columns repeat the trial's config, which is recorded on its own.
    names = [
        name
        for name in frame.columns
        if name not in IGNORED_METRICS and not name.startswith("config/")
    ]
    return [
        {name: plain(value) for name, value in zip(names, row, strict=True)}
        for row in frame[names].itertuples(index=False, name=None)
    ]


def digests(checkpoint: Any) -> dict[str, str] | None:
    """The checkpoint's files by relative name, with the SHA-256 of each; None for no checkpoint."""
    if checkpoint is None:
        return None
    root = Path(checkpoint.path)
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(
            _PORTS.sub(b"", path.read_bytes())
        ).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def error_of(result: Any) -> dict[str, str] | None:
    """The trial's error: its last line, and the whole, where another Ray's line is looked for."""
    if result.error is None:
        return None
    text = str(result.error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {"type": type(result.error).__name__, "line": lines[-1] if lines else "", "text": text}


def trial_of(result: Any) -> dict[str, Any]:
    """What one trial gave."""
    iterations = rows(result.metrics_dataframe)
    last = result.metrics or {}
    return {
        "config": plain(result.config or {}),
        "training_iteration": plain(last.get("training_iteration")),
        "done": plain(last.get("done")),
        "error": error_of(result),
        "iterations": iterations,
        "checkpoint": digests(result.checkpoint),
        "best_checkpoints": [
            {"exists": Path(kept.path).is_dir(), "files": digests(kept)}
            for kept, _ in result.best_checkpoints or []
        ],
    }


def place(path: str | Path) -> str:
    """A directory, relative to the working directory or to the home if it lies in one of them."""
    directory = Path(path)
    for root, name in ((Path.cwd(), "."), (Path.home(), "~")):
        with contextlib.suppress(ValueError):
            return (Path(name) / directory.relative_to(root)).as_posix()
    return directory.as_posix()


def stray_checkpoints(grid: Any, experiment: Path) -> int:
    """How many checkpoint directories lie under the experiment that no trial names any more."""
    named = {
        Path(kept.path).resolve() for result in grid for kept, _ in result.best_checkpoints or []
    }
    named |= {Path(result.checkpoint.path).resolve() for result in grid if result.checkpoint}
    on_disk = {path.resolve() for path in experiment.rglob("checkpoint_*") if path.is_dir()}
    return len(on_disk - named)


def sweep_of(grid: Any) -> dict[str, Any]:
    """What one sweep gave: its trials in the order of their configs, and where it wrote."""
    experiment = Path(grid.experiment_path)
    trials = sorted(
        (trial_of(result) for result in grid), key=lambda trial: json.dumps(trial, sort_keys=True)
    )
    best: Any = None
    with contextlib.suppress(Exception):  # no default metric, or no trial has it
        best = plain(grid.get_best_result().config)
    return {
        # A name that Ray made up holds the trainable's name and the clock.
        "experiment": None if _DATED_NAME.match(experiment.name) else experiment.name,
        "storage": place(experiment.parent),
        "stray_checkpoints": stray_checkpoints(grid, experiment),
        "best_config": best,
        "trials": trials,
    }


def settled(line: str) -> str:
    """A printed line without what differs from run to run: trial ids and the working directory."""
    return _TRIAL.sub("<trial>", line.replace(str(Path.cwd()), "<cwd>"))


class _Watch(importlib.abc.Loader):
    """Loads ``ray.tune.tuner`` as its own loader does, and hands the loaded module on."""

    def __init__(self, loader: importlib.abc.Loader, then: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._then(module)


class _WatchFinder(importlib.abc.MetaPathFinder):
    """Finds one module through the finders that come after it."""

    def __init__(self, name: str, then: Callable[[ModuleType], None]) -> None:
        self._name = name
        self._then = then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Watch(spec.loader, self._then)
        return spec


def watch_sweeps(record: Callable[[Any], None], record_run: Callable[[Any], None]) -> None:
    """Calls *record* with the ``ResultGrid`` of every sweep of this process, when it has ended.

    A lone ``trainer.fit()`` is a sweep of one trial under Train V1, and so is what the runtime does
    for it under V2: *record_run* is for those.
    """

    def wrap(module: ModuleType) -> None:
        fit = module.Tuner.fit

        @functools.wraps(fit)
        def watched(self: Any) -> Any:
            grid = fit(self)
            caller = sys._getframe(1).f_globals.get("__name__", "")
            lone = caller.startswith(("ray.", "raytune_runtime."))
            (record_run if lone else record)(grid)
            return grid

        module.Tuner.fit = watched

    sys.meta_path.insert(0, _WatchFinder("ray.tune.tuner", wrap))


class _Tee(io.TextIOBase):
    """Writes to a stream and remembers what was written."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        self.parts.append(text)
        return int(self._stream.write(text))

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return int(self._stream.fileno())


def watch_print(script: Path, printed: list[str]) -> None:
    """Remembers what the script's own code prints, apart from what Ray prints."""
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


def seed_everything() -> None:
    """Seeds what a sweep's sampling can draw from in this process."""
    random.seed(SEED)
    with contextlib.suppress(ImportError):
        import numpy as np

        np.random.seed(SEED)
    with contextlib.suppress(ImportError):
        import torch

        torch.manual_seed(SEED)


def record_script(script: Path, arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Runs the script as ``python script arguments...`` would, and returns what it gave."""
    sweeps: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    printed: list[str] = []
    stdout = _Tee(sys.stdout)
    exit_status: int | str | None = 0
    failure: str | None = None

    # The script's directory, not the recorder's, comes first; Ray passes it on to its workers.
    sys.argv = [str(script), *arguments]
    sys.path[0] = str(script.parent)
    watch_sweeps(
        lambda grid: sweeps.append(sweep_of(grid)), lambda grid: runs.append(sweep_of(grid))
    )
    watch_print(script, printed)
    seed_everything()
    with contextlib.redirect_stdout(stdout):
        try:
            runpy.run_path(str(script), run_name="__main__")
        except SystemExit as end:
            code = end.code
            exit_status = 0 if code is None else code if isinstance(code, int) else 1
        except BaseException:
            exit_status = 1
            failure = traceback.format_exc()
    return {
        "exit": exit_status,
        "failure": failure,
        "printed": printed,
        "stdout": "".join(stdout.parts),
        "sweeps": sweeps,
        "runs": runs,
    }


def main() -> int:
    """Records the script named on the command line."""
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    script, out, *arguments = sys.argv[1:]
    out_path = Path(out).absolute()
    record = record_script(Path(script).absolute(), arguments)
    out_path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if record["failure"]:
        print(record["failure"], file=sys.stderr)
    return int(record["exit"])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    raise SystemExit(status)
