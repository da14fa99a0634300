"""How a trainer reaches the Tuner, and the results those who read them, as statements."""

from __future__ import annotations

import re
from textwrap import indent
from typing import TYPE_CHECKING

from composed.configs import Arguments, call
from composed.parts import TAB
from composed.readers import of_analysis, readings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composed.parts import Parts, Sweep

_PRINTED = "print(json.dumps(out, sort_keys=True))"


def divided(before: list[str], tuner: Arguments) -> tuple[list[str], list[str]]:
    """The statements that a Tuner needs, and those that its trainer does."""
    read = {value for _, value in tuner}
    mine: list[str] = []
    for one in reversed(before):
        name = one.partition(" ")[0]
        if any(re.search(rf'(?<!["\w]){re.escape(name)}(?![="\w])', text) for text in read):
            mine.insert(0, one)
            read.add(one)
    shared = ("run_config =", "args =")
    return mine, [one for one in before if one not in mine or one.startswith(shared)]


def _tuner(parts: Parts, trainable: str, rest: Arguments) -> str:
    positional = 0 if parts.choices.whether("trainable=", 0.25) else 1
    arguments = [("trainable", trainable), *parts.choices.shuffled(rest)]
    return call(parts.names["Tuner"], arguments, positional)


def _fitted(parts: Parts, tuner: str, grid: str = "results") -> list[str]:
    """The statements that fit a Tuner."""
    if parts.choices.whether("fit() at once", 0.3):
        return [f"{grid} = {tuner}.fit()"]
    annotation = ""
    if parts.choices.whether("annotated results", 0.08):
        annotation = f": {parts.names['ResultGrid']}"
    return [f"tuner = {tuner}", f"{grid}{annotation} = tuner.fit()"]


def _readings(parts: Parts, sweep: Sweep, grid: str) -> list[str]:
    return readings(
        parts.choices, parts.names, parts.fact, grid, metric=sweep.search.metric, lr=sweep.lr
    )


def _swept(parts: Parts, sweep: Sweep, trainable: str) -> list[str]:
    """The sweep over a trainable, and what is made of its results."""
    return [
        *_fitted(parts, _tuner(parts, trainable, sweep.tuner)),
        "out = {}",
        *_readings(parts, sweep, "results"),
        _PRINTED,
    ]


def _summary(parts: Parts, sweep: Sweep) -> None:
    """A function that reads the results of several sweeps."""
    body = "\n".join(["out = {}", *_readings(parts, sweep, "grid"), "return out"])
    parts.module.append(f"def summary(grid):\n{indent(body, TAB)}")


def _by_variable(parts: Parts, sweep: Sweep) -> list[str]:
    return [*sweep.before, f"trainer = {sweep.trainer}", *_swept(parts, sweep, "trainer")]


def _inline(parts: Parts, sweep: Sweep) -> list[str]:
    return [*sweep.before, *_swept(parts, sweep, sweep.trainer)]


def _by_function(parts: Parts, sweep: Sweep) -> list[str]:
    mine, its = divided(sweep.before, sweep.tuner)
    body = "\n".join([*parts.loop.local, *its, f"return {sweep.trainer}"])
    parts.loop.local.clear()
    parts.module.append(f"def make_trainer():\n{indent(body, TAB)}")
    if parts.choices.of("the function's trainer", at_once=1, variable=1) == "at_once":
        return [*mine, *_swept(parts, sweep, "make_trainer()")]
    return [*mine, "trainer = make_trainer()", *_swept(parts, sweep, "trainer")]


def _by_factory(parts: Parts, sweep: Sweep) -> list[str]:
    mine, its = divided(sweep.before, sweep.tuner)
    old = f"num_workers={parts.fact.workers}"
    parameter = "workers" if old in sweep.trainer else "unused"
    trainer = sweep.trainer.replace(old, "num_workers=workers")
    body = "\n".join([*parts.loop.local, *its, f"trainer = {trainer}", "return trainer"])
    parts.loop.local.clear()
    parts.module.append(f"def make_trainer({parameter}):\n{indent(body, TAB)}")
    return [*mine, *_swept(parts, sweep, f"make_trainer({parts.fact.workers})")]


def _by_dict(parts: Parts, sweep: Sweep) -> list[str]:
    lines = [*sweep.before, f'trainers = {{"first": {sweep.trainer}}}']
    return [*lines, *_swept(parts, sweep, 'trainers["first"]')]


def _several(parts: Parts, sweep: Sweep) -> list[str]:
    _summary(parts, sweep)
    apart = [
        (name, value.replace('name="tuner-run"', 'name=f"tuner-run-{name}"'))
        for name, value in sweep.tuner
    ]
    form = parts.choices.of("several trainers", pairs=2, items=1, list=1)
    pairs = f'[("a", {sweep.trainer}), ("b", {sweep.trainer})]'
    every, through = {
        "list": (f"[{sweep.trainer}, {sweep.trainer}]", "enumerate(trainers)"),
        "items": (f"dict({pairs})", "trainers.items()"),
        "pairs": (pairs, "trainers"),
    }[form]
    inner = [*_fitted(parts, _tuner(parts, "trainer", apart)), "out[name] = summary(results)"]
    loop = f"for name, trainer in {through}:\n" + indent("\n".join(inner), TAB)
    return [*sweep.before, f"trainers = {every}", "out = {}", loop, _PRINTED]


def _two_tuners(parts: Parts, sweep: Sweep) -> list[str]:
    _summary(parts, sweep)
    again = [(name, value.replace('"tuner-run"', '"second-run"')) for name, value in sweep.tuner]
    return [
        *sweep.before,
        f"trainer = {sweep.trainer}",
        *_fitted(parts, _tuner(parts, "trainer", sweep.tuner), "first"),
        *_fitted(parts, _tuner(parts, "trainer", again), "second"),
        "print(json.dumps([summary(first), summary(second)], sort_keys=True))",
    ]


def _fit_beside(parts: Parts, sweep: Sweep) -> list[str]:
    read = parts.choices.of("of the own fit", loss=4, checkpoint=1, nothing=2)
    lines = {
        "loss": ["baseline = trainer.fit()", 'print("baseline", baseline.metrics["loss"])'],
        "checkpoint": ["baseline = trainer.fit()", "print(baseline.checkpoint is not None)"],
        "nothing": ["trainer.fit()"],
    }[read]
    head = [*sweep.before, f"trainer = {sweep.trainer}"]
    return [*head, *lines, *_swept(parts, sweep, "trainer")]


def _by_parameter(parts: Parts, sweep: Sweep) -> list[str]:
    needed, its = divided(sweep.before, sweep.tuner)
    shared = [one.partition(" ")[0] for one in needed if one in its]
    mine = [one for one in needed if one not in its]
    annotated = parts.choices.whether("annotated trainer", 0.3)
    parameter = f"trainer: {sweep.trainer.partition('(')[0]}" if annotated else "trainer"
    extra = "".join(f", {one}" for one in shared)
    body = "\n".join([*mine, f"return {_tuner(parts, 'trainer', sweep.tuner)}.fit()"])
    parts.module.append(f"def sweep({parameter}{extra}):\n{indent(body, TAB)}")
    return [
        *its,
        f"trainer = {sweep.trainer}",
        f"results = sweep(trainer{extra})",
        "out = {}",
        *_readings(parts, sweep, "results"),
        _PRINTED,
    ]


def _by_branch(parts: Parts, sweep: Sweep) -> list[str]:
    parts.names.plain("sys")
    other = sweep.trainer.replace(f"num_workers={parts.fact.workers}", "num_workers=2")
    branch = f"if len(sys.argv) > 9:\n{TAB}trainer = {other}\nelse:\n{TAB}trainer = {sweep.trainer}"
    return [*sweep.before, branch, *_swept(parts, sweep, "trainer")]


def _by_kwargs(parts: Parts, sweep: Sweep) -> list[str]:
    every = [("trainable", "trainer"), *sweep.tuner]
    items = ", ".join(f'"{name}": {value}' for name, value in every)
    return [
        *sweep.before,
        f"trainer = {sweep.trainer}",
        f"arguments = {{{items}}}",
        f"results = {parts.names['Tuner']}(**arguments).fit()",
        "out = {}",
        *_readings(parts, sweep, "results"),
        _PRINTED,
    ]


def _by_namespace(parts: Parts, sweep: Sweep) -> list[str]:
    parts.names.lines.add("from types import SimpleNamespace")
    put = ["state = SimpleNamespace()", f"state.trainer = {sweep.trainer}"]
    return [*sweep.before, *put, *_swept(parts, sweep, "state.trainer")]


def _as_trainable(parts: Parts, sweep: Sweep) -> list[str]:
    head = [*sweep.before, f"trainer = {sweep.trainer}"]
    return [*head, *_swept(parts, sweep, "trainer.as_trainable()")]


def _by_run(parts: Parts, sweep: Sweep) -> list[str]:
    choices, names = parts.choices, parts.names
    names.plain("os")
    space = dict(sweep.tuner).get("param_space")
    arguments: Arguments = [
        ("run_or_experiment", "trainer.as_trainable()"),
        *([("config", space)] if space else []),
        ("metric", '"loss"'),
        ("mode", '"min"'),
    ]
    if choices.whether("tune.run with a name", 0.6):
        arguments.append(("name", '"old-run"'))
    if choices.whether("tune.run with storage_path", 0.5):
        arguments.append(("storage_path", 'os.path.abspath("runs")'))
    if choices.whether("tune.run with verbose", 0.4):
        arguments.append(("verbose", "0"))
    of_tuner = ("tune_config =", "scheduler =")
    return [
        *(one for one in sweep.before if not one.startswith(of_tuner)),
        f"trainer = {sweep.trainer}",
        f"analysis = {call(names['run'], arguments, 1)}",
        "out = {}",
        *of_analysis(choices, names),
        _PRINTED,
    ]


def _restored(parts: Parts, sweep: Sweep) -> list[str]:
    given = parts.choices.of("restored with", **{"trainer": 1, "trainable=trainer": 2})
    lines = _by_variable(parts, sweep)
    tuner = parts.names["Tuner"]
    return [
        *lines,
        f"restored = {tuner}.restore(results.experiment_path, {given})",
        "print(len(restored.get_results()))",
    ]


REACHES: Mapping[str, tuple[float, Callable[[Parts, Sweep], list[str]]]] = {
    "variable": (9, _by_variable),
    "inline": (1.5, _inline),
    "function": (1.5, _by_function),
    "factory": (1, _by_factory),
    "dict": (0.5, _by_dict),
    "several": (0.7, _several),
    "two_tuners": (0.7, _two_tuners),
    "fit_beside": (1, _fit_beside),
    "parameter": (0.8, _by_parameter),
    "branch": (0.5, _by_branch),
    "kwargs": (0.4, _by_kwargs),
    "namespace": (0.4, _by_namespace),
    "as_trainable": (0.4, _as_trainable),
    "run": (0.6, _by_run),
    "restore": (0.2, _restored),
    "attribute": (0, _by_variable),  # which a class makes of it
}
"""How often each is chosen, and its statements."""
