"""How a file ended: exactly one status, with what was changed, what is left, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate.status import Status as Status

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.left_out import LeftOut
    from raytune_migrate.proposal import Change, Finding, Replace
    from raytune_migrate.runtime_home import Home
    from raytune_migrate.source import Source


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number among all cells, and its code as it was and is."""

    number: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Migration:
    """What the pipeline made of one text; ``after`` equals ``before`` where nothing changed.

    ``findings`` carry the lines of ``before``; ``remaining`` are the same with those of ``after``.
    ``edits`` are those of each of ``changes`` as text, before formatting and imports; where the
    code is only a part of the text there are none, and ``rows`` has the lines that each touches.
    ``left_out`` is what was proposed and not taken, because the user says so. ``cells`` are the
    code of a notebook, of which both texts are the JSON. ``on_v1`` says that its code is left to
    Train V1.
    """

    before: str
    after: str
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    edits: tuple[tuple[Replace, ...], ...] = ()
    cells: tuple[Cell, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()
    on_v1: bool = False

    @property
    def status(self) -> Status:
        """Unchanged, migrated, migrated with work left, or (findings only) skipped."""
        if self.before != self.after:
            return Status.WORK_LEFT if self.findings else Status.MIGRATED
        return Status.SKIPPED if self.findings else Status.UNCHANGED


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one path ended. ``reason`` is set where the status is skipped or failed."""

    path: Path
    status: Status
    migration: Migration | None = None  # None where the file was never read as Python
    reason: str | None = None
    source: Source | None = None  # with a migration: the encoding and BOM that a patch must keep
    runtime: Home | None = None  # whose runtime it imports, as it is now or would be
    after: bytes | None = None  # with a migration: the whole file as it is now or would be
    checks: tuple[str, ...] = ()  # what of it was, and was not, held against the installed Ray

    @property
    def counted(self) -> Outcome:
        """Without the texts, where all that is left to do is to count what became of them."""
        if self.migration is None:
            return self
        bare = replace(self.migration, before="", after="", edits=(), cells=(), rows=())
        return replace(self, migration=bare, source=None, after=None)


def left_to_a_person(migration: Migration) -> str | None:
    """Why a file was skipped, if it was."""
    if migration.status is not Status.SKIPPED:
        return None
    count = len(migration.findings)
    return "1 place needs a person" if count == 1 else f"{count} places need a person"
