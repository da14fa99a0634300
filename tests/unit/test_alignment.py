"""What is aligned with a bracket stays so where a longer name comes in front of it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from migrating import PROJECT, check_migrated

from raytune_migrate.editing.alignment import aligned
from raytune_migrate.editing.edits import splice
from raytune_migrate.proposal import Replace


def longer(before: str, *names: str) -> str:
    """A statement in which each of some names gets four characters longer."""
    text = dedent(before)
    edits = [Replace(at, at, "new.") for at in sorted(text.index(one) for one in names)]
    return splice(text, aligned(text, 0, len(text), edits))


def test_statements_without_such_lines() -> None:
    for text in ("make(1, 2)", "make(\n    1,\n    2,\n)", "make(1,\n  2)", 'make("""\n     """)'):
        assert longer(text, "make") == f"new.{text}"


def test_what_is_put_in_behind_the_bracket() -> None:
    text = "make(a,\n     b)"
    assert aligned(text, 0, len(text), [Replace(5, 5, "new.")]) == [Replace(5, 5, "new.")]


def test_what_is_put_in_below_a_line_that_moves() -> None:
    text = "make(\n    inner(1,\n          2),\n)"
    name, end = text.index("inner"), text.index("),") + 2
    edits = [Replace(name, name, "new."), Replace(end, end, "\n    third=3,")]
    after = "make(\n    new.inner(1,\n              2),\n    third=3,\n)"
    assert splice(text, aligned(text, 0, len(text), edits)) == after


def test_lines_that_are_indented_by_tabs() -> None:
    assert longer("make(1,\n\t\t2)", "make") == "new.make(1,\n\t\t2)"


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        (
            """\
            make(1,
                 2)
            """,
            ("make",),
            """\
            new.make(1,
                     2)
            """,
        ),
        (
            """\
            make(1,
                 inner(2,
                       3),
                 4)
            """,
            ("inner",),
            """\
            make(1,
                 new.inner(2,
                           3),
                 4)
            """,
        ),
        (
            """\
            make(1,
                 inner(
                     2,
                 ), other[3,
                          4])
            """,
            ("make", "inner"),
            """\
            new.make(1,
                     new.inner(
                         2,
                     ), other[3,
                              4])
            """,
        ),
    ],
)
def test_lines_that_move(before: str, names: tuple[str, ...], after: str) -> None:
    assert longer(before, *names) == dedent(after)


def test_a_run_config_that_is_aligned() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig

        from project import run

        tuner = tune.Tuner(run,
                           run_config=RunConfig(name="a",
                                                checkpoint_config=CheckpointConfig()))
        """,
        """\
        from ray import tune

        from project import run

        tuner = tune.Tuner(run,
                           run_config=tune.RunConfig(name="a",
                                                     checkpoint_config=tune.CheckpointConfig()))
        """,
        project=replace(PROJECT, line_length=100),
    )
