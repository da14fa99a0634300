"""Where the runtime cannot work, it says so instead of failing on some name of Ray."""

from __future__ import annotations

import ray

RELEASE = tuple(int(part) for part in ray.__version__.split(".")[:2])

OLDEST_RAY = (2, 43)


class RuntimeUnavailable(RuntimeError):
    """The Ray of this process cannot run Train V2 code. The message says why and what to do."""


def require_release() -> None:
    """Raise RuntimeUnavailable if Ray is older than 2.43, the first release with Train V2."""
    if RELEASE < OLDEST_RAY:
        raise RuntimeUnavailable(
            f"raytune_runtime needs Ray 2.43 or later, but Ray {ray.__version__} is installed; "
            "upgrade Ray, or go back to the code that passed the trainer to the Tuner."
        )


def missing_name(error: ImportError) -> RuntimeUnavailable:
    """What to raise where this Ray lacks a private name that the runtime rests on."""
    return RuntimeUnavailable(
        f"raytune_runtime does not run on Ray {ray.__version__} as it is installed: {error}. It is "
        "tested on Ray 2.43 to 2.60 with 'ray[train,tune]'; install that, or a newer "
        "raytune-migrate."
    )
