"""One actor for all trials of a script, which removes what Train controllers leave when they die.

When the process of a trial or its Train controller is killed, Ray keeps the placement group of the
workers, and their resources with it, until the script ends. From Ray 2.53 on Train V2 has an actor
that removes it: one for each run, which takes as long to start as a worker, and stays for ever once
it has removed something. Before, it has none.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from . import _ray

logger = logging.getLogger(__name__)

CHECK_INTERVAL_S = 1.0

# It waits so long for the next trial.
LINGER_S = 15.0

# How long a run is kept waiting for it, as when the one before has just ended.
START_TIMEOUT_S = 60.0


class Cleaner:
    """The actor. It watches controllers until all have ended, and ends some seconds later."""

    def __init__(self) -> None:
        self._controllers: set[str] = set()
        self._runs = False

    async def watch(self, controller: str) -> None:
        """Remove what a controller leaves, given by its id, once it has ended."""
        self._controllers.add(controller)

    async def run(self) -> None:
        """Look after the controllers until there are none any more."""
        if self._runs:
            return
        self._runs = True
        last = time.monotonic()
        while time.monotonic() - last < LINGER_S:
            await asyncio.sleep(CHECK_INTERVAL_S)
            for controller in tuple(self._controllers):
                try:
                    self._look_after(controller)
                except Exception as error:  # whatever is wrong, the next look may do
                    logger.warning("Ray does not say whether %s has ended: %s", controller, error)
            if self._controllers:
                last = time.monotonic()
        ray.actor.exit_actor()  # type: ignore[no-untyped-call]

    def _look_after(self, controller: str) -> None:
        if _ray.has_ended(controller):
            _ray.remove_placement_groups(controller)
            self._controllers.remove(controller)


class Watch:
    """In a Train controller: that it is watched."""

    def __init__(self) -> None:
        self._controller = str(ray.get_runtime_context().get_actor_id())
        self._answer = _asked(self._controller)
        self._confirmed = False

    def confirm(self) -> None:
        """Wait until it is; workers have been placed, and are to train."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._confirmed:
            try:
                if self._answer is not None:
                    ray.get(self._answer, timeout=START_TIMEOUT_S)
                    self._confirmed = True
                    return
            except RayError as error:  # most likely the actor was about to end
                never = isinstance(error, RayActorError) and error.actor_init_failed
                if never or time.monotonic() > deadline:
                    logger.warning(
                        "Nothing watches this Train run. If the process of its trial is killed, "
                        "the resources of its workers stay taken until the script ends. The head "
                        "node of the cluster needs raytune_runtime too. The error: %s",
                        error,
                    )
                    return
            time.sleep(CHECK_INTERVAL_S)
            self._answer = _asked(self._controller)


def _asked(controller: str) -> Any:
    """Ask the actor to watch a controller, and start it if there is none; None where it ends."""
    job = ray.get_runtime_context().get_job_id()
    actor_class: Any = ray.remote(num_cpus=0)(Cleaner)
    options = actor_class.options(
        name=f"cleaner-{job}",
        namespace="raytune_runtime",
        get_if_exists=True,
        lifetime="detached",  # else it would end with the trial that has started it
        resources={_ray.HEAD_NODE: 0.001},  # which is not lost as other nodes are
        scheduling_strategy="DEFAULT",  # not in the trial's placement group
    )
    try:
        actor = options.remote()
    except ValueError:  # its name was taken a moment ago, and is free now
        return None
    actor.run.remote()
    return actor.watch.remote(controller)
