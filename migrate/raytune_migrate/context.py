"""What every rule is given: the parsed module, the sweeps found in it, and the project's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.layout import layout
from raytune_migrate.proposal import Finding
from raytune_migrate.sweep.draft import Draft
from raytune_migrate.sweep.find import find_sweeps
from raytune_migrate.sweep.plan import plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from raytune_migrate.layout import Layout
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.project import Project
    from raytune_migrate.sweep.plan import Plan


@dataclass(frozen=True, slots=True)
class Context:
    """One module as the rules see it."""

    parsed: Parsed
    project: Project
    layout: Layout
    plans: tuple[Plan, ...]  # the sweeps that are understood
    findings: tuple[Finding, ...]  # why the others are not

    def draft(self) -> Draft:
        """An empty draft for one change."""
        calls = (
            call
            for one in self.plans
            for call in (
                one.sweep.trainer.call,
                one.sweep.run_config.config.call if one.sweep.run_config else None,
            )
        )
        return Draft(tuple(call for call in calls if call is not None))


def context(parsed: Parsed, project: Project, is_own_module: Callable[[str], bool]) -> Context:
    """Look at a module once, for all rules."""
    found = find_sweeps(parsed, is_own_module)
    return Context(
        parsed=parsed,
        project=project,
        layout=layout(parsed, project),
        plans=plan(parsed, [one for one in found if not isinstance(one, Finding)]),
        findings=tuple(one for one in found if isinstance(one, Finding)),
    )
