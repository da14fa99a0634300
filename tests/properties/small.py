"""Small modules, of which thousands go through in a minute: a sweep or less, in many disguises."""

from __future__ import annotations

import ast
import io
import keyword
import os
import re
import tokenize
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import assume, settings
from hypothesis import strategies as st
from modules import MANNERS, flat, newlines, statements, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONG = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1


def examples(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try this many, and many times as many in the long profile."""
    return settings(max_examples=count * _LONG)


SWEEPS = (
    """\
from ray import tune
from ray.train.torch import TorchTrainer
trainer = TorchTrainer(loop)
tuner = tune.Tuner(trainer)
""",
    """\
import ray
import ray.train.torch
def f(loop, space):
    tuner = ray.tune.Tuner(ray.train.torch.TorchTrainer(loop), param_space=space)
    return tuner.fit()
""",
    """\
from ray.tune import Tuner as T, TuneConfig
from ray.train import ScalingConfig, RunConfig as R
from ray.train.torch import TorchTrainer
scale = ScalingConfig(num_workers=2)
tuner = T(TorchTrainer(loop, scaling_config=scale), run_config=R(name='a'))
""",
    """\
from ray import tune, train
from ray.train.torch import TorchTrainer
class Sweep:
    def run(self, loop):
        self.trainer = TorchTrainer(loop, train_loop_config={'lr': 1})
        space = {'train_loop_config': {'lr': tune.uniform(0, 1)}}
        return tune.Tuner(self.trainer, param_space=space).fit()
""",
    """\
from ray import tune
def f(trainer, space):
    tuner = tune.Tuner(trainer, param_space={'train_loop_config': space})
    return tuner.fit()
""",
)
sweeps = st.sampled_from(SWEEPS)

# Names that these sweeps give to what is theirs.
OWN = ("trainer", "tuner", "space", "scale", "loop", "f")

# A name of Ray that means something else, too, from then on.
SHADOWS = (
    "{} = None",
    "{}: object = make()",
    "def {}(): ...",
    "class {}: ...",
    "for {} in some: ...",
    "with some as {}: ...",
    "import other as {}",
    "from .other import {}",
    "if ({} := some): ...",
    "[{}, x] = some",
    "try: ...\nexcept Exception as {}: ...",
)

_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_GAPS = st.sampled_from(("", "", "", " ", "  ", "\t", "\n", "\n    ", "  # why?\n", "\n\n"))
_FLAT_GAPS = st.sampled_from(("", "", "", " ", "  ", "\t", " \\\n "))


@st.composite
def formatted(draw: st.DrawFn, source: str) -> str:
    """The same tokens with other white space, comments and continued lines between them."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    depth, parts = 0, list[str]()
    for token, after in pairwise(tokens):
        if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            parts.append(token.string if token.type != tokenize.DEDENT else "")
            if token.type == tokenize.NEWLINE and after.type == tokenize.NAME:
                parts.append(" " * after.start[1])
            continue
        parts.append(token.string)
        depth += _BRACKETS.get(token.string, 0) if token.type == tokenize.OP else 0
        if after.type in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER):
            parts.append(draw(st.sampled_from(("", "", " ", "  # noqa"))))
            continue
        joined = after.string in (".", "(", "[") or token.string == "."
        gap = draw(_GAPS if depth and not joined else _FLAT_GAPS)
        needed = token.end != after.start and tokenize.NAME in (token.type, after.type)
        parts.append(gap or (" " if needed else ""))
    return "".join(parts)


@st.composite
def mutated(draw: st.DrawFn, source: str) -> str:
    """A few tokens or lines are lost, doubled, or taken from elsewhere."""
    pieces = draw(
        st.sampled_from((re.findall(r"\w+|\s+|[^\w\s]", source), source.splitlines(True)))
    )
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(pieces) - 1))
        other = pieces[draw(st.integers(0, len(pieces) - 1))]
        pieces[at : at + 1] = draw(
            st.sampled_from(([], [other], [pieces[at], other], [other, pieces[at]]))
        )
        if not pieces:
            break
    return "".join(pieces)


@st.composite
def others(draw: st.DrawFn) -> str:
    """A module without a sweep, of three statements at most."""
    imports = draw(st.sampled_from(((), *(one.imports for one in MANNERS))))
    body = flat(draw(st.lists(statements(depth=draw(st.integers(0, 1))), max_size=3)))
    return written([*imports, *body], draw(st.sampled_from(("    ", "\t"))), draw(newlines))


# Any that Python takes, also in a form that it reads as another: it normalizes names by NFKC.
identifiers = st.sampled_from(
    ("a", "ünï", "_", "__x", "tuner_2", "train_driver_fn", "config", "merge_config", "os", "变量")
) | st.from_regex(r"[^\W\d]\w{0,3}", fullmatch=True).filter(
    lambda name: name.isidentifier() and not keyword.iskeyword(unicodedata.normalize("NFKC", name))
)


def names_of(source: str) -> set[str]:
    """Every name in the source, as Python reads it."""
    return {unicodedata.normalize("NFKC", one) for one in re.findall(r"\w+", source)}


def renamed(source: str, names: Mapping[str, str]) -> str:
    """The source with some of its own names called otherwise."""
    olds = "|".join(names)
    return re.sub(rf"(?<![.\w])({olds})\b", lambda found: names[found[1]], source)


@st.composite
def renamings(draw: st.DrawFn, source: str) -> dict[str, str]:
    """Other names for some of those that a sweep gives, each of them new to it."""
    own = sorted({*OWN} & names_of(source))
    chosen = draw(st.lists(st.sampled_from(own), min_size=1, unique=True))
    given = draw(
        st.lists(
            identifiers,
            min_size=len(chosen),
            max_size=len(chosen),
            unique_by=lambda name: unicodedata.normalize("NFKC", name),
        )
    )
    assume(not {unicodedata.normalize("NFKC", one) for one in given} & names_of(source))
    return dict(zip(chosen, given, strict=True))


@st.composite
def with_statement(draw: st.DrawFn, source: str, statement: str) -> str:
    """The source with a statement ahead of, between or behind those of its module."""
    lines = source.splitlines(keepends=True)
    starts = [one.lineno - 1 for one in ast.parse(source).body]
    at = draw(st.sampled_from([*starts, len(lines)]))
    return "".join([*lines[:at], statement, *lines[at:]])
