"""Who starts Ray for the sweeps of a project: the scripts that run them, and what these import."""

from __future__ import annotations

import ast
import functools
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import RayStart
from raytune_migrate.facts.search.importing import leading_to, led_from
from raytune_migrate.facts.search.projects import holds
from raytune_migrate.files.find import RAY
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from raytune_migrate.facts.part import Part

_SUBMITTING = "JobSubmissionClient"  # by which a module has others run where a cluster is
_STARTING = (b"init(", _SUBMITTING.encode())
_INIT, _RAY, _ADDRESS = "init", "ray", "address"
_NO_ADDRESS = (None, "local")


def may_start_ray(data: bytes) -> bool:
    """Whether a module may start Ray, as far as a search of its bytes tells."""
    return RAY in data and any(one in data for one in _STARTING)


def started_by_others(
    known: Mapping[str, Part],
    starting: Collection[str],
    imports: Mapping[str, frozenset[str]],
    root: str,
    code_of: Callable[[str], str | bytes],
) -> Iterator[tuple[str, Part]]:
    """The modules with sweeps for which others start Ray, with how.

    These are the scripts that run the sweeps, and where none is seen all that import the module;
    and what they import. Others may submit these as jobs, by their names.

    Args:
        known: What each module of a project takes part in, by its path.
        starting: The modules that may start Ray.
        imports: The files that each module imports.
        root: The folder of the project.
        code_of: Gives the Python code of a module, or of a notebook.
    """
    start_of = functools.cache(lambda path: _start_of(code_of(path)))
    submitting = {one: text for one in starting if _SUBMITTING in (text := _text(code_of(one)))}
    for path, part in known.items() if starting else ():
        if not part.leads:
            continue
        scripts = [os.path.join(root, *one.split("/")) for one in part.elsewhere.scripts]
        running = led_from((path, *(scripts or leading_to((path,), imports))), imports)
        starts = {start_of(one) for one in running.intersection(starting) - {path}}
        submitted = any(
            _may_submit(one, text, path, (path, *scripts)) for one, text in submitting.items()
        )
        if submitted or RayStart.JOINED in starts:
            yield path, _with_start(part, RayStart.JOINED)
        elif RayStart.OWN in starts:
            yield path, _with_start(part, RayStart.OWN)


def _may_submit(path: str, text: str, sweep: str, scripts: Iterable[str]) -> bool:
    """Whether what submits jobs may submit a sweep: one of its folder, or by a script's name."""
    names = (os.path.splitext(os.path.basename(one))[0] for one in scripts)
    return holds(os.path.dirname(path), sweep) or any(
        re.search(rf"\b{re.escape(one)}\b", text) for one in names
    )


def _text(code: str | bytes) -> str:
    return code if isinstance(code, str) else code.decode("utf-8", "replace")


def _with_start(part: Part, start: RayStart) -> Part:
    return replace(part, elsewhere=replace(part.elsewhere, ray_start=start))


def _start_of(code: str | bytes) -> RayStart:
    """How a module calls ``ray.init``, wherever in it."""
    tree = python_tree(code)
    nodes = list(ast.walk(tree)) if tree is not None else []
    imported = any(map(_imports_init, nodes))
    calls = [one for one in nodes if _is_init(one, imported=imported)]
    if any(map(_has_address, calls)):
        return RayStart.JOINED
    return RayStart.OWN if calls else RayStart.UNSEEN


def _imports_init(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == _RAY
        and any(one.name == _INIT and one.asname is None for one in node.names)
    )


def _is_init(node: ast.AST, *, imported: bool) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=holder), attr=name)):
            return holder == _RAY and name == _INIT
        case ast.Call(func=ast.Name(id=name)):
            return imported and name == _INIT
        case _:
            return False


def _has_address(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    first = [one for one in node.args[:1] if not isinstance(one, ast.Starred)]
    given = [*first, *(one.value for one in node.keywords if one.arg == _ADDRESS)]
    return any(not (isinstance(one, ast.Constant) and one.value in _NO_ADDRESS) for one in given)
