"""The session and the context: what a worker or a trial asks of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

TUNE_REPORT = "ray.tune.report"
REPORTS = frozenset({"ray.train.report", "ray.air.session.report", TUNE_REPORT})
# What they take by name.
REPORT_ARGUMENTS = frozenset({"metrics", "checkpoint"})

# The session of Ray 2.0 to 2.6, which does nothing in a Train V2 worker.
SESSION = "ray.air.session"
GET_CONTEXT = "ray.train.get_context"
TUNE_GET_CONTEXT = "ray.tune.get_context"
CONTEXT_CLASSES = frozenset({"ray.train.TrainContext", "ray.train.context.TrainContext"})
# What to call in a worker; where that is the name itself, another path to it is an old one.
WORKER_FUNCTIONS: Mapping[str, str] = {
    **{
        f"{SESSION}.{name}": f"ray.train.{name}"
        for name in ("report", "get_checkpoint", "get_dataset_shard")
    },
    "ray.tune.get_checkpoint": "ray.train.get_checkpoint",
    TUNE_REPORT: "ray.train.report",
    GET_CONTEXT: GET_CONTEXT,
    TUNE_GET_CONTEXT: GET_CONTEXT,
}
# What to call in a function that Tune runs.
TUNE_FUNCTIONS: Mapping[str, str] = {
    **{
        f"{home}.{name}": f"ray.tune.{name}"
        for home in (SESSION, "ray.train")
        for name in ("report", "get_checkpoint")
    },
    GET_CONTEXT: TUNE_GET_CONTEXT,
}
# What tests may put a mock in the place of that workers, or trials, call no longer: by last names.
ASKED_OF_SESSIONS = frozenset(
    one.rpartition(".")[2] for one in (SESSION, "ray.train", *WORKER_FUNCTIONS, *TUNE_FUNCTIONS)
)
# Functions of the session that are methods of the context now.
CONTEXT_METHODS = frozenset(
    {
        "get_world_rank",
        "get_world_size",
        "get_local_rank",
        "get_local_world_size",
        "get_node_rank",
    }
)
# What Train V1 answered outside of workers, too, and Train V2 raises for there.
ASKED_IN_WORKERS = frozenset({GET_CONTEXT, *WORKER_FUNCTIONS.values()} - {TUNE_GET_CONTEXT})
# What a worker asked of its trial, and the field of the runtime's trial_info() that tells it.
TRIAL_INFO = f"{RUNTIME}.trial_info"
TRIAL_FACTS: Mapping[str, str] = {
    "get_trial_id": "trial_id",
    "get_trial_name": "trial_name",
    "get_trial_dir": "trial_dir",
    "get_trial_resources": "trial_resources",
    "get_experiment_name": "experiment_name",
}
# As a worker asked it of its context.
TRIAL_QUESTIONS = frozenset(f"{GET_CONTEXT}.{one}" for one in TRIAL_FACTS)
# What a function that Tune runs asks of its trial, and the method of ``ray.tune``'s context that
# knows it. Of ``ray.tune`` itself only early releases of Ray 2 had such functions.
TRIAL_GETTERS: Mapping[str, str] = {
    **{f"{SESSION}.{name}": name for name in TRIAL_FACTS},
    **{f"ray.tune.{name}": name for name in TRIAL_FACTS if name != "get_experiment_name"},
}
GET_METADATA = "get_metadata"  # of the context; ray.tune's raises
# Methods of the context that raise in a worker.
CONTEXT_DROPPED = (frozenset(TRIAL_FACTS) - {"get_experiment_name"}) | {GET_METADATA}

GET_STORAGE = "get_storage"  # of the context
# What the storage of a worker's context told of its trial, as fields of trial_info(), and what of
# os.path is made of each. In a Train run by itself those of ``STORAGE_OF_RUNS`` mean what they did.
STORAGE_FACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "trial_fs_path": ("trial_dir", ()),
    "trial_dir_name": ("trial_dir", ("basename",)),
    "experiment_dir_name": ("experiment_name", ()),
    "experiment_fs_path": ("trial_dir", ("dirname",)),
    "storage_fs_path": ("trial_dir", ("dirname", "dirname")),
}
STORAGE_OF_RUNS = frozenset({"experiment_dir_name", "experiment_fs_path", "storage_fs_path"})
# What else it no longer has.
STORAGE_DROPPED = frozenset(
    {
        "checkpoint_dir_name",
        "checkpoint_fs_path",
        "current_checkpoint_index",
        "experiment_driver_staging_path",
        "persist_artifacts",
        "sync_config",
        "syncer",
        "trial_driver_staging_path",
        "trial_working_directory",
    }
)


def asked_in_workers(name: str) -> str | None:
    """What of ``ray.train`` only workers may ask, by whatever name of a session they do."""
    if name.startswith(f"{SESSION}.") and name.rpartition(".")[2] in CONTEXT_METHODS:
        return GET_CONTEXT
    asked = WORKER_FUNCTIONS.get(name, name) if not name.startswith("ray.tune.") else name
    return asked if asked in ASKED_IN_WORKERS else None
