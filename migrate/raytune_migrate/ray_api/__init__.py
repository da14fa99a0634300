"""What the rules know of Ray, as data: names, signatures, and what became of them in Train V2.

Read from the published wheels of Ray 2.42 to 2.60. Each module holds one topic, and a name is
written there alone; whoever needs one asks for ``ray_api.NAME``, whatever its topic.
"""

from __future__ import annotations

from types import ModuleType

from raytune_migrate.ray_api.boosting import *
from raytune_migrate.ray_api.checkpoints import *
from raytune_migrate.ray_api.configs import *
from raytune_migrate.ray_api.gone import *
from raytune_migrate.ray_api.moved import *
from raytune_migrate.ray_api.paths import *
from raytune_migrate.ray_api.releases import *
from raytune_migrate.ray_api.results import *
from raytune_migrate.ray_api.search import *
from raytune_migrate.ray_api.session import *
from raytune_migrate.ray_api.signatures import *
from raytune_migrate.ray_api.start import *
from raytune_migrate.ray_api.trainers import *
from raytune_migrate.ray_api.tuner import *
from raytune_migrate.ray_api.workers import *
from raytune_migrate.runtime.home import RUNTIME as RUNTIME


def every_name() -> frozenset[str]:
    """Every object of Ray that is named here, by whatever path; no module but those that went."""
    named = set[str]()
    # Importing a topic has bound its module here.
    topics = [one for one in globals().values() if isinstance(one, ModuleType)]
    waiting: list[object] = [
        value
        for topic in topics
        for name, value in vars(topic).items()
        if not name.startswith("__")
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.startswith("ray.") and not one.endswith("."):
                named |= {one, public_name(one)}
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, tuple | frozenset):
            waiting += one
    return frozenset(named - ({*STAR_NAMES, *LOADS_TRAIN, "ray.air"} - {SESSION}))
