"""What starts Train V2 in a process, and what imports it."""

from __future__ import annotations

from raytune_migrate.runtime_home import RUNTIME

FLAG = "RAY_TRAIN_V2_ENABLED"
INIT = "ray.init"
RUNTIME_ENV = "ray.runtime_env.RuntimeEnv"
# What imports ray.train, where the flag is read; ray, ray.data and the rest of ray.air do not.
LOADS_TRAIN = (
    "ray.train",
    "ray.tune",
    "ray.air.session",
    "ray.air.integrations",
    RUNTIME,
)
