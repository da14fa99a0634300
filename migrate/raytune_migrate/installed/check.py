"""Whether what is written fits the Ray that is installed, and what is said of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raytune_migrate.installed.ask import NoAnswer, NoRay
from raytune_migrate.installed.choose import environment_for
from raytune_migrate.installed.pythons import NONE
from raytune_migrate.installed.written import written
from raytune_migrate.outcome import Checked
from raytune_migrate.ray_api import RUNTIME_NEEDS
from raytune_migrate.runtime.home import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.project import Project


@dataclass(frozen=True, slots=True)
class Check:
    """Holds rewritten modules of a project against its Ray.

    ``said`` are sentences on what was, and what was not, looked at.
    """

    project: Project
    python: str
    _said: dict[Checked, None] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    @property
    def said(self) -> tuple[Checked, ...]:
        """What is to be said of it, once for a run."""
        return tuple(self._said)

    @property
    def lasts(self) -> bool:
        """Whether the same would be said tomorrow of an environment that has not changed."""
        return not self._open

    def flaws(self, before: Parsed, after: Parsed) -> Sequence[str]:
        """What is written in ``after`` and not taken by Ray; nothing where that is not known."""
        if self.python == NONE:
            return ()
        own = self.project.runtime.home is Home.OWN  # a copy that nobody imports here
        new = [one for one in written(before, after) if not (own and one.of_runtime)]
        if not new:
            return ()
        try:
            environment = environment_for(self.python, self.project.root)
            release = environment.release or ""
            if (needs := _needs(self.project, release)) is not None:
                raise NoRay(f"{environment.python} has Ray {release}, and the code is for {needs}")
            answers = environment.check(new)
        except NoAnswer as error:
            self._say(f"Calls not checked against Ray: {error}.", nothing=True)
            if not isinstance(error, NoRay):
                self._open.append(str(error))
            return ()
        self._say(f"Calls checked against Ray {release} of {environment.python}.")
        for answer in answers.values():
            if not answer.fits and not answer.is_wrong:
                self._say(f"Not checked: {answer.detail}.")
        return tuple(
            f"{use} does not fit Ray {release}: {answer.detail}"
            for use, answer in answers.items()
            if answer.is_wrong
        )

    def _say(self, sentence: str, *, nothing: bool = False) -> None:
        self._said[Checked(sentence, nothing)] = None


def _needs(project: Project, release: str) -> str | None:
    """The Ray that the code is written for, where the installed one is older."""
    from packaging.version import InvalidVersion, Version

    wanted = max(Version(RUNTIME_NEEDS), project.minimum_ray or Version(RUNTIME_NEEDS))
    try:
        return f"{wanted} and later" if Version(release) < wanted else None
    except InvalidVersion:
        return None
