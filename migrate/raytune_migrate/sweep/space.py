"""Who else than the Tuner's ``param_space`` gives trials a config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.dicts import view_dict, view_space
from raytune_migrate.expressions.values import is_none
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.schedulers import schedulers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction


def unseen_keys(parsed: Parsed, tuner: Construction) -> str | None:
    """Why trials may have outer keys, arguments of their trainer, that ``param_space`` lacks."""
    node = tuner.value("param_space")
    # With a space of the Tuner's, Tune takes none of the searcher's.
    if (node is None or is_none(node)) and _searcher_gives(parsed, tuner):
        return "the space is the searcher's own, and its keys cannot be seen"
    space = _space(parsed, tuner)
    seen = all(
        one is not None and one.complete and _names(one) <= _names(space)
        for one in _mutated(parsed, tuner)
    )
    return None if seen else "the scheduler may give trials keys that param_space does not have"


def may_gain_keys(parsed: Parsed, tuner: Construction) -> bool:
    """Whether a trial may get keys at any depth that ``param_space`` lacks."""
    if _searcher_gives(parsed, tuner):
        return True
    space = _space(parsed, tuner)
    return not all(_is_within(parsed, one, space) for one in _mutated(parsed, tuner))


def _space(parsed: Parsed, tuner: Construction) -> DictView | None:
    node = tuner.value("param_space")
    return view_space(parsed, node) if node is not None else None


def _searcher_gives(parsed: Parsed, tuner: Construction) -> bool:
    """Whether the Tuner has a searcher that may bring a space of its own."""
    config = construction(parsed, tuner.value("tune_config"))
    search = config.value("search_alg") if config is not None else None
    if search is None or is_none(search):
        return False
    made = construction(parsed, search)
    while made is not None and made.name == ray_api.CONCURRENCY_LIMITER and made.call.args:
        inner = made.value("searcher") or made.call.args[0].value
        made = construction(parsed, inner)
    if made is None or not made.name.startswith("ray.tune.search."):
        return True
    # Ray's own searchers take the Tuner's space, unless they are given one.
    return "space" in made.arguments or any(one.keyword is None for one in made.call.args)


def _mutated(parsed: Parsed, tuner: Construction) -> Iterator[DictView | None]:
    """The keys that each possible scheduler sets, by dict; None where they cannot be seen."""
    for one in schedulers(parsed, tuner.value("tune_config")):
        if one.name == ray_api.REPLAY:
            yield None
        elif one.name is not None and one.name in ray_api.MUTATIONS:
            given = one.made.value(ray_api.MUTATIONS[one.name]) if one.made is not None else None
            if given is not None:
                yield view_dict(parsed, given)
            elif one.made is None or not one.made.complete:
                yield None


def _names(dictionary: DictView | None) -> set[str]:
    return {key for key, _ in dictionary.items} if dictionary is not None else set()


def _is_within(parsed: Parsed, mutated: DictView | None, space: DictView | None) -> bool:
    """Whether all keys that a scheduler sets are keys of the space, at each depth."""
    if mutated is None or not mutated.complete or space is None:
        return False
    inside = ((view_dict(parsed, value), space.get(key)) for key, value in mutated.items)
    return _names(mutated) <= _names(space) and all(
        below is None or (value is not None and _is_within(parsed, below, view_dict(parsed, value)))
        for below, value in inside
    )
