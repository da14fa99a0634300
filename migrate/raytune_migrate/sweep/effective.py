"""The RunConfig that Train V1 used for a sweep: the Tuner's, or else the trainer's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.expressions.origins import may_be_none, origins
from raytune_migrate.expressions.values import is_none
from raytune_migrate.sweep.model import Caller, Construction, Owner, RunConfigUse
from raytune_migrate.sweep.run_configs import run_config_use, run_configs, run_configs_in
from raytune_migrate.sweep.sites import Site, tuner_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


def effective_run_config(
    parsed: Parsed, tuner: Construction, trainer: Construction | None
) -> RunConfigUse | None:
    """The RunConfig that V1 used, if there is one; without a trainer, the Tuner's alone."""
    for owner, holder in ((Owner.TUNER, tuner), (Owner.TRAINER, trainer)):
        value = holder.value("run_config") if holder is not None else None
        if value is not None and not is_none(value):
            return run_config_use(parsed, owner, value)
    return None


def given_run_config(parsed: Parsed, site: Site) -> RunConfigUse | None:
    """The Tuner's RunConfig; else what the trainers, which stay, will say of theirs."""
    own = tuner_value(site, "run_config")
    if own is not None and not is_none(own):
        use = run_config_use(parsed, Owner.TUNER, own)
        if trainers_have_run_config(site) and may_be_none(parsed, own):
            return replace(use, converted=True, otherwise=site.trainer)
        return use
    hidden = tuple(_hidden_configs(parsed, site))
    if site.caller is not Caller.TUNER or site.as_trainable or not trainers_have_run_config(site):
        return RunConfigUse(Owner.TUNER, site.call, hidden, converted=False) if hidden else None
    return RunConfigUse(Owner.TRAINER, site.trainer, hidden, converted=True)


def _hidden_configs(parsed: Parsed, site: Site) -> Iterator[Construction]:
    """The RunConfigs that a Tuner may be given by ``**``, on some condition or by some callers."""
    for one in site.call.args:
        for value in run_configs_in(parsed, one):
            yield from run_configs(parsed, origins(parsed, value))


def trainers_have_run_config(site: Site) -> bool:
    """Whether any of the trainers that a site may be given has a RunConfig, or may have."""
    given = (one.given("run_config") for one in site.trainers)
    complete = site.seen and all(one.seen for one in site.trainers)
    return not complete or any(one is not None and not is_none(one) for one in given)


def effective_configs(parsed: Parsed, site: Site) -> tuple[Construction, ...]:
    """The constructor calls that the RunConfig of V1 may come from."""
    own = tuner_value(site, "run_config")
    if own is not None and not is_none(own):
        return run_config_use(parsed, Owner.TUNER, own).configs
    values = (one.given("run_config") for one in site.trainers)
    return tuple(
        config
        for value in values
        if value is not None
        for config in run_config_use(parsed, Owner.TRAINER, value).configs
    )
