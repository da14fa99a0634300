"""The edits that give code on a worker what it has in Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.imports.reference import module_in_use
from raytune_migrate.loops.session import Fate
from raytune_migrate.module.names import Certainty
from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.loops.session import SessionUse
    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.rewrite.draft import Draft


def session_edit(parsed: Parsed, use: SessionUse, draft: Draft) -> Replace | None:
    """What is written for a use of the session; None where there is nothing to write."""
    match use.fate:
        case Fate.FUNCTION:
            text = draft.refer(parsed, use.name, use.node)
        case Fate.CONTEXT:
            text = f"{draft.refer(parsed, ray_api.GET_CONTEXT, use.node)}().{use.name}"
        case Fate.TRIAL:
            info = draft.refer(parsed, ray_api.TRIAL_INFO, use.node)
            text = f"{info}().{ray_api.TRIAL_FACTS[use.name]}"
        case Fate.STORAGE:
            field, made = ray_api.STORAGE_FACTS[use.name]
            text = f"{draft.refer(parsed, ray_api.TRIAL_INFO, use.node)}().{field}"
            for function in made:
                text = f"{_of_path(parsed, function, use.node, draft)}({text})"
        case Fate.GONE:
            return None
    return Replace(*parsed.span(use.node), text)


def _of_path(parsed: Parsed, function: str, at: cst.CSTNode, draft: Draft) -> str:
    os_name = module_in_use(parsed, "os", at)
    if os_name is not None:
        return f"{os_name}.path.{function}"
    return draft.refer(parsed, f"os.path.{function}", at)


def helper_edit(
    parsed: Parsed, node: cst.BaseExpression, name: RayName, draft: Draft
) -> Replace | None:
    """What is written for a helper from an old path, if not the same text.

    The import that it needs is noted all the same.
    """
    if name.name not in ray_api.WORKER_HELPERS or name.written == name.name:
        return None
    return public_edit(parsed, node, name, draft)


def public_edit(
    parsed: Parsed, node: cst.BaseExpression, name: RayName, draft: Draft
) -> Replace | None:
    """What is written for an object of Ray to have it from its public path, if another text."""
    if name.certainty is Certainty.MIXED:
        return None
    text = draft.refer(parsed, name.name, node)
    return Replace(*parsed.span(node), text) if text != parsed.source(node) else None
