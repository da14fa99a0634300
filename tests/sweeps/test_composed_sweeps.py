"""Scripts that are composed at random, in one process on each Train; more by tests/compose.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composed.running import compare
from composed.script import compose

if TYPE_CHECKING:
    from pathlib import Path

# A lambda under ASHA, and a decorated loop by as_trainable().
SEEDS = (5002, 5003)


@pytest.mark.ray
@pytest.mark.slow
def test_what_is_composed_gives_what_it_gave(
    ray_cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for one in compare([compose(seed) for seed in SEEDS], tmp_path / "pack", ray_cluster):
        assert one.raised is None
        assert one.different == ()
        assert one.trials > 0
