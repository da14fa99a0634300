"""What ``match`` takes out of objects."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def captured(
    pattern: ast.pattern, subject: ast.expr | None
) -> Iterator[tuple[str, ast.expr | None]]:
    """What the names in a pattern get; None for what cannot be followed.

    ``case Sweep(trainer=one)`` gives ``one`` what an object of the class has for the attribute.
    """
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            if name is not None:
                yield name, subject
            if inner is not None:
                yield from captured(inner, subject)
        case ast.MatchClass():
            made = ast.copy_location(ast.Call(func=pattern.cls, args=[], keywords=[]), pattern)
            by_name = zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)
            by_place = ((str(place), one) for place, one in enumerate(pattern.patterns))
            for attribute, one in chain(by_name, by_place):
                yield from captured(one, ast.Attribute(made, attribute, ctx=ast.Load()))
        case ast.MatchOr() | ast.MatchSequence():
            inside = subject if isinstance(pattern, ast.MatchOr) else None
            for one in pattern.patterns:
                yield from captured(one, inside)
        case ast.MatchMapping():
            for one in pattern.patterns:
                yield from captured(one, None)
            if pattern.rest is not None:
                yield pattern.rest, None
        case ast.MatchStar(name=str() as name):
            yield name, None
        case _:
            pass
