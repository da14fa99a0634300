"""Where a script seeds random numbers itself, which decides over the seeds of a verification."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEEDS = {"random.seed", "torch.manual_seed", "torch.cuda.manual_seed_all", "random.set_seed"}
_HELPERS = {"set_seed", "seed_everything", "enable_full_determinism", "set_random_seed"}
# Without an argument, or with None, each starts from the system's entropy.
_GENERATORS = {"random.seed", "random.default_rng", "random.Random", "random.RandomState"}


def seeding(text: bytes) -> Iterator[tuple[int, str]]:
    """The lines where it does, with what is to be said of each; none of text that has errors."""
    tree = python_tree(text)
    if tree is None:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        full = ast.unparse(node.func)
        name = ".".join(full.split(".")[-2:])
        code = ast.unparse(node)
        none = all(isinstance(one, ast.Constant) and one.value is None for one in node.args)
        if name in _GENERATORS and none and not node.keywords:
            yield node.lineno, f"{code} draws other numbers in each run"
        elif name in _SEEDS or full in _SEEDS or name.rpartition(".")[2] in _HELPERS:
            yield node.lineno, f"{code} seeds random numbers itself"
