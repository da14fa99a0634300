"""Sweeps on a GPU, V1 against V2, value by value."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from test_runtime_as_v1 import Sweep, run_both

pytestmark = [
    pytest.mark.ray,
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU"),
    pytest.mark.usefixtures("ray_cluster"),
]

GPU_SWEEP = Path(__file__).with_name("gpu_sweep.py")


@pytest.fixture(scope="module")
def shared_gpu(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Four trials of half a GPU each."""
    return run_both(tmp_path_factory.mktemp("shared"), script=GPU_SWEEP, lrs=[0.05, 0.1, 0.2, 0.4])


def test_trials_share_a_gpu(shared_gpu: Sweep) -> None:
    assert {report[3] for trial in shared_gpu.v2 for report in trial["reports"]} == {"cuda"}
    assert shared_gpu.same("reports")


def test_checkpoints_hold_the_weights(shared_gpu: Sweep) -> None:
    assert shared_gpu.same("weights")


def test_clones_go_on_with_the_donors_weights(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, script=GPU_SWEEP, lrs=[0.001, 0.4], steps=6, gpus=1, scheduler="pbt")
    assert [trial["reports"][-1][0] for trial in sweep.v2] == [6, 6]
    assert sweep.same("reports")
    assert sweep.same("weights")


def test_trials_choose_their_device(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, script=GPU_SWEEP, lrs=[0.1], steps=2, swept_devices=[True, False])
    devices = [(trial["reports"][0][3], trial["reports"][0][4]) for trial in sweep.v2]
    assert devices == [("cuda", "nccl"), ("cpu", "gloo")]
    assert sweep.same("reports")
    assert sweep.same("weights")


def test_early_stops_free_the_gpu(tmp_path: Path) -> None:
    before = torch.cuda.mem_get_info()[0]
    sweep = run_both(
        tmp_path, script=GPU_SWEEP, lrs=[0.4, 0.2, 0.1, 0.05], gpus=1, scheduler="asha"
    )
    assert {len(trial["reports"]) for trial in sweep.v2} > {1}
    assert sweep.same("reports")
    # What one context of CUDA takes, of half a GB and more, would be missing.
    assert before - torch.cuda.mem_get_info()[0] < 200 * 2**20
