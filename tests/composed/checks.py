"""What must hold of each composed script once it is migrated, without running it."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate.engine import migrate
from raytune_migrate.project import Project
from raytune_migrate.runtime.home import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composed.script import Composed
    from raytune_migrate.outcome import Migration

PROJECT = Project(root=Path("/"), minimum_ray=Version("2.51"))
PLAIN = replace(PROJECT, runtime=NOWHERE)
SWEEP = "RTM101"
# Arguments that go: what they are for is said in other places.
_OTHERWISE = ("metadata", "resume_from_checkpoint", "trainer_resources")
_NOTE = re.compile(r"# note \d+")


@dataclass
class Sums:
    """What became of the scripts that went through."""

    scripts: int = 0
    left: Counter[str] = field(default_factory=Counter)  # findings, by code and reason
    rewritten: Counter[str] = field(default_factory=Counter)  # changes, by code
    wrong: list[str] = field(default_factory=list)
    examples: dict[str, int] = field(default_factory=dict)  # the first seed of each finding

    def __str__(self) -> str:
        lines = [f"{self.scripts} scripts, {len(self.wrong)} wrong"]
        lines += [f"  {count:5} {code}" for code, count in sorted(self.rewritten.items())]
        lines += [
            f"  {count:5} {what} (seed {self.examples[what]})"
            for what, count in self.left.most_common()
        ]
        return "\n".join(lines)

    def add(self, script: Composed, *, plain: bool = False) -> Migration:
        """Migrate a script, and keep what is to be said of that."""
        self.scripts += 1
        result = migrate(script.text, PLAIN if plain else PROJECT)
        self.rewritten.update(one.code for one in result.changes)
        for one in result.findings:
            what = f"{one.code} {one.reason}"
            self.left[what] += 1
            self.examples.setdefault(what, script.seed)
        which = f"seed {script.seed}{', plain' if plain else ''}"
        self.wrong += [f"{which}: {one}" for one in wrongs(script, result, plain=plain)]
        return result


def wrongs(script: Composed, result: Migration, *, plain: bool) -> Iterator[str]:
    """What is wrong with a result."""
    before, after = script.text, result.after
    for one in result.findings:
        if "failed its proof" in one.reason:
            yield f"line {one.place.line}: {one.reason}"
    try:
        compile(after, "<after>", "exec", dont_inherit=True)
    except SyntaxError as error:
        yield f"does not compile: {error}"
        return
    if undefined := undefined_names(after) - undefined_names(before):
        yield f"undefined: {', '.join(sorted(undefined))}"
    if lost := _notes(script) - set(_NOTE.findall(after)):
        yield f"lost comments: {', '.join(sorted(lost))}"
    again = migrate(after, PLAIN if plain else PROJECT)
    if again.after != after:
        yield "a second run changes it again"
    codes = (Counter(one.code for one in some) for some in (again.findings, result.remaining))
    second, first = codes
    if second != first:
        yield f"a second run says {dict(second)} instead of {dict(first)}"
    if not any(one.code == SWEEP for one in result.changes) and not result.findings:
        yield "its sweep is neither migrated nor reported"
    if plain and re.search(r"^(?:from|import) raytune_runtime", after, re.MULTILINE):
        yield "needs the runtime"


def _notes(script: Composed) -> set[str]:
    """The comments of a script, but for those in what is taken out of it."""
    before = script.text
    tree, lines = ast.parse(before), before.splitlines()
    unused = {
        name
        for name, so in {
            "run_config": script.choices.get("RunConfig") == "both"
            or script.choices.get("reach") in ("as_trainable", "run"),
            "scaling_config": "scaling" in script.choices.get("param_space", ""),
        }.items()
        if so
    }
    gone: list[ast.stmt | ast.keyword] = [
        one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)
    ]
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("Trainer"):
            gone += [argument for argument in one.keywords if argument.arg in unused]
        if isinstance(one, ast.keyword) and one.arg in _OTHERWISE:
            gone.append(one)
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]).endswith("run_config"):
            gone += [one] if "run_config" in unused else []
    # The line above, too: what stands there is said of what goes.
    passed = {n for one in gone for n in range(one.lineno - 1, (one.end_lineno or 0) + 1)}
    kept = [text for number, text in enumerate(lines, start=1) if number not in passed]
    return set(_NOTE.findall("\n".join(kept)))


def undefined_names(text: str) -> set[str]:
    """Names that a module reads from its globals, and has not."""
    table = symtable.symtable(text, "<text>", "exec")
    known = {
        one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()
    }
    known |= {*dir(builtins), "__name__", "__file__"}
    every = [table]
    for one in every:
        every += one.get_children()
    return (
        {
            symbol.get_name()
            for one in every
            for symbol in one.get_symbols()
            if symbol.is_referenced() and symbol.is_global() | (one is table)
        }
        - known
        - _declared(text)
    )


def _declared(text: str) -> set[str]:
    tree = ast.parse(text)
    return {name for one in ast.walk(tree) if isinstance(one, ast.Global) for name in one.names}
