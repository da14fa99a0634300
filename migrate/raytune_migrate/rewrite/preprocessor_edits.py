"""The edits that have the datasets of a trainer transformed by its preprocessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import rewritten
from raytune_migrate.proposal import RemoveArgument, Replace
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.sweep.dataset_configs import ingest
from raytune_migrate.sweep.preprocessors import preprocessor

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction


def preprocessed(parsed: Parsed, trainer: Construction, datasets: str, draft: Draft) -> str:
    """The datasets of a trainer, written as ``datasets``, as its preprocessor makes them."""
    if preprocessor(parsed, trainer) is None:
        return datasets
    function = draft.refer(parsed, ray_api.PREPROCESS, trainer.call)
    return f"{function}({datasets}, {_rest(parsed, trainer, draft)})"


def preprocessor_edits(
    parsed: Parsed, trainer: Construction, draft: Draft, bound: Container[str]
) -> Iterator[Edit]:
    """The edits to a trainer that stays; what is ``bound`` is evaluated, and transformed, ahead."""
    argument = trainer.arguments.get(ray_api.PREPROCESSOR)
    if argument is None:
        return
    yield RemoveArgument(trainer.call, argument)
    datasets = trainer.value("datasets")
    transforms = preprocessor(parsed, trainer) is not None
    if datasets is not None and transforms and "datasets" not in bound:
        start, end = parsed.span(datasets)
        function = draft.refer(parsed, ray_api.PREPROCESS, trainer.call)
        yield Replace(start, start, f"{function}(")
        yield Replace(end, end, f", {_rest(parsed, trainer, draft)})")


def _rest(parsed: Parsed, trainer: Construction, draft: Draft) -> str:
    """What ``preprocess_datasets`` is given after the datasets."""
    value = trainer.arguments[ray_api.PREPROCESSOR].value
    parts = [rewritten(parsed, value, retargeted(parsed, value, draft))]
    said = ingest(parsed, trainer)
    if said is not None and said.fit is None:
        parts.append("fit=None")
    if said is not None and said.transform is not None:
        names = ", ".join(f'"{name}"' for name in said.transform)
        parts.append(f"transform=[{names}]")
    return ", ".join(parts)
