"""Questions whose answers follow from those to others, and may so lead back to themselves."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_Question = TypeVar("_Question", bound="Hashable")
_Answer = TypeVar("_Answer", bound="Hashable")

_NONE = sys.maxsize  # deeper than any question


@dataclass(slots=True)
class Table(Generic[_Question, _Answer]):
    """What is known of questions, each of which is answered once.

    A question that leads back to itself gives there what is known so far, and is asked again until
    no answer of the circle has grown: so its answers do not depend on where the circle is entered,
    and a circle costs as many rounds as answers travel through it, however many ways lead around.
    """

    _known: dict[_Question, tuple[_Answer, ...]] = field(default_factory=dict)
    _so_far: dict[_Question, tuple[_Answer, ...]] = field(default_factory=dict)
    # How deep the first of the questions is that one depends on which is not answered yet.
    _waits_for: dict[_Question, int] = field(default_factory=dict)
    _waiting: list[_Question] = field(default_factory=list)  # those that are in no question now
    _depth: int = 0
    _led_to: int = _NONE  # the least deep of the open questions that the present one led to
    _growths: int = 0

    def ask(
        self, question: _Question, find: Callable[[], Iterable[_Answer]]
    ) -> tuple[_Answer, ...]:
        """The answers to a question, without doubles; ``find`` asks for what they follow from."""
        if question in self._known:
            return self._known[question]
        if question in self._waits_for:
            self._led_to = min(self._led_to, self._waits_for[question])
            return self._so_far[question]
        depth, led_to, first = self._depth, self._led_to, len(self._waiting)
        self._depth += 1
        while True:
            growths, self._led_to = self._growths, _NONE
            self._waits_for[question] = depth
            self._note(question, find())
            if self._led_to < depth:  # which goes round again, and this with it
                self._waiting.append(question)
                self._waits_for.update(dict.fromkeys(self._waiting[first:], self._led_to))
                answers = self._so_far[question]
                led_to = min(led_to, self._led_to)
                break
            if self._led_to == _NONE or growths == self._growths:
                for one in (*self._waiting[first:], question):
                    self._known[one] = self._so_far.pop(one)
                    del self._waits_for[one]
                del self._waiting[first:]
                answers = self._known[question]
                break
            for one in self._waiting[first:]:
                del self._waits_for[one]
            del self._waiting[first:]
        self._depth, self._led_to = depth, led_to
        return answers

    def _note(self, question: _Question, found: Iterable[_Answer]) -> None:
        known = self._so_far.setdefault(question, ())
        answers = tuple(dict.fromkeys((*known, *found)))
        # What is asked for meanwhile may have noted answers to this very question.
        if len(answers) > len(known):
            self._growths += 1
            self._so_far[question] = answers
