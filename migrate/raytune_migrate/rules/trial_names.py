"""A path that names trials, or an experiment, by the class of their trainer.

Tune names both by what the Tuner is given: under Train V2 by the driver function.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.bindings import variable_of
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.values import constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM407"
_NAMED = re.compile(rf"(?:^|[/*\\^])((?:{'|'.join(ray_api.TRIAL_PREFIXES)})_)")
_DRIVER = "train_driver_fn"
# What looks for files, joins paths or compares names, by the last part of its own name.
_READERS = frozenset(
    {
        *("Path", "PurePath", "exists", "isdir", "join", "joinpath", "listdir", "open", "scandir"),
        *("fnmatch", "fnmatchcase", "glob", "iglob", "match", "rglob"),
        *("compile", "filter", "find", "findall", "finditer", "fullmatch", "search"),
        *("endswith", "index", "lstrip", "partition", "removeprefix", "replace", "rpartition"),
        *("split", "startswith", "strip", "sub"),
    }
)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such text that a file or a name is looked for with."""
    parsed = context.parsed
    if not any(one in parsed.text for one in ray_api.TRIAL_PREFIXES):
        return
    every = parsed.of(cst.SimpleString, cst.FormattedStringText)
    texts = [(one, _text(parsed, one)) for one in every]
    if any(_DRIVER in text for _, text in texts):
        return  # it knows both
    for node, text in texts:
        found = _NAMED.search(text)
        if found is not None and _is_looked_for(parsed, node):
            yield finding(
                parsed,
                node,
                _CODE,
                f"Under Train V2 trials are called {_DRIVER}_..., not {found[1]}..., and so are"
                " experiments without a name.",
                f"Look for {_DRIVER}_* too, or take the path of each Result.",
            )


def _text(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> str:
    text = constant(parsed, node) if isinstance(node, cst.SimpleString) else node.value
    return text if isinstance(text, str) else ""


def _is_looked_for(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a text, through one variable too, is a path or part of one, or is compared."""
    inner = node
    for around in parsed.ancestors(node):
        match around:
            case cst.Call():
                name = around.func.attr if isinstance(around.func, cst.Attribute) else around.func
                if isinstance(name, cst.Name) and name.value in _READERS:
                    return True
            case cst.BinaryOperation(operator=cst.Divide()):
                return True
            case cst.Comparison():
                return True
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
                bound = variable_of(parsed, target)
                reads = bound.references if bound is not None else ()
                return inner is around.value and any(_is_looked_for(parsed, one) for one in reads)
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return False
        inner = around
    return False
