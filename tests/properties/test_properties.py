"""Valid Python in gives valid Python out, twice the same, and nothing but Ray's code changed."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path

from hypothesis import assume, event, given
from modules import modules, other_modules

from raytune_migrate.engine import migrate
from raytune_migrate.project import Project

PROJECT = Project(root=Path("/"))
_RAYS = re.compile(r"\b(ray|rt|rtt|air|Tuner|TorchTrainer|RunConfig|ScalingConfig|os)\b")


def tree(source: str) -> ast.Module | None:
    """The module's syntax tree; None where Python refuses the source."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<module>", "exec", dont_inherit=True)
            return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


@given(other_modules())
def test_a_module_without_a_sweep_keeps_all_but_moved_imports(source: str) -> None:
    assume(tree(source) is not None)
    result = migrate(source, PROJECT)
    assert {one.code for one in result.changes} <= {"RTM504"}
    assert (result.after == source) is (not result.changes)
    assert apart_from_ray(result.after) == apart_from_ray(source)


@given(modules())
def test_a_sweep_is_rewritten_or_reported_and_the_rest_stays(source: str) -> None:
    assume(tree(source) is not None)
    result = migrate(source, PROJECT)
    after = result.after
    event("migrated" if result.changes else "left as it was")
    assert result.changes or result.findings
    assert (after != source) is bool(result.changes)
    assert tree(after) is not None
    assert is_within(apart_from_ray(source), apart_from_ray(after))
    assert newlines(after) == newlines(source)
    assert comments(after) >= comments(source)


@given(modules())
def test_a_second_run_changes_nothing(source: str) -> None:
    assume(tree(source) is not None)
    once = migrate(source, PROJECT)
    twice = migrate(once.after, PROJECT)
    assert twice.after == once.after
    codes = sorted(one.code for one in once.remaining)
    assert sorted(one.code for one in twice.findings) == codes


@given(modules())
def test_code_of_another_package_is_left_alone(source: str) -> None:
    elsewhere = re.sub(r"\bray\b", "lighthouse", source)
    assume(tree(elsewhere) is not None)
    assert migrate(elsewhere, PROJECT).after == elsewhere


def apart_from_ray(source: str) -> list[str]:
    """The text of the module's own statements that name nothing of Ray and no trainer."""
    module = tree(source)
    assert module is not None
    texts = (ast.get_source_segment(source, one) or "" for one in module.body)
    return [one for one in texts if not _RAYS.search(one)]


def is_within(some: list[str], all_of: list[str]) -> bool:
    """Whether ``all_of`` holds ``some`` in this order."""
    rest = iter(all_of)
    return all(one in rest for one in some)


def newlines(source: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", source))


def comments(source: str) -> set[str]:
    return set(re.findall(r"# (?:above|noqa|a comment|how many)", source))
