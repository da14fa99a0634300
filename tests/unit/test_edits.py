"""Arguments that are added to a call, or taken out of it, in the call's own manner."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.editing.edits import OverlapError, lower, rewritten, splice
from raytune_migrate.module.names import calls
from raytune_migrate.module.parsed import Parsed, parse
from raytune_migrate.proposal import AddArgument, Edit, RemoveArgument, Replace

if TYPE_CHECKING:
    import libcst as cst


def first_call(source: str) -> tuple[Parsed, cst.Call]:
    parsed = parse(dedent(source).lstrip("\n"))
    return parsed, calls(parsed)[0]


def edited(parsed: Parsed, *edits: Edit) -> str:
    return splice(parsed.text, lower(parsed, edits))


def test_no_edits_change_nothing() -> None:
    parsed, _ = first_call("f(a,  b = 1)  # as it was\n")
    assert edited(parsed) == parsed.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f()\n", "f(z=1)\n", id="no arguments"),
        pytest.param("f(a)\n", "f(a, z=1)\n", id="one line"),
        pytest.param("f(a, )\n", "f(a, z=1 )\n", id="one line, comma at the end"),
        pytest.param(
            """
            f(a,
              b=2)
            """,
            """
            f(a,
              b=2,
              z=1)
            """,
            id="aligned",
        ),
        pytest.param(
            """
            f(
                a, b=2,  # both
                c = 3)  # the last
            """,
            """
            f(
                a, b=2,  # both
                c = 3,
                z=1)  # the last
            """,
            id="closed on the last line",
        ),
        pytest.param(
            """
            f(a, b={
                "c": 3,
            })
            """,
            """
            f(a, b={
                "c": 3,
            }, z=1)
            """,
            id="no argument begins a line",
        ),
        pytest.param(
            """
            f(
                a,
                b=2,
            )
            """,
            """
            f(
                a,
                b=2,
                z=1,
            )
            """,
            id="a line each",
        ),
        pytest.param(
            """
            f(
                a,
                b=2
            )
            """,
            """
            f(
                a,
                b=2,
                z=1
            )
            """,
            id="a line each, no comma at the end",
        ),
        pytest.param(
            """
            f(
                a,  # first
                b=2,  # second
            )
            """,
            """
            f(
                a,  # first
                b=2,  # second
                z=1,
            )
            """,
            id="a line each, with comments",
        ),
        pytest.param(
            """
            f(
            \ta,
            \tb=g(
            \t\tc,
            \t),
            )
            """,
            """
            f(
            \ta,
            \tb=g(
            \t\tc,
            \t),
            \tz=1,
            )
            """,
            id="tabs",
        ),
    ],
)
def test_an_argument_is_added_in_the_manner_of_the_call(before: str, after: str) -> None:
    parsed, call = first_call(before)
    assert edited(parsed, AddArgument(call, "z", "1")) == dedent(after).lstrip("\n")


def test_added_arguments_come_together_with_run_config_last() -> None:
    parsed, call = first_call("f(a)\n")
    text = edited(
        parsed,
        AddArgument(call, "run_config", "r"),
        AddArgument(call, "tune_config", "t"),
    )
    assert text == "f(a, tune_config=t, run_config=r)\n"


def test_a_comment_behind_the_last_argument_moves_the_parenthesis_below() -> None:
    parsed, call = first_call(
        """
        f(a,
          b=2)
        """
    )
    text = edited(parsed, AddArgument(call, "z", "1", comments=("# above",), comment="# behind"))
    assert text == dedent(
        """\
        f(a,
          b=2,
          # above
          z=1,  # behind
          )
        """
    )


def test_an_added_argument_brings_its_comments() -> None:
    parsed, call = first_call(
        """
        f(
            a,
        )
        """
    )
    text = edited(parsed, AddArgument(call, "z", "1", comments=("# above",), comment="# behind"))
    assert text == dedent(
        """\
        f(
            a,
            # above
            z=1,  # behind
        )
        """
    )


@pytest.mark.parametrize(
    ("before", "keyword", "after"),
    [
        pytest.param("f(x=1)\n", "x", "f()\n", id="the only one"),
        pytest.param("f(a, x=1)\n", "x", "f(a)\n", id="the last"),
        pytest.param("f(a, x=1,)\n", "x", "f(a,)\n", id="the last with a comma"),
        pytest.param("f(x=1, b=2)\n", "x", "f(b=2)\n", id="the first"),
        pytest.param("f(a, x=1, b=2)\n", "x", "f(a, b=2)\n", id="one in the middle"),
        pytest.param(
            """
            f(
                a,
                # about x
                x=1,  # more about x
                b=2,  # about b
            )
            """,
            "x",
            """
            f(
                a,
                b=2,  # about b
            )
            """,
            id="a line of its own, with its comments",
        ),
        pytest.param(
            """
            f(
                a,  # about a
                x=1,
            )
            """,
            "x",
            """
            f(
                a,  # about a
            )
            """,
            id="the comment of another stays",
        ),
        pytest.param(
            """
            f(
                a,
                x=g(
                    1,
                    2,
                ),
            )
            """,
            "x",
            """
            f(
                a,
            )
            """,
            id="over several lines",
        ),
    ],
)
def test_an_argument_is_taken_out(before: str, keyword: str, after: str) -> None:
    parsed, call = first_call(before)
    argument = next(one for one in call.args if one.keyword and one.keyword.value == keyword)
    assert edited(parsed, RemoveArgument(call, argument)) == dedent(after).lstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f(a, x=1)\n", "f(a, z=1)\n", id="the last of several"),
        pytest.param("f(x=1, b=2)\n", "f(b=2, z=1)\n", id="the first of several"),
        pytest.param("f(x=1)\n", "f(z=1)\n", id="the only one"),
        pytest.param(
            """
            f(
                a,
                x=1,
            )
            """,
            """
            f(
                a,
                z=1,
            )
            """,
            id="a line each",
        ),
    ],
)
def test_one_argument_is_taken_out_and_another_added(before: str, after: str) -> None:
    parsed, call = first_call(before)
    gone = next(one for one in call.args if one.keyword and one.keyword.value == "x")
    text = edited(parsed, AddArgument(call, "z", "1"), RemoveArgument(call, gone))
    assert text == dedent(after).lstrip("\n")


def test_the_last_argument_goes_with_the_one_that_has_lines_of_its_own() -> None:
    parsed, call = first_call(
        """
        f(a,
          x=1,
          # what y is
          y=2)
        """
    )
    edits = (
        AddArgument(call, "z", "3"),
        *(RemoveArgument(call, one) for one in call.args[1:]),
    )
    assert edited(parsed, *edits) == "f(a, z=3,\n)\n"


@pytest.mark.parametrize(
    ("gone", "after"),
    [
        pytest.param("x", "f(\n    a, b, y=2,\n    # what z is\n    z=3,\n)\n", id="one"),
        pytest.param("y", "f(\n    a, b, x=1,\n    # what z is\n    z=3,\n)\n", id="the last"),
        pytest.param("xy", "f(\n    a, b,\n    # what z is\n    z=3,\n)\n", id="both"),
        pytest.param("yz", "f(\n    a, b, x=1,\n)\n", id="the last, and the line below"),
        pytest.param("xyz", "f(\n    a, b,\n)\n", id="both, and the line below"),
    ],
)
def test_what_ends_a_line_goes_and_the_line_below_stays_one(gone: str, after: str) -> None:
    parsed, call = first_call(
        """
        f(
            a, b, x=1, y=2,
            # what z is
            z=3,
        )
        """
    )
    named = {one.keyword.value: one for one in call.args if one.keyword}
    assert edited(parsed, *(RemoveArgument(call, named[one]) for one in gone)) == after


@pytest.mark.parametrize(
    ("gone", "after"),
    [
        pytest.param("x", "f(\n    a=0,\n    y=2,\n    z=3,\n)\n", id="one"),
        pytest.param("xy", "f(\n    a=0,\n    z=3,\n)\n", id="both"),
        pytest.param("axy", "f(\n    z=3,\n)\n", id="both, and the line above"),
        pytest.param("xyz", "f(\n    a=0,\n)\n", id="both, and the line below"),
    ],
)
def test_arguments_that_fill_a_line_go_with_it(gone: str, after: str) -> None:
    parsed, call = first_call("f(\n    a=0,\n    x=1, y=2,\n    z=3,\n)\n")
    named = {one.keyword.value: one for one in call.args if one.keyword}
    assert edited(parsed, *(RemoveArgument(call, named[one]) for one in gone)) == after


def test_arguments_that_fill_a_line_but_for_a_comment() -> None:
    parsed, call = first_call("f(\n    a=0,\n    x=1, y=2,  # as always\n    z=3,\n)\n")
    edits = [RemoveArgument(call, one) for one in call.args[1:3]]
    assert edited(parsed, *edits) == "f(\n    a=0,\n  # as always\n    z=3,\n)\n"


def test_windows_newlines_in_a_call_with_a_line_each() -> None:
    parsed = parse("f(\r\n    a,\r\n    x=1,\r\n)\r\n")
    call = calls(parsed)[0]
    assert edited(parsed, RemoveArgument(call, call.args[1])) == "f(\r\n    a,\r\n)\r\n"


def test_a_node_with_the_edits_inside_it() -> None:
    parsed, call = first_call("y = f(a) + g(b)\n")
    edits = [Replace(6, 7, "c"), Replace(13, 14, "d")]
    assert rewritten(parsed, call, edits) == "f(c)"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert splice("ad", [Replace(1, 1, "b"), Replace(1, 1, "c")]) == "abcd"


def test_edits_may_touch() -> None:
    assert splice("abcd", [Replace(0, 2, "x"), Replace(2, 4, "y")]) == "xy"


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([Replace(0, 3, "x"), Replace(2, 4, "y")], id="they overlap"),
        pytest.param([Replace(0, 4, "x"), Replace(1, 2, "y")], id="one holds the other"),
        pytest.param([Replace(2, 9, "x")], id="beyond the end"),
    ],
)
def test_edits_that_claim_the_same_text_are_refused(edits: list[Replace]) -> None:
    with pytest.raises(OverlapError):
        splice("abcd", edits)
