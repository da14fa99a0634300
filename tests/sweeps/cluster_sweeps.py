"""Sweeps on a cluster of several nodes, written for Train V1; `raytune-migrate` makes the others.

Arguments: the file to write the results to, a directory for the sweeps' files, and the names of
sweeps. The results are JSON: for each sweep what its trials reported last, or their errors, and
whether the whole cluster was free again.

The cluster has 4 CPUs and ``on_demand`` on one node, 3 CPUs on another, and none on the head node;
and 4 GPUs on each of the two.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import ray
from ray import train, tune
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.data_parallel_trainer import DataParallelTrainer
from ray.tune.search import ConcurrencyLimiter, Searcher
from ray.util.placement_group import placement_group, remove_placement_group

PATIENCE_S = 200


def wait_for_others(config):
    """Report once, as soon as so many trials have started that none of them has ended before."""
    scratch = Path(config["scratch"])
    (scratch / f"{config['trial']}.started").touch()
    deadline = time.monotonic() + PATIENCE_S
    while not (met := len(list(scratch.glob("*.started"))) >= config["at_once"]):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    train.report({"met": met})


def small_trials(scratch):
    """1 CPU for the coordinator, 1 for the worker: 3 fit on nodes of 4 and 3 CPUs."""
    trainer = DataParallelTrainer(wait_for_others, scaling_config=ScalingConfig(num_workers=1))
    tuner = tune.Tuner(
        trainer,
        param_space={
            "train_loop_config": {
                "scratch": scratch,
                "at_once": 3,
                "trial": tune.grid_search([0, 1, 2, 3]),
            }
        },
    )
    return tuner.fit()


def large_workers(scratch):
    """3 CPUs for each worker: where the coordinator was with the first one, one trial fits."""
    trainer = DataParallelTrainer(wait_for_others)
    scaling_config = ScalingConfig(
        num_workers=2, resources_per_worker={"CPU": 3}, placement_strategy="STRICT_SPREAD"
    )
    tuner = tune.Tuner(
        trainer,
        param_space={
            "scaling_config": scaling_config,
            "train_loop_config": {
                "scratch": scratch,
                "at_once": 1,
                "trial": tune.grid_search([0, 1]),
            },
        },
    )
    return tuner.fit()


def gpus(scratch):
    """4 GPUs for each trial, of 8, on two nodes: 2 fit, whatever the CPUs allow."""
    trainer = DataParallelTrainer(
        wait_for_others,
        train_loop_config={"scratch": scratch, "at_once": 2},
        scaling_config=ScalingConfig(
            num_workers=2,
            use_gpu=True,
            resources_per_worker={"GPU": 2},
            placement_strategy="STRICT_SPREAD",
        ),
    )
    tuner = tune.Tuner(
        trainer, param_space={"train_loop_config": {"trial": tune.grid_search([0, 1, 2])}}
    )
    return tuner.fit()


class Numbers(Searcher):
    """Suggests 0, 1, 2 and so on."""

    def __init__(self):
        super().__init__(metric="met", mode="max")
        self.next = 0

    def suggest(self, trial_id):
        self.next += 1
        return {"train_loop_config": {"trial": self.next - 1}}

    def on_trial_complete(self, trial_id, result=None, error=False):
        pass

    def save(self, checkpoint_path):
        pass

    def restore(self, checkpoint_path):
        pass


def beside_others(scratch):
    """Another job has the larger node. Of trials of 3 CPUs one fits; two coordinators would not."""
    held = placement_group([{"CPU": 4}])
    ray.get(held.ready())
    trainer = DataParallelTrainer(
        wait_for_others,
        train_loop_config={"scratch": scratch, "at_once": 1},
        scaling_config=ScalingConfig(num_workers=1, resources_per_worker={"CPU": 2}),
    )
    tuner = tune.Tuner(
        trainer,
        tune_config=tune.TuneConfig(
            num_samples=3, search_alg=ConcurrencyLimiter(Numbers(), max_concurrent=6)
        ),
    )
    results = tuner.fit()
    remove_placement_group(held)
    return results


def lose_a_node(config):
    """Report four times; after the second report of the first attempt wait for a node to go."""
    start = 0
    if checkpoint := train.get_checkpoint():
        with checkpoint.as_directory() as directory:
            start = int(Path(directory, "step").read_text())
    for step in range(start, 4):
        if step == 2 and start == 0:
            Path(config["scratch"], "training").touch()
            time.sleep(PATIENCE_S)
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "step").write_text(str(step + 1))
            train.report(
                {"step": step + 1, "start": start},
                checkpoint=train.Checkpoint.from_directory(directory),
            )


def lost_node(scratch):
    """The coordinator is on the node that stays, and one of the workers on that which goes."""
    trainer = DataParallelTrainer(
        lose_a_node,
        train_loop_config={"scratch": scratch},
        scaling_config=ScalingConfig(
            num_workers=2,
            resources_per_worker={"CPU": 3},
            trainer_resources={"on_demand": 0.01},
        ),
        run_config=RunConfig(failure_config=FailureConfig(max_failures=1)),
    )
    return tune.Tuner(trainer).fit()


SWEEPS = {
    sweep.__name__: sweep for sweep in (small_trials, large_workers, gpus, beside_others, lost_node)
}
KEYS = ("met", "step", "start", "training_iteration", "node_ip")


def describe(result):
    if result.error:
        return {"error": str(result.error)}
    return {key: result.metrics[key] for key in KEYS if key in result.metrics}


def all_is_free():
    """Whether nothing stays reserved, which takes Ray a moment."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if ray.available_resources().get("CPU") == ray.cluster_resources()["CPU"]:
            return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    results_file, scratch, *names = sys.argv[1:]
    ray.init(log_to_driver=False)
    told = {}
    for name in names:
        directory = Path(scratch, name)
        directory.mkdir(parents=True)
        trials = [describe(result) for result in SWEEPS[name](str(directory))]
        told[name] = {"trials": trials, "free": all_is_free()}
    Path(results_file).write_text(json.dumps(told))
