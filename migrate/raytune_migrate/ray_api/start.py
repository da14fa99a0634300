"""What starts Train V2 in a process, and what imports it."""

from __future__ import annotations

from raytune_migrate.runtime.home import RUNTIME

FLAG = "RAY_TRAIN_V2_ENABLED"
IS_V2_ENABLED = "ray.train.v2._internal.constants.is_v2_enabled"
INIT = "ray.init"
LOCAL_MODE = "local_mode"  # of ray.init, which raises for it from Ray 2.54 on
RUNTIME_ENV = "ray.runtime_env.RuntimeEnv"
# What has a function or a class run elsewhere: ``run.remote(1)``, ``run.options(...).remote(1)``.
REMOTE = "ray.remote"
STARTS, CHOOSES = "remote", "options"
# What gives what such a task gives, and what keeps an object for it.
TAKES_AND_KEEPS = ("ray.get", "ray.put")
# What imports ray.train, where the flag is read; ray, ray.data and the rest of ray.air do not.
LOADS_TRAIN = (
    "ray.train",
    "ray.tune",
    "ray.air.session",
    "ray.air.integrations",
    RUNTIME,
)


def turns_off(value: object) -> bool:
    """Whether a value of the flag turns Train V2 off."""
    return str(value).lower() in ("0", "false")
