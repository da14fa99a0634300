"""The train loop that a boosting trainer without one is given, and what reads its model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import argument_text, blanks_before, rewritten, with_comments
from raytune_migrate.editing.layout import formatted, formatted_argument
from raytune_migrate.expressions.values import is_movable
from raytune_migrate.module.classes import is_given_self
from raytune_migrate.module.taken_names import bound_names
from raytune_migrate.proposal import RemoveArgument, Replace
from raytune_migrate.rewrite.driver_parts import Boosting
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.sweep.boosting import is_loopless, loop_arguments, taken_over
from raytune_migrate.sweep.model import constructions
from raytune_migrate.sweep.trainers import own_constructions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction


def loop_edits(
    parsed: Parsed, trainer: Construction, loop: str, config: str | None = None
) -> Iterator[Edit]:
    """The edits that give a trainer a train loop instead of what is in it, or in its config.

    ``config`` is that config, where the trainer itself has none.
    """
    call = trainer.call
    first = call.args[is_given_self(call)]
    gone = list(taken_over(trainer).values())
    text = loop if config is None else f"{loop}, train_loop_config={config}"
    start, end = parsed.span(first)
    if any(first is one for one in gone):
        yield Replace(start, end, text)
    elif (around := argument_text(parsed, call, first)).whole_lines:
        yield Replace(around.start, around.start, f"{parsed.indent(first)}{text},\n")
    else:
        yield Replace(start, start, f"{text}, ")
    for one in gone:
        if one is not first:
            yield RemoveArgument(call, one)
    params = trainer.arguments.get("params")
    if params is not None and params.keyword is not None:
        yield Replace(*parsed.span(params.keyword), "train_loop_config")


def standing_loop(
    parsed: Parsed,
    trainer: Construction,
    bound: Mapping[str, str],
    draft: Draft,
    style: Layout,
) -> list[Edit]:
    """The edits that give a trainer without a train loop one, where it stands.

    ``bound`` has the local names of arguments that are evaluated ahead.
    """
    texts = {
        name: bound.get(name)
        or rewritten(parsed, argument.value, retargeted(parsed, argument.value, draft))
        for name, argument in loop_arguments(parsed, trainer).items()
    }
    datasets = bound.get("datasets")
    value = trainer.value("datasets")
    if datasets is None and isinstance(value, cst.Name | cst.Dict):
        datasets = parsed.source(value)
    once = tuple(
        name
        for name, argument in loop_arguments(parsed, trainer).items()
        if name not in bound and not is_movable(parsed, argument.value, trainer.call)
    )
    boosting = Boosting(trainer, _loop_name(parsed, trainer), texts, datasets, once)
    loop = draft.support.boosting_loop(parsed, boosting, draft)
    text = loop.text
    first = trainer.call.args[is_given_self(trainer.call)]
    if argument_text(parsed, trainer.call, first).whole_lines:
        text = formatted_argument(text, parsed.indent(first), style) or text
    edits = list(loop_edits(parsed, trainer, text))
    if loop.definition:
        statement = parsed.statement(trainer.call)
        start, _ = with_comments(parsed, statement)
        indent = parsed.indent(statement)
        gap = "\n" * (2 if indent else 3)
        wanted = 0 if _begins_block(parsed, statement) else len(gap) - 1
        above = "\n" * (wanted - blanks_before(parsed.text, start))
        edits.append(Replace(start, start, above + formatted(loop.definition, indent, style) + gap))
    return edits


def model_reader(parsed: Parsed, reader: str, at: cst.CSTNode, draft: Draft) -> str:
    """How to write the callback that reads a model; both libraries' have one name.

    Where a module has trainers of both, that of LightGBM gets another.
    """
    known = len(draft.imports)
    text = draft.refer(parsed, reader, at)
    new = draft.imports[known:]
    both = all(name.rpartition(".")[2] in parsed.text for name in ray_api.LOOPS)
    if (
        new
        and new[0].alias is None
        and both
        and reader == ray_api.MODEL_READERS[ray_api.LIGHTGBM_TRAINER]
    ):
        text = f"{new[0].module.rpartition('.')[2].title()}{new[0].name}"
        draft.imports[known:] = [replace(new[0], alias=text)]
    return text


def _loop_name(parsed: Parsed, trainer: Construction) -> str:
    """What the loop of a trainer that stays is called, where it is a function of its own."""
    before = [
        one
        for one in (*constructions(parsed), *own_constructions(parsed))
        if one.name == trainer.name
        and is_loopless(one)
        and parsed.start(one.call) < parsed.start(trainer.call)
    ]
    number = len(before) + 1
    name = ray_api.LOOPS[trainer.name].rpartition(".")[2]
    name = f"{name}_of_its_own" if name in bound_names(parsed) else name
    return name if number == 1 else f"{name}_{number}"


def _begins_block(parsed: Parsed, statement: cst.CSTNode) -> bool:
    block = parsed.parent(statement)
    return isinstance(block, cst.IndentedBlock) and block.body[0] is statement
