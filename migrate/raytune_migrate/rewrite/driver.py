"""Write the driver function of a sweep: the trainer's own code, once for each trial."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import (
    argument_behind,
    argument_text,
    assigned,
    belongs_below,
    blanks_before,
    remarks,
    rewritten,
    value_span,
    with_comments,
)
from raytune_migrate.editing.layout import dedented, formatted
from raytune_migrate.expressions.values import is_none
from raytune_migrate.imports.statements import without_line
from raytune_migrate.proposal import AddArgument, RemoveArgument, Replace
from raytune_migrate.rewrite.boosting_loops import loop_edits
from raytune_migrate.rewrite.driver_parts import Boosting, Merging
from raytune_migrate.rewrite.preprocessor_edits import preprocessed
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.rewrite.tuner_run_config import run_config_code
from raytune_migrate.sweep.boosting import is_loopless, loop_arguments, loop_names, replaced_values
from raytune_migrate.sweep.deleted import deletions
from raytune_migrate.sweep.merge import Merge, merge_forms, spread
from raytune_migrate.sweep.model import Reading, TrainerUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction
    from raytune_migrate.sweep.plan import Plan


# The arguments of a trainer that others carry: the train loop, the callback, the datasets.
_GONE = (ray_api.RESUME, ray_api.METADATA, ray_api.PREPROCESSOR)


def write_driver(parsed: Parsed, plan: Plan, draft: Draft, style: Layout) -> list[Edit]:
    """The driver of a sweep, in the place of the trainer's statement or ahead of the Tuner's."""
    trainer = plan.sweep.trainer
    edits = [
        *_arguments(parsed, plan, draft, style),
        *retargeted(parsed, trainer.call, draft, skip=_replaced(plan)),
    ]
    call = rewritten(parsed, trainer.call, edits)
    variable = trainer.variable
    if variable is not None and plan.sweep.use is TrainerUse.MOVED:
        start, end = parsed.span(variable.statement)
        before = parsed.text[start : parsed.start(trainer.call)]
        after = parsed.text[parsed.end(trainer.call) : end]
        body = dedented(f"{before}{call}{after}", parsed.indent(variable.statement))
        comments, trailing = _comments(variable.statement)
    else:
        indent = parsed.indent(parsed.statement(trainer.call))
        body = assigned(plan.trainer, trainer.call, dedented(call, indent))
        comments, trailing = [], ""
    returns = " -> None" if _annotates(parsed) else ""
    head = f"def {plan.driver}({plan.parameter}: dict){returns}:\n"
    code = head + _one_level([*comments, body + trailing, f"{plan.trainer}.fit()"])
    if draft.definitions:
        ahead = textwrap.indent("\n\n".join(draft.definitions), "    ")
        code = code.replace(head, f"{head}{ahead}\n\n", 1)
    return _placed(parsed, plan, draft, code, style)


def _replaced(plan: Plan) -> list[cst.CSTNode]:
    """The arguments whose text the driver does not keep."""
    swept = {key for key, _ in plan.sweep.space.items} if plan.sweep.space is not None else set()
    if plan.sweep.train_loop_reading is not Reading.NEVER:
        swept.add("train_loop_per_worker")
    trainer = plan.sweep.trainer
    return [
        *replaced_values(trainer),
        *(
            one.value
            for name, one in trainer.arguments.items()
            if name in ("run_config", *_GONE) or name in plan.bound or name in swept
        ),
    ]


def _arguments(parsed: Parsed, plan: Plan, draft: Draft, style: Layout) -> Iterator[Edit]:
    """The edits that make the trainer's call the driver's."""
    sweep, trainer = plan.sweep, plan.sweep.trainer
    given = dict(trainer.arguments)
    if is_loopless(trainer):
        given |= loop_arguments(parsed, trainer)

    def own(name: str) -> str:
        """The trainer's own argument, as the driver can write it."""
        value = given[name].value
        return plan.bound.get(name) or rewritten(parsed, value, retargeted(parsed, value, draft))

    changed = dict(plan.bound) | dict(_sampled(parsed, plan, draft, style, own))
    taken: list[str] = []
    if is_loopless(trainer):
        taken = loop_names(trainer, trainer.arguments)
        swept = merge_forms(parsed, sweep)
        datasets = own("datasets") if "datasets" in given and "datasets" not in swept else None
        yield from _new_loop(parsed, trainer, changed, own, datasets, draft)
    elif sweep.train_loop_reading is not Reading.NEVER:
        key = "train_loop_per_worker"
        resume = _resume(trainer, changed, own)
        changed[key] = draft.support.started(parsed, own(key), resume, draft, trainer.call)
    metadata = trainer.value(ray_api.METADATA)
    carries = metadata is not None and not is_none(metadata)
    carried = own(ray_api.METADATA) if carries else ""
    changed["run_config"] = draft.support.run_config(parsed, plan, draft, style, carried)
    for gone in _GONE:
        changed.pop(gone, None)
        if gone in trainer.arguments and gone not in taken:
            yield RemoveArgument(trainer.call, trainer.arguments[gone])
    for key, text in changed.items():
        yield from _argument(parsed, plan, key, text)


def _sampled(
    parsed: Parsed, plan: Plan, draft: Draft, style: Layout, own: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """What the space gives the trainer, by argument: as it is, or merged into the trainer's own."""
    sweep, call = plan.sweep, plan.sweep.trainer.call
    for key, form in merge_forms(parsed, sweep).items():
        sampled = f"{plan.parameter}[{style.literal(key)}]"
        if form is None and key == "scaling_config":
            config_class = draft.refer(parsed, ray_api.SCALING_CONFIG, call)
            yield key, f"{config_class}(**{sampled})"
        elif form is None:
            yield key, sampled
        elif form is Merge.DEEP:
            base = sweep.trainer.arguments[key].value
            swept = dict(sweep.space.items if sweep.space else ())[key]
            merging = Merging(base, swept, own(key), sampled, sweep.searched)
            yield key, draft.support.merged(parsed, merging, draft, style, call)
        else:
            is_name = key in plan.bound and form in (Merge.SPREAD_INTO, Merge.JOIN)
            yield key, spread(own(key), sampled, Merge.SPREAD if is_name else form)


def _argument(parsed: Parsed, plan: Plan, key: str, text: str) -> Iterator[Edit]:
    """The edits that give the trainer's call an argument, in the place of its own if it has one."""
    trainer = plan.sweep.trainer
    call, argument = trainer.call, trainer.arguments.get(key)
    loop = trainer.arguments.get("train_loop_per_worker")
    behind = loop is not None and loop is not call.args[-1]
    if argument is None and key == "train_loop_config" and loop is not None and behind:
        yield argument_behind(parsed, call, loop, f"{key}={text}")
    elif argument is None:
        yield AddArgument(call, key, text)
    elif key == "run_config":
        # Its comments go with it to the Tuner, unless that has a run_config of its own.
        around = argument_text(parsed, call, argument)
        stay = "run_config" in plan.source.tuner.arguments
        said = (around.comments, around.comment) if stay else ()
        yield RemoveArgument(call, argument)
        yield AddArgument(call, key, text, *said)
    elif key not in plan.bound and remarks(argument.value):  # which stay where they are
        yield Replace(*parsed.span(argument.value), text)
    else:
        yield Replace(*value_span(parsed, argument), text)


def _new_loop(
    parsed: Parsed,
    trainer: Construction,
    changed: dict[str, str],
    own: Callable[[str], str],
    datasets: str | None,
    draft: Draft,
) -> Iterator[Edit]:
    """The edits that give the driver's trainer the loop that it lacks; what that takes over is no
    longer in ``changed``."""
    names = dict.fromkeys([*loop_arguments(parsed, trainer), *loop_names(trainer, changed)])
    texts = {
        name: changed.pop(name) if name in changed else own(name)
        for name in sorted(names, key=lambda one: one in ray_api.CADENCE)
    }
    loop = draft.support.boosting_loop(
        parsed, Boosting(trainer, "train_loop", texts, datasets), draft
    )
    draft.definitions += [loop.definition] if loop.definition else []
    swept = "params" in changed and "params" not in trainer.arguments
    yield from loop_edits(parsed, trainer, loop.text, changed.pop("params") if swept else None)


def _resume(
    trainer: Construction, changed: Mapping[str, str], own: Callable[[str], str]
) -> str | None:
    """The checkpoint that a trial starts from while it has none."""
    argument = trainer.arguments.get(ray_api.RESUME)
    given = argument is not None and not is_none(argument.value)
    return changed.get(ray_api.RESUME) or (own(ray_api.RESUME) if given else None)


def _comments(statement: cst.SimpleStatementLine) -> tuple[list[str], str]:
    """The comment lines right above a statement, and the comment behind it."""
    above: list[str] = []
    for line in reversed(statement.leading_lines):
        if line.comment is None or not belongs_below(line.comment.value):
            break
        above.insert(0, line.comment.value)
    trailing = statement.trailing_whitespace.comment
    return above, f"  {trailing.value}" if trailing is not None else ""


def _annotates(parsed: Parsed) -> bool:
    """Whether the functions of this file say what they return."""
    return any(node.returns is not None for node in parsed.of(cst.FunctionDef))


def _one_level(pieces: Iterable[str]) -> str:
    """Pieces of code as the body of a function; black mends the rest."""
    lines: list[str] = []
    for piece in pieces:
        first, *rest = piece.split("\n")
        lines.append(f"    {first}")
        lines += rest
    return "\n".join(lines)


def _placed(parsed: Parsed, plan: Plan, draft: Draft, code: str, style: Layout) -> list[Edit]:
    """The driver where it belongs, with what is evaluated once ahead of it."""
    place, trainer = plan.place, plan.sweep.trainer
    indent = parsed.indent(place)
    driver = formatted(code, indent, style)
    kept = trainer.variable if plan.sweep.use is TrainerUse.KEPT else None
    ahead = parsed.indent(kept.statement) if kept is not None else indent
    once = _bindings(parsed, plan, draft, ahead, style)
    gap = "\n" * (2 if indent else 3)
    edits: list[Edit] = []
    if kept is not None:
        edits += _kept(parsed, plan, draft, once)
        once = []
    start, end = with_comments(parsed, place)
    above, below = _blank_lines(parsed, place, start, end, indent)
    block = "\n".join(once) + gap + driver if once else above + driver
    if plan.follows:
        edits.append(Replace(end, end, gap + driver + below))
    elif plan.sweep.use is TrainerUse.MOVED:
        edits.append(Replace(start, end, block + below))
        if trainer.variable is not None:
            for one in deletions(parsed, trainer.variable):
                edits += without_line(parsed, one)
    else:
        edits.append(Replace(start, start, block + gap))
    return edits


def _kept(parsed: Parsed, plan: Plan, draft: Draft, once: list[str]) -> Iterator[Edit]:
    """The trainer's own statement, which shares with the driver what is evaluated once."""
    trainer = plan.sweep.trainer
    assert trainer.variable is not None
    start, _ = with_comments(parsed, trainer.variable.statement)
    if once:
        yield Replace(start, start, "".join(f"{one}\n" for one in once))
    loops = loop_names(trainer, plan.bound) if is_loopless(trainer) else ()
    for key, name in plan.bound.items():
        if key not in loops:  # the call of its loop, where it stands, has them by name
            yield Replace(*parsed.span(trainer.arguments[key].value), name)
    if plan.run_config is not None:
        value = trainer.arguments["run_config"].value
        convert = draft.refer(parsed, f"{ray_api.RUNTIME}.train_run_config", value)
        yield Replace(*parsed.span(value), f"{convert}({plan.run_config})")


def _bindings(parsed: Parsed, plan: Plan, draft: Draft, indent: str, style: Layout) -> list[str]:
    """``name = value`` for what is evaluated once, in the order of the trainer's arguments."""
    lines: list[str] = []
    use = plan.sweep.run_config
    if use is not None and use.goes_with_trainer:
        for key, name in plan.storage.items():
            value = use.configs[0].arguments[key].value
            lines.append(formatted(assigned(name, value, parsed.source(value)), indent, style))
    if plan.run_config is not None and plan.source.run_config is not None:
        code = run_config_code(parsed, replace(plan, sweep=plan.source), draft)
        code = assigned(plan.run_config, plan.source.run_config.value, code)
        lines.append(formatted(code, indent, style))
    for key, name in plan.bound.items():
        argument = plan.sweep.trainer.arguments[key]
        value = argument.value
        text = rewritten(parsed, value, retargeted(parsed, value, draft))
        if key == "datasets":
            text = preprocessed(parsed, plan.sweep.trainer, text, draft)
        code = dedented(assigned(name, value, text), parsed.indent(value))
        if key in _GONE and plan.sweep.use is not TrainerUse.KEPT:
            # The argument goes, and what is said of it comes here.
            said = argument_text(parsed, plan.sweep.trainer.call, argument)
            behind = f"  {said.comment}" if said.comment else ""
            code = "\n".join((*said.comments, f"{code}{behind}"))
        lines.append(formatted(code, indent, style))
    return lines


def _blank_lines(
    parsed: Parsed, statement: cst.CSTNode, start: int, end: int, indent: str
) -> tuple[str, str]:
    """The newlines missing above and below a definition that takes a statement's place."""
    wanted = 1 if indent else 2
    block = parsed.parent(statement)
    body = list(block.body) if isinstance(block, cst.Module | cst.IndentedBlock) else []
    owner = parsed.parent(block) if block is not None else None
    # Black wants no blank line between the head of a function or class and its first definition.
    hugged = isinstance(owner, cst.FunctionDef | cst.ClassDef) and body[:1] == [statement]
    last = body[-1:] == [statement]
    above = blanks_before(parsed.text, start)
    below = _blanks_after(parsed.text, end)
    return (
        "\n" * max(0, wanted - above) if start and not hugged else "",
        "\n" * max(0, (_wanted_below(parsed.text, end) if last else wanted) - below),
    )


def _wanted_below(text: str, end: int) -> int:
    """The blank lines that black wants below a definition that ends its block."""
    following = next((line for line in text[end:].splitlines()[1:] if line.strip()), "")
    if not following:
        return 0
    clause = following.rstrip().endswith(":") and following.split(maxsplit=1)[0].rstrip(":") in (
        "elif",
        "else",
        "except",
        "finally",
    )
    return 1 if following[:1].isspace() or clause else 2


def _blanks_after(text: str, end: int) -> int:
    lines = text[end:].splitlines()[1:]
    count = 0
    for line in lines:
        if line.strip():
            break
        count += 1
    return count
