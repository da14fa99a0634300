"""A trainer's ``dataset_config`` of Ray 2.0 to 2.6: a dict of ``DatasetConfig``, one for a dataset.

What was split is ``ray.train.DataConfig``'s now, and what was fitted and transformed is said where
the preprocessor is. Read from Ray 2.6: each entry was merged over that of ``"train"``, which is
fitted to and split, or of ``"*"``, which is neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.values import constant, is_none
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding
    from raytune_migrate.sweep.model import Construction

_TRAIN = "train"
_OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Ingest:
    """What became of a trainer's datasets; None for all of them."""

    node: cst.BaseExpression  # the dict
    split: tuple[str, ...] | None
    fit: str | None
    transform: tuple[str, ...] | None


def ingest(parsed: Parsed, trainer: Construction) -> Ingest | None:
    """What such a dict says, where it can be seen and Train V2 can do it."""
    seen = _old_dict(parsed, trainer)
    if seen is None or next(ingest_problems(parsed, trainer), None) is not None:
        return None
    given = {key: _fields(parsed, value) for key, value in seen.items}
    names = _names(parsed, trainer)

    def of(name: str) -> dict[str, object]:
        return given.get(name, {} if name == _TRAIN else given.get(_OTHERS, {}))

    split = tuple(name for name in names if of(name).get("split", name == _TRAIN))
    fit = [name for name in names if of(name).get("fit", name == _TRAIN)]
    transform = tuple(name for name in names if of(name).get("transform", True))
    return Ingest(
        seen.node,
        None if split == names else split,
        fit[0] if fit else None,
        None if transform == names else transform,
    )


def ingest_problems(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """Why such a dict has no equal in Train V2, or cannot be read."""
    seen = _old_dict(parsed, trainer)
    if seen is None:
        return
    configs = [construction(parsed, value) for _, value in seen.items]
    if not seen.complete or any(one is None or not one.complete for one in configs):
        yield _by_hand(parsed, seen.node, "Part of this dataset_config cannot be seen.")
        return
    if not _names(parsed, trainer):
        yield _by_hand(parsed, seen.node, "The datasets that this speaks of cannot be seen.")
        return
    for config in configs:
        for name, argument in config.arguments.items() if config is not None else ():
            value = constant(parsed, argument.value)
            hidden = value is None and not is_none(argument.value)
            known = ray_api.DATASET_FIELDS.get(name)
            if known is None or (known and (hidden or value not in known)):
                yield _by_hand(parsed, argument, f"Train V2 has nothing for {name} here.")
    fitted = [key for key, value in seen.items if _fields(parsed, value).get("fit")]
    if any(key != _TRAIN for key in fitted):
        yield _by_hand(parsed, seen.node, "The preprocessor is fitted to another dataset.")


def _old_dict(parsed: Parsed, trainer: Construction) -> DictView | None:
    value = trainer.value("dataset_config")
    seen = view_dict(parsed, value) if value is not None else None
    if seen is None:
        return None
    made = (construction(parsed, one) for _, one in seen.items)
    return seen if any(m is not None and m.name in ray_api.DATASET_CONFIGS for m in made) else None


def _names(parsed: Parsed, trainer: Construction) -> tuple[str, ...]:
    """The names of a trainer's datasets; none where they cannot all be seen."""
    value = trainer.value("datasets")
    seen = view_dict(parsed, value) if value is not None else None
    if seen is None or not seen.complete:
        return ()
    return tuple(dict.fromkeys(name for name, _ in seen.items))


def _fields(parsed: Parsed, value: cst.BaseExpression) -> dict[str, object]:
    """What one DatasetConfig is given; None meant the same as nothing."""
    config = construction(parsed, value)
    given = config.arguments if config is not None else {}
    fields = {name: constant(parsed, argument.value) for name, argument in given.items()}
    return {name: value for name, value in fields.items() if value is not None}


def _by_hand(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM904",
        f"{reason} Ray no longer has DatasetConfig.",
        "Give the trainer a ray.train.DataConfig, and do the rest to its datasets.",
    )
