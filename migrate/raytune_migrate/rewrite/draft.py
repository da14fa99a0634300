"""What the code of one change is written with: the runtime beside Ray or Ray alone, and imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.imports.reference import reference
from raytune_migrate.proposal import ImportName
from raytune_migrate.runtime.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import libcst as cst

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Finding
    from raytune_migrate.rewrite.driver_parts import Boosting, Loop, Merging
    from raytune_migrate.sweep.model import Sweep
    from raytune_migrate.sweep.plan import Plan


@dataclass(frozen=True, slots=True)
class Support:
    """The texts in which the runtime beside Ray and Ray alone differ.

    A sweep's rewrite asks here for each of them, so that nothing else has to know.
    """

    # The RunConfig of the driver's trainer; the last string is the metadata of its checkpoints.
    run_config: Callable[[Parsed, Plan, Draft, Layout, str], str]
    merged: Callable[[Parsed, Merging, Draft, Layout, cst.Call], str]
    # A train loop that starts from the checkpoint of its trial, or else from the one given.
    started: Callable[[Parsed, str, str | None, Draft, cst.Call], str]
    boosting_loop: Callable[[Parsed, Boosting, Draft], Loop]
    # The edits to a sweep's RunConfig beyond those that make it the Tuner's.
    shared: Callable[[Parsed, Plan, Draft], list[Edit]]
    # What may differ from before, for a reviewer.
    doubts: Callable[[Parsed, Sweep], Iterable[str]]
    # Fields of the sweep's RunConfig that its Train runs repeat, and those that they take over.
    repeated: tuple[str, ...] = ()
    taken_over: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """The imports that the code written so far needs.

    ``owned`` are the calls of all sweeps of the file that are rewritten. ``definitions`` are the
    functions that the driver function begins with, ``lacks`` what Ray alone cannot do, and
    ``doubts`` how what is written may do otherwise.
    """

    owned: tuple[cst.CSTNode, ...] = ()
    imports: list[ImportName] = field(default_factory=list)
    support: Support = field(kw_only=True)
    definitions: list[str] = field(default_factory=list)
    lacks: list[Finding] = field(default_factory=list)
    home: Home = Home.INSTALLED
    doubts: list[str] = field(default_factory=list)

    def refer(self, parsed: Parsed, name: str, at: cst.CSTNode) -> str:
        """The text that denotes an object of Ray or of the runtime; notes the imports it needs.

        Where there is no runtime, what is written with it is known by such an import.
        """
        if self.home is Home.NOWHERE and name.startswith(f"{ray_api.RUNTIME}."):
            self.imports.append(
                ImportName(ray_api.RUNTIME, name.removeprefix(f"{ray_api.RUNTIME}."))
            )
            return name
        found = reference(parsed, name, at, self.owned)
        self.imports += found.imports
        return found.text

    def moves(self, parsed: Parsed, node: cst.CSTNode) -> bool:
        """Whether a place lies in a call that a sweep's own change writes anew."""
        return any(parsed.inside(node, call) for call in self.owned)
