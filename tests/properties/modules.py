"""Random modules: statements of every kind, and among them sweeps written in many manners."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = ("a", "b", "config", "data", "loop", "os", "run", "trainer", "tune", "train", "ray")
QUOTES = ("'", '"')
COMMENTS = ("", "", "", "  # noqa", "  # a comment, with 'quotes' and (brackets", "  #")

names = st.sampled_from(NAMES)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    """A literal, a name, or something made of smaller expressions."""
    if depth == 0 or draw(st.booleans()):
        return draw(
            st.one_of(
                names,
                st.sampled_from(("0", "1.5", "1e-3", "-2", "None", "True", "...", "b'x'")),
                st.sampled_from(QUOTES).map(lambda quote: f"{quote}text{quote}"),
                names.map(lambda name: f'f"{{{name}!r}} and"'),
            )
        )
    one = draw(expressions(depth=depth - 1))
    two = draw(expressions(depth=depth - 1))
    name = draw(names)
    forms = (
        f"{name}({one}, {name}={two})",
        f"{name}.fit({one})",
        f"[{one}, {two}]",
        f"({one}, {two})",
        f"{{'k': {one}, **{name}}}",
        f"({one} if {two} else {name})",
        f"(lambda {name}: {one})",
        f"[{one} for {name} in {two}]",
        f"({one} + {two})",
        f"{name}[{one}]",
        f"({name} := {one})",
        f"(not {one})",
    )
    return draw(st.sampled_from(forms))


@st.composite
def statements(draw: st.DrawFn, depth: int = 2) -> list[str]:
    """One statement, as lines that are indented by tabs."""
    one, two = draw(expressions()), draw(expressions())
    name, other = draw(names), draw(names)
    comment = draw(st.sampled_from(COMMENTS))
    simple = [
        [f"{name} = {one}{comment}"],
        [f"{name}: object = {one}{comment}"],
        [f"{name} = {other} = {one}"],
        [f"{name}, {other} = {one}, {two}"],
        [f"{name} += {one}"],
        [f"print({one}, {two}){comment}"],
        [f"del {name}"],
        ["pass"],
        [f"{name} = {one}; {other} = {two}"],
        [f"import {name}"],
        [f"import json as {name}{comment}"],
        [f"from .{name} import {other}"],
        ["# a comment"],
        ['"""Text', "  over lines", '"""'],
        [""],
    ]
    if depth == 0 or draw(st.integers(0, 2)):
        return draw(st.sampled_from(simple))
    body = draw(blocks(depth=depth - 1))
    more = draw(blocks(depth=depth - 1))
    heads = [
        [f"if {one}:{comment}", *body, "else:", *more],
        [f"for {name} in {one}:", *body],
        [f"while {one}:", *body],
        [f"def {name}({other}, *, key={one}):{comment}", *body],
        [f"class {name}({other}):", *body],
        [f"with {name} as {other}:", *body],
        ["try:", *body, f"except ValueError as {name}:", *more],
        [f"@{name}", f"async def {other}():", *body],
    ]
    return draw(st.sampled_from(heads))


@st.composite
def blocks(draw: st.DrawFn, depth: int = 1) -> list[str]:
    """Statements one level further in, and at least one that is not a comment."""
    inner = draw(st.lists(statements(depth=depth), max_size=3))
    return [f"\t{line}" if line else "" for one in [*inner, ["pass"]] for line in one]


@dataclass(frozen=True, slots=True)
class Names:
    """How a module calls what it imports from Ray."""

    imports: tuple[str, ...]
    tuner: str
    trainer: str
    scaling: str
    run: str
    tune_config: str
    uniform: str


MANNERS = (
    Names(
        (
            "from ray import tune",
            "from ray.train import RunConfig, ScalingConfig",
            "from ray.train.torch import TorchTrainer",
        ),
        "tune.Tuner",
        "TorchTrainer",
        "ScalingConfig",
        "RunConfig",
        "tune.TuneConfig",
        "tune.uniform",
    ),
    Names(
        ("import ray", "import ray.train.torch", "import ray.tune"),
        "ray.tune.Tuner",
        "ray.train.torch.TorchTrainer",
        "ray.train.ScalingConfig",
        "ray.train.RunConfig",
        "ray.tune.TuneConfig",
        "ray.tune.uniform",
    ),
    Names(
        (
            "from ray import air, tune as rt",
            "from ray.train import (",
            "\tScalingConfig as Workers,  # how many",
            ")",
            "import ray.train.torch as rtt",
        ),
        "rt.Tuner",
        "rtt.TorchTrainer",
        "Workers",
        "air.RunConfig",
        "rt.TuneConfig",
        "rt.uniform",
    ),
    Names(
        (
            "from ray.tune.tuner import Tuner",
            "from ray.tune import TuneConfig, uniform",
            "from ray.air.config import RunConfig, ScalingConfig",
            "from ray.train.torch import TorchTrainer",
        ),
        "Tuner",
        "TorchTrainer",
        "ScalingConfig",
        "RunConfig",
        "TuneConfig",
        "uniform",
    ),
)


@st.composite
def calls(draw: st.DrawFn, name: str, arguments: list[str]) -> list[str]:
    """A call with its keyword arguments in any order, on one line, on many, or aligned."""
    positional = [one for one in arguments if "=" not in one.split("(")[0].split("{")[0]]
    named = draw(st.permutations([one for one in arguments if one not in positional]))
    given = [*positional, *named]
    form = draw(st.sampled_from(("one", "many", "bare", "aligned")))
    if form == "one" or not given:
        return [f"{name}({', '.join(given)})"]
    if form == "aligned":
        margin = " " * (len(name) + 1)
        lines = [f"{name}({given[0]}", *(f"{margin}{one}" for one in given[1:])]
        return [*(f"{one}," for one in lines[:-1]), f"{lines[-1]})"]
    comma = "," if form == "many" else ""
    lines = [f"\t{one}," for one in given[:-1]] + [f"\t{given[-1]}{comma}"]
    noted = [line + draw(st.sampled_from(COMMENTS)) for line in lines]
    above = draw(st.sampled_from(([], ["\t# above"])))
    return [f"{name}(", *above, *noted, ")"]


@st.composite
def sweeps(draw: st.DrawFn, manner: Names) -> list[str]:
    """A trainer and its Tuner, with other statements between them."""
    variable = draw(st.sampled_from(("trainer", "t", "config", "model")))
    base = draw(
        st.sampled_from(
            ("{'lr': 1, 'epochs': 2}", '{"o": {"lr": 1}}', "base", "read('x')", "dict(lr=1)", "")
        )
    )
    space = draw(
        st.sampled_from(
            (
                f"{{'train_loop_config': {{'lr': {manner.uniform}(0, 1)}}}}",
                f'{{"train_loop_config": {{"o": {{"lr": {manner.uniform}(0, 1)}}}}}}',
                "{'scaling_config': {'num_workers': 2}}",
                "",
            )
        )
    )
    workers = draw(st.sampled_from((f"{manner.scaling}(num_workers=2)", "scaling", "")))
    run = f"{manner.run}(name='a', verbose=1)"
    on_trainer, on_tuner = draw(st.booleans()), draw(st.booleans())
    config = draw(st.sampled_from(("", "metric='a', mode='min'", "max_concurrent_trials=4")))
    trainer_arguments = [
        draw(st.sampled_from(("loop", "train_loop_per_worker=loop"))),
        *([f"train_loop_config={base}"] if base else []),
        *([f"scaling_config={workers}"] if workers else []),
        *([f"run_config={run}"] if on_trainer else []),
    ]
    trainer = draw(calls(manner.trainer, trainer_arguments))
    between = draw(st.lists(statements(depth=1), max_size=2))
    tuner_arguments = [
        variable,
        *([f"param_space={space}"] if space else []),
        *([f"tune_config={manner.tune_config}({config})"] if draw(st.booleans()) else []),
        *([f"run_config={run}"] if on_tuner else []),
    ]
    inline = draw(st.integers(0, 3)) == 0 and len(trainer) == 1
    if inline:
        tuner_arguments[0] = trainer[0]
    tuner = draw(calls(manner.tuner, tuner_arguments))
    comment = draw(st.sampled_from(COMMENTS))
    ending = draw(st.sampled_from(("", ".fit()")))
    tuner = [f"tuner = {tuner[0]}", *tuner[1:]]
    tuner[-1] += ending + comment
    if inline:
        return [*flat(between), *tuner]
    built = [f"{variable} = {trainer[0]}", *trainer[1:]]
    built[-1] += draw(st.sampled_from(COMMENTS))
    after = draw(st.sampled_from(([], [f"{variable}.fit()"])))
    return [*built, *flat(between), *tuner, *after]


def flat(groups: list[list[str]]) -> list[str]:
    return [line for group in groups for line in group]


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A whole module with up to two sweeps, in one indentation and one kind of newline."""
    manner = draw(st.sampled_from(MANNERS))
    loop = ["def loop(config):", "\tpass", "", "base = {'lr': 1}", "scaling = None"]
    head = draw(
        st.sampled_from(
            ([], ["#!/usr/bin/env python"], ['"""Doc."""'], ["from __future__ import annotations"])
        )
    )
    lines = [*head, *manner.imports, "", *loop]
    for _ in range(draw(st.integers(1, 2))):
        lines += flat(draw(st.lists(statements(depth=1), max_size=2)))
        sweep = draw(sweeps(manner))
        inside = draw(st.sampled_from(("", "", "def run(self):", "if ready:", "for i in j:")))
        if inside:
            sweep = [inside, *(f"\t{one}" if one else "" for one in sweep)]
        lines += ["", *sweep]
    lines += draw(st.sampled_from(([], ["", "if __name__ == '__main__':", "\trun(None)"])))
    return written(lines, draw(st.sampled_from(("    ", "  ", "\t"))), draw(newlines))


newlines = st.sampled_from(("\n", "\n", "\r\n", "\r"))


def written(lines: list[str], indent: str, newline: str) -> str:
    """Lines that are indented by tabs as text in another indentation."""
    indented = [re.sub(r"^\t+", lambda found: indent * len(found.group()), one) for one in lines]
    return newline.join([*indented, ""])


@st.composite
def other_modules(draw: st.DrawFn) -> str:
    """A module with no sweep: statements of every kind, and perhaps imports of Ray."""
    manner = draw(st.sampled_from(MANNERS))
    imports = draw(st.sampled_from((manner.imports, ())))
    body = flat(draw(st.lists(statements(), min_size=1, max_size=8)))
    return written([*imports, *body], draw(st.sampled_from(("    ", "  ", "\t"))), draw(newlines))
