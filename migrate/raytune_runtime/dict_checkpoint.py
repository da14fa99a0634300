"""Checkpoints that hold a dict, as ``Checkpoint.from_dict`` and ``to_dict`` of Ray 2.0 to 2.6."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray import cloudpickle
from ray.train import Checkpoint

from . import _ray

if TYPE_CHECKING:
    from collections.abc import Mapping

# What Ray 2.0 to 2.6 called the file, which also had this key, for Ray's own use.
FILE_NAME = "dict_checkpoint.pkl"
METADATA_KEY = "_metadata"


def checkpoint_from_dict(data: Mapping[str, Any]) -> Checkpoint:
    """A checkpoint that holds a dict, for `checkpoint_to_dict` to read.

    Call it in the train loop, where the checkpoint is reported::

        ray.train.report(metrics, checkpoint=checkpoint_from_dict({"epoch": epoch}))

    The dict is pickled into a temporary directory of this machine. Reporting the checkpoint copies
    it to the storage; the directory is removed with the object that is returned here. Ray 2.0 to
    2.6 kept the dict in memory until then, so there a checkpoint could also be sent to another
    machine without being reported.

    Where all workers report one, that of the worker of rank 0 counts, as it did. Train V2 puts the
    files of all into one directory, so the others' checkpoints are empty.
    """
    directory = tempfile.mkdtemp(prefix="checkpoint_tmp_")
    checkpoint = Checkpoint(directory)
    weakref.finalize(checkpoint, _remove, directory, os.getpid())
    if _ray.world_rank() == 0:
        with Path(directory, FILE_NAME).open("wb") as file:
            cloudpickle.dump(dict(data), file)  # type: ignore[no-untyped-call]
    return checkpoint


def checkpoint_to_dict(checkpoint: Checkpoint) -> dict[str, Any]:
    """The dict in a checkpoint of `checkpoint_from_dict`, or in one that Ray 2.0 to 2.6 has stored.

    Ray's own entry ``_metadata`` is not among its items. As with every checkpoint, what is read
    here is unpickled, and can run any code: it must come from where you trust.

    Raises:
        ValueError: The checkpoint holds no dict, such as one that was made from a directory.
    """
    with checkpoint.as_directory() as directory:
        path = Path(directory, FILE_NAME)
        if not path.exists():
            raise ValueError(
                f"{checkpoint} holds no dict: it has no {FILE_NAME}; read its files in the "
                "directory that checkpoint.as_directory() gives."
            )
        with path.open("rb") as file:
            data: dict[str, Any] = _Unpickler(file).load()
    data.pop(METADATA_KEY, None)
    return data


class _Unpickler(pickle.Unpickler):
    """Reads Ray's own entry without the classes that it names, where they are gone."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError):
            if module.startswith("ray.") and "Checkpoint" in name:
                return _Gone
            raise


class _Gone:
    """Stands for what Ray knew of a checkpoint."""

    def __init__(self, *args: Any) -> None:
        pass


def _remove(directory: str, process: int) -> None:
    if os.getpid() == process:  # a process that was forked has the same objects
        shutil.rmtree(directory, ignore_errors=True)
