"""A small sweep on GPUs, run as Train V1 did or, with Train V2 on, as migrated.

Arguments: the file to write its results to as JSON, and a JSON object of the settings of `main`.
With RAY_TRAIN_V2_ENABLED=0 it runs on V1.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import ray
import ray.train.torch
import torch
from ray import train, tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import AsyncHyperBandScheduler, PopulationBasedTraining

V2 = os.environ.get("RAY_TRAIN_V2_ENABLED", "1") == "1"

SCHEDULERS = {
    None: lambda: None,
    "asha": lambda: AsyncHyperBandScheduler(grace_period=1, reduction_factor=2, max_t=4),
    "pbt": lambda: PopulationBasedTraining(
        time_attr="training_iteration",
        perturbation_interval=2,
        hyperparam_mutations={"train_loop_config": {"factor": [0.5, 2.0]}},
        quantile_fraction=0.5,
        synch=True,
    ),
}


def train_loop(config: dict[str, Any]) -> None:
    """Fit a line on the worker's device, from the stored weights on."""
    torch.manual_seed(0)
    device = ray.train.torch.get_device()
    x = torch.linspace(-1, 1, 256).unsqueeze(1)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, 3 * x + 1), 64)
    loader = ray.train.torch.prepare_data_loader(loader)
    model = torch.nn.Linear(1, 1)
    start = 0
    if checkpoint := train.get_checkpoint():
        with checkpoint.as_directory() as directory:
            state = torch.load(Path(directory, "state.pt"), map_location="cpu")
        start = state.pop("step") + 1
        model.load_state_dict(state)
    model = ray.train.torch.prepare_model(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"] * config["factor"])
    for step in range(start, config["steps"]):
        for inputs, targets in loader:
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        own = getattr(model, "module", model)
        weights = {name: value.detach().cpu() for name, value in own.state_dict().items()}
        with tempfile.TemporaryDirectory() as directory:
            torch.save({**weights, "step": step}, Path(directory, "state.pt"))
            train.report(
                {
                    "step": step,
                    "loss": round(loss.item(), 5),
                    "device": device.type,
                    "backend": torch.distributed.get_backend(),
                    "visible": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
                },
                checkpoint=train.Checkpoint.from_directory(directory),
            )


def trainable(scaling_config: ScalingConfig, *, built: bool) -> Any:
    """The trainer itself on V1; on V2 its driver function, or what `driver_for` makes of it."""
    trainer = TorchTrainer(train_loop, scaling_config=scaling_config)
    if not V2:
        return trainer

    from raytune_runtime import TuneReportCallback, driver_for, start_from_trial, trial_run

    if built:
        return driver_for(trainer)

    def train_driver_fn(config: dict[str, Any]) -> None:
        trainer = TorchTrainer(
            start_from_trial(train_loop),
            train_loop_config=config["train_loop_config"],
            scaling_config=scaling_config,
            run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    return train_driver_fn


def main(
    storage: str,
    lrs: list[float],
    steps: int = 4,
    gpus: float = 0.5,
    scheduler: str | None = None,
    swept_devices: list[bool] | None = None,
) -> list[dict[str, Any]]:
    """Run the sweep and describe its trials, in the order of `lrs`."""
    scaling_config = ScalingConfig(
        num_workers=1, use_gpu=True, resources_per_worker={"CPU": 1, "GPU": gpus}
    )
    space: dict[str, Any] = {
        "train_loop_config": {"lr": tune.grid_search(lrs), "factor": 1.0, "steps": steps}
    }
    if swept_devices is not None:
        space["scaling_config"] = {"num_workers": 1, "use_gpu": tune.grid_search(swept_devices)}
    limit = None
    if V2 and swept_devices is None:
        from raytune_runtime import max_concurrent_trials

        limit = max_concurrent_trials(scaling_config)
    tuner = tune.Tuner(
        trainable(scaling_config, built=swept_devices is not None),
        param_space=space,
        tune_config=tune.TuneConfig(
            metric="loss",
            mode="min",
            scheduler=SCHEDULERS[scheduler](),
            max_concurrent_trials=limit,
        ),
        run_config=tune.RunConfig(name="sweep", storage_path=storage, verbose=0),
    )
    results = sorted(tuner.fit(), key=lambda result: result.path)
    return [describe(result) for result in results]


def describe(result: tune.Result) -> dict[str, Any]:
    """What V1 and V2 must agree on."""
    assert result.metrics_dataframe is not None
    assert result.checkpoint is not None
    with result.checkpoint.as_directory() as directory:
        state = torch.load(Path(directory, "state.pt"))
    columns = ["training_iteration", "step", "loss", "device", "backend", "visible"]
    return {
        "reports": result.metrics_dataframe[columns].values.tolist(),
        "weights": {name: value for name, value in state.items() if name == "step"}
        | {name: value.tolist() for name, value in state.items() if name != "step"},
    }


if __name__ == "__main__":
    ray.init(log_to_driver=False)
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
