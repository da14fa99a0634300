"""The train loop of a boosting trainer that was given ``params``, written out as a function.

It does what the trainer of Train V1 did by itself, as far as the one at hand makes use of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import argument_text, bound
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.order import runs_first
from raytune_migrate.expressions.values import is_none
from raytune_migrate.imports.reference import module_in_use
from raytune_migrate.module.bindings import bindings, definition, variable
from raytune_migrate.module.names import imported_name, ray_name
from raytune_migrate.module.taken_names import bound_names
from raytune_migrate.rewrite.boosting_loops import model_reader
from raytune_migrate.rewrite.driver_parts import Boosting, Loop
from raytune_migrate.sweep.boosting import loop_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction

_TRAIN = "train"
_LOOP = "train_loop"  # what the loop is called where nothing else is
_ROUNDS = "10"  # what V1 took for none
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
# What the loop binds, and so would hide from what it is given.
_LOCALS = frozenset({"checkpoint", "done", "dtrain", "frame", "load", "model", "name", "train_set"})
# What a loop is given for itself, rather than for the library's train().
_OWN = ("label_column", "num_boost_round", "callbacks", *ray_api.CADENCE, ray_api.RESUME)


@dataclass(frozen=True, slots=True)
class _Sets:
    """The datasets beside the one to train on: their names as literals, or a name for them all."""

    seen: tuple[str, ...]
    unseen: str = ""
    ahead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rounds:
    """How a loop goes on from a checkpoint, if it may have one: the rounds left, the model."""

    left: str
    model: str = ""
    lines: tuple[str, ...] = ()


def boosting_loop(
    parsed: Parsed, boosting: Boosting, draft: Draft, minimum_ray: Version | None
) -> Loop:
    """The name of the loop, and its definition."""
    call = boosting.trainer.call
    loop = ray_api.LOOPS[boosting.trainer.name]
    names = {one: _local(parsed, boosting, one) for one in boosting.once}
    ahead = [bound(name, boosting.given[one]) for one, name in names.items()]
    boosting = replace(boosting, given={**boosting.given, **names}, once=())
    callbacks = _callbacks(parsed, boosting, draft)
    sets = _sets(parsed, boosting)
    read = _STRING.sub("", " ".join(boosting.given.values()))
    hidden = _LOCALS & set(_NAME.findall(read))
    if (
        sets is None
        or callbacks is None
        or hidden
        or ray_api.RESUME in boosting.given
        or _is_bound_beside(parsed, boosting.trainer, sets)
        or ((ahead or sets.ahead) and _is_late(parsed, boosting))
    ):
        draft.refer(parsed, loop, call)  # which alone can do it
        return Loop(boosting.name)
    write = _xgboost if boosting.trainer.name == ray_api.XGBOOST_TRAINER else _lightgbm
    lines = [
        *ahead,
        *sets.ahead,
        *([""] if ahead or sets.ahead else []),
        f"def {boosting.name}({_parameter(boosting)}: dict):",
        *(f"    {one}" for one in write(parsed, boosting, sets, callbacks, draft, minimum_ray)),
    ]
    return Loop(boosting.name, "\n".join(lines))


def _is_late(parsed: Parsed, boosting: Boosting) -> bool:
    """Whether a trainer that stays is built on some condition, several times or after something.

    Then what it is given is not to be evaluated above its statement.
    """
    return boosting.name != _LOOP and not runs_first(parsed, boosting.trainer.call)


def _is_bound_beside(parsed: Parsed, trainer: Construction, sets: _Sets) -> bool:
    """Whether what a loop reads gets its value in the statement that the loop is to stand above.

    As the parameters of a lambda do, or those of a function that is written in one line.
    """
    statement = parsed.statement(trainer.call)
    given = [*loop_arguments(parsed, trainer).values()]
    if sets.unseen:
        given.append(trainer.arguments["datasets"])
    return any(
        parsed.inside(binding.node, statement)
        for argument in given
        for name in parsed.walk(argument.value, cst.Name)
        for binding in bindings(parsed, name)
        if isinstance(binding, Assignment)
    )


def _xgboost(
    parsed: Parsed,
    boosting: Boosting,
    sets: _Sets,
    callbacks: str,
    draft: Draft,
    _minimum_ray: Version | None,
) -> Iterator[str]:
    library = module_in_use(parsed, "xgboost", boosting.trainer.call)
    if library is None:
        library = "xgboost"
        yield "import xgboost"
        yield ""
    rounds = _rounds(parsed, boosting, draft, "model.num_boosted_rounds()")
    yield from rounds.lines
    label = boosting.given["label_column"]
    shard = draft.refer(parsed, "ray.train.get_dataset_shard", boosting.trainer.call)
    yield "def load(name: str):"
    yield f"    frame = {shard}(name).materialize().to_pandas()"
    made = f"return {library}.DMatrix(frame.drop({label}, axis=1), label=frame[{label}])"
    yield from _line(parsed, boosting, "label_column", made)
    yield ""
    yield f'dtrain = load("{_TRAIN}")'
    evals = ", ".join([f'(dtrain, "{_TRAIN}")', *(f"(load({one}), {one})" for one in sets.seen)])
    if sets.unseen:
        evals += f", *((load(name), name) for name in {sets.unseen})"
    yield f"{library}.train("
    yield f"    {_parameter(boosting)},"
    yield "    dtrain,"
    yield from _line(parsed, boosting, "num_boost_round", f"num_boost_round={rounds.left},")
    yield f"    evals=[{evals}],"
    if rounds.model:
        yield f"    xgb_model={rounds.model},"
    for name, text in boosting.given.items():
        if name not in _OWN:
            yield from _line(parsed, boosting, name, f"{name}={text},")
    yield from _line(parsed, boosting, "callbacks", f"callbacks={callbacks},")
    yield ")"


def _lightgbm(
    parsed: Parsed,
    boosting: Boosting,
    sets: _Sets,
    callbacks: str,
    draft: Draft,
    minimum_ray: Version | None,
) -> Iterator[str]:
    call = boosting.trainer.call
    library = module_in_use(parsed, "lightgbm", call)
    if library is None:
        library = "lightgbm"
        yield "import lightgbm"
        yield ""
    rounds = _rounds(parsed, boosting, draft, "model.current_iteration()")
    yield from rounds.lines
    label = boosting.given["label_column"]
    shard = draft.refer(parsed, "ray.train.get_dataset_shard", call)
    frame = f"{shard}(name).materialize().to_pandas()"
    yield "def load(name: str):"
    if minimum_ray is not None and minimum_ray >= Version(ray_api.LIGHTGBM_NEEDS_NORMALIZING):
        normalize = draft.refer(parsed, "ray.train.lightgbm.normalize_pandas_for_lightgbm", call)
        yield f"    frame = {normalize}({frame})"
    else:
        yield f"    frame = {frame}"
        yield "    # From Ray 2.56 on, columns can be Arrow's, which LightGBM does not take."
        yield '    frame = frame.convert_dtypes(dtype_backend="numpy_nullable")'
    made = f"return {library}.Dataset(frame.drop({label}, axis=1), label=frame[{label}])"
    yield from _line(parsed, boosting, "label_column", made)
    yield ""
    network = draft.refer(parsed, "ray.train.lightgbm.get_network_params", call)
    yield f'train_set = load("{_TRAIN}")'
    valid = ", ".join(["train_set", *(f"load({one})" for one in sets.seen)])
    names = ", ".join([f'"{_TRAIN}"', *sets.seen])
    if sets.unseen:
        valid += f", *(load(name) for name in {sets.unseen})"
        names += f", *{sets.unseen}"
    yield f"{library}.train("
    yield "    {"
    yield '        "tree_learner": "data_parallel",'
    yield '        "pre_partition": True,'
    yield f"        **{_parameter(boosting)},"
    yield f"        **{network}(),"
    yield "    },"
    yield "    train_set,"
    yield from _line(parsed, boosting, "num_boost_round", f"num_boost_round={rounds.left},")
    yield f"    valid_sets=[{valid}],"
    yield f"    valid_names=[{names}],"
    if rounds.model:
        yield f"    init_model={rounds.model},"
    for name, text in boosting.given.items():
        if name not in _OWN:
            yield from _line(parsed, boosting, name, f"{name}={text},")
    yield from _line(parsed, boosting, "callbacks", f"callbacks={callbacks},")
    yield ")"


def _rounds(parsed: Parsed, boosting: Boosting, draft: Draft, count: str) -> _Rounds:
    """A checkpoint on the way is what a run goes on from; at the end there is nothing to go on."""
    rounds = boosting.given.get("num_boost_round", _ROUNDS)
    rounds = _ROUNDS if rounds == "None" else rounds
    frequency = boosting.given.get(ray_api.CADENCE[0], "0")
    if frequency in ("0", "None") and "callbacks" not in boosting.given:
        return _Rounds(rounds)
    call = boosting.trainer.call
    checkpoint = draft.refer(parsed, "ray.train.get_checkpoint", call)
    reader = model_reader(parsed, ray_api.MODEL_READERS[boosting.trainer.name], call, draft)
    number = rounds if re.fullmatch(r"[\w.\[\]\"']+", rounds) else f"({rounds})"
    lines = (
        f"checkpoint = {checkpoint}()",
        f"model = {reader}.get_model(checkpoint) if checkpoint else None",
        f"done = {count} if model else 0",
        "",
    )
    return _Rounds(f"{number} - done", "model", lines)


def _callbacks(parsed: Parsed, boosting: Boosting, draft: Draft) -> str | None:
    """The loop's callbacks; None where it cannot be seen whether one of them reports."""
    trainer = boosting.trainer
    given = boosting.given.get("callbacks", "None")
    name = ray_api.MODEL_READERS[trainer.name]
    cadence = zip(("frequency", "checkpoint_at_end"), ray_api.CADENCE, strict=True)
    said = [
        f"{ours}={boosting.given[theirs]}"
        for ours, theirs in cadence
        if boosting.given.get(theirs, "None") != "None"
    ]
    if given in ("None", "[]"):
        return f"[{model_reader(parsed, name, trainer.call, draft)}({', '.join(said)})]"
    argument = trainer.arguments.get("callbacks")
    listed = argument.value if argument is not None else None
    found = variable(parsed, listed) if isinstance(listed, cst.Name) else None
    listed = found.value if found is not None and len(found.references) == 1 else listed
    if not isinstance(listed, cst.List) or given.startswith("config["):
        return None
    made = [one.value.func for one in listed.elements if isinstance(one.value, cst.Call)]
    known = [ray_name(parsed, one) for one in made]
    if any(one is not None and one.name == name for one in known):
        return given
    homes = {home for one in made for home in _homes(parsed, one)}
    if len(made) < len(listed.elements) or not homes <= {"xgboost", "lightgbm"}:
        return None
    return f"[*{given}, {model_reader(parsed, name, trainer.call, draft)}({', '.join(said)})]"


def _homes(parsed: Parsed, maker: cst.BaseExpression) -> Iterator[str]:
    """The package that a callback's class is from, or that the bases are from of one here."""
    own = definition(parsed, maker)
    bases = [one.value for one in own.bases] if isinstance(own, cst.ClassDef) else []
    for one in bases or [maker]:
        yield (imported_name(parsed, one) or "").split(".", 1)[0]


def _sets(parsed: Parsed, boosting: Boosting) -> _Sets | None:
    """The datasets to evaluate on; None where their names cannot be had."""
    value = boosting.trainer.value("datasets")
    if boosting.datasets is None or value is None or is_none(value):
        return None
    view = view_dict(parsed, value)
    if view is not None and view.complete:
        names = dict.fromkeys(name for name, _ in view.items if name != _TRAIN)
        return _Sets(tuple(repr(one) for one in names))
    if not boosting.datasets.isidentifier():
        return None
    unseen = _local(parsed, boosting, "eval_names")
    listed = f'[name for name in {boosting.datasets} if name != "{_TRAIN}"]'
    return _Sets((), unseen, (f"{unseen} = {listed}",))


def _local(parsed: Parsed, boosting: Boosting, name: str) -> str:
    """A name for what stands ahead of the loop, which the loops of other trainers do not share."""
    own = name not in bound_names(parsed) and boosting.name == _LOOP
    return name if own else f"{boosting.name}_{name}"


def _parameter(boosting: Boosting) -> str:
    """What the loop calls the parameters of the library; not what it reads as something else."""
    read = " ".join(boosting.given.values())
    return "booster_params" if re.search(r"\bparams\b", read) else "params"


def _line(parsed: Parsed, boosting: Boosting, name: str, text: str) -> Iterator[str]:
    """A line inside brackets or a function, with the comments of the trainer's own argument."""
    trainer = boosting.trainer
    argument = trainer.arguments.get(name)
    if argument is None or argument is trainer.call.args[0]:  # whose comments stay
        yield f"    {text}"
        return
    around = argument_text(parsed, trainer.call, argument)
    for one in around.comments:
        yield f"    {one}"
    yield f"    {text}" + (f"  {around.comment}" if around.comment else "")
