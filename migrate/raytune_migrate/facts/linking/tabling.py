"""Questions whose answers follow from those to others, and may so lead back to themselves."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_Question = TypeVar("_Question", bound="Hashable")
_Answer = TypeVar("_Answer", bound="Hashable")

_DEEP = 500  # questions that lead to each other, each of which takes several calls


@dataclass(eq=False, slots=True)
class _Open(Generic[_Answer]):
    """A question to which there may be more answers than are known.

    Attributes:
        find: Looks for answers.
        answers: Those that are known so far.
        readers: The questions that were given these, and are to hear of more.
        waits: Whether it is to be looked at, or looked at again.
    """

    find: Callable[[], Iterable[_Answer]]
    answers: tuple[_Answer, ...] = ()
    readers: set[_Open[_Answer]] = field(default_factory=set)
    waits: bool = False


@dataclass(slots=True)
class Table(Generic[_Question, _Answer]):
    """What is known of questions, each of which is answered once.

    A question that leads back to itself gives there what is known so far. Whoever was given that
    is looked at again when there is more, until no answer grows: so answers do not depend on where
    a circle is entered, and cost no more than they grow, however many ways lead around.

    Attributes:
        most: How many answers a question is given; of more, the first.
    """

    most: int = sys.maxsize
    _known: dict[_Question, tuple[_Answer, ...]] = field(default_factory=dict)
    _open: dict[_Question, _Open[_Answer]] = field(default_factory=dict)
    _waiting: deque[_Open[_Answer]] = field(default_factory=deque)
    _asking: _Open[_Answer] | None = None  # the question that is being looked at
    _depth: int = 0

    def ask(
        self, question: _Question, find: Callable[[], Iterable[_Answer]]
    ) -> tuple[_Answer, ...]:
        """The answers to a question, without doubles; ``find`` asks for what they follow from."""
        if question in self._known:
            return self._known[question]
        one = self._open.get(question)
        if one is None:
            one = self._open[question] = _Open(find)
            if self._depth < _DEEP:
                self._look_at(one)
            else:
                self._put_off(one)
        if self._asking is None:
            self._settle()
        else:
            one.readers.add(self._asking)
        return one.answers

    def _look_at(self, one: _Open[_Answer]) -> None:
        """Look for answers to a question; those who know of fewer are to be looked at again."""
        before = self._asking
        self._asking, self._depth = one, self._depth + 1
        try:
            found = dict.fromkeys(one.find())
        finally:
            self._asking, self._depth = before, self._depth - 1
        known = {*one.answers}
        new = tuple(each for each in found if each not in known)
        if new and len(known) < self.most:
            one.answers = (one.answers + new)[: self.most]
            for reader in one.readers:
                self._put_off(reader)

    def _put_off(self, one: _Open[_Answer]) -> None:
        if not one.waits:
            one.waits = True
            self._waiting.append(one)

    def _settle(self) -> None:
        """Look at questions until no answer grows; then all are known."""
        while self._waiting:
            one = self._waiting.popleft()
            one.waits = False
            self._look_at(one)
        for question, one in self._open.items():
            self._known[question] = one.answers
            one.readers.clear()  # which lead around in circles, too
        self._open.clear()
