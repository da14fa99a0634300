"""The codes: what each is called, what it gives, and where Ray explains it.

What a code means, and an example of it, stands in ``texts/<code>.md`` beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.proposal import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from raytune_migrate.module.parsed import Parsed

_GUIDE = "https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html"
_MIGRATION = "https://github.com/ray-project/ray/issues/49454"
_RESULTS = "https://docs.ray.io/en/latest/train/user-guides/results.html"
_DEPENDENCIES = "https://docs.ray.io/en/latest/ray-core/handling-dependencies.html"
_FAULTS = "https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html"
_DATA = "https://docs.ray.io/en/latest/train/user-guides/data-loading-preprocessing.html"
_CHECKPOINTS = "https://docs.ray.io/en/latest/train/user-guides/checkpoints.html"
_CONTAINERS = "https://github.com/raytune-migrate/raytune-migrate#notebooks-and-documents"
_SUPPRESSION = "https://github.com/raytune-migrate/raytune-migrate#leaving-code-alone"


class Kind(Enum):
    """What a code may give."""

    REWRITE = "rewrite"  # which does the same as before
    REVIEW = "review"  # a rewrite that may, at some places, do otherwise
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Rule:
    """One code of the catalogue."""

    code: str
    title: str
    link: str
    kinds: tuple[Kind, ...] = (Kind.FINDING,)


GROUPS: Mapping[str, str] = {
    "RTM1": "Sweeps",
    "RTM2": "Configs",
    "RTM3": "Code in workers and Tune functions",
    "RTM4": "Readers of results",
    "RTM5": "Imports and environment",
    "RTM9": "Left to a person",
}
_REWRITE = (Kind.REWRITE,)
_BOTH = (Kind.REWRITE, Kind.FINDING)


RULES: Mapping[str, Rule] = {
    one.code: one
    for one in (
        Rule("RTM101", "Tuner(trainer) becomes Tuner(train_driver_fn)", _GUIDE, (Kind.REVIEW,)),
        Rule("RTM102", "an experiment that Train V1 has written", _MIGRATION),
        Rule("RTM103", "the resources of a trainable made from a trainer", _MIGRATION),
        Rule(
            "RTM104",
            "a boosting trainer that is given params",
            "https://github.com/ray-project/ray/issues/50042",
            _BOTH,
        ),
        Rule("RTM105", "no more trials at once than the cluster can run", _GUIDE, _BOTH),
        Rule("RTM106", "a trainer that is restored from its run", _FAULTS),
        Rule(
            "RTM201", "a trainer that stays takes what Train V2 takes", _MIGRATION, (Kind.REVIEW,)
        ),
        Rule("RTM202", "a ScalingConfig by itself", _MIGRATION, _REWRITE),
        Rule("RTM203", "configs and arguments that Tune is given", _MIGRATION, _REWRITE),
        Rule("RTM301", "ray.air.session in a train loop becomes ray.train", _MIGRATION, _REWRITE),
        Rule("RTM302", "a worker asks trial_info() of its trial", _MIGRATION, _BOTH),
        Rule("RTM303", "the session of a Tune function is ray.tune's", _MIGRATION, _REWRITE),
        Rule("RTM304", "a worker's helper from its public path", _MIGRATION, _REWRITE),
        Rule("RTM305", "ray.air's Checkpoint is ray.train's", _CHECKPOINTS, _REWRITE),
        Rule("RTM306", "a checkpoint made of a dict, or named by a URI", _CHECKPOINTS, _REWRITE),
        Rule("RTM307", "a dict of DatasetConfig becomes a DataConfig", _DATA, _REWRITE),
        Rule("RTM308", "a DataConfig of one's own", _DATA),
        Rule("RTM309", "a dataset that a trainer may not be given", _DATA),
        Rule(
            "RTM401",
            "the Result of a trainer's own fit()",
            _RESULTS,
        ),
        Rule("RTM402", "the TrainingFailedError that Train V2 raises", _FAULTS, _BOTH),
        Rule("RTM403", "the class of a sweep's Result", _RESULTS),
        Rule(
            "RTM404",
            "a trainer's own fit() runs as a sweep of one trial",
            _MIGRATION,
            (Kind.REVIEW, Kind.FINDING),
        ),
        Rule("RTM405", "what a Result or a Trial no longer tells", _RESULTS, _BOTH),
        Rule(
            "RTM406",
            "a sweep's checkpoints, with Ray alone",
            _RESULTS,
            (Kind.REVIEW, Kind.FINDING),
        ),
        Rule("RTM407", "trials that are looked for by their trainer's class", _RESULTS),
        Rule("RTM501", "the script asks for Train V2", _MIGRATION, (Kind.REVIEW, Kind.FINDING)),
        Rule("RTM502", "a Ray that is too old for the rewritten code", _MIGRATION),
        Rule("RTM503", "the runtime among what is installed", _DEPENDENCIES),
        Rule("RTM504", "a class of Train V2 from its public path", _MIGRATION, _BOTH),
        Rule("RTM505", "the runtime from the project's own copy", _DEPENDENCIES, _REWRITE),
        Rule("RTM506", "what Ray has moved, from where it is now", _MIGRATION, _REWRITE),
        Rule("RTM900", "a comment that suppresses nothing", _SUPPRESSION),
        Rule("RTM901", "a trainer that cannot be followed", _GUIDE),
        Rule("RTM902", "a trainer without a Train V2 counterpart", _MIGRATION),
        Rule("RTM903", "a sweep that was already wrong under Train V1", _GUIDE),
        Rule("RTM904", "an argument that Train V2 no longer takes", _MIGRATION),
        Rule("RTM905", "a scheduler that resizes trials", _GUIDE),
        Rule("RTM906", "a pin to Train V1", _MIGRATION, _BOTH),
        Rule("RTM907", "what Ray no longer has", _MIGRATION),
        Rule("RTM908", "a worker that calls what Train V2 dropped", _MIGRATION),
        Rule("RTM909", "a session call of which it is not clear who makes it", _MIGRATION),
        Rule(
            "RTM910",
            "a logger that does not know Train V2",
            "https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html",
        ),
        Rule("RTM911", "a checkpoint that is no directory", _CHECKPOINTS),
        Rule("RTM912", "a train loop that returns something", _RESULTS),
        Rule("RTM913", "code in a notebook or a document that cannot be read", _CONTAINERS),
        Rule("RTM914", "a sweep that needs a change in another file", _MIGRATION),
        Rule("RTM915", "a session call outside of workers and trials", _MIGRATION),
        Rule("RTM916", "trials that train in a run of the same name", _GUIDE),
        Rule("RTM917", "a test that replaces what is called no longer", _GUIDE),
    )
}


def finding(parsed: Parsed, node: cst.CSTNode, code: str, reason: str, advice: str) -> Finding:
    """A finding at a node; reason and advice are sentences."""
    return Finding(code, parsed.place(node), reason, advice, RULES[code].link)
