"""The configs and arguments of trainers and Tuners, as expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composed.choices import Choices
    from composed.loops import Facts
    from composed.spelling import Names

Arguments = list[tuple[str, str]]


def call(function: str, arguments: Arguments, positional: int = 0) -> str:
    """A call, with so many of its arguments by place."""
    parts = [
        value if number < positional else f"{name}={value}"
        for number, (name, value) in enumerate(arguments)
    ]
    return f"{function}({', '.join(parts)})"


PAUSING = ("pbt", "hyperband")
"""Schedulers whose trials wait for each other."""


@dataclass(frozen=True)
class Space:
    """What is sampled."""

    text: str  # of the whole space; empty where there is none
    lr: bool = False  # whether its part for the loop has a learning rate
    trials: int = 1  # that one sample comes to
    random: bool = False  # whether more than one sample is worth while
    suggested: bool = False  # by a searcher of the script's own


@dataclass(frozen=True)
class Search:
    """How it is sampled."""

    text: str  # of the TuneConfig; empty where there is none
    metric: bool  # whether it names the metric
    scheduler: str
    statements: tuple[str, ...] = ()


def scaling(choices: Choices, names: Names, fact: Facts, scheduler: str) -> str:
    """The trainer's ScalingConfig; empty where it has none."""
    if scheduler in PAUSING:  # one trial at a time, so that all runs are alike
        alone: Arguments = [("num_workers", "1"), ("resources_per_worker", '{"CPU": 7}')]
        return call(names["ScalingConfig"], alone)
    if fact.workers == 1 and choices.whether("no scaling_config", 0.08):
        return ""
    arguments: Arguments = [("num_workers", str(fact.workers))]
    if choices.whether("use_gpu", 0.35):
        arguments.append(("use_gpu", "False"))
    if choices.whether("resources_per_worker", 0.25):
        arguments.append(("resources_per_worker", '{"CPU": 1}'))
    if choices.whether("trainer_resources", 0.12):
        count = choices.of("CPUs of the trainer", **{"0": 2, "1": 1})
        arguments.append(("trainer_resources", f'{{"CPU": {count}}}'))
    if choices.whether("placement_strategy", 0.06):
        arguments.append(("placement_strategy", '"SPREAD"'))
    return call(names["ScalingConfig"], arguments)


def run_config(choices: Choices, names: Names, fact: Facts, whose: str) -> str:
    """A RunConfig, with a checkpoint and a failure config or without."""
    arguments: Arguments = []

    def chosen(field: str, chance: float) -> bool:
        return choices.whether(f"{field} of the {whose}'s RunConfig", chance)

    if chosen("name", 0.7):
        arguments.append(("name", f'"{whose}-run"'))
    if chosen("storage_path", 0.6):
        names.plain("os")
        field = "local_dir" if fact.old else "storage_path"
        arguments.append((field, 'os.path.abspath("runs")'))
    if chosen("stop", 0.25):
        arguments.append(("stop", _stop(choices, names, fact)))
    if chosen("verbose", 0.3):
        arguments.append(("verbose", choices.of("verbosity", **{"0": 1, "1": 1})))
    if chosen("log_to_file", 0.03):
        arguments.append(("log_to_file", "True"))
    if chosen("callbacks", 0.12):
        arguments.append(("callbacks", "[Notes()]"))
    if fact.checkpoints != "none" and chosen("checkpoint_config", 0.5):
        arguments.append(("checkpoint_config", _retention(choices, names)))
    if fact.fails == "flaky" or chosen("failure_config", 0.1):
        arguments.append(("failure_config", call(names["FailureConfig"], [("max_failures", "1")])))
    return call(names["RunConfig"], choices.shuffled(arguments))


def _stop(choices: Choices, names: Names, fact: Facts) -> str:
    at = choices.number("stops at", 1, fact.steps)
    metric = 0 if fact.boosting else 1
    stop = choices.of("stop", iterations=5, metric=metric, stopper=1, function=1)
    if stop == "iterations":
        return f'{{"training_iteration": {at}}}'
    if stop == "metric":
        return f'{{"step": {at - 1}}}'
    if stop == "stopper":
        return call(names["MaximumIterationStopper"], [("max_iter", str(at))])
    return f'lambda trial_id, result: result["training_iteration"] >= {at}'


def _retention(choices: Choices, names: Names) -> str:
    arguments: Arguments = []
    if choices.whether("num_to_keep", 0.85):
        arguments.append(("num_to_keep", str(choices.number("kept", 1, 2))))
    if choices.whether("kept by score", 0.5):
        arguments.append(("checkpoint_score_attribute", '"loss"'))
        arguments.append(
            ("checkpoint_score_order", choices.of("order", **{'"min"': 2, '"max"': 1}))
        )
    return call(names["CheckpointConfig"], arguments)


def space(choices: Choices, names: Names, fact: Facts, *, has_base: bool) -> Space:
    """The search space; all of the loop's config where the trainer has none of its own."""
    kinds = {"loop": 20.0, "absent": 1.5, "whole": 1.5}
    if fact.boosting:
        depth = f"{names['grid_search']}([1, 2])"
        return Space(f'{{"params": {{"max_depth": {depth}}}}}', trials=2)
    if fact.workers == 1:
        kinds |= {"scaling": 1.2, "scaling_object": 0.8}
    if not fact.takes_config:
        kinds = {"absent": 2, "scaling": 1} if fact.workers == 1 else {"absent": 1}
    elif fact.fails != "no" or not has_base:
        kinds = {"loop": 1}  # it fails where its learning rate is high
    kind = choices.of("param_space", **kinds)
    if kind == "absent":
        return Space("")
    grid = names["grid_search"]
    if kind == "whole":
        nested = ', "optimizer": {"momentum": 0.5}' if fact.nested else ""
        text = f'{{"train_loop_config": {grid}([{{"lr": 0.2}}, {{"lr": 0.4{nested}}}])}}'
        return Space(text, lr=True, trials=2)
    if kind in ("scaling", "scaling_object"):
        swept = f"{grid}([1, 2])"
        inside = (
            f"{names['ScalingConfig']}(num_workers={swept})"
            if kind == "scaling_object"
            else f'{{"num_workers": {swept}}}'
        )
        rest = ', "train_loop_config": {"lr": 0.3}' if fact.takes_config else ""
        return Space(f'{{"scaling_config": {inside}{rest}}}', lr=bool(rest), trials=2)
    return _of_the_loop(choices, names, fact, has_base=has_base)


def _of_the_loop(choices: Choices, names: Names, fact: Facts, *, has_base: bool) -> Space:
    domains = {"grid": 8.0, "choice": 2, "uniform": 2, "loguniform": 1, "sampled": 1}
    domains["suggested"] = 0.7
    if fact.fails != "no":
        domains = {"grid": 1}
    domain = choices.of("learning rates", **domains)
    lr = {
        "grid": lambda: f"{names['grid_search']}([0.2, 0.4])",
        "choice": lambda: f"{names['choice']}([0.1, 0.2, 0.4])",
        "uniform": lambda: f"{names['uniform']}(0.1, 0.4)",
        "loguniform": lambda: f"{names['loguniform']}(1e-3, 1e-1)",
        "sampled": lambda: f"{names['sample_from']}(lambda spec: 0.25)",
        "suggested": lambda: "0.0",
    }[domain]()
    items = [f'"lr": {lr}']
    if not has_base:
        items.append(f'"steps": {fact.steps}')
    if choices.whether("a constant in the space", 0.25):
        items.append('"tag": "a"')
    if fact.nested and (not has_base or choices.whether("nested key swept", 0.6)):
        momentum = choices.of("momentum", constant=1, choice=0 if domain == "suggested" else 1)
        value = "0.7" if momentum == "constant" else f"{names['choice']}([0.5, 0.9])"
        items.append(f'"optimizer": {{"momentum": {value}}}')
    if domain != "suggested" and choices.whether("an integer is sampled", 0.1):
        items.append(f'"seed": {names["randint"]}(0, 1000)')
    inner = "{" + ", ".join(choices.shuffled(items)) + "}"
    text = f'{{"train_loop_config": {inner}}}'
    if choices.whether("space by dict()", 0.08):
        text = f"dict(train_loop_config={inner})"
    suggested = domain == "suggested"
    return Space(text, True, 2 if domain == "grid" else 1, domain != "grid", suggested)


def search(choices: Choices, names: Names, fact: Facts, sampled: Space) -> Search:
    """The TuneConfig, and what it needs to be made."""
    schedulers = {"none": 10.0, "asha": 2, "median": 0.5, "fifo": 0.3}
    if fact.fails == "flaky":
        schedulers = {"none": 1}
    # Trials that wait for one that has failed wait for ever, on Train V1 too.
    elif (
        fact.fails == "no"
        and fact.workers == 1
        and not sampled.suggested
        and fact.checkpoints == "each"
        and fact.resumes
        and "scaling_config" not in sampled.text
    ):
        schedulers |= {"pbt": 2, "hyperband": 1}
    scheduler = choices.of("scheduler", **schedulers)
    needed = scheduler not in ("none", "fifo")
    metric = choices.whether("metric in the TuneConfig", 0.75)
    arguments: Arguments = []
    # Schedulers and searchers that are given the metric must not get it from Tune as well.
    if metric:
        arguments += [("metric", '"loss"'), ("mode", '"min"')]
    if sampled.random or choices.whether("num_samples", 0.2):
        arguments.append(("num_samples", "2" if sampled.trials == 1 else "1"))
    statements: list[str] = []
    if scheduler != "none":
        text = _scheduler(names, scheduler, () if metric or not needed else _METRIC)
        if choices.whether("scheduler in a variable", 0.4):
            statements.append(f"scheduler = {text}")
            text = "scheduler"
        arguments.append(("scheduler", text))
    if sampled.suggested:
        limit = f"{names['ConcurrencyLimiter']}(Halving(), max_concurrent=1)"
        arguments.append(("search_alg", limit))
    # Two trials at once report in an order of their own.
    elif scheduler in ("asha", "median") or choices.whether("max_concurrent_trials", 0.2):
        if scheduler not in PAUSING:
            arguments.append(("max_concurrent_trials", "1"))
    elif choices.whether("searcher", 0.08):
        arguments.append(("search_alg", f"{names['BasicVariantGenerator']}(random_state=7)"))
    if choices.whether("reuse_actors", 0.04):
        arguments.append(("reuse_actors", "False"))
    if not arguments:
        return Search("", metric=False, scheduler=scheduler)
    text = call(names["TuneConfig"], choices.shuffled(arguments))
    return Search(text, metric, scheduler, tuple(statements))


_METRIC = (("metric", '"loss"'), ("mode", '"min"'))


def _scheduler(names: Names, kind: str, metric: tuple[tuple[str, str], ...]) -> str:
    first = list(metric)
    if kind == "asha":
        arguments = [*first, ("max_t", "4"), ("grace_period", "1"), ("reduction_factor", "2")]
        return call(names["ASHAScheduler"], arguments)
    if kind == "median":
        arguments = [*first, ("grace_period", "1"), ("min_samples_required", "1")]
        return call(
            names["MedianStoppingRule"], [*arguments, ("time_attr", '"training_iteration"')]
        )
    if kind == "hyperband":
        return call(names["HyperBandScheduler"], [*first, ("max_t", "4")])
    if kind == "pbt":
        arguments = [
            *first,
            ("time_attr", '"training_iteration"'),
            ("perturbation_interval", "2"),
            ("hyperparam_mutations", '{"train_loop_config": {"lr": [0.1, 0.2, 0.4]}}'),
            ("quantile_fraction", "0.5"),
            ("synch", "True"),
        ]
        return call(names["PopulationBasedTraining"], arguments)
    return call(names["FIFOScheduler"], [])


def base(choices: Choices, fact: Facts, sampled: Space, *, alone: bool) -> str:
    """The trainer's own config; all of the loop's where the trainer is also fitted alone."""
    nested = ', "optimizer": {"name": "sgd", "momentum": 0.9}' if fact.nested else ""
    missing = sampled.lr and not alone and choices.whether("no learning rate in the base", 0.5)
    rate = "" if missing else '"lr": 0.2, '
    return f'{{{rate}"steps": {fact.steps}{nested}}}'
