"""The ``preprocessor`` of a trainer, which Train V1 took up to Ray 2.9.

It was fitted to the train dataset, and all datasets were transformed by it. The runtime's
``preprocess_datasets`` does that, once for all trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.values import is_none
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.dataset_configs import ingest, ingest_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding
    from raytune_migrate.sweep.model import Construction


def preprocessor_doubts(parsed: Parsed, trainer: Construction) -> Iterator[str]:
    """What a reviewer should know of the rewrite."""
    value = trainer.value(ray_api.PREPROCESSOR)
    if value is None or is_none(value):
        return
    yield "Checkpoints no longer hold the preprocessor."
    if preprocessor(parsed, trainer) is not None:
        yield "The preprocessor is fitted once, not in each trial."
    if ingest(parsed, trainer) is None:
        yield "Up to Ray 2.6 workers shared only the train dataset; Train V2 splits all of them."


def preprocessor(parsed: Parsed, trainer: Construction) -> cst.BaseExpression | None:
    """What the datasets of a trainer are transformed by; None where none of them is."""
    value = trainer.value(ray_api.PREPROCESSOR)
    if value is None or is_none(value):
        return None
    said = ingest(parsed, trainer)
    return value if said is None or said.transform != () else None


def preprocessor_problems(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """Why the datasets of a trainer cannot be given to its preprocessor where it is built."""
    problems = tuple(ingest_problems(parsed, trainer))
    yield from problems
    if problems or preprocessor(parsed, trainer) is None:
        return
    datasets = trainer.value("datasets")
    if not trainer.complete:
        yield _by_hand(parsed, trainer, "The trainer's arguments cannot all be seen.")
    elif datasets is None or is_none(datasets):
        yield _by_hand(parsed, trainer, "The trainer is given a preprocessor and no datasets.")


def swept_problem(
    parsed: Parsed, trainer: Construction, datasets: cst.BaseExpression
) -> Iterator[Finding]:
    """Datasets that are swept are not there when the preprocessor is fitted."""
    if preprocessor(parsed, trainer) is not None:
        yield finding(
            parsed,
            datasets,
            "RTM904",
            "The datasets are swept, and Train V2 takes no preprocessor in the trainer.",
            either(
                "Call preprocess_datasets() of raytune_runtime in the driver function.",
                "Fit it, and transform the datasets, in the driver function.",
            ),
        )


def _by_hand(parsed: Parsed, trainer: Construction, reason: str) -> Finding:
    return finding(
        parsed,
        trainer.arguments[ray_api.PREPROCESSOR],
        "RTM904",
        f"{reason} Train V2 takes no preprocessor in the trainer.",
        "Give the trainer what "
        + either("preprocess_datasets() of raytune_runtime", "the preprocessor")
        + " makes of its datasets.",
    )
