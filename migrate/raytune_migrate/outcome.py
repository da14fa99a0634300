"""How a file ended: exactly one status, with what was changed, what is left, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from sys import intern
from typing import TYPE_CHECKING

from raytune_migrate.choice.left_out import Why
from raytune_migrate.status import Status as Status

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.choice.left_out import LeftOut
    from raytune_migrate.proposal import Change, Finding, Replace
    from raytune_migrate.runtime.home import Home
    from raytune_migrate.source import Source

_NO_GROUPS = frozenset[int]()


@dataclass(frozen=True, slots=True)
class Checked:
    """What of a file was, or was not, held against the installed Ray, in a sentence.

    ``nothing`` says that there was no Ray to hold any of it against.
    """

    sentence: str
    nothing: bool = False


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
        """Unchanged, migrated, migrated with work left, or (nothing but work left) skipped."""
        if self.before != self.after:
            return Status.WORK_LEFT if self.leaves_work else Status.MIGRATED
        return Status.SKIPPED if self.leaves_work else Status.UNCHANGED

    @property
    def undecided(self) -> int:
        """How many changes a review that was ended has not come to."""
        return sum(one.why is Why.UNDECIDED and one.counts for one in self.left_out)

    @property
    def leaves_work(self) -> bool:
        """Whether any place needs a person, or a decision of one."""
        return bool(self.findings) or self.undecided > 0


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
    checks: tuple[Checked, ...] = ()

    @property
    def without_texts(self) -> Outcome:
        """The same for whoever only counts: what was done and what is left, and no file's text.

        What many files are told in the same words is held once.
        """
        if self.migration is None:
            return self
        bare = replace(
            self.migration,
            before="",
            after="",
            changes=tuple(map(_spoken_once, self.migration.changes)),
            edits=(),
            cells=(),
            rows=(),
        )
        checks = tuple(replace(one, sentence=intern(one.sentence)) for one in self.checks)
        return replace(self, migration=bare, source=None, after=None, checks=checks)


def _spoken_once(change: Change) -> Change:
    return replace(
        change,
        code=intern(change.code),
        title=intern(change.title),
        reason=intern(change.reason),
        link=intern(change.link),
        imports=(),
        notes=tuple(map(intern, change.notes)),
        groups=_NO_GROUPS,
    )


def left_to_a_person(migration: Migration) -> str | None:
    """Why a file was skipped, if it was."""
    if migration.status is not Status.SKIPPED:
        return None
    return work_left(migration)


def work_left(migration: Migration) -> str:
    """What is left to be done in a file, in words; nothing where nothing is."""
    findings, undecided = len(migration.findings), migration.undecided
    said = []
    if findings:
        said.append(
            "1 place needs a person" if findings == 1 else f"{findings} places need a person"
        )
    if undecided:
        said.append(
            "1 change is not decided" if undecided == 1 else f"{undecided} changes are not decided"
        )
    return ", ".join(said)
