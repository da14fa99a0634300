"""Between brackets a line may end anywhere: what is migrated does not depend on it."""

from __future__ import annotations

import io
import random
import tokenize
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/before.py"))
_OPTIONS = replace(Options(), python="none")
_APART = (tokenize.COMMENT, tokenize.NL)


@pytest.mark.parametrize("path", [pytest.param(one, id=one.parent.name) for one in FIXTURES])
def test_lines_that_end_anywhere_between_brackets(path: Path) -> None:
    text = path.read_text()
    chance = random.Random(path.parent.name)
    for share in (0.05, 0.15, 0.5):
        broken = _broken(text, chance, share)
        compile(broken, path, "exec")
        assert _said(broken) == _said(text), broken


def _broken(text: str, chance: random.Random, share: float) -> str:
    """The text with some more lines, indented by chance, where Python lets them end."""
    lines = text.splitlines(keepends=True)
    places: list[tuple[int, int]] = []
    depth = 0
    for one, following in pairwise(tokenize.generate_tokens(io.StringIO(text).readline)):
        if one.type == tokenize.OP:
            depth += (one.string in "([{") - (one.string in ")]}")
        apart = one.type in _APART or following.type in _APART
        if depth > 0 and not apart and chance.random() < share:
            places.append(one.end)
    for line, column in reversed(places):
        before, after = lines[line - 1][:column], lines[line - 1][column:]
        lines[line - 1] = f"{before}\n{' ' * chance.randrange(14)}{after.lstrip(' ')}"
    return "".join(lines)


def _said(text: str) -> tuple[str, Counter[str], Counter[str]]:
    """How a script ends, and how often each rule changes or says something."""
    outcome = process_data(Path("sweep.py"), text.encode(), _OPTIONS)
    migration = outcome.migration
    assert migration is not None, outcome.reason
    return (
        outcome.status.name,
        Counter(one.code for one in migration.changes),
        Counter(one.code for one in migration.findings),
    )
