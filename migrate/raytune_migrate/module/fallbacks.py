"""Code for several releases of Ray: ``try: from a import b`` with ``except ImportError:``, and
``if ray.__version__ >= "2.7": from a import b`` with ``else:`` below it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.module.releases import holds, imported_by, tests_releases
from raytune_migrate.module.syntax import CATCHING_IMPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.module.parsed import Parsed

_IS_ON = ray_api.IS_V2_ENABLED.rpartition(".")[2]
_NO_RELEASE = "0"  # below all of them, so that a test of Ray's release decides nothing


class Branch(Enum):
    """When a statement runs, as far as failing imports and Ray's release decide it."""

    PLAIN = "always"
    TRIED = "first, and it may fail; or with every release that has Train V2"
    FALLBACK = "only where what was tried has failed; or with no such release"


def branch(parsed: Parsed, node: cst.CSTNode) -> Branch:
    """In which part of the innermost statement that decides on it a node stands."""
    inner = node
    for one in parsed.ancestors(node):
        if isinstance(one, cst.FunctionDef | cst.Lambda):
            break
        if isinstance(one, cst.Try) and any(map(_catches_imports, one.handlers)):
            if inner is one.body:
                return Branch.TRIED
            if isinstance(inner, cst.ExceptHandler) and _catches_imports(inner):
                return Branch.FALLBACK
        seen = _is_seen(parsed, one, inner)
        if seen is not None:
            return Branch.TRIED if seen else Branch.FALLBACK
        inner = one
    return Branch.PLAIN


def is_of_older_ray(parsed: Parsed, node: cst.CSTNode, since: str = ray_api.RUNTIME_NEEDS) -> bool:
    """Whether a test of Ray's release, or of Train V2, keeps a node from all that have Train V2.

    Or a function around it; also where what is for these ends above: ``if new: return ...``. Not
    where these are refused: that pins the code, see :func:`refusals`. ``since`` is the first of
    their releases.
    """
    if not tests_releases(parsed):
        return False
    inner = node
    for one in parsed.ancestors(node):
        seen = _is_seen(parsed, one, inner, since)
        if (seen is False and not _refuses(parsed, one)) or _is_left(parsed, one, inner, since):
            return True
        inner = one
    return False


def refusals(parsed: Parsed) -> Sequence[cst.If | cst.Assert]:
    """The tests that end in an error wherever Train V2 is on, whatever Ray's release."""
    if ray_api.FLAG not in parsed.text and _IS_ON not in parsed.text:
        return ()
    found: list[cst.If | cst.Assert] = []
    for test in parsed.of(cst.If):
        orelse = test.orelse.body if isinstance(test.orelse, cst.Else) else None
        seen = {True: test.body, False: orelse, None: None}[holds(parsed, test.test, _NO_RELEASE)]
        if seen is not None and _fails(parsed, seen):
            found.append(test)
    found += [one for one in parsed.of(cst.Assert) if holds(parsed, one.test, _NO_RELEASE) is False]
    return sorted(found, key=parsed.start)


def _is_seen(
    parsed: Parsed,
    statement: cst.CSTNode,
    part: cst.CSTNode,
    since: str = ray_api.RUNTIME_NEEDS,
) -> bool | None:
    """Whether a part of a test of Ray's release is what Train V2 sees; None where it is no such."""
    if not isinstance(statement, cst.If | cst.IfExp):
        return None
    if part not in (statement.body, statement.orelse):
        return None
    holding = holds(parsed, statement.test, since)
    return None if holding is None else holding == (part is statement.body)


def _is_left(parsed: Parsed, block: cst.CSTNode, part: cst.CSTNode, since: str) -> bool:
    """Whether a block is left above one of its statements wherever Ray has Train V2."""
    if not isinstance(block, cst.IndentedBlock | cst.Module):
        return False
    for one in block.body:
        if one is part:
            return False
        if isinstance(one, cst.If) and _ends(one.body) and holds(parsed, one.test, since):
            return True
    return False


def _ends(block: cst.BaseSuite) -> bool:
    """Whether what comes behind a block is not run after it, and no error is the reason."""
    return isinstance(_last(block), cst.Return | cst.Continue | cst.Break)


def _refuses(parsed: Parsed, statement: cst.CSTNode) -> bool:
    """Whether a part of a test ends in an error."""
    if not isinstance(statement, cst.If):
        return False
    orelse = statement.orelse.body if isinstance(statement.orelse, cst.Else) else statement.body
    return any(_fails(parsed, one) for one in (statement.body, orelse))


def _fails(parsed: Parsed, block: cst.BaseSuite) -> bool:
    """Whether a block ends in an error, or ends the process."""
    match _last(block):
        case cst.Raise():
            return True
        case cst.Expr(value=cst.Call(func=func)):
            return imported_by(parsed, func) == {"sys.exit"}
        case _:
            return False


def _last(block: cst.BaseSuite) -> cst.CSTNode:
    last = block.body[-1]
    return last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last


def pairs(parsed: Parsed) -> list[tuple[cst.ImportFrom, cst.ImportFrom]]:
    """Each single ``from`` import that is tried, with the single one that stands in for it."""
    found: list[tuple[cst.ImportFrom, cst.ImportFrom]] = []
    for node in parsed.of(cst.Try):
        if len(node.handlers) == 1 and node.orelse is None:
            handler = node.handlers[0]
            tried, fallback = _only_import(node.body), _only_import(handler.body)
            if tried is not None and fallback is not None and _catches_imports(handler):
                found.append((tried, fallback))
    return found


def _catches_imports(handler: cst.ExceptHandler) -> bool:
    kind = handler.type
    kinds = [one.value for one in kind.elements] if isinstance(kind, cst.Tuple) else [kind]
    return kind is None or any(
        isinstance(one, cst.Name) and one.value in CATCHING_IMPORTS for one in kinds
    )


def _only_import(block: cst.BaseSuite) -> cst.ImportFrom | None:
    line = block.body[0] if len(block.body) == 1 else None
    only = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
    return only if alone and isinstance(only, cst.ImportFrom) else None
