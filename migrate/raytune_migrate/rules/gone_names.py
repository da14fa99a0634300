"""What Ray no longer has: the import fails, whatever becomes of the rest of the file.

https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.imports.statements import import_statements, may_fail, written_name
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import variable_of
from raytune_migrate.module.names import Certainty
from raytune_migrate.readers.old_checkpoints import idle_classes, is_old_class
from raytune_migrate.rules.moved_paths import keras_callbacks, moved_aliases, moved_reads
from raytune_migrate.runtime.home import Home
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal


# What a train loop does that asks Tune for its trial, by whether there is no runtime: there
# ``ray.tune``'s context knows nothing.
_WORKERS_TRIAL = {
    False: f"In a train loop take it from trial_info() of {ray_api.RUNTIME}.",
    True: "Pass the value in train_loop_config: a Train V2 worker has no trial to ask.",
}


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each import of such a name, or at the uses that reach it by its module."""
    parsed = context.parsed
    told = set[str]()
    moved: list[cst.CSTNode] = [
        *(alias for _, alias, _ in moved_aliases(parsed)),
        *(alias for _, alias in keras_callbacks(parsed)),
        *(node for node, _ in moved_reads(parsed)),
    ]
    for alias, written in _imported(parsed):
        gone = ray_api.gone_name(written)
        if (
            gone is not None
            and not any(alias is one for one in moved)
            and not _is_served(context, alias, written)
            and not may_fail(parsed, alias)
        ):
            told.add(gone)
            yield _finding(context, alias, gone, _uses(parsed, written))
    for node, name in reads(parsed, parsed.module):
        gone = ray_api.gone_name(name.written)
        if (
            isinstance(node, cst.Attribute)
            and gone == name.written
            and not any(parsed.inside(node, one) for one in moved)
            and not any(f"{gone}.".startswith(f"{one}.") for one in told)
            and name.certainty is Certainty.SURE
            and not _is_of_old_class(parsed, node)
            and not (gone in ray_api.DATASET_CONFIGS and _is_trainers(parsed, node))
            and not _asks_trial(context, node, name.written)
            and not may_fail(parsed, node)
        ):
            yield _finding(context, node, gone, (node,))


def _finding(
    context: Context, node: cst.CSTNode, gone: str, uses: Iterable[cst.CSTNode]
) -> Finding:
    code = "RTM902" if gone in ray_api.TRAINERS else "RTM907"
    advice = ray_api.GONE_NAMES[gone]
    roles = {context.roles.of(context.parsed, one) for one in uses}
    if gone in ray_api.TRIAL_GETTERS and Role.TRAIN_LOOP in roles:
        advice = _WORKERS_TRIAL[context.project.runtime.home is Home.NOWHERE]
    return finding(context.parsed, node, code, f"Ray no longer has {gone}.", advice)


def _uses(parsed: Parsed, written: str) -> list[cst.BaseExpression]:
    return [node for node, name in reads(parsed, parsed.module) if name.written == written]


def _imported(parsed: Parsed) -> Iterator[tuple[cst.ImportAlias, str]]:
    for statement in import_statements(parsed):
        for alias in () if isinstance(statement.names, cst.ImportStar) else statement.names:
            yield alias, written_name(statement, alias)


def _is_of_old_class(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is the old checkpoint class, or the module in the name of it."""
    outer = parsed.parent(node)
    return is_old_class(parsed, node) or (
        isinstance(outer, cst.Attribute) and is_old_class(parsed, outer)
    )


def _asks_trial(context: Context, node: cst.BaseExpression, written: str) -> bool:
    """Whether a Tune function asks for its trial, which is rewritten there (RTM303)."""
    return (
        written in ray_api.TRIAL_GETTERS
        and context.roles.of(context.parsed, node) is Role.TUNE_FUNCTION
    )


def _is_served(context: Context, alias: cst.ImportAlias, written: str) -> bool:
    """Whether other rules have it: a checkpoint's class, or a config that trainers are given.

    Or what Tune functions ask. They see to the uses of a name, and to an import of the class that
    nothing here reads; where another name has no use, its import fails all the same.
    """
    parsed = context.parsed
    uses = _uses(parsed, written)
    if ray_api.public_name(written) == ray_api.CHECKPOINT:
        return any(isinstance(one, cst.Name) for one in uses) or any(
            one.alias is alias for one in idle_classes(parsed)
        )
    named = reads(parsed, parsed.module)
    below = [one for one, name in named if name.written.startswith(f"{written}.")]
    if below:  # ``import ray.air.checkpoint``
        return all(any(is_old_class(parsed, part) for part in parsed.walk(one)) for one in below)
    if written in ray_api.TRIAL_GETTERS:
        return bool(uses) and all(_asks_trial(context, one, written) for one in uses)
    if written not in ray_api.DATASET_CONFIGS:
        return False
    return bool(uses) and all(_is_trainers(parsed, one) for one in uses)


def _is_trainers(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a node is part of what a trainer is given, through one variable too."""
    for one in parsed.ancestors(node):
        made = construction(parsed, one) if isinstance(one, cst.Call) else None
        if made is not None and made.name in ray_api.TRAINERS:
            return True
        target = one.targets[0].target if isinstance(one, cst.Assign) else None
        bound = variable_of(parsed, target) if isinstance(target, cst.Name) else None
        if bound is not None and any(_is_trainers(parsed, read) for read in bound.references):
            return True
    return False
