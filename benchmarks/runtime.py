"""What a sweep costs: on Train V1, in Ray's own pattern for Train V2, and with the runtime.

::

    python benchmarks/runtime.py [--rounds N] [--only WORKLOAD] [--way WAY] [--markdown]

Each way runs in a process and a Ray of its own, because V1 or V2 is decided when Ray Train is
imported. The ways take turns in every round, so that other load hits all alike; what is printed
is the median of the rounds, and how it compares with V1 and with Ray's own pattern.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLL_INTERVAL = "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S"

RESULT = "result: "  # before the measure on stdout

# How Ray is started for each run: logical CPUs, more than any workload takes.
NUM_CPUS = 8


@dataclass(frozen=True)
class Way:
    """One way to run a sweep."""

    name: str
    v2: bool = True
    runtime: bool = False
    poll_interval_s: str | None = None


V1 = Way("Train V1", v2=False)
OFFICIAL = Way("Ray's pattern")
RUNTIME = Way("with the runtime", runtime=True)
SAME_INTERVAL = "0.02"
OFFICIAL_QUICK = Way("Ray's pattern, polling as often", poll_interval_s=SAME_INTERVAL)
WAYS = {way.name: way for way in (V1, OFFICIAL, OFFICIAL_QUICK, RUNTIME)}


@dataclass(frozen=True)
class Workload:
    """A sweep, and what is measured of it.

    Attributes:
        measure: ``reports_per_s`` of the train loop, ``wall_s`` of the sweep, ``first_report_s``
            after the start of the sweep, ``trial_mb``: the memory of all processes of Ray
            (proportional set size) while one trial runs, less that before, or ``report_cpu_ms``:
            the CPU time of all processes of Ray from one report to the next, in the second half of
            them, when all processes have started. Other load counts, too: the longer a report
            takes, the more often workers are polled.
    """

    title: str
    measure: str
    trials: int = 1
    workers: int = 1
    reports: int = 1
    step_s: float = 0


WORKLOADS = {
    "reports-1": Workload("200 reports in a row, 1 worker", "reports_per_s", reports=200),
    "reports-2": Workload("200 reports in a row, 2 workers", "reports_per_s", 1, 2, 200),
    "cpu-1": Workload("600 reports in a row, 1 worker", "report_cpu_ms", reports=600),
    "cpu-2": Workload("600 reports in a row, 2 workers", "report_cpu_ms", 1, 2, 600),
    "short": Workload("8 trials of 10 steps of 0.1 s", "wall_s", 8, 1, 10, 0.1),
    "startup": Workload("until the first report of a trial", "first_report_s"),
    "seconds": Workload("a trial of 5 s", "wall_s", 1, 1, 10, 0.5),
    "minutes": Workload("a trial of 2 minutes", "wall_s", 1, 1, 120, 1.0),
    "memory": Workload("memory of a running trial", "trial_mb", 1, 1, 2, 6.0),
}

# In a row, Ray's pattern takes two seconds for each report: a tenth of them tells as much.
REPORTS_OF_OFFICIAL = 20


def train_loop(config: dict[str, Any]) -> None:
    """Report, with nothing but a pause between two reports."""
    from ray import train

    start = time.perf_counter()
    for _ in range(config["reports"]):
        time.sleep(config["step_s"])
        train.report({"loop_s": time.perf_counter() - start})


def trainable(way: Way, workload: Workload, storage: str) -> Any:
    """The trainer on V1, a driver function on V2."""
    from ray import train, tune

    scaling_config = train.ScalingConfig(num_workers=workload.workers)
    if not way.v2:
        from ray.train.data_parallel_trainer import DataParallelTrainer

        return DataParallelTrainer(train_loop, scaling_config=scaling_config)

    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer as DataParallelTrainerV2

    def train_driver_fn(config: dict[str, Any]) -> None:
        if way.runtime:
            from raytune_runtime import TuneReportCallback, trial_run

            run_config = train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
        else:
            from ray.tune.integration.ray_train import TuneReportCallback as RaysCallback

            name = f"train-trial_id={tune.get_context().get_trial_id()}"
            run_config = train.RunConfig(
                name=name, storage_path=storage, callbacks=[RaysCallback()]
            )
        DataParallelTrainerV2(
            train_loop,
            train_loop_config=config["train_loop_config"],
            scaling_config=scaling_config,
            run_config=run_config,
        ).fit()

    return train_driver_fn


def run(way: Way, workload: Workload) -> float:
    """Run a sweep and return what the workload measures."""
    import ray
    from ray import tune

    class Clock(tune.Callback):
        first: float | None = None
        results: int = 0
        cpu_s: tuple[float, ...] = ()

        def on_trial_result(self, **_: Any) -> None:
            self.first = self.first or time.perf_counter() - start
            self.results += 1
            if self.results in (reports // 2, reports):
                self.cpu_s += (sum(map(_cpu_s, _processes())),)

    ray.init(
        address="local",
        num_cpus=NUM_CPUS,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200 * 1024**2,
    )
    reports = min(workload.reports, REPORTS_OF_OFFICIAL) if way is OFFICIAL else workload.reports
    memory = Memory()
    clock = Clock()
    with tempfile.TemporaryDirectory() as storage:
        start = time.perf_counter()
        results = tune.Tuner(
            trainable(way, workload, storage),
            param_space={"train_loop_config": {"reports": reports, "step_s": workload.step_s}},
            tune_config=tune.TuneConfig(
                num_samples=workload.trials,
                max_concurrent_trials=NUM_CPUS // (1 + workload.workers),
            ),
            run_config=tune.RunConfig(storage_path=storage, verbose=0, callbacks=[clock]),
        ).fit()
        wall_s = time.perf_counter() - start
    assert not results.errors
    assert results[0].metrics is not None
    assert clock.first is not None
    if workload.measure == "report_cpu_ms":
        half, end = clock.cpu_s
        return 1000 * (end - half) / (reports - reports // 2)
    measured = {
        "reports_per_s": reports / results[0].metrics["loop_s"],
        "wall_s": wall_s,
        "first_report_s": clock.first,
        "trial_mb": memory.most(),
    }
    return measured[workload.measure]


class Memory:
    """Samples the memory of this process and all that come from it, four times a second."""

    def __init__(self) -> None:
        time.sleep(3)  # Ray starts some idle workers in advance
        self._before = self._used()
        self._most = self._before
        threading.Thread(target=self._watch, daemon=True).start()

    def most(self) -> float:
        """By how many MB it has grown at most."""
        return (self._most - self._before) / 2**20

    def _watch(self) -> None:
        while True:
            time.sleep(0.25)
            self._most = max(self._most, self._used())

    def _used(self) -> int:
        return sum(map(_proportional_bytes, _processes()))


def _processes() -> list[int]:
    """This process and all that come from it."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = status.read_text().split(" (", 1)
            parents[int(pid)] = int(rest.rpartition(") ")[2].split()[1])
        except (OSError, ValueError):
            continue  # ended meanwhile
    return [pid for pid in parents if _comes_from(pid, parents)]


def _comes_from(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        if pid == os.getpid():
            return True
        pid = parents[pid]
    return False


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(way: Way, name: str) -> float:
    """Run one sweep in a process of its own."""
    env = {**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(way.v2)), "RAY_AUTH_MODE": "disabled"}
    env.pop("RAY_ADDRESS", None)
    if way.poll_interval_s is not None:
        env[POLL_INTERVAL] = way.poll_interval_s
    done = subprocess.run(
        [sys.executable, __file__, "--one", way.name, name],
        env=env,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{way.name}, {name}: failed\n{done.stderr[-4000:]}")
    # Ray, too, prints to stdout, some of it at exit.
    said = [one for one in done.stdout.splitlines() if one.startswith(RESULT)]
    if not said:
        sys.exit(f"{way.name}, {name}: no result\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    value: float = json.loads(said[0].removeprefix(RESULT))
    return value


def table(medians: dict[str, dict[str, float]], *, markdown: bool) -> str:
    """The measures, one workload to a line."""
    head = ["", *WAYS, "runtime / V1", "runtime / Ray's pattern"]
    rows = []
    for name, values in medians.items():
        title = f"{WORKLOADS[name].title}: {WORKLOADS[name].measure}"
        measured = [f"{values[way]:.1f}" if way in values else "-" for way in WAYS]
        rows.append([title, *measured, *(_ratio(values, way) for way in (V1, OFFICIAL))])
    if markdown:
        lines = [head, ["---"] * len(head), *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in [head, *rows]
    )


def _ratio(values: dict[str, float], way: Way) -> str:
    """The runtime's measure as a multiple of another way's."""
    if RUNTIME.name not in values or way.name not in values:
        return "-"
    return f"{values[RUNTIME.name] / values[way.name]:.2f}"


def main() -> None:
    """Run all workloads in all ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=WORKLOADS, metavar="WORKLOAD")
    parser.add_argument("--way", action="append", choices=WAYS, metavar="WAY", default=[])
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "WORKLOAD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, workload = options.one
        print(f"{RESULT}{json.dumps(run(WAYS[way], WORKLOADS[workload]))}", flush=True)
        return
    values: dict[str, dict[str, list[float]]] = {}
    for number in range(options.rounds):
        for name in options.only or WORKLOADS:
            for way in (WAYS[one] for one in options.way or WAYS):
                value = measure(way, name)
                values.setdefault(name, {}).setdefault(way.name, []).append(value)
                print(f"round {number + 1}  {name:10}  {way.name:32}  {value:8.2f}", flush=True)
    medians = {
        name: {way: statistics.median(each) for way, each in ways.items()}
        for name, ways in values.items()
    }
    print(table(medians, markdown=options.markdown))


if __name__ == "__main__":
    main()
