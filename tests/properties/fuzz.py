"""Bytes that are mutated towards code of ours that has not run yet: whatever they are, all holds.

    pip install atheris==3.0.0
    python tests/properties/fuzz.py -max_total_time=300

The first bytes are those of the fixtures. Arguments are libFuzzer's; a folder among them keeps what
is found. It ends at the first input for which something does not hold.
"""

from __future__ import annotations

import ast
import os
import random
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["raytune_migrate"]):
    from raytune_migrate.outcome import Status
    from raytune_migrate.run.pipeline import process_data
    from raytune_migrate.settings.options import Docs, Options, Todo, Uses, WriteBack

    # What a run imports only where it needs it.
    process_data(Path("/nowhere/a.py"), b"import ray.train\n", Options(WriteBack.CHECK))

FIXTURES = Path(__file__).parents[2] / "fixtures"
SEEDS = [one.read_bytes() for one in sorted(FIXTURES.glob("*/before.*"))]
LINES = sorted({line for one in SEEDS for line in one.splitlines(keepends=True)})
PATHS = [Path("/nowhere/a.py"), Path("/nowhere/a.ipynb"), Path("/nowhere/a.md")]
HEADS = [
    b"",
    b"\xef\xbb\xbf",
    b"# coding: latin-1\n",
    b"# coding: utf-7\n",
    b"# coding: cp1252\r\n",
]


def check(data: bytes) -> None:
    """The first byte says what the others are; they must be left, or rewritten, as promised."""
    if not data:
        return
    path, head = PATHS[data[0] % 8 if data[0] % 8 < len(PATHS) else 0], HEADS[data[0] // 8 % 5]
    options = Options(
        WriteBack.CHECK,
        docs=Docs.MIGRATE,
        todo=Todo.EVERYWHERE if data[0] & 128 else Todo.REWRITTEN,
        uses=Uses.RAY_ALONE if data[0] & 64 else Uses.RUNTIME,
    )
    before = head + data[1:]
    outcome = process_data(path, before, options)
    reason = outcome.reason or ""
    assert "internal error" not in reason, reason
    if outcome.status is Status.FAILED:
        assert reason
        return
    after = outcome.after
    if after is None or after == before:
        return
    if path.suffix == ".py":
        if not reads(before):  # though LibCST does: a keyword that is given twice, for one
            return
        assert reads(after), after
    again = process_data(path, after, options)
    assert again.status is not Status.FAILED, again.reason
    assert again.after == after, (after, again.after)


def reads(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(
                data, "<module>", "exec", dont_inherit=True, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """Other bytes; often whole lines are moved about, so that some of it stays Python."""
    chance = random.Random(seed)
    if chance.random() < 0.3:
        return bytes(atheris.Mutate(data, size))
    first, lines = data[:1] or b"\0", data[1:].splitlines(keepends=True)
    if chance.random() < 0.2:
        first = bytes([chance.randrange(256)])
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(lines))
        match chance.randrange(5):
            case 0:
                lines.insert(at, chance.choice(LINES))
            case 1:
                del lines[at : at + chance.randint(1, 3)]
            case 2 if lines:
                lines.insert(at, chance.choice(lines))
            case 3 if lines:
                at = min(at, len(lines) - 1)
                lines[at] = chance.choice((b" ", b"    ", b"\t")) + lines[at]
            case 4 if lines:
                one, other = chance.choice(LINES).split(), chance.choice(lines)
                if one and other.split():
                    at = lines.index(other)
                    lines[at] = other.replace(chance.choice(other.split()), chance.choice(one), 1)
    return (first + b"".join(lines))[:size]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS):
            Path(folder, f"{number:03}").write_bytes(bytes([number * 37 % 256 & ~7]) + seed)
        atheris.Setup(
            [*sys.argv, "-max_len=6000", "-rss_limit_mb=4000", "-timeout=120", folder],
            check,
            custom_mutator=mutated,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    sys.setrecursionlimit(3_000)
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
