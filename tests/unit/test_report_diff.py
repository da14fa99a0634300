"""Two versions side by side, and the colours of their source."""

from __future__ import annotations

import pytest

from raytune_migrate.report.highlight import parts
from raytune_migrate.report.side_by_side import hunks


def shown(before: str, after: str, *lines: int, now: tuple[int, ...] = ()) -> list[list[str]]:
    """Each hunk, row by row: what differs has a ``!``."""
    return [
        [
            ("  " if row.same else "! ")
            + " | ".join(
                "-" if one is None else f"{one.number} {one.text}"
                for one in (row.before, row.after)
            )
            for row in hunk.rows
        ]
        for hunk in hunks(before, after, lines, now)
    ]


def test_no_difference_is_no_hunk() -> None:
    assert shown("", "") == []
    assert shown("a\nb\n", "a\nb\n") == []


def test_lines_that_are_asked_for_are_shown_with_those_around() -> None:
    text = "".join(f"{letter}\n" for letter in "abcdefghij")
    assert shown(text, text, 1) == [["  1 a | 1 a", "  2 b | 2 b", "  3 c | 3 c", "  4 d | 4 d"]]
    assert shown(text, text, now=(10,)) == [
        ["  7 g | 7 g", "  8 h | 8 h", "  9 i | 9 i", "  10 j | 10 j"]
    ]
    assert shown(text, text, 99) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_differs_stands_side_by_side(newline: str) -> None:
    before, after = "one\ntwo\nthree", "zero\none\n2\n3\nthree"
    assert shown(before.replace("\n", newline), after.replace("\n", newline)) == [
        [
            "! - | 1 zero",
            "  1 one | 2 one",
            "! 2 two | 3 2",
            "! - | 4 3",
            "  3 three | 5 three",
        ]
    ]


def test_hunks_that_are_far_apart_are_two() -> None:
    before = "".join(f"{number}\n" for number in range(1, 21))
    after = before.replace("2\n", "two\n", 1).replace("19\n", "nineteen\n")
    assert [(hunk[0], hunk[-1]) for hunk in shown(before, after)] == [
        ("  1 1 | 1 1", "  5 5 | 5 5"),
        ("  16 16 | 16 16", "  20 20 | 20 20"),
    ]


def colours(*lines: str) -> list[tuple[str, str]]:
    return [
        (line[start:end], kind)
        for line, some in zip(lines, parts(lines), strict=True)
        for start, end, kind in some
    ]


def test_colours_of_source() -> None:
    assert colours(
        "class A:  # why",
        "    def f(self):",
        '        """One',
        '        two"""',
        "        return 1.5 if x else 'é'",
    ) == [
        ("class", "keyword"),
        ("A", "defined"),
        ("# why", "comment"),
        ("def", "keyword"),
        ("f", "defined"),
        ('"""One', "string"),
        ('        two"""', "string"),
        ("return", "keyword"),
        ("1.5", "number"),
        ("if", "keyword"),
        ("else", "keyword"),
        ("'é'", "string"),
    ]


@pytest.mark.parametrize(
    "lines", [("def f(:", "    x = '"), ("(", ""), ("  x", " y"), ("x = '''", ""), ("\x00",)]
)
def test_what_is_no_python_is_shown_plain(lines: tuple[str, ...]) -> None:
    assert len(parts(lines)) == len(lines)
    assert {kind for _, kind in colours(*lines)} <= {"keyword", "defined"}
