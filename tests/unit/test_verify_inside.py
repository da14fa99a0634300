"""What watches a script from within its process, against stand-ins for Ray's modules."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import pickle
import sys
import warnings
import zipfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas
import pytest
from ray.air.config import ScalingConfig

from raytune_migrate.verify.inside.cluster import own_cluster
from raytune_migrate.verify.inside.content import digests
from raytune_migrate.verify.inside.fits import fit_of
from raytune_migrate.verify.inside.places import (
    configured_inside,
    kept_inside,
    own_place,
    restored_from_inside,
)
from raytune_migrate.verify.inside.results import files_of, rows, stray_checkpoints
from raytune_migrate.verify.inside.seeds import SEED, seeded
from raytune_migrate.verify.inside.sweeps import limited, watched_fit, watched_tuner
from raytune_migrate.verify.inside.values import metric, plain, settled
from raytune_migrate.verify.inside.warned import keep_warnings
from raytune_migrate.verify.inside.watch import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Modules


def test_a_module_is_handed_on_once_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watched_here.py").write_text("value = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    seen: list[Any] = []
    when_imported({"watched_here": [seen.append], "not_there_at_all": [seen.append]})
    assert seen == []
    module = importlib.import_module("watched_here")
    assert seen == [module]
    assert module.__loader__ is module.__spec__.loader
    importlib.import_module("watched_here")
    assert seen == [module]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("not_there_at_all")


def test_a_module_that_is_there_already_is_handed_on_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    seen: list[Any] = []
    when_imported({"json": [seen.append]})
    assert seen == [json]


# Where a run writes


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/run/folder/results", None),
        ("/run", None),
        ("file:///run/home/ray_results", None),
        ("/data/results", "/run/storage/data/results"),
        ("local:///data", "/run/storage/data"),
        ("s3://bucket/key?region=x", "/run/storage/s3/bucket/key"),
        ("gs://bucket", "/run/storage/gs/bucket"),
    ],
)
def test_what_would_be_stored_elsewhere_stays_in_the_run(path: str, own: str | None) -> None:
    assert own_place(path, "/run/storage", "/run") == own
    assert own_place(Path("/data"), "/run/storage", "/run") == "/run/storage/data"


def test_a_link_leads_out_of_the_run(tmp_path: Path) -> None:
    run, user = tmp_path / "run", tmp_path / "user"
    for one in (run, user):
        one.mkdir()
    (run / "results").symlink_to(user)
    storage = str(run / "storage")
    assert own_place(run / "results" / "a", storage, str(run)) == f"{storage}{user}/a"


def test_a_storage_context_is_given_the_runs_own_place(tmp_path: Path) -> None:
    given: list[Any] = []

    class StorageContext:
        def __init__(self, storage_path: str | None, name: str, **named: Any) -> None:
            given.append((storage_path, name, named))

    moved: dict[str, str] = {}
    run, storage = str(tmp_path), str(tmp_path / "storage")
    kept_inside(storage, run, moved)(SimpleNamespace(StorageContext=StorageContext))
    StorageContext("/data", "lr-sweep")
    StorageContext("/data", "lr-sweep", storage_filesystem="mine")
    StorageContext(f"{tmp_path}/here", "lr-sweep")
    StorageContext(None, "lr-sweep")  # as Ray 2.7 to 2.9 do where the script says no path
    assert given == [
        (f"{storage}/data", "lr-sweep", {}),
        ("/data", "lr-sweep", {"storage_filesystem": "mine"}),
        (f"{tmp_path}/here", "lr-sweep", {}),
        (None, "lr-sweep", {}),
    ]
    assert moved == {"/data": f"{storage}/data"}
    assert (tmp_path / "storage" / "data").is_dir()


@pytest.mark.parametrize(("release", "is_old"), [("2.6.3", True), ("2.60.0", False)])
def test_before_ray_2_7_a_run_config_is_given_the_runs_own_place(
    release: str, is_old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace(__version__=release))
    given: list[Any] = []

    class RunConfig:
        def __init__(self, **named: Any) -> None:
            given.append(named)

    moved: dict[str, str] = {}
    run, storage = str(tmp_path), str(tmp_path / "storage")
    names = ("storage_path", "local_dir")
    configured_inside("RunConfig", names, storage, run, moved)(SimpleNamespace(RunConfig=RunConfig))
    RunConfig(name="a", storage_path="s3://bucket/a", local_dir=None)
    RunConfig(local_dir=f"{run}/here")
    place = f"{storage}/s3/bucket/a" if is_old else "s3://bucket/a"
    assert given == [
        {"name": "a", "storage_path": place, "local_dir": None},
        {"local_dir": f"{run}/here"},
    ]
    assert moved == ({"s3://bucket/a": place} if is_old else {})


def test_an_experiment_is_restored_from_where_the_run_has_stored_it(tmp_path: Path) -> None:
    class Tuner:
        @classmethod
        def restore(cls, path: str, trainable: str) -> tuple[str, str]:
            return path, trainable

        @classmethod
        def can_restore(cls, path: str) -> str:
            return path

    storage = tmp_path / "storage"
    (storage / "data" / "a").mkdir(parents=True)
    restored_from_inside(str(storage), str(tmp_path))(SimpleNamespace(Tuner=Tuner))
    assert Tuner.restore("/data/a", trainable="t") == (f"{storage}/data/a", "t")
    assert Tuner.can_restore("/data/a") == f"{storage}/data/a"
    assert Tuner.can_restore("/data/b") == "/data/b"  # another's, which is only read


# The Ray of a run


@pytest.mark.parametrize(
    ("address", "cpus", "call", "passed", "notes"),
    [
        (None, None, {}, ("local", {"include_dashboard": False}), []),
        (
            None,
            8,
            {"num_cpus": 2},
            ("local", {"num_cpus": 8, "include_dashboard": False}),
            [],
        ),
        (
            None,
            None,
            {"given": "auto"},
            ("local", {"include_dashboard": False}),
            ["ray.init('auto') started a Ray of its own"],
        ),
        (
            None,
            None,
            {"address": "ray://prod:10001", "namespace": "a"},
            ("local", {"include_dashboard": False, "namespace": "a"}),
            ["ray.init('ray://prod:10001') started a Ray of its own"],
        ),
        ("10.0.0.1:6379", None, {"given": "auto"}, ("10.0.0.1:6379", {}), []),
        (
            "10.0.0.1:6379",
            None,
            {"num_cpus": 4, "namespace": "a"},
            ("10.0.0.1:6379", {"namespace": "a"}),
            [],
        ),
    ],
)
def test_a_cluster_is_joined_only_on_request(
    address: str | None,
    cpus: int | None,
    call: dict[str, Any],
    passed: tuple[str, dict[str, Any]],
    notes: list[str],
) -> None:
    calls: list[Any] = []
    said: list[str] = []

    def init(address: Any = None, **named: Any) -> None:
        calls.append((address, named))

    ray = SimpleNamespace(init=init)
    own_cluster(address, cpus, None, said)(ray)
    ray.init(*([call.pop("given")] if "given" in call else []), **call)
    assert calls == [passed]
    assert said == notes


# Results


def test_checkpoints_that_no_trial_names_are_counted(tmp_path: Path) -> None:
    kept, stray = (tmp_path / "trial" / f"checkpoint_{number:06}" for number in range(2))
    for one in (kept, stray):
        one.mkdir(parents=True)
    named = SimpleNamespace(path=str(kept))
    in_memory = SimpleNamespace(path=None)  # as one could be before Ray 2.7
    result = SimpleNamespace(checkpoint=in_memory, best_checkpoints=[(named, {})])
    assert stray_checkpoints([result], tmp_path) == 1


# Sweeps


def test_a_sweep_of_the_script_is_told_from_a_trainers_own_run() -> None:
    class Tuner:
        def fit(self) -> str:
            return "grid"

    sweeps: list[Any] = []
    runs: list[Any] = []
    watched_tuner(sweeps.append, runs.append)(SimpleNamespace(Tuner=Tuner))
    assert Tuner().fit() == "grid"
    assert (sweeps, runs) == (["grid"], [])
    for name in ("ray.train.base_trainer", "raytune_runtime.fit"):
        exec("tuner.fit()", {"__name__": name, "tuner": Tuner()})
    assert (sweeps, runs) == (["grid"], ["grid", "grid"])


class DataParallelTrainer:
    """Gives a Result, or raises."""

    run_config = SimpleNamespace(storage_path="results", name="run")

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def fit(self) -> SimpleNamespace:
        if self.error is not None:
            raise self.error
        return SimpleNamespace(path="results/run", error=None)


def test_a_run_of_train_v2_is_told_whether_it_fails_or_not() -> None:
    kind = type("DataParallelTrainer", (DataParallelTrainer,), {})
    told: list[Any] = []
    after: list[str] = []
    watched_fit(lambda *what: told.append(what), lambda: after.append("seeded"))(
        SimpleNamespace(DataParallelTrainer=kind)
    )
    result = kind().fit()
    error = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        kind(error).fit()
    assert told == [
        (Path("results/run"), result, None),
        (Path("results/run"), None, error),
    ]
    assert after == ["seeded", "seeded"]


class Stored:
    """A checkpoint of one file."""

    def __init__(self, folder: Path, content: str) -> None:
        self.path = str(folder)
        folder.mkdir(parents=True)
        (folder / "state.txt").write_text(content)

    @contextmanager
    def as_directory(self) -> Iterator[str]:
        yield self.path


def test_a_trainers_own_run_as_both_trains_tell_it(tmp_path: Path) -> None:
    """Train V1 names checkpoints by number and V2 by time; both keep them by their score."""

    def told(
        names: tuple[str, str], by_tune: dict[str, Any], files: tuple[str, ...]
    ) -> dict[str, Any]:
        folder = tmp_path / names[0] / "run"
        first, second = (
            Stored(folder / name, f"step {step}") for step, name in enumerate(names, start=1)
        )
        for name in files:
            (folder / name).write_text("")
        result = SimpleNamespace(
            error=None,
            path=str(folder),
            checkpoint=second,
            best_checkpoints=[
                (second, {"loss": 0.2, **by_tune}),
                (first, {"loss": 0.3, **by_tune}),
            ],
        )
        return fit_of(folder, result)

    by_tune = {"training_iteration": 1, "done": False, "time_total_s": 3.5, "config": {"lr": 1}}
    tunes = ("result.json", "progress.csv", "params.json", "events.out.tfevents.1790.host")
    old = told(("checkpoint_000000", "checkpoint_000001"), by_tune, (*tunes, "loss.png"))
    new = told(
        ("checkpoint_2026-01-01_00-00-00.000001", "checkpoint_2026-01-01_00-00-00.000002"),
        {},
        ("loss.png",),
    )
    assert old["trials"] == new["trials"]
    (trial,) = new["trials"]
    assert trial["iterations"] == [{"loss": 0.3}, {"loss": 0.2}]
    assert trial["files"] == ["loss.png"]
    assert (new["experiment"], new["stray_checkpoints"]) == ("run", 0)


def test_a_run_in_this_process_has_no_folder() -> None:
    """With ``num_workers=0`` Train V2 stores nothing; the script must not suffer."""
    kind = type("DataParallelTrainer", (DataParallelTrainer,), {})
    kind.fit = lambda _: SimpleNamespace(path=None, error=None)  # type: ignore[assignment]
    told: list[Any] = []
    watched_fit(lambda *what: told.append(what), lambda: None)(
        SimpleNamespace(DataParallelTrainer=kind)
    )
    result = kind().fit()
    assert told == [(Path("results/run"), result, None)]


def test_a_trainers_own_run_that_failed_has_its_error_alone(tmp_path: Path) -> None:
    """Train V2 raises it, and gives no Result."""
    checkpoint = Stored(tmp_path / "run" / "checkpoint_000000", "step 1")
    result = SimpleNamespace(error=ValueError("no"), checkpoint=checkpoint)
    old = fit_of(tmp_path / "run", result)
    assert fit_of(tmp_path / "run", None, ValueError("no")) == old
    assert old["trials"][0]["error"]["line"] == "no"
    assert old["trials"][0]["checkpoint"] is None


# The search


class BasicVariantGenerator:
    """Makes trials without end."""

    finished = False

    def next_trial(self) -> str | None:
        return None if self.finished else "trial"

    def set_finished(self) -> None:
        self.finished = True


def test_no_more_trials_than_were_asked_for() -> None:
    kind = type("BasicVariantGenerator", (BasicVariantGenerator,), {})
    limited(2)(SimpleNamespace(BasicVariantGenerator=kind))
    search: Any = kind()
    assert [search.next_trial() for _ in range(4)] == ["trial", "trial", None, None]
    assert search.finished
    assert kind().next_trial() == "trial"


@pytest.mark.parametrize(
    ("arguments", "named", "got"),
    [
        ((), {}, {"seed": SEED}),
        ((), {"seed": 7}, {"seed": 7}),
        ((), {"sampler": "mine"}, {"sampler": "mine"}),
        (("space",), {}, {}),
    ],
)
def test_a_search_starts_from_our_seed_where_the_script_gives_none(
    arguments: tuple[str, ...], named: dict[str, Any], got: dict[str, Any]
) -> None:
    class Search:
        def __init__(self, *_: Any, **named: Any) -> None:
            self.named = named

    seeded("Search", "seed")(SimpleNamespace(Search=Search))
    assert Search(*arguments, **named).named == got


# What Ray warns of


def module_of_ray(name: str, code: str) -> Callable[..., Any]:
    module = ModuleType(name)
    exec(code, module.__dict__)
    function: Callable[..., Any] = module.__dict__["warn"]
    return function


def test_a_warning_of_ray_is_kept_at_the_users_own_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warnings, "warn", warnings.warn)
    keep_warnings(str(tmp_path))
    code = "import warnings\ndef warn(kind):\n    warnings.warn('Gone.', kind)"
    by_ray, by_another = module_of_ray("ray.train.x", code), module_of_ray("other.x", code)
    by_data = module_of_ray("ray.data.x", code)
    within = module_of_ray("ray.data.y", "def warn(f, kind):\n    f(kind)")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        by_ray(DeprecationWarning)
        line = sys._getframe().f_lineno - 1
        by_ray(UserWarning)
        by_another(DeprecationWarning)
        within(by_data, DeprecationWarning)
        within(by_ray, DeprecationWarning)
        by_data(DeprecationWarning)
    (file,) = tmp_path.glob("*.jsonl")
    assert [json.loads(one) for one in file.read_text(encoding="utf-8").splitlines()] == [
        {"file": __file__, "line": one, "message": "Gone."} for one in (line, line + 5, line + 6)
    ]
    assert len(seen) == 6  # the script sees them as before


# Results


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("best: 0.1", "best: 0.1"),
        ("{cwd}/a of TorchTrainer_1a2b3_00000", "<cwd>/a of <trial>"),
        (
            "{home}/ray_results/train_driver_fn_2026-01-02_03-04-05",
            "<home>/ray_results/<experiment>",
        ),
        (
            "{run}/storage/x/TorchTrainer_1a2b3_00001_1_lr=0.1_2026-01-02_03-04-05/a.txt",
            "<run>/storage/x/<trial>/a.txt",
        ),
    ],
)
def test_a_line_is_the_same_in_each_run(
    line: str, same: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"run": tmp_path, "home": tmp_path / "home", "cwd": tmp_path / "work"}
    places["cwd"].mkdir()
    monkeypatch.chdir(places["cwd"])
    monkeypatch.setenv("HOME", str(places["home"]))
    assert settled(line.format(**places)) == same


def test_rows_of_earlier_runs_come_before_those_that_this_process_has_seen() -> None:
    def told(iteration: int, loss: float) -> dict[str, Any]:
        # pandas reads that of the third as 5.206969022750854.
        stamps = {"timestamp": 100, "time_total_s": iteration + 2.2069690227508545}
        return {"training_iteration": iteration, "loss": loss, "config": {"lr": 1}, **stamps}

    def frame(*results: dict[str, Any]) -> pandas.DataFrame:
        lines = io.StringIO("\n".join(map(json.dumps, results)))
        read = pandas.read_json(lines, lines=True)
        return pandas.json_normalize(read.to_dict("records"), sep="/")

    first, second, third = told(1, 0.5), told(2, 0.25), told(3, 0.125)
    in_order = [{"training_iteration": n, "loss": 0.5**n} for n in (1, 2, 3)]
    seen = [json.dumps(second), json.dumps(third)]
    assert rows(None, seen) == []
    assert rows(frame(first, second, third), []) == in_order
    assert rows(frame(first, second, third), seen) == in_order
    assert rows(frame(first, third), seen) == in_order
    assert rows(frame(third), seen) == in_order[1:]


@pytest.mark.parametrize("part", [1024, 4])
def test_digests_of_a_checkpoint(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raytune_migrate.verify.inside.content._PART", part)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "model.pt").write_bytes(b"0123456789")
    (tmp_path / "empty").write_bytes(b"")
    checkpoint = SimpleNamespace(as_directory=lambda: nullcontext(str(tmp_path)))
    assert digests(checkpoint) == {
        "deep/model.pt": hashlib.sha256(b"0123456789").hexdigest(),
        "empty": hashlib.sha256(b"").hexdigest(),
    }
    assert digests(None) is None


def test_the_ports_in_a_model_of_lightgbm_are_not_its_content(tmp_path: Path) -> None:
    found = []
    for port in (1, 2):
        (tmp_path / "model.txt").write_text(f"tree\n[local_listen_port: {port}]\n", "utf-8")
        checkpoint = SimpleNamespace(as_directory=lambda: nullcontext(str(tmp_path)))
        found.append(digests(checkpoint))
    assert found[0] == found[1]


def test_when_a_model_of_keras_was_saved_is_not_its_content(tmp_path: Path) -> None:
    def saved(weights: bytes, second: int, address: int) -> dict[str, str] | None:
        with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
            moment = (2026, 1, 1, 0, 0, second)
            date = f'{{"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:{second:02}"}}'
            config = f'{{"class_name": "Sequential", "shared_object_id": {address}}}'
            archive.writestr(zipfile.ZipInfo("metadata.json", moment), date)
            archive.writestr(zipfile.ZipInfo("config.json", moment), config)
            archive.writestr(zipfile.ZipInfo("model.weights.h5", moment), weights)
        return digests(SimpleNamespace(as_directory=lambda: nullcontext(str(tmp_path))))

    first = saved(b"0.1", 2, 140)
    assert first == saved(b"0.1", 4, 139)
    assert first != saved(b"0.2", 2, 140)


def test_how_long_a_trainer_of_transformers_took_is_not_its_content(tmp_path: Path) -> None:
    def saved(loss: float, runtime: float, moment: str) -> dict[str, str] | None:
        log = [{"eval_loss": loss, "eval_runtime": runtime, "eval_steps_per_second": 1 / runtime}]
        state = json.dumps({"best_model_checkpoint": f"{Path.cwd()}/out/4", "log_history": log})
        (tmp_path / "trainer_state.json").write_text(state)
        with zipfile.ZipFile(tmp_path / "training_args.bin", "w") as archive:
            arguments = pickle.dumps({"logging_dir": f"out/runs/{moment}_node-1"})
            archive.writestr("training_args/data.pkl", arguments)
            archive.writestr("training_args/.data/serialization_id", moment)
        return digests(SimpleNamespace(as_directory=lambda: nullcontext(str(tmp_path))))

    first = saved(0.5, 0.0229, "Nov28_01-20-31")
    assert first == saved(0.5, 0.175, "Nov28_01-23-07")
    assert first != saved(0.4, 0.0229, "Nov28_01-20-31")


def test_how_fast_the_machine_was_is_not_compared_but_must_be_there() -> None:
    assert metric("eval_runtime", 0.0229) == metric("eval_runtime", 0.0175) == "<clock>"
    assert metric("train_samples_per_second", 2794.0) == "<clock>"
    assert metric("runtime", 0.0229) == 0.0229
    assert metric("eval_runtime", "fast") == "fast"


def test_a_scaling_config_in_a_space_is_what_was_written_of_it() -> None:
    one = ScalingConfig(num_workers=2, use_gpu=True, resources_per_worker={"GPU": 0.5})
    written = {"num_workers": 2, "use_gpu": True, "resources_per_worker": {"GPU": 0.5}}
    assert plain({"scaling_config": one}) == {"scaling_config": written}
    assert plain(ScalingConfig()) == {}


def test_a_dict_in_a_checkpoint_is_the_same_without_what_ray_has_put_beside_it(
    tmp_path: Path,
) -> None:
    def written(name: str, data: Any, *beside: str) -> dict[str, str] | None:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "dict_checkpoint.pkl").write_bytes(pickle.dumps(data))
        for one in beside:
            (folder / one).write_bytes(b"")
        return digests(SimpleNamespace(as_directory=lambda: nullcontext(str(folder))))

    data = {"loss": 0.1, "_metadata": {"type": "dict"}, "_preprocessor": None}
    rays_own = (".is_checkpoint", ".metadata.pkl", ".tune_metadata", "_preprocessor")
    old = written("old", data, *rays_own)
    assert old == written("new", {"loss": 0.1})
    assert old != written("other", {"loss": 0.2})
    assert old != written("more", {"loss": 0.1}, "model.pt")
    assert written("none", 7) is not None


def test_the_files_of_a_trial_have_the_same_names_in_each_run(tmp_path: Path) -> None:
    for name in (
        "result.json",
        "events.out.tfevents.1790.host",
        "checkpoint_000000/model.pt",
        "rank_0/log.txt",
        ".validate_storage_marker",
        "trainer.pkl",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
    assert files_of(tmp_path) == ["events.out.tfevents", "rank_0/log.txt", "result.json"]


@pytest.mark.parametrize(
    ("unnamed", "named"),
    [
        ("shape: (3, 1)\n| id |", "name: train\nshape: (3, 1)\n| id |"),
        ("Map(f)\n+- Dataset(num_rows=3)", "Map(f)\n+- Dataset(name=train, num_rows=3)"),
        ("Dataset()", "Dataset(name=train)"),
    ],
)
def test_a_dataset_in_a_space_is_the_same_by_any_name(unnamed: str, named: str) -> None:
    dataset = type(
        "Dataset", (), {"__module__": "ray.data.dataset", "__repr__": lambda one: one.text}
    )
    first, second = dataset(), dataset()
    first.text, second.text = unnamed, named
    assert plain({"datasets": first}) == plain({"datasets": second}) == {"datasets": unnamed}
