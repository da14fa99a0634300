"""The same random numbers in both runs: in the driver, in each worker, and in Tune's search."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

from .watch import when_imported

SEED = 20240
"""What `random`, NumPy and torch start from in every process of a run."""

# Search algorithms with a generator of their own, by their modules, and the argument that seeds it.
SEARCHERS: Mapping[str, tuple[str, str]] = {
    "ray.tune.search.optuna.optuna_search": ("OptunaSearch", "seed"),
    "ray.tune.search.hyperopt.hyperopt_search": ("HyperOptSearch", "random_state_seed"),
    "ray.tune.search.hebo.hebo_search": ("HEBOSearch", "random_state_seed"),
    "ray.tune.search.bohb.bohb_search": ("TuneBOHB", "seed"),
}


def seed_everything() -> None:
    """Seed what code can draw from in this process, as soon as it can."""
    random.seed(SEED)
    when_imported({"numpy": [_seed_numpy], "torch": [_seed_torch]})


def _seed_numpy(module: Any) -> None:
    module.random.seed(SEED)


def _seed_torch(module: Any) -> None:
    module.manual_seed(SEED)


def seeded(name: str, argument: str) -> Callable[[Any], None]:
    """For the module of a search algorithm: it starts from our seed where the script gives none."""

    def wrap(module: Any) -> None:
        kind = getattr(module, name, None)
        if kind is None:
            return
        start = kind.__init__

        @functools.wraps(start)
        def started(self: Any, *arguments: Any, **named: Any) -> None:
            if not arguments and named.get(argument) is None and not named.get("sampler"):
                named[argument] = SEED
            start(self, *arguments, **named)

        kind.__init__ = started

    return wrap
