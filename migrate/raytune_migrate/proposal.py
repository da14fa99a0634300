"""What a rule may say: a change it proposes, or a finding for a person.

Rules never mutate and never print. They return proposals, and one engine (``pipeline``) applies
them, so diff, review, suppression and reports are written once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.safety import Safety as Safety

if TYPE_CHECKING:
    import libcst as cst


FLAG = "RTM501"  # the change that turns Train V2 on for a script
SWEEP = "RTM101"  # the change of a sweep itself, which the others of its group go with
OTHER_FILE = "RTM914"  # of another file, which has to go with this one


def digest(text: str) -> str:
    """A short name for a text, the same on every machine."""
    import hashlib  # most runs end before there is anything to name

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace ``source[start:end]`` by ``text``; offsets count characters of the decoded source."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class AddArgument:
    """Add ``keyword=value`` at the end of a call, in the manner of its other arguments.

    ``comments`` are lines (``# ...``) that go above the argument, ``comment`` one behind it.
    """

    call: cst.Call
    keyword: str
    value: str
    comments: tuple[str, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take an argument out of a call, with its comma and its own comments."""

    call: cst.Call
    argument: cst.Arg


Edit: TypeAlias = Replace | AddArgument | RemoveArgument


@dataclass(frozen=True, slots=True, order=True)
class ImportName:
    """One name that a change needs: ``from module import name [as alias]``.

    Without a name it is the module itself: ``import module``.
    ``replaces`` is the module that the same name was imported from so far, if it moves.
    ``block`` is the offset of the first statement beside which it goes; None for the module.
    """

    module: str
    name: str
    alias: str | None = None
    replaces: str | None = None
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the source: line from 1, column from 1, and the start of its statement.

    ``anchor`` tells the statement from others when lines move: a digest of its text, and of the
    functions and classes around it. ``length`` is that of the text that is meant, in characters;
    places that differ in nothing else are the same. In a notebook the line is one of ``cell``,
    counted from 1 among all cells, and ``row`` is that of the file; elsewhere both are None.
    """

    line: int
    column: int
    statement: int  # character offset of the statement that holds the place
    anchor: str = ""
    length: int = field(default=0, compare=False)
    cell: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One reviewable unit: taken whole or not at all.

    ``edits`` do not overlap, within a change and between changes. ``notes`` say what a reviewer
    should know, and, where ``safety`` is ``REVIEW``, how the behaviour may differ. ``groups``
    are the sweeps that it belongs to (each the offset of its call): it stands or falls with them.
    """

    code: str
    title: str
    reason: str
    link: str
    place: Place
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE
    imports: tuple[ImportName, ...] = ()
    notes: tuple[str, ...] = ()
    groups: frozenset[int] = frozenset()
    lacks: tuple[Finding, ...] = ()  # what stands in its way where there is Ray alone

    @property
    def leads(self) -> bool:
        """Whether this is decided on by itself; the rest of a sweep goes with its own change."""
        return not self.groups or self.code == SWEEP


@dataclass(frozen=True, slots=True)
class Finding:
    """Something left as it was: where, why, and what to do about it."""

    code: str
    place: Place
    reason: str
    advice: str
    link: str

    @property
    def message(self) -> str:
        """The reason and the advice as one sentence pair."""
        return f"{self.reason} {self.advice}"


Proposal: TypeAlias = Change | Finding
