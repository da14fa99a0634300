"""What a worker asks of its trial, it asks trial_info(); elsewhere the getters stay."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged, migrated, said


def test_a_tune_function_alone() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"id": tune.get_context().get_trial_id()}


        tune.Tuner(objective).fit()
        """,
    )


def test_getters_of_something_else() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def describe(model):
            return model.get_metadata()


        def loop(config):
            monitor = config["monitor"]
            context = monitor.get_context()
            train.report({"id": context.get_trial_id(), "of": monitor.get_trial_name()})
            describe(config["model"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def describe(model):
            return model.get_metadata()


        def loop(config):
            monitor = config["monitor"]
            context = monitor.get_context()
            train.report({"id": context.get_trial_id(), "of": monitor.get_trial_name()})
            describe(config["model"])


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_getter_that_nobody_runs() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": 1})


        def unused():
            return train.get_context().get_trial_id()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train.report({"a": 1})


        def unused():
            # TODO(raytune-migrate): RTM909 What runs this call of get_trial_id() cannot be seen. https://github.com/ray-project/ray/issues/49454
            return train.get_context().get_trial_id()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (10, "RTM909"),
    )


def test_every_getter_of_a_context_and_of_the_session() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            context = train.get_context()
            print(context.get_trial_id(), session.get_trial_name())
            print(tune.get_context().get_trial_dir(), train.get_context().get_trial_resources())
            print(context.get_experiment_name(), session.get_experiment_name())
            print(context.get_world_rank())


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            context = train.get_context()
            print(trial_info().trial_id, trial_info().trial_name)
            print(trial_info().trial_dir, trial_info().trial_resources)
            print(trial_info().experiment_name, trial_info().experiment_name)
            print(context.get_world_rank())


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_getters_by_other_names() -> None:
    check_migrated(
        """\
        import ray.train.context as contexts
        from ray import tune
        from ray.air.session import get_trial_id as which
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(which(), contexts.get_context().get_trial_name())


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            print(trial_info().trial_id, trial_info().trial_name)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_getter_inside_a_report() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"trial": session.get_trial_id(), "rank": session.get_world_rank()})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            train.report(
                {"trial": trial_info().trial_id, "rank": train.get_context().get_world_rank()}
            )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_one_loop_of_two_sweeps() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(train.get_context().get_trial_id())


        first = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        second = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            print(trial_info().trial_id)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        first = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )


        def train_driver_fn_2(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        second = tune.Tuner(
            train_driver_fn_2, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_loop_that_no_sweep_runs() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": 1})


        def plain(config):
            print(session.get_trial_id())
            print(session.get_experiment_name())
            print(train.get_context().get_experiment_name())


        TorchTrainer(plain).fit()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train.report({"a": 1})


        def plain(config):
            # TODO(raytune-migrate): RTM302 A Train V2 worker has no trial to ask for get_trial_id. https://github.com/ray-project/ray/issues/49454
            print(session.get_trial_id())
            print(train.get_context().get_experiment_name())
            print(train.get_context().get_experiment_name())


        TorchTrainer(plain).fit()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (11, "RTM302"),
    )


def test_what_the_runtime_does_not_know() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(session.get_metadata())
            print(train.get_context().get_metadata())


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM908"),
        (8, "RTM908"),
    )


def test_a_getter_that_is_passed_on() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            hook = session.get_trial_id
            other = train.get_context().get_trial_name


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM908"),
        (8, "RTM908"),
    )


def test_a_name_that_is_taken() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def trial_info(trial):
            print(trial)


        def loop(config):
            trial_info(f"{session.get_trial_id()} {session.get_trial_name()}")


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            trial_info as runtime_trial_info,
            trial_run,
        )


        def trial_info(trial):
            print(trial)


        def loop(config):
            trial_info(f"{runtime_trial_info().trial_id} {runtime_trial_info().trial_name}")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_context_kept_by_an_object() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        class Log:
            def __init__(self):
                self.context = train.get_context()

            def write(self):
                print(self.context.get_trial_id(), self.context.get_world_rank())


        def loop(config):
            Log().write()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        class Log:
            def __init__(self):
                self.context = train.get_context()

            def write(self):
                print(trial_info().trial_id, self.context.get_world_rank())


        def loop(config):
            Log().write()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_context_that_is_handed_on() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        class Log:
            def __init__(self, folder, context=None):
                self.folder = folder
                self.context = context

            def write(self):
                if self.context.get_world_rank() == 0:
                    print(self.folder, self.context.get_trial_id())


        def tags(*, context):
            context = context or train.get_context()
            return [context.get_trial_name(), context.get_experiment_name()]


        def loop(config):
            context = train.get_context()
            Log("logs", context).write()
            train.report({"tags": tags(context=context)})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        class Log:
            def __init__(self, folder, context=None):
                self.folder = folder
                self.context = context

            def write(self):
                if self.context.get_world_rank() == 0:
                    print(self.folder, trial_info().trial_id)


        def tags(*, context):
            context = context or train.get_context()
            return [trial_info().trial_name, trial_info().experiment_name]


        def loop(config):
            context = train.get_context()
            Log("logs", context).write()
            train.report({"tags": tags(context=context)})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_context_by_its_annotation() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.context import TrainContext
        from ray.train.torch import TorchTrainer


        class Log:
            def __init__(self, context: TrainContext) -> None:
                self.path = context.get_trial_dir()


        def loop(config) -> None:
            log = config["log"](train.get_context())
            Log(log.context)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.context import TrainContext
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        class Log:
            def __init__(self, context: TrainContext) -> None:
                self.path = trial_info().trial_dir


        def loop(config) -> None:
            log = config["log"](train.get_context())
            Log(log.context)


        def train_driver_fn(config: dict) -> None:
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_parameter_that_is_not_always_the_context() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def name(source):
            return source.get_trial_name()


        def loop(config):
            train.report({"names": [name(train.get_context()), name(config["source"])]})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (6, "RTM908"),
    )


def test_a_context_on_one_of_two_paths() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            context = train.get_context()
            if config["remote"]:
                context = config["context"]
            print(context.get_trial_id())
            print((config.get("context") or find()).get_trial_name())


        def find():
            return train.get_context()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (9, "RTM908"),
        (10, "RTM908"),
    )


def test_a_context_that_is_asked_for_nothing_else_goes() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            from ray.train import get_context

            context = get_context()
            trial = context.get_trial_id()

            mine = train.get_context()

            train.report({"trial": trial, "name": mine.get_trial_name(), "rank": rank()})


        def rank():
            idle = train.get_context()
            context = train.get_context()
            print(context.get_trial_id())
            return context.get_world_rank()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            trial = trial_info().trial_id

            train.report({"trial": trial, "name": trial_info().trial_name, "rank": rank()})


        def rank():
            idle = train.get_context()
            context = train.get_context()
            print(trial_info().trial_id)
            return context.get_world_rank()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


# What the storage of the context tells


def test_a_storage_of_something_else() -> None:
    check_unchanged(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            storage = train.get_context().get_storage()
            print(storage.storage_filesystem, storage.experiment_fs_path)
            print(config["context"].get_storage().trial_fs_path, storage.trial_fs_path_of("a"))
            train.report({"loss": 1})


        TorchTrainer(loop).fit()
        """,
    )


def test_the_storage() -> None:
    check_migrated(
        """\
        import os

        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            context = train.get_context()
            storage = context.get_storage()
            root = train.get_context().get_storage().trial_fs_path
            train.report({"root": root, "name": storage.trial_dir_name})
            print(os.listdir(storage.experiment_fs_path), storage.storage_filesystem)
            print(storage.experiment_dir_name, storage.storage_fs_path)


        def objective(config):
            tune.report({"name": train.get_context().get_storage().trial_dir_name})


        tune.Tuner(objective).fit()
        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            context = train.get_context()
            storage = context.get_storage()
            root = trial_info().trial_dir
            train.report({"root": root, "name": os.path.basename(trial_info().trial_dir)})
            print(
                os.listdir(os.path.dirname(trial_info().trial_dir)), storage.storage_filesystem
            )
            print(
                trial_info().experiment_name,
                os.path.dirname(os.path.dirname(trial_info().trial_dir)),
            )


        def objective(config):
            tune.report({"name": tune.get_context().get_storage().trial_dir_name})


        tune.Tuner(objective).fit()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_storage_without_a_trial() -> None:
    result = check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            storage = train.get_context().get_storage()
            print(storage.trial_fs_path)
            storage.persist_artifacts()
            train.report({"loss": 1})


        def other():
            return train.get_context().get_storage().trial_dir_name


        TorchTrainer(loop).fit()
        """,
        (7, "RTM302"),
        (8, "RTM908"),
        (13, "RTM909"),
    )
    assert [one.message for one in result.findings] == [
        "A Train V2 worker has no trial to ask for trial_fs_path. Pass the value in"
        " train_loop_config."
        " If a sweep runs this, take it from raytune_runtime's trial_info().",
        "persist_artifacts is none of what the storage of a Train V2 worker has. Leave it out, or"
        " start from what raytune_runtime's trial_info() tells of the trial.",
        "What asks the storage for trial_dir_name here cannot be seen. Take it from"
        " raytune_runtime's trial_info() if a train loop runs this, and from"
        " ray.tune.get_context().get_storage() if a Tune function does.",
    ]


_OUT_OF_DICTS = """\
from ray import train, tune
from ray.train.tensorflow import TensorflowTrainer
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"trial": train.get_context().get_trial_id()})


def sweep(kind, other):
    trainers = {"torch": TorchTrainer(loop), "tensorflow": TensorflowTrainer(loop)}
"""


@pytest.mark.parametrize(
    "sweep",
    [
        pytest.param("trainers[kind] = other\n    tune.Tuner(trainers[kind]).fit()", id="put in"),
        pytest.param("tune.Tuner({**trainers, kind: other}[kind]).fit()", id="not all seen"),
    ],
)
def test_of_trainers_out_of_a_dict_that_cannot_all_be_seen(sweep: str) -> None:
    result = migrated(f"{_OUT_OF_DICTS}    {sweep}\n")
    assert said(result) == [(7, "RTM302")]


@pytest.mark.parametrize(
    "sweep",
    [
        'tune.Tuner(trainers["torch"]).fit()',
        "tune.Tuner(trainers[kind]).fit()",
        "tune.Tuner(trainers.get(kind)).fit()",
        "for trainer in trainers.values():\n        tune.Tuner(trainer).fit()",
        "return [tune.Tuner(one).fit() for name, one in trainers.items() if name != kind]",
    ],
)
def test_of_trainers_out_of_a_dict(sweep: str) -> None:
    result = migrated(f"{_OUT_OF_DICTS}    {sweep}\n")
    assert said(result) == []
    assert 'train.report({"trial": trial_info().trial_id})' in result.after
    assert "tune.Tuner(driver_for(" in result.after
