"""The ``preprocessor`` of a trainer, which Train V1 took up to Ray 2.9.

It was fitted to the train dataset, and all datasets were transformed by it. The runtime's
``preprocess_datasets`` does that, once for all trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.proposal import RemoveArgument, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.dicts import view_dict
from raytune_migrate.sweep.values import is_none

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    import libcst as cst

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Edit, Finding
    from raytune_migrate.sweep.draft import Draft
    from raytune_migrate.sweep.model import Construction

# What a reviewer should know of the rewrite.
PREPROCESSED = (
    "The preprocessor is fitted once, not in each trial. Up to Ray 2.6 every worker got all of any"
    " dataset but the train one; Train V2 splits them all."
)


def preprocessor(trainer: Construction) -> cst.BaseExpression | None:
    """What a trainer is given as its preprocessor; None also for the literal ``None``."""
    value = trainer.value(ray_api.PREPROCESSOR)
    return value if value is not None and not is_none(value) else None


def preprocessor_problems(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """Why the datasets of a trainer cannot be given to its preprocessor where it is built."""
    if preprocessor(trainer) is None:
        return
    datasets = trainer.value("datasets")
    config = trainer.value("dataset_config")
    if not trainer.complete:
        yield _by_hand(parsed, trainer, "The trainer's arguments cannot all be seen.")
    elif datasets is None or is_none(datasets):
        yield _by_hand(parsed, trainer, "The trainer is given a preprocessor and no datasets.")
    elif config is not None and view_dict(parsed, config) is not None:
        yield _by_hand(parsed, trainer, "Its dataset_config says what it is fitted to.")


def swept_problem(
    parsed: Parsed, trainer: Construction, datasets: cst.BaseExpression
) -> Iterator[Finding]:
    """Datasets that are swept are not there when the preprocessor is fitted."""
    if preprocessor(trainer) is not None:
        yield finding(
            parsed,
            datasets,
            "RTM904",
            "The datasets are swept, and Train V2 takes no preprocessor in the trainer.",
            "Call preprocess_datasets() of raytune_runtime in the driver function.",
        )


def preprocessed(parsed: Parsed, trainer: Construction, datasets: str, draft: Draft) -> str:
    """The datasets of a trainer, written as ``datasets``, as its preprocessor makes them."""
    given = preprocessor(trainer)
    if given is None:
        return datasets
    function = draft.refer(parsed, ray_api.PREPROCESS, trainer.call)
    return f"{function}({datasets}, {parsed.source(given)})"


def preprocessor_edits(
    parsed: Parsed, trainer: Construction, draft: Draft, bound: Container[str]
) -> Iterator[Edit]:
    """The edits to a trainer that stays; what is ``bound`` is evaluated, and transformed, ahead."""
    argument = trainer.arguments.get(ray_api.PREPROCESSOR)
    if argument is None:
        return
    yield RemoveArgument(trainer.call, argument)
    datasets, given = trainer.value("datasets"), preprocessor(trainer)
    if datasets is not None and given is not None and "datasets" not in bound:
        start, end = parsed.span(datasets)
        function = draft.refer(parsed, ray_api.PREPROCESS, trainer.call)
        yield Replace(start, start, f"{function}(")
        yield Replace(end, end, f", {parsed.source(given)})")


def _by_hand(parsed: Parsed, trainer: Construction, reason: str) -> Finding:
    return finding(
        parsed,
        trainer.arguments[ray_api.PREPROCESSOR],
        "RTM904",
        f"{reason} Train V2 takes no preprocessor in the trainer.",
        "Give the trainer what preprocess_datasets() of raytune_runtime makes of its datasets.",
    )
