"""The datasets of a trainer as its ``preprocessor`` made them, up to Ray 2.9."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ray.data import Dataset
    from ray.data.preprocessor import Preprocessor

TRAIN = "train"


def preprocess_datasets(
    datasets: Mapping[str, Dataset | Callable[[], Dataset]] | None,
    preprocessor: Preprocessor | None,
    *,
    fit: str | None = TRAIN,
    transform: Collection[str] | None = None,
) -> dict[str, Any]:
    """A trainer's datasets, transformed by the preprocessor that it was given too.

    Call it once, before the driver function, which gives its trainer the result::

        datasets = preprocess_datasets({"train": train_ds, "valid": valid_ds}, preprocessor)

    A preprocessor that is not fitted is fitted to the dataset ``"train"``; one that is fitted, or
    needs no fitting, is used as it is. Then all datasets are transformed.

    Train V1 did this in each trial, with a copy of the preprocessor. What it learns depends on the
    data alone, so here it is fitted once for all trials; that runs when this is called. Datasets
    are transformed lazily, in the Train run of each trial, as before. The given preprocessor stays
    as it is, for two trainers may share one: to have it fitted, fit it before. Datasets given as
    functions are made here, as it is not known which need to be.

    Args:
        datasets: The trainer's datasets; one may be a function without arguments that makes it.
        preprocessor: The preprocessor; with None, datasets are returned as they are.
        fit: The dataset to fit to, or None. Without that dataset nothing is fitted.
        transform: The datasets to transform; None for all.

    Raises:
        ray.data.preprocessor.PreprocessorNotFittedException: There is nothing to fit to.
    """
    if preprocessor is None or not datasets:
        return dict(datasets or {})
    made: dict[str, Any] = {name: one() if callable(one) else one for name, one in datasets.items()}
    status = preprocessor.FitStatus
    fit_to = made.get(fit) if fit is not None else None
    if fit_to is not None and preprocessor.fit_status() in (
        status.NOT_FITTED,
        status.PARTIALLY_FITTED,
    ):
        preprocessor = copy.deepcopy(preprocessor)
        preprocessor.fit(fit_to)
    return {
        name: preprocessor.transform(one) if transform is None or name in transform else one
        for name, one in made.items()
    }
