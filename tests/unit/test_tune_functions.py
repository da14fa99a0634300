"""The session of a Tune function is ray.tune's, in a file that is migrated anyway."""

from __future__ import annotations

from migrating import (
    check_finding,
    check_migrated,
    check_stands,
    check_unchanged,
    migrated,
    said,
)


def test_a_file_without_a_sweep_over_a_trainer() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def objective(config):
            session.report({"id": session.get_trial_id()})
            train.report({"a": 1})


        tune.Tuner(objective).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def objective(config):
            tune.report({"id": tune.get_context().get_trial_id()})
            tune.report({"a": 1})


        tune.Tuner(objective).fit()
        """,
    )


def test_what_ray_tune_once_told_of_the_trial_outside_of_tune_functions() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.tune import get_trial_name


        def helper():
            return tune.get_trial_id(), get_trial_name()
        """,
        (2, "RTM907"),
        (6, "RTM907"),
    )
    result = migrated(
        """\
        from ray import tune
        from ray.tune import get_trial_name


        def objective(config):
            tune.report({"name": get_trial_name()})


        def helper():
            return get_trial_name()


        tune.Tuner(objective).fit()
        """
    )
    assert said(result) == [(2, "RTM907")]
    assert "import get_trial_name" in result.after


def test_what_ray_tune_once_told_of_the_trial() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.tune import get_trial_name


        def where():
            return tune.get_trial_dir()


        def objective(config):
            print(tune.get_trial_id(), get_trial_name(), where(), tune.get_trial_resources())


        tune.Tuner(objective).fit()
        """,
        """\
        from ray import tune


        def where():
            return tune.get_context().get_trial_dir()


        def objective(config):
            print(
                tune.get_context().get_trial_id(),
                tune.get_context().get_trial_name(),
                where(),
                tune.get_context().get_trial_resources(),
            )


        tune.Tuner(objective).fit()
        """,
    )


def test_reports_of_another_package() -> None:
    check_migrated(
        """\
        from elsewhere import session, train
        from ray import tune
        from ray.train.torch import TorchTrainer


        def objective(config):
            session.report({"a": 1})
            train.report({"a": 1})


        def loop(config):
            pass


        tune.Tuner(objective).fit()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from elsewhere import session, train
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def objective(config):
            session.report({"a": 1})
            train.report({"a": 1})


        def loop(config):
            pass


        tune.Tuner(objective).fit()


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


def test_what_ray_tune_has_already() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def objective(config):
            tune.report({"id": tune.get_context().get_trial_id()})


        def loop(config):
            train.report({"a": 1})


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
        from raytune_runtime import TuneReportCallback, trial_run


        def objective(config):
            tune.report({"id": tune.get_context().get_trial_id()})


        def loop(config):
            train.report({"a": 1})


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


def test_what_a_tune_function_calls() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def objective(config):
            start = session.get_checkpoint()
            save(start, train.get_context().get_trial_dir())


        def save(start, folder):
            session.report({"id": session.get_trial_id(), "rank": session.get_world_rank()})
            train.report({"again": 1}, checkpoint=start)


        def loop(config):
            session.report({"a": 1})


        tune.Tuner(objective).fit()


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


        def objective(config):
            start = tune.get_checkpoint()
            save(start, tune.get_context().get_trial_dir())


        def save(start, folder):
            tune.report(
                {"id": tune.get_context().get_trial_id(), "rank": session.get_world_rank()}
            )
            tune.report({"again": 1}, checkpoint=start)


        def loop(config):
            train.report({"a": 1})


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


def test_every_way_to_give_a_function_to_tune() -> None:
    check_migrated(
        """\
        from functools import partial

        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def first(config):
            train.report({"a": 1})


        def second(config, data):
            train.report({"a": 1})


        def third(config):
            train.report({"a": 1})


        class Search:
            def objective(self, config):
                train.report({"a": 1})

            def fit(self):
                tune.Tuner(trainable=self.objective).fit()


        def loop(config):
            pass


        tune.register_trainable("first", first)
        tune.run(tune.with_resources(partial(second, data=1), {"CPU": 1}))
        trainable = tune.with_parameters(third, data=2)
        tune.Tuner(trainable).fit()
        tune.Tuner(lambda config: train.report({"a": 1})).fit()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from functools import partial

        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def first(config):
            tune.report({"a": 1})


        def second(config, data):
            tune.report({"a": 1})


        def third(config):
            tune.report({"a": 1})


        class Search:
            def objective(self, config):
                tune.report({"a": 1})

            def fit(self):
                tune.Tuner(trainable=self.objective).fit()


        def loop(config):
            pass


        tune.register_trainable("first", first)
        tune.run(tune.with_resources(partial(second, data=1), {"CPU": 1}))
        trainable = tune.with_parameters(third, data=2)
        tune.Tuner(trainable).fit()
        tune.Tuner(lambda config: tune.report({"a": 1})).fit()


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


def test_a_train_loop_inside_a_tune_function() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def objective(config):
            def save():
                session.report({"a": 1})

            def mine(config):
                save()
                session.report({"b": 1})

            TorchTrainer(mine, run_config=train.RunConfig(name=config["name"])).fit()
            session.report({"c": 1})


        def loop(config):
            pass


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
        from raytune_runtime import TuneReportCallback, trial_run


        def objective(config):
            def save():
                train.report({"a": 1})

            def mine(config):
                save()
                train.report({"b": 1})

            TorchTrainer(mine, run_config=train.RunConfig(name=config["name"])).fit()
            tune.report({"c": 1})


        def loop(config):
            pass


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


def test_a_helper_of_both() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def save():
            train.report({"a": 1})


        def objective(config):
            save()


        def loop(config):
            save()


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
        from raytune_runtime import TuneReportCallback, trial_run


        def save():
            # TODO(raytune-migrate): RTM909 Train loops and Tune functions both run this. https://github.com/ray-project/ray/issues/49454
            train.report({"a": 1})


        def objective(config):
            save()


        def loop(config):
            save()


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
        (6, "RTM909"),
    )


def test_the_session_in_a_helper_of_both() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def save():
            session.report({"a": 1})


        def objective(config):
            save()


        def loop(config):
            save()


        tune.Tuner(objective).fit()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM909"),
    )


def test_a_helper_that_nobody_is_seen_to_run() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def save(score):
            session.report({"score": score})
            train.report({"score": score})


        def loop(config):
            train.report({"a": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def save(score):
            # TODO(raytune-migrate): RTM909 What runs this call of ray.air.session cannot be seen. https://github.com/ray-project/ray/issues/49454
            session.report({"score": score})
            train.report({"score": score})


        def loop(config):
            train.report({"a": 1})


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
        (7, "RTM909"),
    )


def test_an_import_at_the_head_of_a_block() -> None:
    """The blank line below goes with it, also where the head has a comment."""
    check_migrated(
        """\
        from ray import tune


        def objective(config):
            if config["report"]:  # with Ray 2
                from ray.air import session

                session.report({"a": 1})
            else:
                # as up to Ray 2.6
                from ray.air import session

                session.report({"a": 2})


        tune.Tuner(objective).fit()
        """,
        """\
        from ray import tune


        def objective(config):
            if config["report"]:  # with Ray 2
                tune.report({"a": 1})
            else:
                # as up to Ray 2.6

                tune.report({"a": 2})


        tune.Tuner(objective).fit()
        """,
    )


def test_metadata_that_no_tune_function_has() -> None:
    result = migrated(
        """\
        import ray.train
        from mine import book
        from ray import tune


        def objective(config):
            context = ray.train.get_context()
            tune.report({"id": context.get_trial_id(), "of": str(context.get_metadata())})
            book(book.get_metadata(), tune.get_context().get_metadata())


        tune.Tuner(objective).fit()
        """
    )
    assert said(result) == [(8, "RTM907"), (9, "RTM907")]
    assert "context = tune.get_context()" in result.after
    check_stands(result)


def test_a_callback_of_tune_with_reports_of_its_own() -> None:
    """What it derives from reports to Tune, so that a Tune function runs it."""
    check_migrated(
        """\
        from ray import train
        from ray.tune.integration.pytorch_lightning import TuneReportCheckpointCallback


        def report(metrics, checkpoint=None):
            train.report(metrics, checkpoint=checkpoint)


        class Best(TuneReportCheckpointCallback):
            def _handle(self, trainer, module):
                metrics = self._get_report_dict(trainer, module)
                if trainer.is_best:
                    with self._get_checkpoint(trainer) as checkpoint:
                        report(metrics, checkpoint)
                else:
                    train.report(metrics)
        """,
        """\
        from ray import tune
        from ray.tune.integration.pytorch_lightning import TuneReportCheckpointCallback


        def report(metrics, checkpoint=None):
            tune.report(metrics, checkpoint=checkpoint)


        class Best(TuneReportCheckpointCallback):
            def _handle(self, trainer, module):
                metrics = self._get_report_dict(trainer, module)
                if trainer.is_best:
                    with self._get_checkpoint(trainer) as checkpoint:
                        report(metrics, checkpoint)
                else:
                    tune.report(metrics)
        """,
    )


def test_a_callback_of_tune_that_a_train_loop_has() -> None:
    """It is dead there as a whole."""
    check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.keras import TuneReportCallback

        from project import model


        class Mine(TuneReportCallback):
            def on_epoch_end(self, epoch, logs=None):
                train.report({"epoch": epoch})


        def loop(config):
            model().fit(callbacks=[Mine()])


        TorchTrainer(loop).fit()
        """,
        (8, "RTM908"),
    )


def test_what_a_train_loop_inside_a_tune_function_holds() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_run
        from transformers import Trainer, TrainerCallback


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report(metrics)


        def driver(config):
            callback = Report()

            def loop(config):
                Trainer(callbacks=[callback]).train()

            TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=1),
                run_config=RunConfig(**trial_run()),
            ).fit()


        tune.Tuner(driver, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """
    )


def test_what_a_class_for_tune_to_run_asks_for() -> None:
    """It is Ray that calls its methods."""
    check_unchanged(
        """\
        from ray import train, tune


        class Objective(tune.Trainable):
            def step(self):
                return {"rank": train.get_checkpoint()}


        tune.Tuner(Objective).fit()
        """
    )


def test_a_framework_s_callback_that_a_tune_function_makes() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from transformers import Trainer, TrainerCallback


        class Named(TrainerCallback):
            name = "loss"


        class Report(Named):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report({self.name: metrics})


        def objective(config):
            class Last(TrainerCallback):
                def on_train_end(self, args, state, control, **kwargs):
                    train.report({"step": state.step}, checkpoint=train.get_checkpoint())

            Trainer(callbacks=[Report(), Last()]).train()


        tune.Tuner(objective).fit()
        """,
        """\
        from ray import tune
        from transformers import Trainer, TrainerCallback


        class Named(TrainerCallback):
            name = "loss"


        class Report(Named):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                tune.report({self.name: metrics})


        def objective(config):
            class Last(TrainerCallback):
                def on_train_end(self, args, state, control, **kwargs):
                    tune.report({"step": state.step}, checkpoint=tune.get_checkpoint())

            Trainer(callbacks=[Report(), Last()]).train()


        tune.Tuner(objective).fit()
        """,
    )


def test_a_framework_s_callback_whose_method_is_handed_on_by_itself() -> None:
    check_finding(
        """\
        from ray import train, tune
        from transformers import Trainer, TrainerCallback

        from project import run


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report(metrics)


        def objective(config):
            run(Report().on_evaluate)


        tune.Tuner(objective).fit()
        """,
        (9, "RTM909"),
    )


def test_a_framework_s_callback_beside_a_trainer() -> None:
    """The trainer's workers may have it."""
    check_finding(
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_run
        from transformers import TrainerCallback

        from project import Loop


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report(metrics)


        def driver(config):
            loop = Loop()
            loop.add(Report())
            TorchTrainer(loop.run, run_config=RunConfig(**trial_run())).fit()


        tune.Tuner(driver, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        (12, "RTM909"),
    )


def test_what_a_tune_function_hands_on() -> None:
    check_finding(
        """\
        import lightgbm
        from ray import train, tune


        def report(env):
            train.report({"loss": env.evaluation_result_list[0][2]})


        class Start:
            def __call__(self, env):
                env.start = train.get_checkpoint()


        def objective(config):
            def last(model):
                train.report({"done": model.best_iteration})

            lightgbm.train(config, callbacks=[report, Start()], hook=last)


        tune.Tuner(objective).fit()
        """,
        (6, "RTM909"),
        (11, "RTM909"),
        (16, "RTM909"),
    )


def test_a_callback_of_ray_train_for_the_trainer_that_a_tune_function_runs() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from raytune_runtime import trial_run, xgboost_train_loop


        def callbacks():
            return [RayTrainReportCallback(frequency=2)]


        def driver(config):
            XGBoostTrainer(
                xgboost_train_loop(label_column="y", callbacks=callbacks()),
                run_config=RunConfig(**trial_run()),
            ).fit()


        tune.Tuner(driver, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """
    )


def test_a_callback_of_ray_train_in_a_tune_function() -> None:
    check_migrated(
        """\
        import xgboost
        from ray import tune
        from ray.train.xgboost import RayTrainReportCallback


        def objective(config):
            RayTrainReportCallback.get_model(tune.get_checkpoint())
            xgboost.train(config, callbacks=[RayTrainReportCallback(metrics=["loss"])])


        tune.Tuner(objective).fit()
        """,
        """\
        import xgboost
        from ray import tune
        from ray.train.xgboost import RayTrainReportCallback
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback


        def objective(config):
            RayTrainReportCallback.get_model(tune.get_checkpoint())
            xgboost.train(config, callbacks=[TuneReportCheckpointCallback(metrics=["loss"])])


        tune.Tuner(objective).fit()
        """,
    )


def test_callbacks_of_two_libraries_in_tune_functions() -> None:
    check_finding(
        """\
        import lightgbm
        import xgboost
        from ray import tune
        from ray.train.lightgbm import RayTrainReportCallback as Report
        from ray.train.xgboost import RayTrainReportCallback


        def objective(config):
            xgboost.train(config, callbacks=[RayTrainReportCallback(metrics=["loss"])])
            lightgbm.train(config, callbacks=[Report()])


        tune.Tuner(objective).fit()
        """,
        (9, "RTM909"),
        (10, "RTM909"),
    )


def test_a_callback_of_ray_train_that_tune_has_no_like_of() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.air.integrations.keras import ReportCheckpointCallback
        from ray.train.huggingface.transformers import RayTrainReportCallback
        from ray.train.lightning import RayTrainReportCallback as LightningCallback

        from project import fit


        def objective(config):
            fit(callbacks=[ReportCheckpointCallback()])


        def other(config):
            fit(callbacks=[LightningCallback(), RayTrainReportCallback()])


        tune.Tuner(objective).fit()
        tune.Tuner(other).fit()
        """,
        (10, "RTM909"),
        (14, "RTM909"),
        (14, "RTM909"),
    )
