"""The Ray of a run: one of its own unless another was asked for, whose workers are prepared."""

from __future__ import annotations

import functools
import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


# What ray.init takes for a Ray that it starts alone.
_OF_A_NEW_ONE = (
    "num_cpus",
    "num_gpus",
    "resources",
    "labels",
    "object_store_memory",
    "include_dashboard",
    "dashboard_host",
    "dashboard_port",
    "_temp_dir",
    "_system_config",
)


def own_cluster(
    address: str | None, cpus: int | None, prepare: Callable[[], None] | None, notes: list[str]
) -> Callable[[Any], None]:
    """For ``ray``: ``ray.init`` starts a Ray for this run, or joins the one at *address*.

    *prepare* is called in each worker process before anything else.
    """

    def wrap(module: Any) -> None:
        init = module.init

        @functools.wraps(init)
        def started(given: Any = None, **named: Any) -> Any:
            given = named.pop("address", given)
            if address is not None:
                given = address
                for name in _OF_A_NEW_ONE:
                    named.pop(name, None)
            else:
                if given not in (None, "local"):
                    notes.append(f"ray.init({given!r}) started a Ray of its own")
                given = "local"
                named.setdefault("include_dashboard", False)
                if cpus is not None:
                    named["num_cpus"] = cpus
            if prepare is not None:
                named["runtime_env"] = _with_hook(named.get("runtime_env"), prepare)
            return init(given, **named)

        module.init = started

    return wrap


def _with_hook(runtime_env: Any, prepare: Callable[[], None]) -> dict[str, Any]:
    """A runtime environment whose workers are prepared, and then set up as the script asks."""
    import ray.cloudpickle

    # The workers cannot import this package: its functions go to them whole.
    package = sys.modules[__name__.rpartition(".")[0]]
    ray.cloudpickle.register_pickle_by_value(package)  # type: ignore[no-untyped-call]
    env = dict(runtime_env or {})
    theirs = env.get("worker_process_setup_hook")

    def prepared() -> None:
        prepare()
        if isinstance(theirs, str):
            name, _, function = theirs.rpartition(".")
            getattr(importlib.import_module(name), function)()
        elif theirs is not None:
            theirs()

    env["worker_process_setup_hook"] = prepared
    return env
