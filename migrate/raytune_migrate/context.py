"""What every rule is given: the parsed module, the sweeps found in it, and the project's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.editing.layout import layout
from raytune_migrate.loops.roles import roles
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.proposal import Finding
from raytune_migrate.rewrite.draft import Draft
from raytune_migrate.rewrite.given import plan_given
from raytune_migrate.rewrite.plain_ray import plain_ray
from raytune_migrate.rewrite.standing import (
    handed_run_configs,
    other_run_configs,
    standing_trainers,
    tuners_run_configs,
)
from raytune_migrate.rewrite.with_runtime import WITH_RUNTIME
from raytune_migrate.runtime.home import Home
from raytune_migrate.settings.options import Pins
from raytune_migrate.sweep.find import find_sweeps
from raytune_migrate.sweep.given_away import given_away
from raytune_migrate.sweep.model import GivenSweep, Sweep
from raytune_migrate.sweep.pins import is_pinned
from raytune_migrate.sweep.plan import plan
from raytune_migrate.sweep.run_configs import run_configs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.loops.roles import Roles
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.project import Project
    from raytune_migrate.rewrite.draft import Support
    from raytune_migrate.rewrite.given import GivenPlan
    from raytune_migrate.sweep.model import Construction, RunConfigUse, Worker
    from raytune_migrate.sweep.plan import Plan


_DRIVERS = frozenset(f"{ray_api.RUNTIME}.{name}" for name in ("driver_for", "trial_run"))


@dataclass(frozen=True, slots=True)
class Context:
    """One module as the rules see it."""

    parsed: Parsed
    project: Project
    layout: Layout
    plans: tuple[Plan, ...]  # the sweeps whose driver function is written out
    given: tuple[GivenPlan, ...]  # the sweeps whose trainer exists already
    other_run_configs: tuple[RunConfigUse, ...]  # those of Tuners over anything but trainers
    tuners_run_configs: tuple[Construction, ...]  # the RunConfigs that become the Tuners'
    findings: tuple[Finding, ...]  # why the other sweeps are left as they are
    workers: tuple[tuple[Worker, int], ...]  # the train loops that are seen, each with its group
    roles: Roles  # who runs the functions of the module
    standing: tuple[Construction, ...]  # the trainers that stay where they are built
    taken: tuple[cst.CSTNode, ...]  # what the changes of trainers that stay write anew
    declined: frozenset[int]  # where the calls of the sweeps start that a person leaves as they are
    trainers_run_configs: tuple[Construction, ...]  # those of trainers that stay, which are Train's

    @property
    def tuner_calls(self) -> tuple[cst.Call, ...]:
        """The calls of the sweeps that are rewritten, in source order."""
        calls = [
            *(one.sweep.tuner.call for one in self.plans),
            *(one.sweep.call for one in self.given),
        ]
        return tuple(sorted(calls, key=self.parsed.start))

    @property
    def run_configs(self) -> tuple[Construction, ...]:
        """The RunConfigs that are written anew, whoever is given them."""
        uses = [
            *(plan.sweep.run_config for plan in self.plans),
            *(plan.sweep.run_config for plan in self.given),
            *self.other_run_configs,
        ]
        return (
            *(config for one in uses if one is not None for config in one.configs),
            *(config for one in self.given for config in one.handed),
            *self.trainers_run_configs,
        )

    @property
    def goes_to_v2(self) -> bool:
        """Whether the code of the module is to run on Train V2.

        A sweep that is left to Train V1 keeps the whole module there, unless another is rewritten,
        or was by an earlier run; so does a deliberate pin, and what holds for the modules whose
        sweeps it takes part in.
        """
        stays = self.pinned or self.parsed.elsewhere.stays
        left = self.findings or self.declined
        return bool(self.tuner_calls) or not (stays or (left and not _has_driver(self.parsed)))

    def near_sweep(self, trainer: Construction) -> bool:
        """Whether a trainer may be given to a sweep, of this module or of another."""
        return bool(self.tuner_calls) or self.swept_elsewhere(trainer)

    def swept_elsewhere(self, trainer: Construction) -> bool:
        """Whether another module gives a Tuner the trainer that is built here."""
        return self.parsed.line(trainer.call) in self.parsed.elsewhere.lines.swept

    @property
    def pinned(self) -> bool:
        """Whether the module, or its package, asks for Train V1, and that is to be respected."""
        pinned = is_pinned(self.parsed) or self.parsed.elsewhere.pinned_by is not None
        return pinned and self.project.pins is Pins.RESPECT

    @property
    def support(self) -> Support:
        """What driver functions are written with."""
        return support_of(self.project)

    def draft(self) -> Draft:
        """An empty draft for one change."""
        configs = [
            *self.tuners_run_configs,
            *(
                one
                for plan in self.plans
                if plan.sweep.run_config
                for one in plan.sweep.run_config.configs
            ),
        ]
        return Draft(
            (
                *(one.sweep.trainer.call for one in self.plans),
                *(one.call for one in (*configs, *self.trainers_run_configs)),
                *self.taken,
            ),
            support=self.support,
            home=self.project.runtime.home,
        )


def _has_driver(parsed: Parsed) -> bool:
    """Whether a module has a driver function, or makes one, as an earlier run has written."""
    return ray_api.RUNTIME in parsed.text and any(
        imported_name(parsed, one.func) in _DRIVERS for one in calls(parsed)
    )


def support_of(project: Project) -> Support:
    """What driver functions are written with in a project."""
    if project.runtime.home is Home.NOWHERE:
        return plain_ray(project.minimum_ray)
    return WITH_RUNTIME


def context(
    parsed: Parsed,
    project: Project,
    declined: frozenset[int] = frozenset(),
) -> Context:
    """Look at a module once, for all rules."""
    found = (*find_sweeps(parsed, project.pins, declined), *given_away(parsed))
    given = [one for one in found if isinstance(one, GivenSweep)]
    explicit = [one for one in found if isinstance(one, Sweep)]
    support = support_of(project)
    plans = plan(parsed, explicit, support.repeated, support.taken_over)
    swept = [one.tuner.call for one in found if isinstance(one, Sweep)]
    swept += [one.call for one in given]
    handed = tuple(handed_run_configs(parsed))
    others = (*other_run_configs(parsed, swept), *handed)
    workers = tuple(_workers(parsed, plans, given))
    standing = tuple(standing_trainers(parsed, plans, declined))
    names = {
        name
        for one in plans
        for name in (*one.bound.values(), *one.storage.values(), one.run_config or "")
    }
    given_plans = plan_given(parsed, given, names, handed, standing)
    bound = [config for one in given_plans for config in one.handed]
    return Context(
        parsed=parsed,
        project=project,
        layout=layout(parsed, project),
        plans=plans,
        given=given_plans,
        other_run_configs=tuple(
            one for one in others if not any(config in bound for config in one.configs)
        ),
        tuners_run_configs=tuners_run_configs(plans, given, others),
        findings=tuple(one for one in found if isinstance(one, Finding)),
        workers=workers,
        roles=roles(parsed, workers),
        taken=tuple(
            value
            for trainer in standing
            for name in ray_api.REWRITTEN_ARGUMENTS
            if (value := trainer.value(name)) is not None
        ),
        standing=standing,
        declined=declined,
        trainers_run_configs=tuple(_trainers_run_configs(parsed, standing)),
    )


def _trainers_run_configs(
    parsed: Parsed, standing: Iterable[Construction]
) -> Iterator[Construction]:
    """The RunConfigs of trainers that stay, which become those of Train V2 with them."""
    for trainer in standing:
        yield from run_configs_of(parsed, trainer)


def _workers(
    parsed: Parsed, plans: Iterable[Plan], given: Iterable[GivenSweep]
) -> Iterator[tuple[Worker, int]]:
    for one in plans:
        yield one.sweep.worker, parsed.start(one.sweep.tuner.call)
    for sweep in given:
        for worker in sweep.workers:
            yield worker, parsed.start(sweep.call)
