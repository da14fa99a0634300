"""A worker's helpers come from where Train V2 has its own."""

from __future__ import annotations

from migrating import check_migrated


def test_the_public_path() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer, prepare_model


        def loop(config):
            prepare_model(config["model"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer, prepare_model
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            prepare_model(config["model"])


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


def test_a_helper_of_another_package() -> None:
    check_migrated(
        """\
        from mine.torch.train_loop_utils import prepare_model
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            prepare_model(config["model"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from mine.torch.train_loop_utils import prepare_model
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            prepare_model(config["model"])


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


def test_a_helper_outside_of_train_loops() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.torch.train_loop_utils import get_device

        print(get_device())


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.train.torch.train_loop_utils import get_device
        from raytune_runtime import TuneReportCallback, trial_run

        print(get_device())


        def loop(config):
            pass


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


def test_helpers_of_torch() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.torch.train_loop_utils import get_device, prepare_model


        def loop(config):
            model = prepare_model(config["model"])
            model.to(get_device())


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer, get_device, prepare_model
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            model = prepare_model(config["model"])
            model.to(get_device())


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


def test_helpers_by_other_names() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.torch import train_loop_utils
        from ray.train.torch.train_loop_utils import prepare_model as prepared


        def loop(config):
            model = prepared(config["model"])
            data = train_loop_utils.prepare_data_loader(config["data"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer, prepare_data_loader, prepare_model as prepared
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            model = prepared(config["model"])
            data = prepare_data_loader(config["data"])


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


def test_a_helper_imported_in_the_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            from ray.train.torch.train_loop_utils import prepare_model

            model = prepare_model(config["model"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            from ray.train.torch import prepare_model

            model = prepare_model(config["model"])


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


def test_the_keras_callback() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.keras import ReportCheckpointCallback
        from ray.train.tensorflow import TensorflowTrainer


        def loop(config):
            config["model"].fit(callbacks=[ReportCheckpointCallback(metrics={"loss": "loss"})])


        tuner = tune.Tuner(
            TensorflowTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.tensorflow.keras import ReportCheckpointCallback
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            config["model"].fit(callbacks=[ReportCheckpointCallback(metrics={"loss": "loss"})])


        def train_driver_fn(config: dict):
            trainer = TensorflowTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_callback_derived_from_it() -> None:
    check_migrated(
        """\
        import ray.air.integrations.keras as callbacks
        from ray import tune
        from ray.train.tensorflow import TensorflowTrainer


        class Report(callbacks.ReportCheckpointCallback):
            pass


        def loop(config):
            config["model"].fit(callbacks=[Report()])


        tuner = tune.Tuner(
            TensorflowTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.tensorflow.keras import ReportCheckpointCallback
        from raytune_runtime import TuneReportCallback, trial_run


        class Report(ReportCheckpointCallback):
            pass


        def loop(config):
            config["model"].fit(callbacks=[Report()])


        def train_driver_fn(config: dict):
            trainer = TensorflowTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )
