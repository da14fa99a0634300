"""One file, change by change: what a person is asked, and what becomes of the answers.

The file is migrated anew for every question, with what is accepted so far; so each hunk that is
shown is exactly what would be written, and what is turned down leaves no trace in the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.choice.left_out import anchor
from raytune_migrate.outcome import Status
from raytune_migrate.project import project_of
from raytune_migrate.report.places import spoken
from raytune_migrate.review.decisions import DecisionsError, remember
from raytune_migrate.run.pipeline import look, process_data
from raytune_migrate.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.proposal import Change
    from raytune_migrate.settings.options import Options


class Answer(Enum):
    """What may be said to a change; the value is the key for it."""

    ACCEPT = "y"
    SKIP = "n"
    TODO = "t"
    SUPPRESS = "i"
    EDIT = "e"
    RULE = "r"
    FILE = "a"
    QUIT = "q"


@dataclass(frozen=True, slots=True)
class Question:
    """A change that is decided on: the changes that go together, and the file without and with."""

    unit: tuple[Change, ...]  # what leads comes first
    without: Outcome
    with_it: Outcome
    number: int  # from 1, of those of the file
    total: int

    @property
    def change(self) -> Change:
        """The change that leads."""
        return self.unit[0]


@dataclass(frozen=True, slots=True)
class Edited:
    """The bytes that a person made of the file in an editor."""

    data: bytes


@dataclass(slots=True)
class Review:
    """A review of many files, as far as it has come."""

    ask: Callable[[Question], Answer | Edited]
    rules: set[str] = field(default_factory=set)  # accepted wherever they are
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How a file ended, and what of it is to be remembered: a line for people by anchor."""

    outcome: Outcome
    against: dict[str, str]


def review_file(
    path: Path, options: Options, known: Elsewhere | None = None, *, review: Review
) -> Outcome:
    """Ask about each change to the file at ``path``, and remember what is not wanted.

    Nothing is written. Never raises, except KeyboardInterrupt.
    """
    against: dict[str, str] = {}

    def ask(path: Path, data: bytes, options: Options, known: Elsewhere | None) -> Outcome:
        reviewed = review_data(path, data, options, review, known)
        against.update(reviewed.against)
        return reviewed.outcome

    outcome = look(path, options, known, ask)
    if against and outcome.status is not Status.FAILED:
        try:
            remember(project_of(path).root, path, against)
        except DecisionsError as error:
            return replace(outcome, status=Status.FAILED, reason=str(error))
    return outcome


def review_data(
    path: Path, data: bytes, options: Options, review: Review, known: Elsewhere | None = None
) -> Reviewed:
    """Ask about each change to ``data``, the bytes of ``path``. Nothing is written.

    Where the review is ended, what was accepted before stands.
    """
    original, accepted, against = data, frozenset[str](), dict[str, str]()
    choice, whole_file, number = options.choice, False, 0

    def with_only(only: frozenset[str]) -> Outcome:
        wanted = replace(options, choice=replace(choice, only=only))
        return process_data(path, data, wanted, known)

    while not review.ended:
        every = process_data(path, data, replace(options, choice=choice), known)
        changes = () if every.migration is None else every.migration.changes
        open_units = _open_units(changes, accepted)
        if not open_units:
            break
        unit = open_units[0]
        key = anchor(unit[0])
        if whole_file or unit[0].code in review.rules:
            accepted |= {key}
            continue
        number += 1
        question = Question(
            unit,
            with_only(accepted),
            with_only(accepted | {key}),
            number,
            number + len(open_units) - 1,
        )
        answer = review.ask(question)
        match answer:
            case Edited():
                data = answer.data
                continue
            case Answer.QUIT:
                review.ended = True
            case Answer.RULE:
                review.rules.add(unit[0].code)
            case Answer.FILE:
                whole_file = True
            case Answer.ACCEPT:
                accepted |= {key}
            case Answer.TODO:
                choice = replace(choice, marked=choice.marked | {key})
            case Answer.SUPPRESS:
                choice = replace(choice, suppressed=choice.suppressed | {key})
        if answer in (Answer.SKIP, Answer.TODO, Answer.SUPPRESS):
            choice = replace(choice, against=choice.against | {key})
        if answer in (Answer.SKIP, Answer.TODO):
            against[key] = f"{spoken(unit[0].place)}: {unit[0].title}"
    outcome = with_only(accepted)
    return Reviewed(outcome if data is original else _since(original, outcome), against)


def _open_units(changes: Sequence[Change], accepted: frozenset[str]) -> list[tuple[Change, ...]]:
    """What is to be decided on together: a sweep with what goes with it, or a change.

    Sweeps come first. What goes with a sweep that is accepted already is not asked again.
    """
    done = {group for one in changes if anchor(one) in accepted for group in one.groups}
    rest = [one for one in changes if not one.leads and not one.groups & done]
    leads = [one for one in changes if one.leads and anchor(one) not in accepted]
    return [
        (one, *(other for other in rest if one.groups & other.groups))
        for one in sorted(leads, key=lambda one: not one.groups)
    ]


def _since(original: bytes, outcome: Outcome) -> Outcome:
    """How the file ended, where an editor may have changed it before the last look."""
    migration = outcome.migration
    if migration is None:
        return outcome
    source = decode(original)
    changed = replace(migration, before=source.text)
    return replace(outcome, status=changed.status, migration=changed, source=source)
