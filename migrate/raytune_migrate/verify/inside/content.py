"""What is in the files of a checkpoint, without what is never the same."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

from .values import SPEED, settled

# A model of LightGBM names the ports that its workers spoke through.
_PORTS = re.compile(rb"^\[(local_listen_port|machines): .*\]$", re.MULTILINE)
# A model of Keras is an archive, whose texts say when it was saved and where objects lay in memory.
_KERAS = "*.keras"
_MOMENTS = re.compile(rb'"(date_saved": "[^"]*"|shared_object_id": \d+)')
# The Trainer of Transformers keeps its arguments, with a folder of a moment and a machine, in one
# of torch, beside an id made of the content; and a log in which there is how long things took.
_ARGUMENTS = "training_args.bin"
_LOG_FOLDER = re.compile(r"(?<=runs/)[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_[\w.-]+")
_TORCHS_OWN = ".data/serialization_id"
_SPEEDS = re.compile(rf'"({SPEED})": [-+.eE\d]+'.encode())
# What Ray before 2.7 put into a checkpoint for itself, and into one that was a dict.
_RAYS_OWN = (".is_checkpoint", ".metadata.pkl", ".tune_metadata", "_preprocessor")
_DICT = "dict_checkpoint.pkl"
_RAYS_KEYS = ("_metadata", "_preprocessor")
_PART = 64 * 1024**2  # bytes that are read at once


def digests(checkpoint: Any) -> dict[str, str] | None:
    """The checkpoint's files by relative name, with the SHA-256 of each; None for no checkpoint.

    Those of Ray's own are none of a user's.
    """
    if checkpoint is None:
        return None
    with checkpoint.as_directory() as folder:
        root = Path(folder)
        return {
            path.relative_to(root).as_posix(): _digest(path)
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.name not in _RAYS_OWN
        }


def _digest(path: Path) -> str:
    """The SHA-256 of a file's content, without what is never the same."""
    if (path.match(_KERAS) or path.name == _ARGUMENTS) and zipfile.is_zipfile(path):
        return _digest_of_archive(path)
    with path.open("rb") as file:
        start = file.read(_PART)
        # A model of that kind is text of a few megabytes; weights may be larger than the memory.
        digest = hashlib.sha256(_settled_content(path, start) if len(start) < _PART else start)
        while part := file.read(_PART):
            digest.update(part)
    return digest.hexdigest()


def _digest_of_archive(path: Path) -> str:
    """That of the files in an archive, which itself holds when they were put there."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(_TORCHS_OWN):
                continue
            digest.update(name.encode("utf-8", "surrogateescape"))
            if name.endswith((".json", "/data.pkl")):
                digest.update(_settled_text(_MOMENTS.sub(b"", archive.read(name))))
                continue
            with archive.open(name) as file:
                while part := file.read(_PART):
                    digest.update(part)
    return digest.hexdigest()


def _settled_content(path: Path, content: bytes) -> bytes:
    if path.name == _DICT:
        with contextlib.suppress(Exception):  # whatever it holds, which the run itself has written
            data = pickle.loads(content)
            return pickle.dumps({key: data[key] for key in data if key not in _RAYS_KEYS}, 4)
    if path.suffix == ".json":
        content = _settled_text(_SPEEDS.sub(rb'"\1"', content))
    return _PORTS.sub(b"", content)


def _settled_text(content: bytes) -> bytes:
    """Text, which may be within other bytes, without places of the run."""
    text = content.decode("utf-8", "surrogateescape")
    return _LOG_FOLDER.sub("", settled(text)).encode("utf-8", "surrogateescape")
