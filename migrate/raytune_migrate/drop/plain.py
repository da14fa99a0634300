"""The plain forms: for each use of a name of the runtime an edit, or why it has to stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.drop.needs import (
    checkpoints_needed,
    runtime_name,
    start_needed,
    storage,
    swept_elsewhere,
)
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.values import may_be_dict
from raytune_migrate.imports.add import written_runtime
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import calls
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.proposal import ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from raytune_migrate.drop.readers import Reader
    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.rewrite.draft import Draft

_CALLBACK, _RUN = "TuneReportCallback", "trial_run"
_PLAIN_CALLBACK = ray_api.RAY_REPORT_CALLBACK


@dataclass(frozen=True, slots=True)
class Kept:
    """A name of the runtime that has to stay, and why."""

    name: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A name of the runtime that plain Ray can stand for, and the edits."""

    name: str
    line: int
    edits: tuple[Replace, ...]


def plain_forms(
    parsed: Parsed, style: Layout, draft: Draft, readers: Sequence[Reader]
) -> list[Kept | Plain]:
    """What becomes of each call of the runtime in a module, in source order.

    ``readers`` are the places in other modules that may read the checkpoints of its sweeps.
    """
    found = [
        (name, call)
        for call in calls(parsed)
        if (name := runtime_name(parsed, call.func)) is not None
    ]
    called = {id(call.func) for _, call in found}
    named = [
        Kept(name, parsed.line(node), _NAMED.get(name, "it is handed on"))
        for node in parsed.of(cst.Name, cst.Attribute)
        if id(node) not in called
        and not (isinstance(node, cst.Name) and is_part(parsed, node))
        and (name := runtime_name(parsed, node)) is not None
        and not isinstance(parsed.parent(node), cst.ImportAlias)
    ]
    forms: list[Kept | Plain] = [*_reporting(parsed, style, draft, found, readers), *named]
    for name, call in found:
        if name in (_CALLBACK, _RUN):
            continue
        form = _FORMS.get(name)
        made = form(parsed, call) if form is not None else STAY.get(name, "Ray has no such thing")
        line = parsed.line(call)
        forms.append(Kept(name, line, made) if isinstance(made, str) else Plain(name, line, made))
    return sorted(forms, key=lambda one: one.line)


# What to do about the names that have no plain form.
STAY = {
    "driver_for": "write a driver function first, which builds the trainer and calls its fit()",
    "max_concurrent_trials": (
        "set it to a number first, of trials that fit on the cluster with a CPU more for each"
    ),
    "trial_resources": "set max_concurrent_trials, and give the Tuner the driver function itself",
    "fit_as_trial": "give the trainer to a Tuner by a driver function first, or call its fit()",
    "xgboost_train_loop": "write the train loop out first, with ray.train.xgboost's callback",
    "lightgbm_train_loop": "write the train loop out first, with ray.train.lightgbm's callback",
    "preprocess_datasets": "fit the preprocessor and transform the datasets with it first",
    "tune_run_config": "give the Tuner a tune.RunConfig first",
    "train_run_config": "give the trainer a ray.train.RunConfig first",
    "trial_info": "pass what it tells in train_loop_config first",
    "checkpoint_from_dict": "write the data to a directory first",
    "checkpoint_to_dict": "read the data from the directory of the checkpoint first",
}

_NAMED = {"TrainingFailedError": "import it from ray.train, which has it from Ray 2.51 on"}


def _reporting(
    parsed: Parsed,
    style: Layout,
    draft: Draft,
    found: list[tuple[str, cst.Call]],
    readers: Sequence[Reader],
) -> Iterator[Kept | Plain]:
    """The callback and the name of the run, which go or stay together."""
    some = [(name, call) for name, call in found if name in (_CALLBACK, _RUN)]
    reason = checkpoints_needed(parsed, readers) if some else None
    places = list(storage(parsed)) if some else []
    if reason is None and any(not _is_repeatable(parsed, value) for _, value in places):
        reason = (
            "the RunConfig computes its storage in place; bind it to a name of the module first"
        )
    if reason is None and len({key for key, _ in places}) < len(places):
        reason = (
            "the sweeps of the module keep their files in different places; move one to a module"
            " of its own first"
        )
    for name, call in some:
        line = parsed.line(call)
        stays = swept_elsewhere(parsed, call) or reason
        if stays is not None:
            yield Kept(name, line, stays)
        elif call.args:
            yield Kept(name, line, "its arguments have no counterpart")
        elif name == _CALLBACK:
            yield Plain(name, line, tuple(_callback(parsed, call, draft)))
        else:
            holder = parsed.parent(call)
            if not isinstance(holder, cst.Arg) or holder.star != "**":
                yield Kept(name, line, "it is no **argument of a RunConfig")
                continue
            context = draft.refer(parsed, ray_api.TUNE_GET_CONTEXT, call)
            literal = style.literal(f"train-trial_id={{{context}().get_trial_id()}}")
            given = [f"name=f{literal}", *(f"{key}={parsed.source(one)}" for key, one in places)]
            start, end = parsed.start(holder), parsed.end(call)
            yield Plain(name, line, (Replace(start, end, ", ".join(given)),))


def _callback(parsed: Parsed, call: cst.Call, draft: Draft) -> Iterator[Replace]:
    """Ray's callback has the same name: where that is imported, only the import changes."""
    if isinstance(call.func, cst.Name) and call.func.value == _CALLBACK:
        home = _PLAIN_CALLBACK.rpartition(".")[0]
        draft.imports.append(ImportName(home, _CALLBACK, replaces=written_runtime(parsed)))
        return
    yield Replace(*parsed.span(call.func), draft.refer(parsed, _PLAIN_CALLBACK, call.func))


def _is_repeatable(parsed: Parsed, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.SimpleString):
        return True
    found = variable(parsed, value)
    return found is not None and parsed.function(found.target) is None


def _merged(parsed: Parsed, call: cst.Call) -> tuple[Replace, ...] | str:
    """``merge_config({...}, swept)`` over a flat dict."""
    if len(call.args) != 2 or any(one.keyword or one.star for one in call.args):
        return "its arguments cannot be seen"
    base, swept = (one.value for one in call.args)
    seen = view_dict(parsed, base)
    if not isinstance(base, cst.Dict) or seen is None or not seen.complete:
        return "the keys of its first dict cannot be seen"
    if any(may_be_dict(parsed, value) for _, value in seen.items):
        return "its first dict has a dict in it, which is merged too"
    inner = parsed.text[parsed.start(base) + 1 : parsed.end(base) - 1].strip().rstrip(",")
    before = f"{inner}, " if inner else ""
    text = f"{{{before}**{parsed.source(swept)}}}"
    return (Replace(*parsed.span(call), text),)


def _started(parsed: Parsed, call: cst.Call) -> tuple[Replace, ...] | str:
    if len(call.args) != 1 or call.args[0].keyword is not None or call.args[0].star:
        return "it gives the workers a checkpoint to start from"
    reason = swept_elsewhere(parsed, call) or start_needed(parsed)
    if reason is not None:
        return reason
    return (Replace(*parsed.span(call), parsed.source(call.args[0].value)),)


_FORMS: dict[str, Callable[[Parsed, cst.Call], tuple[Replace, ...] | str]] = {
    "merge_config": _merged,
    "start_from_trial": _started,
}
