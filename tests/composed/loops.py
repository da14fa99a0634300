"""Train loops as users write them: what one does, and what kind of thing it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composed.choices import Choices
    from composed.spelling import Names

_TAB = "    "


@dataclass(frozen=True)
class Facts:
    """What of a loop the rest of the script must know."""

    takes_config: bool
    steps: int
    workers: int
    checkpoints: str  # none, each, last, even
    resumes: bool  # reads get_checkpoint
    fails: str  # no, some, flaky
    nested: bool  # its config has a dict in it
    reads_data: bool
    starts_from: bool  # resume_from_checkpoint
    old: bool = False  # of Ray 2.0 to 2.6, which today's Ray does not run
    boosting: bool = False  # XGBoost's trainer, which has a loop of its own


@dataclass
class Loop:
    """A loop as code: what stands at the module's level, what stands beside the trainer."""

    facts: Facts
    reference: str = ""
    module: list[str] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    method: str = ""  # of the class that makes the trainer, where the loop is one


def facts(choices: Choices) -> Facts:
    """What a loop is to be like."""
    if choices.whether("boosting", 0.04):
        return Facts(
            takes_config=False,
            steps=2,
            workers=1,
            checkpoints="none",
            resumes=False,
            fails="no",
            nested=False,
            reads_data=True,
            starts_from=False,
            boosting=True,
        )
    takes_config = choices.whether("loop takes a config", 0.92)
    checkpoints = choices.of("checkpoints", none=4, each=4, last=1, even=1)
    fails = "no"
    if takes_config:
        fails = choices.of("failures", no=8, some=1.5, flaky=1.5)
    resumes = checkpoints != "none" and choices.whether("loop reads a checkpoint", 0.35)
    return Facts(
        takes_config=takes_config,
        steps=choices.number("steps", 2, 4),
        workers=2 if fails == "no" and choices.whether("two workers", 0.15) else 1,
        checkpoints=checkpoints,
        resumes=resumes,
        fails=fails,
        nested=takes_config and choices.whether("nested config", 0.35),
        reads_data=choices.whether("datasets", 0.04),
        starts_from=resumes and choices.whether("resume_from_checkpoint", 0.25),
        old=choices.whether("Ray 2.0 to 2.6", 0.08),
    )


def loop(choices: Choices, names: Names, fact: Facts, *, in_class: bool) -> Loop:
    """The loop's code."""
    made = Loop(fact)
    if fact.boosting:
        return made
    kinds = {"plain": 8.0, "nested": 1, "lambda": 1, "partial": 1, "factory": 0.6}
    kinds |= {"attribute": 0.6, "decorated": 0.5, "callable": 0.3, "with_parameters": 0.3}
    if not fact.takes_config:
        kinds = {"plain": 4, "nested": 1, "lambda": 1}
    if in_class:
        kinds["method"] = 6
        kinds["static"] = 2
    kind = choices.of("loop", **kinds)
    body = _body(choices, names, fact, "scale" if kind in _SCALED else None)
    config = "config" if fact.takes_config else ""
    annotated = choices.whether("annotated loop", 0.2)
    parameter = f"{config}: dict" if annotated and config else config
    returns = " -> None" if annotated and "return " not in body else ""
    name = choices.of("name of the loop", train_loop=3, train_func=3, train_fn_per_worker=1)
    _KINDS[kind](made, names, name, parameter, returns, body, config)
    return made


_SCALED = ("lambda", "partial", "factory", "callable", "with_parameters")


def _function(name: str, parameters: str, returns: str, body: str) -> str:
    return f"def {name}({parameters}){returns}:\n{indent(body, _TAB)}"


def _plain(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    made.module.append(_function(name, parameter, returns, body))
    made.reference = name


def _nested(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    made.local.append(_function(name, parameter, returns, body))
    made.reference = name


def _lambda(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    both = "scale" + (f", {parameter}" if parameter else "")
    made.module.append(_function("fit_model", both, returns, body))
    made.local.append("scale = 1.5")
    made.reference = f"lambda {config}: fit_model(scale{', ' + config if config else ''})"


def _partial(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    made.module.append(_function(name, f"{parameter}, scale", returns, body))
    partial = names.choices.of("spelling of partial", by_name=1, by_module=1)
    if partial == "by_name":
        names.lines.add("from functools import partial")
        made.reference = f"partial({name}, scale=SCALE)"
    else:
        names.plain("functools")
        made.reference = f"functools.partial({name}, scale=SCALE)"
    made.module.append("SCALE = 0.5")


def _with_parameters(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    made.module.append(_function(name, f"{parameter}, scale", returns, body))
    made.reference = f"{names['with_parameters']}({name}, scale=0.5)"


def _factory(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    inner = _function(name, parameter, returns, body)
    made.module.append(_function("make_loop", "scale", "", f"{inner}\n\nreturn {name}"))
    made.reference = "make_loop(2.0)"


def _attribute(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    function = _function(name, parameter, returns, body)
    made.module.append(f"class Model:\n{indent('@staticmethod' + chr(10) + function, _TAB)}")
    made.reference = f"Model.{name}"


def _decorated(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    names.plain("functools")
    inner = "@functools.wraps(function)\ndef wrapped(*args):\n    return function(*args)"
    made.module.append(_function("logged", "function", "", f"{inner}\n\nreturn wrapped"))
    made.module.append(f"@logged\n{_function(name, parameter, returns, body)}")
    made.reference = name


def _callable(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    start = _function("__init__", "self, scale", "", "self.scale = scale")
    body = f"scale = self.scale\n{body}"
    call = _function("__call__", f"self, {parameter}", returns, body)
    made.module.append(f"class Loop:\n{indent(start, _TAB)}\n\n{indent(call, _TAB)}")
    made.reference = "Loop(0.5)"


def _method(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    both = "self" + (f", {parameter}" if parameter else "")
    made.method = _function(name, both, returns, body)
    made.reference = f"self.{name}"


def _static(
    made: Loop, names: Names, name: str, parameter: str, returns: str, body: str, config: str
) -> None:
    made.method = f"@staticmethod\n{_function(name, parameter, returns, body)}"
    made.reference = f"self.{name}"


_KINDS = {
    "plain": _plain,
    "nested": _nested,
    "lambda": _lambda,
    "partial": _partial,
    "with_parameters": _with_parameters,
    "factory": _factory,
    "attribute": _attribute,
    "decorated": _decorated,
    "callable": _callable,
    "method": _method,
    "static": _static,
}


def _body(choices: Choices, names: Names, fact: Facts, scale: str | None) -> str:
    """What the loop does, as lines of code."""
    by_session = fact.old or choices.whether("ray.air.session", 0.25)
    lines: list[str] = []
    rate = "0.1"
    if fact.takes_config:
        read = choices.of("reads its config", first=2, there=3)
        if read == "first":
            lines.append('lr = config["lr"]')
        rate = "lr" if read == "first" else 'config["lr"]'
    lines += _context(choices, names, by_session)
    lines += _start(choices, names, fact, by_session)
    steps = _steps(choices, fact)
    start = "start, " if fact.resumes else ""
    lines.append(f"for step in range({start}{steps}):")
    inner = _failure(choices, fact, rate)
    terms = [f"{rate} / (step + 1)"]
    if fact.nested:
        terms.append('config["optimizer"]["momentum"]')
    if scale:
        terms.append(scale)
    inner.append(f"loss = {' + '.join(terms)}")
    if fact.reads_data:
        inner.append(f"rows = sum({_loaded(names, by_session)})")
    inner += _report(choices, names, fact, by_session, _metrics(choices, fact, lines))
    lines += [_TAB + one for one in inner]
    returned = choices.of("the loop returns", nothing=20, a_dict=1, a_number=0.5)
    if returned != "nothing":
        lines.append({"a_dict": 'return {"loss": loss}', "a_number": "return loss"}[returned])
    return "\n".join(lines)


def _loaded(names: Names, by_session: bool) -> str:
    shard = _session(names, "get_dataset_shard", by_session)
    return f'len(batch["id"]) for batch in {shard}("train").iter_batches()'


def _session(names: Names, what: str, by_session: bool) -> str:
    if by_session:
        return f"{names['session']}.{what}"
    return names[what]


_CONTEXT = {
    "get_world_size": "world_size",
    "get_world_rank": "rank",
    "get_local_rank": "local_rank",
    "get_local_world_size": "local_size",
    "get_node_rank": "node",
}
_OF_TRIAL = {
    "get_trial_name": 'name.count("_")',
    "get_trial_id": "len(name)",
    "get_experiment_name": "len(name) > 0",
    "get_trial_dir": "len(name) > 0",
}


def _context(choices: Choices, names: Names, by_session: bool) -> list[str]:
    """What the loop asks of the run that it is part of."""
    lines = []
    if choices.whether("asks for ranks", 0.2):
        for method in choices.some("ranks", list(_CONTEXT), 1, 2):
            where = _where(names, by_session)
            lines.append(f"{_CONTEXT[method]} = {where}.{method}()")
    if choices.whether("asks of the trial", 0.12):
        (method,) = choices.some("of the trial", list(_OF_TRIAL), 1, 1)
        lines.append(f"name = {_where(names, by_session)}.{method}()")
        lines.append(f"about = {_OF_TRIAL[method]}")
    return lines


def _where(names: Names, by_session: bool) -> str:
    return names["session"] if by_session else f"{names['get_context']}()"


def _start(choices: Choices, names: Names, fact: Facts, by_session: bool) -> list[str]:
    if not fact.resumes:
        return []
    names.plain("json", "os")
    get = f"{_session(names, 'get_checkpoint', by_session)}()"
    if fact.old and choices.whether("dict checkpoints", 0.7):
        loaded = f'{_TAB}start = checkpoint.to_dict()["step"] + 1'
        return ["start = 0", f"checkpoint = {get}", "if checkpoint:", loaded]
    how = choices.of("reads the checkpoint by", context=5, directory=1.5, walrus=1, function=1)
    load = 'start = json.load(open(os.path.join(folder, "state.json")))["step"] + 1'
    if how == "walrus":
        head, test = [], f"checkpoint := {get}"
    else:
        head, test = [f"checkpoint = {get}"], "checkpoint is not None"
        if choices.whether("tests the checkpoint's truth", 0.6):
            test = "checkpoint"
    if how == "directory":
        inner = ["folder = checkpoint.to_directory()", load]
    else:
        inner = ["with checkpoint.as_directory() as folder:", _TAB + load]
    return ["start = 0", *head, f"if {test}:", *(_TAB + one for one in inner)]


def _steps(choices: Choices, fact: Facts) -> str:
    if not fact.takes_config:
        return str(fact.steps)
    return choices.of(
        "reads the steps by", **{'config["steps"]': 3, f'config.get("steps", {fact.steps})': 1}
    )


def _failure(choices: Choices, fact: Facts, rate: str) -> list[str]:
    if fact.fails == "some":
        at = choices.number("fails at step", 0, 1)
        return [
            f"if {rate} > 0.3 and step == {at}:",
            f'{_TAB}raise ValueError(f"diverged at step {{step}}")',
        ]
    if fact.fails == "flaky":
        mark = f"os.path.join(MARKS, str({rate}))"
        return [
            f"if step == 1 and not os.path.exists({mark}):",
            f'{_TAB}open({mark}, "w").close()',
            f'{_TAB}raise RuntimeError("preempted")',
        ]
    return []


def _metrics(choices: Choices, fact: Facts, lines: list[str]) -> str:
    items = {"loss": "loss", "step": "step"}
    for name in (*_CONTEXT.values(), "about"):
        if any(one.startswith(f"{name} = ") for one in lines):
            items[name] = name
    if fact.reads_data:
        items["rows"] = "rows"
    if choices.of("metrics", literal=4, call=1) == "call":
        return f"dict({', '.join(f'{key}={value}' for key, value in items.items())})"
    return "{" + ", ".join(f'"{key}": {value}' for key, value in items.items()) + "}"


def _report(
    choices: Choices, names: Names, fact: Facts, by_session: bool, metrics: str
) -> list[str]:
    report = _session(names, "report", by_session)
    keyword = "metrics=" if choices.whether("metrics by name", 0.1) else ""
    variable = choices.whether("metrics in a variable", 0.25)
    lines = [f"metrics = {metrics}"] if variable else []
    metrics = "metrics" if variable else metrics
    alone = f"{report}({keyword}{metrics})"
    if fact.checkpoints == "none":
        return [*lines, alone]
    if fact.old and choices.made.get("dict checkpoints", "yes") == "yes":
        made = f"{names['OldCheckpoint']}.from_dict({{'step': step, 'loss': loss}})"
        return [*lines, f"{report}({keyword}{metrics}, checkpoint={made})"]
    names.plain("json", "os", "tempfile")
    made = f"{names['Checkpoint']}.from_directory(folder)"
    if choices.whether("checkpoint in a variable", 0.3):
        made, before = "checkpoint", [f"checkpoint = {made}"]
    else:
        before = []
    saved = [
        "with tempfile.TemporaryDirectory() as folder:",
        f'{_TAB}with open(os.path.join(folder, "state.json"), "w") as file:',
        f'{_TAB * 2}json.dump({{"step": step, "loss": loss}}, file)',
        *(_TAB + one for one in before),
        f"{_TAB}{report}({keyword}{metrics}, checkpoint={made})",
    ]
    if fact.checkpoints == "each":
        return [*lines, *saved]
    last = f"step == {_last(choices, fact)} - 1" if fact.checkpoints == "last" else "step % 2 == 0"
    return [
        *lines,
        f"if {last}:",
        *(_TAB + one for one in saved),
        "else:",
        _TAB + alone,
    ]


def _last(choices: Choices, fact: Facts) -> str:
    return str(fact.steps) if not fact.takes_config else f'config.get("steps", {fact.steps})'
