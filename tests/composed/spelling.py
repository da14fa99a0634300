"""How a script calls what Ray has: which module a name comes from, and under which name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composed.choices import Choices

_CONFIGS = {"ray.train": 5, "ray.air": 2, "ray.air.config": 3}
_TUNE = {"ray.tune": 1}
_SCHEDULERS = {"ray.tune.schedulers": 1}

# Where Ray has each name, and how often users take it from there.
HOMES: dict[str, dict[str, float]] = {
    "RunConfig": _CONFIGS,
    "ScalingConfig": _CONFIGS,
    "CheckpointConfig": _CONFIGS,
    "FailureConfig": _CONFIGS,
    "Checkpoint": {"ray.train": 1},
    "OldCheckpoint": {"ray.air": 2, "ray.air.checkpoint": 1},
    "report": {"ray.train": 1},
    "get_checkpoint": {"ray.train": 1},
    "get_context": {"ray.train": 1},
    "get_dataset_shard": {"ray.train": 1},
    "Result": {"ray.train": 2, "ray.air": 1, "ray.air.result": 1},
    "session": {"ray.air": 1},
    "TorchTrainer": {"ray.train.torch": 9, "ray.train.torch.torch_trainer": 1},
    "TorchConfig": {"ray.train.torch": 9, "ray.train.torch.config": 1},
    "DataParallelTrainer": {"ray.train.data_parallel_trainer": 1},
    "XGBoostTrainer": {"ray.train.xgboost": 1},
    "Tuner": {"ray.tune": 8, "ray.tune.tuner": 2},
    "TuneConfig": {"ray.tune": 8, "ray.tune.tune_config": 2},
    "Callback": _TUNE,
    "Stopper": _TUNE,
    "ResultGrid": {"ray.tune": 8, "ray.tune.result_grid": 2},
    "with_parameters": _TUNE,
    **dict.fromkeys(
        ("grid_search", "choice", "uniform", "loguniform", "randint", "sample_from", "run"), _TUNE
    ),
    "ASHAScheduler": _SCHEDULERS,
    "FIFOScheduler": _SCHEDULERS,
    "HyperBandScheduler": _SCHEDULERS,
    "MedianStoppingRule": _SCHEDULERS,
    "PopulationBasedTraining": _SCHEDULERS,
    "ConcurrencyLimiter": {"ray.tune.search": 1},
    "BasicVariantGenerator": {"ray.tune.search.basic_variant": 1},
    "MaximumIterationStopper": {"ray.tune.stopper": 1},
}
# Names that are as good as never imported by themselves.
_BY_MODULE = {"grid_search", "choice", "uniform", "loguniform", "randint", "sample_from", "run"}
_ALIASES = {"ray.tune": "raytune", "ray.train": "rt", "ray.air": "rayair", "ray": "r"}


@dataclass
class Names:
    """What a script imports, and what it calls it."""

    choices: Choices
    lines: set[str] = field(default_factory=set)
    froms: dict[str, list[str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The expression for a name of Ray, always the same in a script."""
        if name not in self.spelled:
            self.spelled[name] = self._spell(name)
        return self.spelled[name]

    def module(self, path: str) -> str:
        """The expression for a module of Ray."""
        if path not in self.modules:
            self.modules[path] = self._import(path)
        return self.modules[path]

    def plain(self, *modules: str) -> None:
        """Import modules of Python."""
        self.lines |= {f"import {one}" for one in modules}

    def path(self) -> str:
        """``pathlib.Path``."""
        self._from("pathlib", "Path")
        return "Path"

    def _spell(self, name: str) -> str:
        home = self.choices.of(f"home of {name}", **HOMES[name])
        deep = home.count(".") > 1
        # ``ray.air`` alone has no session any more, where nobody imports that.
        by_module = 0 if name == "session" else 20 if name in _BY_MODULE else 0.1 if deep else 1
        name = name.removeprefix("Old")
        how = self.choices.of(
            f"import of {name}", by_name=1.5, by_module=by_module, renamed=0.05 if deep else 0.1
        )
        if how == "by_module":
            return f"{self.module(home)}.{name}"
        if how == "renamed":
            return self._from(home, f"{name} as Ray{name[:1].upper()}{name[1:]}")
        return self._from(home, name)

    def _import(self, path: str) -> str:
        parent, _, last = path.rpartition(".")
        how = self.choices.of(f"import of {path}", from_ray=8, renamed=1, whole=2)
        if how == "renamed" and path in _ALIASES:
            self.lines.add(f"import {path} as {_ALIASES[path]}")
            return _ALIASES[path]
        if how == "from_ray" and parent and path.count(".") == 1:
            return self._from(parent, last)
        self.lines.add(f"import {path}")
        return path

    def _from(self, home: str, name: str) -> str:
        some = self.froms.setdefault(home, [])
        if name not in some:
            some.append(name)
        return name.rpartition(" ")[2]

    def text(self) -> str:
        """All of the imports."""
        lines = sorted(self.lines)
        one_each = self.choices.whether("an import statement for each name", 0.15)
        for home, some in self.froms.items():
            lines += (
                [f"from {home} import {name}" for name in some]
                if one_each
                else [f"from {home} import {', '.join(sorted(some))}"]
            )
        own = [one for one in lines if not _is_ray(one)]
        return "\n".join([*own, "", *self.choices.shuffled(list(filter(_is_ray, lines)))])


def _is_ray(line: str) -> bool:
    return line.split()[1].partition(".")[0] == "ray"
