"""`checkpoint_from_dict` and `checkpoint_to_dict`, and what Ray 2.6 has stored."""

from __future__ import annotations

import base64
import gc
from pathlib import Path

import pytest
from ray import cloudpickle
from ray.train import Checkpoint

from raytune_runtime import checkpoint_from_dict, checkpoint_to_dict

FILE = "dict_checkpoint.pkl"

# The file that Ray 2.6.3 wrote for {"epoch": 3, "weights": [1.5, 2.5]}.
RAY_2_6 = (
    "gAWVqAAAAAAAAAB9lCiMBWVwb2NolEsDjAd3ZWlnaHRzlF2UKEc/+AAAAAAAAEdABAAAAAAAAGWMCV9tZXRhZGF0YZSM"
    "EnJheS5haXIuY2hlY2twb2ludJSME19DaGVja3BvaW50TWV0YWRhdGGUk5QpgZR9lCiMD2NoZWNrcG9pbnRfdHlwZZRo"
    "BYwKQ2hlY2twb2ludJSTlIwQY2hlY2twb2ludF9zdGF0ZZR9lHVidS4="
)


def test_a_dict_comes_back():
    data = {"epoch": 3, "function": lambda x: x + 1, "nested": {"a": [1, 2]}}
    got = checkpoint_to_dict(checkpoint_from_dict(data))
    assert got.pop("function")(1) == 2
    assert got == {"epoch": 3, "nested": {"a": [1, 2]}}


def test_an_empty_dict_comes_back():
    assert checkpoint_to_dict(checkpoint_from_dict({})) == {}


def test_the_dict_is_taken_as_it_is_now():
    data = {"weights": [1]}
    checkpoint = checkpoint_from_dict(data)
    data["weights"].append(2)
    assert checkpoint_to_dict(checkpoint) == {"weights": [1]}


def test_what_ray_2_6_has_stored(tmp_path):
    (tmp_path / FILE).write_bytes(base64.b64decode(RAY_2_6))
    (tmp_path / ".metadata.pkl").write_bytes(b"not read")
    assert checkpoint_to_dict(Checkpoint(str(tmp_path))) == {"epoch": 3, "weights": [1.5, 2.5]}


def test_a_class_of_the_dict_that_is_gone(tmp_path):
    (tmp_path / FILE).write_bytes(b"cmine\nCheckpoint\n.")
    with pytest.raises(ModuleNotFoundError, match="mine"):
        checkpoint_to_dict(Checkpoint(str(tmp_path)))


def test_a_checkpoint_without_a_dict(tmp_path):
    (tmp_path / "model.pt").touch()
    with pytest.raises(ValueError, match=r"has no dict_checkpoint\.pkl"):
        checkpoint_to_dict(Checkpoint(str(tmp_path)))


def test_the_directory_goes_with_the_checkpoint():
    checkpoint = checkpoint_from_dict({"a": 1})
    directory = Path(checkpoint.path)
    copy = cloudpickle.loads(cloudpickle.dumps(checkpoint))
    assert checkpoint_to_dict(copy) == {"a": 1}
    del copy
    gc.collect()
    assert directory.exists()
    del checkpoint
    gc.collect()
    assert not directory.exists()


def test_a_dict_that_cannot_be_pickled_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(TypeError):
        checkpoint_from_dict({"generator": (one for one in ())})
    gc.collect()
    assert list(tmp_path.iterdir()) == []
