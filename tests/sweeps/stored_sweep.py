"""The same small sweep in storages of several kinds; writes as JSON what is found in each.

Arguments: the file to write, and a JSON object of the arguments of `main`. With
RAY_TRAIN_V2_ENABLED=0 it runs on Train V1.
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.fs
import ray
import small_sweep
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from pyarrow.fs import FileSelector, FSSpecHandler, PyFileSystem, S3FileSystem, SubTreeFileSystem
from ray import train, tune

if TYPE_CHECKING:
    from collections.abc import Callable

LOSSES = [3.0, 1.0, 2.0, 4.0]  # neither the last nor the one before it is the best
LATE = 3

# How many workers a trial has, and where each trial of a sweep fails: of others, one trial late.
FAILS = {
    "default": (1, ["never", "late"]),
    "several workers": (2, ["late", "alone"]),
}


class Storage(NamedTuple):
    """Where a sweep is stored, as RunConfig takes it, and the experiment, as Tuner.restore does."""

    path: str | None
    experiment: str
    filesystem: pyarrow.fs.FileSystem | None = None
    name: str = "sweep"


def in_odd_path(root: Path, name: str) -> Storage:
    """Of two sweeps, whose trials' directories have the same names."""
    path = root / "a b/c#d?e=f&g%20h/Größe"
    return Storage(str(path), str(path / name), name=name)


def in_bucket(root: Path, endpoint: str) -> Storage:
    where = f"scheme=http&endpoint_override={endpoint}"
    path = f"s3://bucket/{root.name}/by-uri"
    return Storage(f"{path}?{where}", f"{path}/sweep?{where}")


def in_bucket_by_filesystem(root: Path, endpoint: str) -> Storage:
    filesystem = S3FileSystem(endpoint_override=endpoint, scheme="http")
    path = f"bucket/{root.name}/by filesystem"
    return Storage(path, f"{path}/sweep", filesystem)


def in_subtree(root: Path) -> Storage:
    root.mkdir()
    filesystem = SubTreeFileSystem(str(root), pyarrow.fs.LocalFileSystem())
    return Storage("in/it", "in/it/sweep", filesystem)


def by_fsspec(root: Path) -> Storage:
    root.mkdir()
    filesystem = PyFileSystem(FSSpecHandler(DirFileSystem(str(root), LocalFileSystem())))
    return Storage("in/it", "in/it/sweep", filesystem)


# Arguments: an empty directory, and host and port of an S3 server.
STORAGES: dict[str, Callable[[Path, str], Storage]] = {
    "default": lambda root, s3: Storage(None, str(Path.home() / "ray_results" / "sweep")),
    "several workers": lambda root, s3: in_odd_path(root, "of several workers"),
    "odd characters": lambda root, s3: in_odd_path(root, "of one worker"),
    "file URI": lambda root, s3: Storage(
        (root / "file URI é").as_uri(), (root / "file URI é" / "sweep").as_uri()
    ),
    "subtree": lambda root, s3: in_subtree(root / "subtree"),
    "fsspec": lambda root, s3: by_fsspec(root / "fsspec"),
    "S3 URI": in_bucket,
    "S3 filesystem": in_bucket_by_filesystem,
}


def train_loop(config: dict[str, Any]) -> None:
    """Report a loss and store the step reached, by each rank, from the stored step on."""
    rank = train.get_context().get_world_rank()
    start = 0
    if checkpoint := train.get_checkpoint():
        start = state(checkpoint)[f"of/rank-{rank}.json"]["step"] + 1
    for step in range(start, len(LOSSES)):
        if (config["fails"], step) == ("late", LATE):
            small_sweep.fail_once(Path(config["scratch"]))
        if (config["fails"], step, rank) == ("alone", 0, 1):
            small_sweep.fail_once(Path(config["scratch"]))
        with tempfile.TemporaryDirectory() as directory:
            mine = Path(directory, "of", f"rank-{rank}.json")
            mine.parent.mkdir()
            mine.write_text(json.dumps({"step": step}))
            Path(directory, "of all").write_text(json.dumps({"step": step}))
            train.report(
                {"loss": LOSSES[step], "step": step},
                checkpoint=train.Checkpoint.from_directory(directory),
            )


def state(checkpoint: train.Checkpoint) -> dict[str, Any]:
    """What each file of the checkpoint says, by its path inside it."""
    with checkpoint.as_directory() as directory:
        return {
            path.relative_to(directory).as_posix(): json.loads(path.read_text())
            for path in sorted(Path(directory).rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }


def sweep(storage: Storage, workers: int, fails: list[str]) -> dict[str, Any]:
    """Run the sweep and tell what it gave, what is left in storage, and what is found again."""
    rows = small_sweep.Rows()
    trainable = small_sweep.trainable(workers, train_loop)
    tuner = tune.Tuner(
        trainable,
        param_space={
            "train_loop_config": {
                "fails": tune.grid_search(fails),
                "scratch": tempfile.mkdtemp(),
            }
        },
        tune_config=tune.TuneConfig(
            metric="loss",
            mode="min",
            trial_dirname_creator=lambda trial: f"trial {trial.trial_id.rpartition('_')[2]}",
        ),
        run_config=tune.RunConfig(
            name=storage.name,
            storage_path=storage.path,
            storage_filesystem=storage.filesystem,
            callbacks=[rows],
            verbose=0,
            checkpoint_config=tune.CheckpointConfig(
                num_to_keep=1, checkpoint_score_attribute="loss", checkpoint_score_order="min"
            ),
            failure_config=tune.FailureConfig(max_failures=1),
        ),
    )
    results = tuner.fit()
    restored = tune.Tuner.restore(
        storage.experiment, trainable, storage_filesystem=storage.filesystem
    ).get_results()
    return {
        "rows": [
            [(row["training_iteration"], row["step"], row["loss"]) for row in rows.of[trial]]
            for trial in sorted(rows.of)
        ],
        "results": describe(results),
        "restored": describe(restored),
        "by path": [
            state(
                tune.Result.from_path(result.path, storage_filesystem=result.filesystem).checkpoint
            )
            for result in in_order(results)
        ],
        # Not before all sweeps have ended.
        "files": functools.partial(files, results.filesystem, results.experiment_path),
    }


def in_order(results: tune.ResultGrid) -> list[tune.Result]:
    return sorted(results, key=lambda result: str(result.path))  # retries change their order


def describe(results: tune.ResultGrid) -> list[dict[str, Any]]:
    return [
        {
            "error": str(result.error) if result.error else None,
            "last": [result.metrics[key] for key in ("training_iteration", "step", "loss")],
            "checkpoint": state(result.checkpoint),
            "best checkpoints": [
                [state(checkpoint), metrics["step"]]
                for checkpoint, metrics in result.best_checkpoints
            ],
            "best checkpoint": state(result.get_best_checkpoint("loss", "min")),
            "column": list(result.metrics_dataframe["loss"]),
        }
        for result in in_order(results)
    ]


def files(filesystem: pyarrow.fs.FileSystem, directory: str) -> dict[str, Any]:
    """What lies below a directory: what JSON files of checkpoints say, else None, by path.

    Checkpoints are numbered in their order, and times become "TIME".
    """
    below = sorted(
        (info.path.strip("/").removeprefix(directory.strip("/")).strip("/"), info.type)
        for info in filesystem.get_file_info(FileSelector(directory, recursive=True))
    )
    found: dict[str, Any] = {}
    checkpoints: dict[str, list[str]] = {}
    for path, kind in below:
        trial, _, rest = path.partition("/")
        name = rest.partition("/")[0]
        contents = None
        if name.startswith("checkpoint_") and not name.endswith(".json"):
            of_trial = checkpoints.setdefault(trial, [])
            if name not in of_trial:
                of_trial.append(name)
            path = path.replace(name, f"checkpoint {of_trial.index(name)}")
            if kind == pyarrow.fs.FileType.File and not path.rpartition("/")[2].startswith("."):
                with filesystem.open_input_stream(f"{directory}/{trial}/{rest}") as stream:
                    contents = json.loads(stream.read())
        if kind == pyarrow.fs.FileType.File:
            path = re.sub(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d", "TIME", path)
            path = re.sub(r"tfevents\..*", "tfevents", path)
            found[path] = contents
    return found


def main(directory: str, s3: str, kinds: list[str]) -> dict[str, Any]:
    """Run the sweep once in each kind of storage below `directory`, or on the S3 server."""
    found = {}
    for kind in kinds:
        workers, fails = FAILS.get(kind, (1, ["late"]))
        found[kind] = sweep(STORAGES[kind](Path(directory), s3), workers, fails)
    return {kind: {**one, "files": one["files"]()} for kind, one in found.items()}


if __name__ == "__main__":
    ray.init(
        log_to_driver=False,
        runtime_env={"env_vars": {k: v for k, v in os.environ.items() if k.startswith("AWS_")}},
    )
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
