"""Questions whose answers follow from those to others, and may so lead back to themselves."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_Question = TypeVar("_Question", bound="Hashable")
_Answer = TypeVar("_Answer", bound="Hashable")

_NEVER = sys.maxsize  # later than any question


@dataclass(slots=True)
class Table(Generic[_Question, _Answer]):
    """What is known of questions, each of which is answered once.

    A question that leads back to itself gives there what is known so far, and is asked again until
    no answer of the circle has grown: so its answers do not depend on where the circle is entered,
    and a circle costs as many rounds as answers travel through it, however many ways lead around.
    """

    _known: dict[_Question, tuple[_Answer, ...]] = field(default_factory=dict)
    _so_far: dict[_Question, tuple[_Answer, ...]] = field(default_factory=dict)
    # When each was asked of those that are not answered yet. Who leads to one that was asked before
    # it is in a circle with that, and not the first of it: so Tarjan finds the circles of a graph.
    _asked: dict[_Question, int] = field(default_factory=dict)
    _waiting: list[_Question] = field(default_factory=list)  # those that are in no question now
    _count: int = 0
    _led_to: int = _NEVER  # when the first was asked of those that the present question led to
    _growths: int = 0

    def ask(
        self, question: _Question, find: Callable[[], Iterable[_Answer]]
    ) -> tuple[_Answer, ...]:
        """The answers to a question, without doubles; ``find`` asks for what they follow from."""
        if question in self._known:
            return self._known[question]
        if question in self._asked:
            self._led_to = min(self._led_to, self._asked[question])
            return self._so_far[question]
        when, led_to, first = self._count, self._led_to, len(self._waiting)
        self._count += 1
        self._asked[question] = when
        while True:
            growths, self._led_to = self._growths, _NEVER
            self._note(question, find())
            if self._led_to < when:  # which goes round again, and this with it
                self._waiting.append(question)
                answers = self._so_far[question]
                led_to = min(led_to, self._led_to)
                break
            if self._led_to == _NEVER or growths == self._growths:
                for one in (*self._waiting[first:], question):
                    self._known[one] = self._so_far.pop(one)
                    del self._asked[one]
                del self._waiting[first:]
                answers = self._known[question]
                break
            for one in self._waiting[first:]:
                del self._asked[one]
            del self._waiting[first:]
        self._led_to = led_to
        return answers

    def _note(self, question: _Question, found: Iterable[_Answer]) -> None:
        known = self._so_far.setdefault(question, ())
        seen = {*known}
        new = tuple(dict.fromkeys(one for one in found if one not in seen))
        if new:
            self._growths += 1
            self._so_far[question] = known + new
