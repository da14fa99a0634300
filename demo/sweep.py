"""Tunes a small classifier of two interleaved half-moons: six trials, two workers each."""

import tempfile
from pathlib import Path

import ray
import torch
from ray import train, tune
from ray.train import Checkpoint, CheckpointConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import ASHAScheduler
from torch import nn

STORAGE = str(Path("results").resolve())


def half_moons(n, seed, noise=0.15):
    """Returns `n` points of two interleaved half-moons, and which moon each belongs to."""
    generator = torch.Generator().manual_seed(seed)
    label = torch.arange(n) % 2
    angle = torch.rand(n, generator=generator) * torch.pi
    upper = torch.stack([angle.cos(), angle.sin()], dim=1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1)
    points = torch.where(label[:, None] == 0, upper, lower)
    return points + noise * torch.randn(n, 2, generator=generator), label


def build_model(width, depth):
    """Returns a perceptron of `depth` hidden layers."""
    layers = [nn.Linear(2, width), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 2))


def accuracy(model, points, label):
    """Returns the share of `points` that `model` puts in the right moon."""
    with torch.no_grad():
        return (model(points).argmax(dim=1) == label).float().mean().item()


def train_loop(config):
    """Trains on this worker's half of the points; saves the model after each epoch."""
    context = train.get_context()
    rank, world_size = context.get_world_rank(), context.get_world_size()
    torch.manual_seed(config["seed"])
    points, label = half_moons(512, seed=1)
    points, label = points[rank::world_size], label[rank::world_size]
    held_out = half_moons(256, seed=2)

    model = train.torch.prepare_model(build_model(**config["model"]))
    optimizer = torch.optim.SGD(model.parameters(), **config["optimizer"])
    for epoch in range(config["epochs"]):
        for _ in range(20):
            loss = nn.functional.cross_entropy(model(points), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        metrics = {"epoch": epoch, "accuracy": accuracy(model.module, *held_out)}
        with tempfile.TemporaryDirectory() as directory:
            checkpoint = None
            if rank == 0:
                torch.save(model.module.state_dict(), Path(directory, "model.pt"))
                checkpoint = Checkpoint.from_directory(directory)
            train.report(metrics, checkpoint=checkpoint)


if __name__ == "__main__":
    ray.init(num_cpus=6)

    trainer = TorchTrainer(
        train_loop,
        train_loop_config={
            "epochs": 8,
            "seed": 0,
            "model": {"width": 16, "depth": 2},
            "optimizer": {"lr": 0.1, "momentum": 0.9},
        },
        scaling_config=ScalingConfig(num_workers=2),
        run_config=RunConfig(
            name="half-moons",
            storage_path=STORAGE,
            # the latest is the best
            checkpoint_config=CheckpointConfig(num_to_keep=1),
        ),
    )
    tuner = tune.Tuner(
        trainer,
        param_space={
            "train_loop_config": {
                # `depth` and `momentum` stay as they are above
                "model": {"width": tune.grid_search([32, 4])},
                "optimizer": {"lr": tune.grid_search([0.5, 0.05, 0.002])},
            }
        },
        tune_config=tune.TuneConfig(
            metric="accuracy",
            mode="max",
            scheduler=ASHAScheduler(grace_period=2, reduction_factor=2, max_t=8),
        ),
    )
    results = tuner.fit()

    print(f"\n{'width':>5} {'lr':>6} {'epochs':>6} {'accuracy':>8}")
    for result in sorted(results, key=lambda r: r.metrics["accuracy"], reverse=True):
        config, metrics = result.config["train_loop_config"], result.metrics
        width, lr = config["model"]["width"], config["optimizer"]["lr"]
        epochs = metrics["training_iteration"]
        print(f"{width:5} {lr:6} {epochs:6} {metrics['accuracy']:8.3f}")

    best = results.get_best_result()
    width = best.config["train_loop_config"]["model"]["width"]
    model = build_model(width, depth=2)
    with best.checkpoint.as_directory() as directory:
        model.load_state_dict(torch.load(Path(directory, "model.pt")))
    score = accuracy(model, *half_moons(1000, seed=3))
    print(f"\nThe best model, loaded from its checkpoint, on new points: {score:.3f}")
