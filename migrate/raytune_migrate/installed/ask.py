"""Asks the Ray of an environment what it takes, in one process for as long as it is needed.

Ray is never imported here: it takes seconds, and may be one for another Python. It is asked only
where its files alone do not show that it takes what is written.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from raytune_migrate.installed.answer import FITS, LACKS
from raytune_migrate.installed.reading import surely_fits
from raytune_migrate.installed.remembered import installed_ray, recall, remember

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from raytune_migrate.installed.written import Use

_PACKAGE = Path(__file__).resolve().parent
_SCRIPT = _PACKAGE / "answer.py"
_RUNTIME = _PACKAGE.parent.parent / "raytune_runtime"
_PATIENCE_S = 120  # an import of Ray from a cold disk on a busy machine


class NoAnswer(Exception):
    """An environment that does not answer; the text says why."""


class NoRay(NoAnswer):
    """One that has answered, and has no Ray."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an environment says of a use: whether it fits, and else what is wrong or unknown."""

    kind: str
    detail: str

    @property
    def fits(self) -> bool:
        """Whether Ray takes it."""
        return self.kind == FITS

    @property
    def is_wrong(self) -> bool:
        """Whether Ray surely does not take it."""
        return self.kind == LACKS


_FITS = Answer(FITS, "")


@dataclass(slots=True)
class Environment:
    """A Python, its Ray, and what it has said so far, in earlier runs too."""

    python: Path
    release: str | None  # of Ray; None: it has none
    _process: subprocess.Popen[bytes] | None
    _memory: Path | None = None  # what is kept between runs
    _packages: Mapping[str, Path] = field(default_factory=dict)  # whose files can be read
    _known: dict[Use, Answer] = field(default_factory=dict)
    _failed: str | None = None  # why it does not answer any more

    @classmethod
    def of(cls, python: Path) -> Environment:
        """The environment of a Python. Raises NoAnswer where it cannot be asked."""
        seen = installed_ray(python, _RUNTIME)
        if seen is None:
            process, release = _started(python)
            return cls(python, release, process)
        known = {use: Answer(*said) for use, said in recall(seen.memory).items()}
        if known or seen.packages:  # it need not be started yet
            return cls(python, seen.release, None, seen.memory, seen.packages, known)
        process, release = _started(python)
        return cls(python, release, process, seen.memory)

    def check(self, uses: Iterable[Use]) -> dict[Use, Answer]:
        """What Ray says of each of ``uses``. Raises NoAnswer where it says nothing."""
        every = list(uses)
        new = [one for one in every if one not in self._known]
        if self._failed is not None:
            raise NoAnswer(self._failed)
        if new:
            self._known |= {one: _FITS for one in new if surely_fits(one, self._packages)}
            unread = [one for one in new if one not in self._known]
            try:
                self._known.update(zip(unread, self._asked(unread), strict=True))
            except NoAnswer as error:
                self._failed = str(error)
                raise
            if self._memory is not None:
                said = {use: (one.kind, one.detail) for use, one in self._known.items()}
                remember(self._memory, said)
        return {one: self._known[one] for one in every}

    def close(self) -> None:
        """Let the process end, if there is one."""
        if self._process is not None:
            _end(self._process)

    def _asked(self, uses: Sequence[Use]) -> list[Answer]:
        if not uses:
            return []
        questions = [
            {
                "name": one.name,
                "call": None if one.call is None else list(asdict(one.call).values()),
            }
            for one in uses
        ]
        if self._process is None:
            self._process, self.release = _started(self.python)
        process = self._process
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(questions).encode("ascii") + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise _ended(process, self.python) from error
        answers = _line(process, self.python)
        try:
            found = [Answer(str(kind), str(detail)) for kind, detail in answers]
        except (TypeError, ValueError):
            found = []
        if len(found) != len(uses):
            _end(process)
            raise NoAnswer(f"{self.python} gave no answer that can be read")
        return found


def _started(python: Path) -> tuple[subprocess.Popen[bytes], str | None]:
    """A process that answers, and the release of its Ray."""
    command = [str(python), "-I", str(_SCRIPT), str(_RUNTIME)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=python.anchor or os.sep,  # nothing of the project is at hand there
            env={**os.environ, "RAY_TRAIN_V2_ENABLED": "1"},
        )
    except OSError as error:
        raise NoAnswer(f"{python}: {(error.strerror or str(error)).lower()}") from error
    hello = _line(process, python)
    return process, hello.get("release") if isinstance(hello, dict) else None


def _line(process: subprocess.Popen[bytes], python: Path) -> Any:
    """The next line of a process, as JSON; one that does not come in time is no longer waited for.

    A timer ends the process, which ends the wait, for pipes have no timeout on every system.
    """
    assert process.stdout is not None
    timer = Timer(_PATIENCE_S, process.kill)
    timer.daemon = True
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line:
        raise _ended(process, python)
    try:
        return json.loads(line)
    except ValueError as error:
        _end(process)
        raise NoAnswer(f"{python} gave no answer that can be read") from error


def _ended(process: subprocess.Popen[bytes], python: Path) -> NoAnswer:
    _end(process)
    return NoAnswer(f"{python} ended or did not answer (exit status {process.returncode})")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
