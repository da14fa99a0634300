"""A class of Ray that a dict, or a dataclass, names as for Hydra, and that Train V2 refuses.

``{"_target_": path, "stop": ...}``, where the path is one of Train V1, or its class takes that no
more. Of files of YAML it is said there.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.lookups import text_of
from raytune_migrate.expressions.values import is_none
from raytune_migrate.ray_api.named_classes import TARGET, refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such path, and at each argument beside it that its class refuses."""
    parsed = context.parsed
    if TARGET not in parsed.text:
        return
    for arguments in _named(parsed):
        target = arguments.get(TARGET)
        written = text_of(parsed, target) if target is not None else ""
        given = [name for name, value in arguments.items() if not is_none(value)]
        for one in refusals(written, given) if written else ():
            place = arguments[one.argument or TARGET]
            yield finding(parsed, place, one.code, one.reason, one.advice)


def _named(parsed: Parsed) -> Iterator[dict[str, cst.BaseExpression]]:
    """What each dict that is written out has, and each class for its fields."""
    for node in parsed.of(cst.Dict, cst.Call):
        view = view_dict(parsed, node)
        if view is not None:
            yield dict(view.items)
    for owner in parsed.of(cst.ClassDef):
        yield dict(_fields(owner))


def _fields(node: cst.ClassDef) -> Iterator[tuple[str, cst.BaseExpression]]:
    for line in node.body.body:
        for one in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match one:
                case cst.AnnAssign(
                    target=cst.Name(value=name), value=cst.BaseExpression() as value
                ):
                    yield name, value
                case cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value
                ):
                    yield name, value
