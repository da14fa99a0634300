"""A whole script: a loop, a trainer, how that reaches the Tuner, and who reads what came of it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from textwrap import indent
from typing import TYPE_CHECKING

import black

from composed import configs
from composed.choices import Choices
from composed.configs import Arguments, call
from composed.loops import Facts, facts, loop
from composed.parts import TAB, Parts, Sweep
from composed.reaches import REACHES, divided
from composed.spelling import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

_TO_NOTE = 0.12  # of the lines, with a comment


@dataclass(frozen=True)
class Composed:
    """A script, and what is known of it."""

    seed: int
    text: str
    choices: Mapping[str, str]
    runs: bool  # on the Ray of today

    @property
    def name(self) -> str:
        """Of its file."""
        return f"sweep_{self.seed}.py"


_HOMES = {"module": 4, "guard": 3, "main": 5, "function": 3, "class": 3}


def compose(seed: int) -> Composed:
    """The script of a seed."""
    choices = Choices(seed)
    names = Names(choices)
    fact = facts(choices)
    home = choices.of("home", **_HOMES)
    reach = (
        "attribute"
        if home == "class"
        else choices.of("reach", **{name: weight for name, (weight, _) in REACHES.items()})
    )
    if reach == "run":
        fact = _without(fact)
    code = loop(choices, names, fact, in_class=home == "class")
    parts = Parts(choices, names, fact, code, home, reach)
    body = _sweep(parts)
    text = _assembled(parts, body)
    if fact.boosting:
        text = text.replace('"loss"', '"train-logloss"')
    # Tune stores what has no place of its own in the user's home, where others' are as well.
    text = re.sub(r"\b(trainer|tuner|shared|second|old)-run\b", rf"\1-{seed}", text)
    text = _formatted(choices, text, seed)
    return Composed(seed, text, choices.made, runs=not fact.old)


def _without(fact: Facts) -> Facts:
    """``tune.run`` takes retries and others as arguments of its own."""
    return replace(fact, fails="no")


def _sweep(parts: Parts) -> list[str]:
    """The statements of the sweep; those of the readers are among them."""
    choices, names, fact = parts.choices, parts.names, parts.fact
    alone = parts.reach == "fit_beside"
    kind = "none"
    if fact.takes_config:
        kinds = {"literal": 4.0, "variable": 2, "constant": 2, "call": 0.6, "copy": 0.4}
        kinds |= {} if alone else {"absent": 1.5, "none": 0.4}
        kind = choices.of("train_loop_config", **kinds)
    has_base = kind not in ("absent", "none")
    sampled = configs.space(choices, names, fact, has_base=has_base)
    search = configs.search(choices, names, fact, sampled)
    where = choices.of("RunConfig", tuner=4, trainer=2.5, both=2, shared=0.6, neither=3)
    if parts.reach == "run":
        where = "neither"
    before = [*_beginning(parts), *search.statements]
    arguments = _trainer_arguments(parts, sampled, search, where, kind, before, alone=alone)
    trainer = _trainer(parts, arguments)
    tuner = _tuner_arguments(parts, sampled, search, where, before)
    if sampled.suggested:
        parts.module.append(
            _SEARCHER.format(searcher=f"{names.module('ray.tune')}.search.Searcher")
        )
    if any("Notes()" in one for one in (trainer, *(value for _, value in tuner), *before)):
        parts.module.append(_NOTES.format(callback=names["Callback"]))
    sweep = Sweep(before, trainer, tuner, search, sampled.lr)
    return REACHES[parts.reach][1](parts, sweep)


def _beginning(parts: Parts) -> list[str]:
    """What comes before all else."""
    choices, names = parts.choices, parts.names
    lines = []
    if choices.whether("ray.init()", 0.12):
        ray = names.module("ray")
        lines += choices.of(
            "spelling of init",
            **{
                f"if not {ray}.is_initialized():\n{TAB}{ray}.init()": 1,
                f"{ray}.init(ignore_reinit_error=True)": 1,
            },
        ).split("\0")
    if choices.whether("argparse", 0.12):
        names.plain("argparse")
        body = [
            "parser = argparse.ArgumentParser()",
            'parser.add_argument("--lr", type=float, default=0.2)',
            f'parser.add_argument("--num-workers", type=int, default={parts.fact.workers})',
            "return parser.parse_args()",
        ]
        parts.module.append(f"def parse_args():\n{indent(chr(10).join(body), TAB)}")
        lines.append("args = parse_args()")
    return lines


def _by_arguments(parts: Parts, text: str) -> str:
    """The expression with what the command line says."""
    if parts.choices.made["argparse"] == "no":
        return text
    text = text.replace('"lr": 0.2', '"lr": args.lr')
    return text.replace(f"num_workers={parts.fact.workers}", "num_workers=args.num_workers")


_SEARCHER = """\
class Halving({searcher}):
    def __init__(self):
        super().__init__(metric="loss", mode="min")
        self.lr = 0.8

    def suggest(self, trial_id):
        self.lr /= 2
        return {{"train_loop_config": {{"lr": self.lr}}}}

    def on_trial_complete(self, trial_id, result=None, error=False):
        pass

    def save(self, checkpoint_path):
        pass

    def restore(self, checkpoint_path):
        pass"""
_NOTES = """\
class Notes({callback}):
    def on_trial_result(self, iteration, trials, trial, result, **info):
        with open("notes.txt", "a") as file:
            file.write(f"{{result['training_iteration']}}\\n")"""


def _trainer_arguments(
    parts: Parts,
    sampled: configs.Space,
    search: configs.Search,
    where: str,
    kind: str,
    before: list[str],
    *,
    alone: bool,
) -> Arguments:
    choices, names, fact = parts.choices, parts.names, parts.fact
    rest: Arguments = []
    if kind == "none" and fact.takes_config:
        rest.append(("train_loop_config", "None"))
    elif kind not in ("none", "absent"):
        base = configs.base(choices, fact, sampled, alone=alone)
        if kind not in ("constant", "call", "copy"):
            base = _by_arguments(parts, base)
        rest.append(("train_loop_config", _placed(parts, before, kind, base)))
    scaling = configs.scaling(choices, names, fact, search.scheduler)
    if scaling:
        kinds = {"literal": 6.0, "variable": 1.5, "constant": 1}
        how = choices.of("scaling_config", **kinds)
        if how != "constant":
            scaling = _by_arguments(parts, scaling)
        rest.append(("scaling_config", _put(parts, before, how, "scaling_config", scaling)))
    if where in ("trainer", "both"):
        text = configs.run_config(choices, names, fact, "trainer")
        how = choices.of("the trainer's RunConfig", literal=5, variable=1)
        rest.append(("run_config", _put(parts, before, how, "trainer_run_config", text)))
    elif where == "shared":
        text = configs.run_config(choices, names, fact, "shared")
        rest.append(("run_config", _put(parts, before, "variable", "run_config", text)))
    if fact.boosting:
        names.lines.add("import ray.data")
        data = (
            f"{names.module('ray')}.data.from_items"
            "([{'x': float(i), 'y': i % 2} for i in range(16)])"
        )
        rest += [
            ("datasets", f'{{"train": {data}}}'),
            ("label_column", '"y"'),
            ("num_boost_round", "2"),
            ("params", '{"objective": "binary:logistic", "eval_metric": ["logloss"]}'),
        ]
    elif fact.reads_data:
        data = f"{names.module('ray')}.data.range(8)"
        names.lines.add("import ray.data")
        rest.append(
            ("datasets", _put(parts, before, "variable", "datasets", f'{{"train": {data}}}'))
        )
    if fact.starts_from:
        names.plain("json", "os", "tempfile")
        parts.constants += [
            "START = tempfile.mkdtemp()",
            'with open(os.path.join(START, "state.json"), "w") as file:\n'
            f'{TAB}json.dump({{"step": 0, "loss": 1.0}}, file)',
        ]
        start = f"{names['Checkpoint']}.from_directory(START)"
        rest.append(("resume_from_checkpoint", start))
    if choices.whether("metadata", 0.04):
        rest.append(("metadata", '{"classes": ["a", "b"]}'))
    return rest


def _placed(parts: Parts, before: list[str], kind: str, base: str) -> str:
    """The trainer's own config, where it stands."""
    if kind == "call":
        parts.module.append(f"def base_config():\n{TAB}return {base}")
        return "base_config()"
    if kind == "copy":
        parts.constants.append(f"BASE = {base}")
        return '{**BASE, "seed": 3}'
    return _put(parts, before, kind, "loop_config", base)


def _put(parts: Parts, before: list[str], kind: str, name: str, text: str) -> str:
    """An argument itself, or the name that it has been given."""
    if kind == "variable":
        before.append(f"{name} = {text}")
        return name
    if kind == "constant":
        parts.constants.append(f"{name.upper()} = {text}")
        return name.upper()
    return text


def _trainer(parts: Parts, rest: Arguments) -> str:
    choices, names = parts.choices, parts.names
    if parts.fact.boosting:
        return call(names["XGBoostTrainer"], choices.shuffled(rest))
    kind = names[choices.of("trainer", DataParallelTrainer=5, TorchTrainer=5)]
    positional = 1 if choices.whether("loop by place", 0.6) else 0
    arguments = [("train_loop_per_worker", parts.loop.reference), *choices.shuffled(rest)]
    if positional == 0 and parts.loop.reference.startswith("lambda"):
        positional = 1
    return call(kind, arguments, positional)


def _tuner_arguments(
    parts: Parts,
    sampled: configs.Space,
    search: configs.Search,
    where: str,
    before: list[str],
) -> Arguments:
    choices, names, fact = parts.choices, parts.names, parts.fact
    arguments: Arguments = []
    if sampled.text:
        how = choices.of("the space", literal=5, variable=3, constant=1, call=0.4)
        text = sampled.text
        if how == "call":
            parts.module.append(f"def search_space():\n{TAB}return {text}")
            text = "search_space()"
        arguments.append(("param_space", _put(parts, before, how, "param_space", text)))
    if search.text:
        how = choices.of("the TuneConfig", literal=6, variable=1)
        arguments.append(("tune_config", _put(parts, before, how, "tune_config", search.text)))
    if where in ("tuner", "both"):
        text = configs.run_config(choices, names, fact, "tuner")
        how = choices.of("the Tuner's RunConfig", literal=5, variable=1)
        arguments.append(("run_config", _put(parts, before, how, "tuner_run_config", text)))
    elif where == "shared":
        arguments.append(("run_config", "run_config"))
    return arguments


def _assembled(parts: Parts, body: list[str]) -> str:
    """The whole text."""
    choices = parts.choices
    if parts.fact.fails == "flaky":
        parts.names.plain("os")
        parts.constants += ['MARKS = os.path.abspath("marks")', "os.makedirs(MARKS, exist_ok=True)"]
    docstring = ['"""Finds a learning rate."""'] if choices.whether("docstring", 0.3) else []
    future = ["from __future__ import annotations"] if choices.whether("future", 0.1) else []
    if parts.home == "class":
        placed = _in_class(parts, body)
    else:
        placed = _PLACED[parts.home](parts, [*parts.loop.local, *body])
    heads = [*docstring, *future, parts.names.text()]
    definitions = [*parts.constants, *parts.loop.module, *parts.module]
    return "\n\n\n".join([*heads, *definitions, *placed]) + "\n"


def _at_module(parts: Parts, body: list[str]) -> list[str]:
    return ["\n".join(body)]


def _in_guard(parts: Parts, body: list[str]) -> list[str]:
    text = indent("\n".join(body), TAB)
    return [f'if __name__ == "__main__":\n{text}']


def _in_main(parts: Parts, body: list[str]) -> list[str]:
    text = indent("\n".join(body), TAB)
    call = parts.choices.of("main is called", guarded=4, plainly=1)
    end = "main()" if call == "plainly" else f'if __name__ == "__main__":\n{TAB}main()'
    return [f"def main():\n{text}", end]


def _in_function(parts: Parts, body: list[str]) -> list[str]:
    """The sweep in a function that returns its results, if it has just one; then who reads them."""
    cut = next((at for at, one in enumerate(body) if one == "out = {}"), None)
    if (
        cut is None
        or parts.reach == "restore"
        or not any(one.startswith(("results =", "results:")) for one in body[:cut])
    ):
        return _in_main(parts, body)
    text = indent("\n".join([*body[:cut], "return results"]), TAB)
    return [f"def run_sweep():\n{text}", "\n".join(["results = run_sweep()", *body[cut:]])]


_PLACED = {
    "module": _at_module,
    "guard": _in_guard,
    "main": _in_main,
    "function": _in_function,
}


def _in_class(parts: Parts, body: list[str]) -> list[str]:
    """The trainer is made in ``__init__`` or another method, and tuned in a third."""
    at = next(at for at, one in enumerate(body) if one.startswith("trainer = "))
    cut = body.index("out = {}")
    where = parts.choices.of("attribute set in", __init__=3, build=1, run=1)
    fitted = [
        one.replace("(trainer", "(self.trainer").replace("=trainer", "=self.trainer")
        for one in body[at + 1 : cut]
    ]
    made = ["self." + body[at]]
    if where == "run":
        own = [*parts.loop.local, *body[:at]]
        methods = {"run": [*own, *made, *fitted, "return results"]}
    else:
        mine, its = divided(body[:at], [("", " ".join(fitted))])
        methods = {
            where: [*parts.loop.local, *its, *made],
            "run": [*mine, *fitted, "return results"],
        }
        if where == "build":
            methods = {"__init__": ["self.trainer = None", "self.build()"], **methods}
    texts = [parts.loop.method] if parts.loop.method else []
    for name, lines in methods.items():
        text = indent("\n".join(lines), TAB)
        texts.append(f"def {name}(self):\n{text}")
    inner = indent("\n\n".join(texts), TAB)
    run = "results = Experiment().run()"
    if parts.choices.whether("the experiment in a variable", 0.4):
        run = "experiment = Experiment()\nresults = experiment.run()"
    return [f"class Experiment:\n{inner}", "\n".join([run, *body[cut:]])]


def _formatted(choices: Choices, text: str, seed: int) -> str:
    """The text as most users format it, with some comments."""
    length = int(choices.of("line length", **{"88": 5, "100": 2, "79": 1}))
    if choices.whether("black", 0.85):
        text = black.format_str(text, mode=black.Mode(line_length=length))
    return _noted(text, random.Random(seed))


def _noted(text: str, at_random: random.Random) -> str:
    """The text with comments, above some lines and behind some."""
    lines, number = list[str](), 0
    for line in text.splitlines():
        if not line.strip() or at_random.random() > _TO_NOTE or '"""' in line:
            lines.append(line)
            continue
        number += 1
        if at_random.random() < 0.5:
            lines += [line[: len(line) - len(line.lstrip())] + f"# note {number}", line]
        else:
            lines.append(f"{line}  # note {number}")
    return "\n".join(lines) + "\n"
