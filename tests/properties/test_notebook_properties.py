"""However a notebook is written as JSON, no byte of it changes but the sources of changed cells."""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st
from modules import modules

from raytune_migrate.containers.notebook import notebook
from raytune_migrate.outcome import Status
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options

IMPORTS = "from ray import tune\nfrom ray.train.torch import TorchTrainer\n"
SWEEP = "def loop(config): ...\ntuner = tune.Tuner(TorchTrainer(loop))"
NEW_SWEEP = """\
def loop(config): ...


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    tune_config=tune.TuneConfig(
        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
    ),
)"""

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
space = st.text(" \t\r\n", max_size=3)
value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True)
class Source:
    """The source of a code cell, by its number."""

    lines: tuple[str, ...]


@st.composite
def written(draw: st.DrawFn, what: Any) -> str:
    """One way to write JSON: any white space, any escapes."""
    gap = draw(space)
    if isinstance(what, str):
        return gap + draw(strings(what)) + draw(space)
    if isinstance(what, dict):
        members = [f"{draw(written(key))}:{draw(written(one))}" for key, one in what.items()]
        return f"{gap}{{{','.join(members) or gap}}}{draw(space)}"
    if isinstance(what, list):
        return f"{gap}[{','.join(draw(written(one)) for one in what) or gap}]{draw(space)}"
    return gap + json.dumps(what) + draw(space)


@st.composite
def strings(draw: st.DrawFn, what: str) -> str:
    """A string as JSON, its letters escaped or not."""
    form = draw(st.sampled_from(["plain", "ascii", "all"]))
    if form == "all":
        units = what.encode("utf-16-be", "surrogatepass")
        pairs = (units[i : i + 2].hex() for i in range(0, len(units), 2))
        return '"' + "".join(f"\\u{one}" for one in pairs) + '"'
    return json.dumps(what, ensure_ascii=form == "ascii")


@st.composite
def sources(draw: st.DrawFn, code: str) -> Any:
    """A source as one string, or as any list of strings."""
    if draw(st.booleans()):
        return code
    cuts = sorted(draw(st.lists(st.integers(0, len(code)), max_size=4)))
    return [code[a:b] for a, b in zip([0, *cuts], [*cuts, len(code)], strict=True)]


@st.composite
def cells(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """A code cell, its keys in any order, with others among them."""
    items = [
        ("cell_type", "code"),
        ("source", draw(sources(code))),
        ("metadata", draw(st.dictionaries(text, value, max_size=2))),
        ("outputs", draw(st.lists(value, max_size=2))),
    ]
    return dict(draw(st.permutations(items)))


@st.composite
def notebooks(draw: st.DrawFn, *codes: str) -> str:
    """A notebook of some cells, with cells of text between them."""
    every = []
    for code in codes:
        every += draw(st.sampled_from([[], [{"cell_type": "markdown", "source": code}]]))
        every.append(draw(cells(code)))
    items = [("nbformat", 4), ("cells", every), ("metadata", {"é": draw(value)})]
    # The byte search wants to see one of Ray's words as it is; so does every notebook of Jupyter.
    top = {**dict(draw(st.permutations(items))), "x": 1}
    return draw(written(top)) + draw(space)


@given(notebooks("import numpy\n%time 1\n", "", IMPORTS, "!ls {x}\nx = 1"))
def test_code_that_stays_is_put_back_byte_for_byte(before: str) -> None:
    container = notebook(before)
    assert container.restore(container.scripts).text == before


@given(notebooks(IMPORTS, "'not Ray'", SWEEP))
def test_only_sources_of_changed_cells_change(before: str) -> None:
    data = f'{before[: before.index("{") + 1]}"y":"ray.train",{before[before.index("{") + 1 :]}'
    outcome = process_data(Path("/nowhere/nb.ipynb"), data.encode(), Options(ray_version="2.60"))
    assert outcome.status is Status.MIGRATED, outcome.reason
    assert outcome.after is not None
    old, new = json.loads(data), json.loads(outcome.after)
    code = [one for one in new["cells"] if one["cell_type"] == "code"]
    assert "".join(code[2]["source"]) == NEW_SWEEP
    assert "".join(code[1]["source"]) == "'not Ray'"
    kinds = [(type(one["source"]), list(one)) for one in old["cells"]]
    assert [(type(one["source"]), list(one)) for one in new["cells"]] == kinds
    # What stands around the two sources is the same text.
    around = without(data, {0, 2})
    assert without(outcome.after.decode(), {0, 2}) == around


def without(notebook_text: str, changed: set[int]) -> str:
    """The text of a notebook without the sources of some of its code cells."""
    module = sys.modules["raytune_migrate.containers.notebook"]
    for number, source in reversed(list(enumerate(module._sources(notebook_text)))):
        if number in changed:
            notebook_text = notebook_text[: source.start] + notebook_text[source.end :]
    return notebook_text


@st.composite
def in_cells(draw: st.DrawFn) -> list[str]:
    """A module with a sweep, cut into cells between its statements."""
    module = draw(modules())
    tree = readable(module)
    assume(tree is not None)
    assert tree is not None
    starts = [
        min(one.lineno, *(each.lineno for each in getattr(one, "decorator_list", [])), one.lineno)
        for one in tree.body
    ]
    chosen = draw(st.lists(st.sampled_from(starts[1:] or starts), unique=True, max_size=4))
    cuts = sorted({0, *(one - 1 for one in chosen)})
    lines = re.split(r"(?<=\n)", module)
    return ["".join(lines[a:b]) for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


def readable(source: str) -> ast.Module | None:
    """The tree of a module whose lines are those that a line feed ends; None where it has none."""
    if re.search(r"\r(?!\n)|[\f\v]", source):
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


@given(in_cells())
def test_a_sweep_over_several_cells_is_migrated_or_reported(codes: list[str]) -> None:
    assume(all(readable(one) is not None for one in codes))
    content = {
        "cells": [{"cell_type": "code", "source": one} for one in codes],
        "nbformat": 4,
    }
    path, options = Path("/nowhere/nb.ipynb"), Options()
    before = json.dumps(content).encode()
    outcome = process_data(path, before, options)
    assert outcome.status is not Status.FAILED, outcome.reason
    if outcome.migration is None or outcome.after is None:
        return
    event(outcome.status.value)
    new = [one["source"] for one in json.loads(outcome.after)["cells"]]
    assert len(new) == len(codes)
    assert all(readable(one) is not None for one in new)
    assert [one for one in new if "raytune-migrate piece" in one] == []
    again = process_data(path, outcome.after, options)
    assert again.after == outcome.after
    places = [one.place for one in outcome.migration.remaining]
    assert all(
        one.cell is not None and one.line <= new[one.cell - 1].count("\n") + 1 for one in places
    )
