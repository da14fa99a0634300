"""A trainer that exists already is given to Tune by the runtime's ``driver_for``."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged, migrated


def test_a_function_is_no_trainer() -> None:
    check_unchanged(
        """\
        from ray import tune


        def trainer(config):
            return {"score": config["x"]}


        tuner = tune.Tuner(trainer, param_space={"x": tune.uniform(0, 1)})
        """,
    )


def test_a_class_of_the_users_is_no_trainer() -> None:
    check_unchanged(
        """\
        from ray import tune

        from .training import MyTrainer

        tuner = tune.Tuner(MyTrainer, param_space={"lr": tune.uniform(0, 1)})
        """,
    )


def test_a_class_without_a_space() -> None:
    check_unchanged(
        """\
        from ray import tune

        from .training import MyTrainer

        tuner = tune.Tuner(MyTrainer)
        """,
    )


def test_a_trainable_class_of_this_module() -> None:
    check_unchanged(
        """\
        from ray import tune


        class Trainer(tune.Trainable):
            def step(self):
                return {"score": 1}


        tuner = tune.Tuner(Trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
    )


def test_the_name_of_a_registered_trainable() -> None:
    check_unchanged(
        """\
        from ray import tune

        tuner = tune.Tuner("my_trainer", param_space={"lr": 1})
        tune.run("PPO")
        """,
    )


def test_an_algorithm_of_rllib() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.rllib.algorithms.ppo import PPO, PPOConfig

        trainer_config = PPOConfig()
        tuner = tune.Tuner(PPO, param_space=trainer_config)
        """,
    )


def test_a_lightning_trainer_for_lightnings_tuner() -> None:
    check_unchanged(
        """\
        import lightning
        from lightning.pytorch.tuner import Tuner
        from ray import tune

        trainer = lightning.Trainer()
        tuner = Tuner(trainer)
        tuner.lr_find(None)
        """,
    )


def test_a_hugging_face_trainer_in_a_tune_function() -> None:
    check_unchanged(
        """\
        from ray import tune
        from transformers import Trainer


        def objective(config):
            trainer = Trainer()
            trainer.train()


        tuner = tune.Tuner(objective, param_space={"lr": tune.uniform(0, 1)})
        """,
    )


def test_a_function_through_a_parameter_and_a_flat_space() -> None:
    check_unchanged(
        """\
        from ray import tune


        def sweep(trainable_fn):
            return tune.Tuner(trainable_fn, param_space={"lr": tune.uniform(0, 1)})
        """,
    )


def test_a_lambda() -> None:
    check_unchanged(
        """\
        from ray import tune

        tuner = tune.Tuner(lambda config: {"score": 1}, param_space={"lr": 1})
        """,
    )


def test_a_function_with_resources_called_trainer() -> None:
    check_unchanged(
        """\
        from ray import tune


        def trainer(config):
            return {"score": 1}


        tuner = tune.Tuner(tune.with_resources(trainer, {"CPU": 2}), param_space={"lr": 1})
        """,
    )


def test_a_driver_that_is_made_already() -> None:
    check_unchanged(
        """\
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        from .training import trainer

        tuner = tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
        """,
    )


def test_a_parameter_called_trainer_beside_a_flat_space() -> None:
    check_unchanged(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"lr": 1})
        """,
    )


def test_a_parameter_with_the_space_of_a_trainer() -> None:
    check_migrated(
        """\
        from ray import tune


        def sweep(what):
            return tune.Tuner(
                what,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            )
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def sweep(what):
            return tune.Tuner(
                driver_for(what),
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                run_config=tune_run_config(what),
            )
        """,
    )


def test_a_parameter_called_trainer() -> None:
    check_migrated(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(num_samples=4))
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def sweep(trainer):
            return tune.Tuner(
                driver_for(trainer),
                tune_config=tune.TuneConfig(num_samples=4),
                run_config=tune_run_config(trainer),
            )
        """,
    )


def test_an_annotated_parameter() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(model: TorchTrainer, space):
            return tune.Tuner(model, param_space=space)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def sweep(model: TorchTrainer, space):
            return tune.Tuner(
                driver_for(model), param_space=space, run_config=tune_run_config(model)
            )
        """,
    )


def test_a_parameter_that_is_annotated_for_the_type_checker() -> None:
    check_migrated(
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune

        if TYPE_CHECKING:
            from ray.train.torch import TorchTrainer


        def sweep(trainer: TorchTrainer):
            return tune.Tuner(trainer)
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        if TYPE_CHECKING:
            from ray.train.torch import TorchTrainer


        def sweep(trainer: TorchTrainer):
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
        """,
    )


def test_a_parameter_and_its_callers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})


        sweep(TorchTrainer(loop, run_config=RunConfig(name="a", stop={"training_iteration": 3})))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        def sweep(trainer):
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 1}},
                run_config=tune_run_config(trainer),
            )


        sweep(
            TorchTrainer(
                loop,
                run_config=train_run_config(
                    tune.RunConfig(name="a", stop={"training_iteration": 3})
                ),
            )
        )
        """,
    )


def test_a_trainer_from_another_module() -> None:
    check_migrated(
        """\
        from ray import tune

        from .training import make_trainer, trainer

        tune.Tuner(trainer).fit()
        tune.Tuner(make_trainer(3)).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        from .training import make_trainer, trainer

        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        trainer_2 = make_trainer(3)
        tune.Tuner(driver_for(trainer_2), run_config=tune_run_config(trainer_2)).fit()
        """,
    )


def test_a_trainer_that_a_chain_of_calls_over_several_lines_gives() -> None:
    check_migrated(
        """\
        from ray import tune

        from trainers import builder


        def sweep():
            tuner = tune.Tuner(
                builder
                .with_workers(2)
                .build(),
                param_space={"train_loop_config": {"lr": tune.loguniform(1e-4, 1e-2)}},
            )
            return tuner.fit()
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        from trainers import builder


        def sweep():
            trainer = builder.with_workers(2).build()
            tuner = tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": tune.loguniform(1e-4, 1e-2)}},
                run_config=tune_run_config(trainer),
            )
            return tuner.fit()
        """,
    )


def test_a_tuner_with_a_run_config_over_a_trainer_from_another_module() -> None:
    check_migrated(
        """\
        from ray import train, tune

        from . import training

        tuner = tune.Tuner(
            training.trainer,
            run_config=train.RunConfig(
                name="a", checkpoint_config=train.CheckpointConfig(num_to_keep=1)
            ),
        )
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for

        from . import training

        tuner = tune.Tuner(
            driver_for(training.trainer),
            run_config=tune.RunConfig(
                name="a", checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
            ),
        )
        """,
    )


def test_a_conditional_expression() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small):
            trainer = TorchTrainer(loop) if small else TorchTrainer(loop, datasets={})
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(small):
            trainer = TorchTrainer(loop) if small else TorchTrainer(loop, datasets={})
            return tune.Tuner(driver_for(trainer), param_space={"train_loop_config": {"lr": 1}})
        """,
    )


def test_a_conditional_expression_in_the_call() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small, trainer):
            return tune.Tuner(
                TorchTrainer(loop) if small else trainer,  # whichever
                tune_config=tune.TuneConfig(num_samples=4),
            )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def sweep(small, trainer):
            trainer_2 = TorchTrainer(loop) if small else trainer
            return tune.Tuner(
                driver_for(trainer_2),  # whichever
                tune_config=tune.TuneConfig(num_samples=4),
                run_config=tune_run_config(trainer_2),
            )
        """,
    )


def test_an_assignment_expression() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(trainer := TorchTrainer(loop))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        tuner = tune.Tuner(driver_for(trainer := TorchTrainer(loop)))
        """,
    )


def test_branches_that_each_have_their_own_space() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(kind):
            # the smallest first
            if kind == "small":
                trainer = TorchTrainer(loop, train_loop_config={"layers": 1})
                space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            elif kind == "big":
                trainer = TorchTrainer(loop, train_loop_config={"layers": 9})
                space = {"train_loop_config": {"width": tune.choice([8, 16])}}
            else:
                raise ValueError(kind)
            return tune.Tuner(trainer, param_space=space)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(kind):
            # the smallest first
            if kind == "small":
                trainer = TorchTrainer(loop, train_loop_config={"layers": 1})
                space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            elif kind == "big":
                trainer = TorchTrainer(loop, train_loop_config={"layers": 9})
                space = {"train_loop_config": {"width": tune.choice([8, 16])}}
            else:
                raise ValueError(kind)
            return tune.Tuner(driver_for(trainer), param_space=space)
        """,
    )


def test_try_and_except() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(data):
            try:
                trainer = TorchTrainer(loop, datasets=data.load())
            except OSError:
                trainer = TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
            return tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        def sweep(data):
            try:
                trainer = TorchTrainer(loop, datasets=data.load())
            except OSError:
                trainer = TorchTrainer(
                    loop, run_config=train_run_config(tune.RunConfig(stop={"loss": 1}))
                )
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
        """,
    )


def test_an_attribute_set_in_another_method() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            trainer = None

            def prepare(self):
                self.trainer = TorchTrainer(
                    loop, run_config=RunConfig(name="a", failure_config=None, verbose=1)
                )

            def run(self):
                return tune.Tuner(self.trainer).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        class Sweep:
            trainer = None

            def prepare(self):
                self.trainer = TorchTrainer(
                    loop,
                    run_config=train_run_config(
                        tune.RunConfig(name="a", failure_config=None, verbose=1)
                    ),
                )

            def run(self):
                return tune.Tuner(
                    driver_for(self.trainer), run_config=tune_run_config(self.trainer)
                ).fit()
        """,
    )


def test_an_attribute_of_the_class() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            trainer = TorchTrainer(loop)

            def run(self):
                return tune.Tuner(self.trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        class Sweep:
            trainer = TorchTrainer(loop)

            def run(self):
                return tune.Tuner(driver_for(self.trainer))
        """,
    )


def test_in_the_body_of_a_class() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        class Sweep:
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(driver_for(trainer))
        """,
    )


def test_a_factory_with_arguments() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(epochs):
            return TorchTrainer(loop, train_loop_config={"epochs": epochs})


        tuner = tune.Tuner(build(3))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def build(epochs):
            return TorchTrainer(loop, train_loop_config={"epochs": epochs})


        tuner = tune.Tuner(driver_for(build(3)))
        """,
    )


def test_a_factory_method() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            def build(self):
                return TorchTrainer(loop, run_config=RunConfig(name=self.name))

            def run(self):
                return tune.Tuner(
                    self.build(),
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        class Sweep:
            def build(self):
                return TorchTrainer(loop, run_config=RunConfig(name=self.name))

            def run(self):
                trainer = self.build()
                return tune.Tuner(
                    driver_for(trainer),
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                    run_config=tune_run_config(trainer),
                ).fit()
        """,
    )


def test_a_factory_in_an_argument_of_a_call() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep(fit):
            # one after the other
            return fit(tune.Tuner(build(), run_config=None))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep(fit):
            # one after the other
            trainer = build()
            return fit(tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)))
        """,
    )


def test_a_trainer_that_a_dict_keeps_for_the_next_who_asks() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        trainers = {}


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(trainers.setdefault("torch", TorchTrainer(loop))).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        trainers = {}


        def loop(config):
            pass


        def sweep():
            trainer = trainers.setdefault("torch", TorchTrainer(loop))
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )


def test_a_nested_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(epochs):
            def build():
                return TorchTrainer(loop, train_loop_config={"epochs": epochs})

            return tune.Tuner(build(), run_config=RunConfig(name="a"))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(epochs):
            def build():
                return TorchTrainer(loop, train_loop_config={"epochs": epochs})

            return tune.Tuner(driver_for(build()), run_config=tune.RunConfig(name="a"))
        """,
    )


def test_a_trainer_of_the_enclosing_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(epochs):
            trainer = TorchTrainer(loop, train_loop_config={"epochs": epochs})

            def tuner():
                return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))

            return tuner().fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(epochs):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"epochs": epochs},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            def tuner():
                return tune.Tuner(
                    train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
                )

            return tuner().fit()
        """,
    )


def test_two_names_at_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = other = TorchTrainer(loop)
        tuner = tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = other = TorchTrainer(loop)
        tuner = tune.Tuner(driver_for(trainer))
        """,
    )


def test_a_line_shared_with_other_statements() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop); tuner = tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop); tuner = tune.Tuner(driver_for(trainer))
        """,
    )


def test_a_visible_dict_of_arguments() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        arguments = {
            "trainable": TorchTrainer(loop),
            "param_space": {"train_loop_config": {"lr": tune.uniform(0, 1)}},
            "run_config": RunConfig(name="a"),
        }
        tuner = tune.Tuner(**arguments)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        arguments = {
            "trainable": driver_for(TorchTrainer(loop)),
            "param_space": {"train_loop_config": {"lr": tune.uniform(0, 1)}},
            "run_config": tune.RunConfig(name="a"),
        }
        tuner = tune.Tuner(**arguments)
        """,
    )


def test_a_visible_dict_of_arguments_beside_the_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        arguments = {"run_config": RunConfig(name="a", stop={"loss": 1})}
        tuner = tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="b")), **arguments)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        arguments = {"run_config": tune.RunConfig(name="a", stop={"loss": 1})}
        tuner = tune.Tuner(
            driver_for(TorchTrainer(loop, run_config=RunConfig(name="b"))), **arguments
        )
        """,
    )


def test_arguments_of_a_trainer_that_cannot_be_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(*args, **options):
            one = tune.Tuner(TorchTrainer(loop, **options))
            return one, tune.Tuner(TorchTrainer(*args))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def sweep(*args, **options):
            trainer = TorchTrainer(loop, **options)
            one = tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
            trainer_2 = TorchTrainer(*args)
            return one, tune.Tuner(driver_for(trainer_2), run_config=tune_run_config(trainer_2))
        """,
    )


def test_as_trainable_to_two_tuners() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        first = tune.Tuner(
            trainer.as_trainable(),  # a class
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        )
        second = tune.Tuner(
            trainer.as_trainable(), param_space={"train_loop_config": {"lr": 0.1}}
        )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        first = tune.Tuner(
            driver_for(trainer),  # a class
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        )
        second = tune.Tuner(driver_for(trainer), param_space={"train_loop_config": {"lr": 0.1}})
        """,
    )


def test_as_trainable_to_tune_run() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"epochs": 3})
        analysis = tune.run(
            trainer.as_trainable(),
            config={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            num_samples=4,
            metric="loss",
            mode="min",
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"epochs": 3})
        analysis = tune.run(
            driver_for(trainer),
            config={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            num_samples=4,
            metric="loss",
            mode="min",
        )
        """,
    )


def test_as_trainable_that_a_function_hands_on() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def make(as_trainable=False):
            trainer = TorchTrainer(loop)
            if as_trainable:
                return trainer.as_trainable()
            return trainer


        trainable = make(as_trainable=True)
        tuner = tune.Tuner(
            trainable, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}
        )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def make(as_trainable=False):
            trainer = TorchTrainer(loop)
            if as_trainable:
                return trainer
            return trainer


        trainable = make(as_trainable=True)
        tuner = tune.Tuner(
            driver_for(trainable), param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}
        )
        """,
    )


def test_as_trainable_or_the_trainer_with_a_run_config() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def make(as_trainable):
            trainer = TorchTrainer(print, run_config=RunConfig(name="nightly"))
            if as_trainable:
                return trainer.as_trainable()
            return trainer


        tuner = tune.Tuner(make(True))
        """,
        (13, "RTM901"),
    )


def test_as_trainable_or_the_trainer_whose_run_config_counts_nowhere() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def make(as_trainable=False):
            trainer = TorchTrainer(print, run_config=RunConfig(name="nightly"))
            if as_trainable:
                return trainer.as_trainable()
            return trainer


        def sweep(path=None):
            trainable = make(as_trainable=True)
            tuner = tune.Tuner(trainable, run_config=RunConfig(name="sweep"))
            if path is not None:
                tuner = tune.Tuner.restore(path, trainable=trainable)
            return tuner.fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def make(as_trainable=False):
            trainer = TorchTrainer(print, run_config=RunConfig(name="nightly"))
            if as_trainable:
                return trainer
            return trainer


        def sweep(path=None):
            trainable = make(as_trainable=True)
            tuner = tune.Tuner(driver_for(trainable), run_config=tune.RunConfig(name="sweep"))
            if path is not None:
                # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
                tuner = tune.Tuner.restore(path, trainable=driver_for(trainable))
            return tuner.fit()
        """,  # noqa: E501
        (17, "RTM102"),
    )


def test_a_whole_scaling_config_is_sampled() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={
                "scaling_config": tune.choice(
                    [ScalingConfig(num_workers=1), ScalingConfig(num_workers=2)]
                )
            },
        )
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        tuner = tune.Tuner(
            driver_for(TorchTrainer(loop)),
            param_space={
                "scaling_config": tune.choice(
                    [ScalingConfig(num_workers=1), ScalingConfig(num_workers=2)]
                )
            },
        )
        """,
    )


def test_a_swept_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def other_loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={"train_loop_per_worker": tune.choice([loop, other_loop])},
        )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def other_loop(config):
            pass


        tuner = tune.Tuner(
            driver_for(TorchTrainer(loop)),
            param_space={"train_loop_per_worker": tune.choice([loop, other_loop])},
        )
        """,
    )


def test_a_space_that_is_a_parameter() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(space):
            return tune.Tuner(TorchTrainer(loop), param_space=space)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(space):
            return tune.Tuner(driver_for(TorchTrainer(loop)), param_space=space)
        """,
    )


def test_a_space_from_a_function_with_two_returns() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop


        def space(wide):
            if wide:
                return {"scaling_config": {"num_workers": 4}}
            return {"train_loop_config": {"lr": tune.uniform(0, 1)}}


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a"))  # as always
        tuner = tune.Tuner(trainer, param_space=space(True))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        from project import loop


        def space(wide):
            if wide:
                return {"scaling_config": {"num_workers": 4}}
            return {"train_loop_config": {"lr": tune.uniform(0, 1)}}


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a"))  # as always
        tuner = tune.Tuner(
            driver_for(trainer), param_space=space(True), run_config=tune_run_config(trainer)
        )
        """,
    )


def test_spaces_from_functions_that_may_give_another() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop, scaled


        @scaled
        def decorated():
            return {"train_loop_config": {"lr": tune.uniform(0, 1)}}


        def filled(more):
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            space.update(more)
            space["datasets"]["train"] = tune.choice([1, 2])
            return space


        class Job:
            def space(self):
                return {"train_loop_config": {"lr": tune.uniform(0, 1)}}

            def tuner(self):
                return tune.Tuner(TorchTrainer(loop), param_space=self.space())


        one = tune.Tuner(TorchTrainer(loop), param_space=decorated())
        two = tune.Tuner(TorchTrainer(loop), param_space=filled({}))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from project import loop, scaled


        @scaled
        def decorated():
            return {"train_loop_config": {"lr": tune.uniform(0, 1)}}


        def filled(more):
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            space.update(more)
            space["datasets"]["train"] = tune.choice([1, 2])
            return space


        class Job:
            def space(self):
                return {"train_loop_config": {"lr": tune.uniform(0, 1)}}

            def tuner(self):
                return tune.Tuner(driver_for(TorchTrainer(loop)), param_space=self.space())


        one = tune.Tuner(driver_for(TorchTrainer(loop)), param_space=decorated())
        two = tune.Tuner(driver_for(TorchTrainer(loop)), param_space=filled({}))
        """,
    )


def test_a_space_filled_under_a_condition() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(wide):
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            if wide:
                space["scaling_config"] = {"num_workers": 4}
            trainer = TorchTrainer(loop)
            return tune.Tuner(trainer, param_space=space)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(wide):
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            if wide:
                space["scaling_config"] = {"num_workers": 4}
            trainer = TorchTrainer(loop)
            return tune.Tuner(driver_for(trainer), param_space=space)
        """,
    )


def test_a_space_with_keys_from_elsewhere() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(more):
            return tune.Tuner(TorchTrainer(loop), param_space={"train_loop_config": {}, **more})
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(more):
            return tune.Tuner(
                driver_for(TorchTrainer(loop)), param_space={"train_loop_config": {}, **more}
            )
        """,
    )


def test_a_tuner_in_a_loop_that_is_fitted_later() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuners = []
        for seed in range(3):
            trainer = TorchTrainer(loop, train_loop_config={"seed": seed})
            tuners.append(tune.Tuner(trainer))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        tuners = []
        for seed in range(3):
            trainer = TorchTrainer(loop, train_loop_config={"seed": seed})
            tuners.append(tune.Tuner(driver_for(trainer)))
        """,
    )


def test_an_own_limit_stays() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(trainer):
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=2))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def sweep(trainer):
            return tune.Tuner(
                driver_for(trainer),
                tune_config=tune.TuneConfig(max_concurrent_trials=2),
                run_config=tune_run_config(trainer),
            )
        """,
    )


def test_what_decides_whether_the_trainer_is_built_stays_around_it() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(ready):
            return ready and tune.Tuner(TorchTrainer(loop, train_loop_config=load()))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(ready):
            return ready and tune.Tuner(
                driver_for(TorchTrainer(loop, train_loop_config=load()))
            )
        """,
    )


def test_a_condition_that_is_evaluated_again() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(n):
            while tune.Tuner(TorchTrainer(loop, datasets=n)).fit().errors:
                n = more(n)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(n):
            while tune.Tuner(driver_for(TorchTrainer(loop, datasets=n))).fit().errors:
                n = more(n)
        """,
    )


def test_a_lambda_that_builds_the_tuner() -> None:
    result = check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        build = lambda: tune.Tuner(TorchTrainer(loop, train_loop_config=load()))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        build = lambda: tune.Tuner(driver_for(TorchTrainer(loop, train_loop_config=load())))
        """,
    )
    notes = [note for one in result.changes for note in one.notes]
    assert (
        "The driver function is not written out: a lambda or a comprehension has no room for a"
        " function." in notes
    )


def test_a_condition_and_its_body_on_one_line() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(ready):
            if ready: tune.Tuner(TorchTrainer(loop, train_loop_config=load())).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(ready):
            if ready: tune.Tuner(driver_for(TorchTrainer(loop, train_loop_config=load()))).fit()
        """,
    )


def test_a_space_of_the_searchers_own() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from .search import searcher


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                search_alg=searcher(),
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from .search import searcher


        def loop(config):
            pass


        tuner = tune.Tuner(
            driver_for(TorchTrainer(loop)),
            tune_config=tune.TuneConfig(
                search_alg=searcher(),
            ),
        )
        """,
    )


def test_a_trainer_that_another_function_makes_global() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = None


        def make():
            global trainer
            trainer = TorchTrainer(loop)


        def sweep():
            return tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = None


        def make():
            global trainer
            trainer = TorchTrainer(loop)


        def sweep():
            return tune.Tuner(driver_for(trainer))
        """,
    )


def test_the_cases_of_a_match() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(kind):
            match kind:
                case "small":
                    trainer = TorchTrainer(loop)
                case _:
                    trainer = TorchTrainer(loop, train_loop_config={"layers": 9})
            return tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(kind):
            match kind:
                case "small":
                    trainer = TorchTrainer(loop)
                case _:
                    trainer = TorchTrainer(loop, train_loop_config={"layers": 9})
            return tune.Tuner(driver_for(trainer))
        """,
    )


def test_trainers_of_a_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        for trainer in [TorchTrainer(loop), TorchTrainer(loop, train_loop_config={"a": 1})]:
            tuner = tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        for trainer in [TorchTrainer(loop), TorchTrainer(loop, train_loop_config={"a": 1})]:
            tuner = tune.Tuner(driver_for(trainer))
        """,
    )


def test_comments_stay_with_their_code() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep():
            # before
            tuner = tune.Tuner(  # opening
                # over
                build(),  # beside
                # last
            )  # closing
            # after
            return tuner
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep():
            # before
            trainer = build()
            tuner = tune.Tuner(  # opening
                # over
                driver_for(trainer),  # beside
                run_config=tune_run_config(trainer),
                # last
            )  # closing
            # after
            return tuner
        """,
    )


def test_the_names_of_the_runtime_are_taken() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep(driver_for, tune_run_config, trainer=None):
            return tune.Tuner(build())
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            driver_for as runtime_driver_for,
            tune_run_config as runtime_tune_run_config,
        )


        def loop(config):
            pass


        def build():
            return TorchTrainer(loop, run_config=RunConfig(name="a"))


        def sweep(driver_for, tune_run_config, trainer=None):
            trainer_2 = build()
            return tune.Tuner(
                runtime_driver_for(trainer_2), run_config=runtime_tune_run_config(trainer_2)
            )
        """,
    )


def test_a_trainer_in_a_branch_of_an_unknown_one() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small, trainer):
            if small:
                trainer = TorchTrainer(loop)
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def sweep(small, trainer):
            if small:
                trainer = TorchTrainer(loop)
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": {"lr": 1}},
                run_config=tune_run_config(trainer),
            )
        """,
    )


def test_a_trainer_built_only_on_some_condition() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def make(lr):
            return TorchTrainer(loop, run_config=RunConfig(name=f"lr-{lr}"))


        def sweep(ready):
            return ready and tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="a")))


        def sweeps():
            return [tune.Tuner(make(lr), run_config=None) for lr in (1, 2)]
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def make(lr):
            return TorchTrainer(loop, run_config=RunConfig(name=f"lr-{lr}"))


        def sweep(ready):
            return ready and tune.Tuner(
                driver_for(trainer := TorchTrainer(loop, run_config=RunConfig(name="a"))),
                run_config=tune_run_config(trainer),
            )


        def sweeps():
            return [
                tune.Tuner(driver_for(trainer := make(lr)), run_config=tune_run_config(trainer))
                for lr in (1, 2)
            ]
        """,
    )


def test_a_trainer_that_cannot_be_named_where_it_is_built() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def make(lr):
            return TorchTrainer(loop, run_config=RunConfig(name=f"lr-{lr}"))


        class Sweeps:
            every = [tune.Tuner(make(lr)) for lr in (1, 2)]


        def results(ready):
            return [one for one in tune.Tuner(make(3)).fit() if one.error is None]


        def sweep(ready):
            return ready and tune.Tuner(run_config=None, trainable=make(4))
        """,
        (15, "RTM901"),
        (19, "RTM901"),
        (23, "RTM901"),
    )


def test_methods_of_objects_whose_class_is_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Experiment:
            def build(self):
                return TorchTrainer(loop)


        class Named(Experiment):
            def build(self):
                return TorchTrainer(loop, run_config=RunConfig(name="a"))


        class Runner:
            def __init__(self):
                self.named = Named()

            def run(self):
                return tune.Tuner(self.named.build()).fit()


        def run(experiment: Experiment):
            return tune.Tuner(experiment.build()).fit()


        named = Named()
        tune.Tuner(named.build()).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        class Experiment:
            def build(self):
                return TorchTrainer(loop)


        class Named(Experiment):
            def build(self):
                return TorchTrainer(loop, run_config=RunConfig(name="a"))


        class Runner:
            def __init__(self):
                self.named = Named()

            def run(self):
                trainer = self.named.build()
                return tune.Tuner(
                    driver_for(trainer), run_config=tune_run_config(trainer)
                ).fit()


        def run(experiment: Experiment):
            trainer = experiment.build()
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()


        named = Named()
        trainer = named.build()
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )


def test_a_function_that_is_defined_twice() -> None:
    check_unchanged(
        """\
        from ray import tune


        def train_driver_fn(config):
            pass


        one = tune.Tuner(train_driver_fn, param_space={"train_loop_config": {"lr": 1}})


        def train_driver_fn(config):
            pass


        two = tune.Tuner(train_driver_fn, param_space={"train_loop_config": {"lr": 1}})
        """
    )


def test_a_parameter_with_a_capital_letter() -> None:
    check_migrated(
        """
        from ray import tune


        def sweep(Trainer):
            tune.Tuner(Trainer, param_space={"train_loop_config": {"lr": 1}}).fit()
        """,
        """
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def sweep(Trainer):
            tune.Tuner(
                driver_for(Trainer),
                param_space={"train_loop_config": {"lr": 1}},
                run_config=tune_run_config(Trainer),
            ).fit()
        """,
    )


def test_a_call_that_moves_ahead_keeps_its_shape_and_takes_the_plain_name() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import fit, options


        def loop(config):
            trainer = fit(config)
            trainer.run()


        def sweep(space):
            return tune.Tuner(
                TorchTrainer(
                    loop,
                    train_loop_config={
                        "text": '''as
        it is''',
                    },
                    run_config=RunConfig(name="a"),
                    **options,
                ),
                param_space=space,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        from project import fit, options


        def loop(config):
            trainer = fit(config)
            trainer.run()


        def sweep(space):
            trainer = TorchTrainer(
                loop,
                train_loop_config={
                    "text": '''as
        it is''',
                },
                run_config=RunConfig(name="a"),
                **options,
            )
            return tune.Tuner(
                driver_for(trainer),
                param_space=space,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune_run_config(trainer),
            )
        """,
    )


def test_a_property_that_only_looks_like_one() -> None:
    check_finding(
        """\
        from project import property
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer

        from .loops import train_loop


        class Job:
            @property
            def run_config(self):
                return RunConfig(name="job")

            def fit(self):
                return TorchTrainer(train_loop, run_config=self.run_config).fit()
        """,
        (12, "RTM504"),
    )


def test_properties_that_give_a_trainer_and_a_run_config() -> None:
    check_migrated(
        """\
        from functools import cached_property

        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Job:
            @property
            def run_config(self):
                return RunConfig(name="job")

            @cached_property
            def trainer(self):
                return TorchTrainer(loop)

            def fit(self):
                return TorchTrainer(loop, run_config=self.run_config).fit()

            def search(self):
                return tune.Tuner(self.trainer, run_config=self.run_config).fit()
        """,
        """\
        from functools import cached_property

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config


        def loop(config):
            pass


        class Job:
            @property
            def run_config(self):
                return tune.RunConfig(name="job")

            @cached_property
            def trainer(self):
                return TorchTrainer(loop)

            def fit(self):
                return TorchTrainer(loop, run_config=train_run_config(self.run_config)).fit()

            def search(self):
                return tune.Tuner(driver_for(self.trainer), run_config=self.run_config).fit()
        """,
    )


def test_a_property_that_builds_a_trainer_is_read_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import read


        def loop(config):
            pass


        class Job:
            @property
            def trainer(self):
                return TorchTrainer(loop, datasets=read(), run_config=RunConfig(name="job"))

            def sweep(self):
                return tune.Tuner(self.trainer).fit()


        class Once:
            def __init__(self):
                self.trainer = TorchTrainer(loop, datasets=read(), run_config=RunConfig(name="job"))

            def sweep(self):
                return tune.Tuner(self.trainer).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        from project import read


        def loop(config):
            pass


        class Job:
            @property
            def trainer(self):
                return TorchTrainer(loop, datasets=read(), run_config=RunConfig(name="job"))

            def sweep(self):
                trainer = self.trainer
                return tune.Tuner(
                    driver_for(trainer), run_config=tune_run_config(trainer)
                ).fit()


        class Once:
            def __init__(self):
                self.trainer = TorchTrainer(loop, datasets=read(), run_config=RunConfig(name="job"))

            def sweep(self):
                return tune.Tuner(
                    driver_for(self.trainer), run_config=tune_run_config(self.trainer)
                ).fit()
        """,
    )


def test_what_a_class_that_derives_does_not_override() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        class Sweep:
            def loop(self, config):
                pass

            @property
            def run_config(self):
                return RunConfig(name="sweep")

            def config(self):
                return RunConfig(name="config")

            def build(self):
                return TorchTrainer(self.loop)

            def run(self):
                return tune.Tuner(self.build(), tune_config=ONE, run_config=self.run_config).fit()

            def run_again(self):
                return tune.Tuner(self.build(), tune_config=ONE, run_config=self.config()).fit()


        class Small(Sweep):
            def loop(self, config):
                return None


        class Smaller(Small):
            def config(self):
                return None
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        class Sweep:
            def loop(self, config):
                pass

            @property
            def run_config(self):
                return tune.RunConfig(name="sweep")

            def config(self):
                return tune.RunConfig(name="config")

            def build(self):
                return TorchTrainer(self.loop)

            def run(self):
                return tune.Tuner(
                    driver_for(self.build()), tune_config=ONE, run_config=self.run_config
                ).fit()

            def run_again(self):
                return tune.Tuner(
                    driver_for(self.build()),
                    tune_config=ONE,
                    run_config=tune_run_config(self.config()),
                ).fit()


        class Small(Sweep):
            def loop(self, config):
                return None


        class Smaller(Small):
            def config(self):
                return None
        """,
    )


def test_trainers_that_are_put_into_containers_and_taken_out() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def objective(config):
            pass


        class Models:
            def __init__(self):
                self.by_name = {}

            def add(self, name):
                self.by_name[name] = TorchTrainer(loop)

            def sweep(self):
                return [tune.Tuner(one) for one in self.by_name.values()]


        def sweep_all(sizes):
            models = []
            for size in sizes:
                config = RunConfig(name=f"size-{size}", stop={"loss": 0.1})
                trainer = TorchTrainer(loop, run_config=config)
                models.append(trainer)
            for index, model in enumerate(models):
                tune.Tuner(model, param_space={"train_loop_config": {"i": index}}).fit()


        def sweep_best(large):
            trainers = {"small": TorchTrainer(loop), "large": TorchTrainer(loop)}
            best = min(trainers.values(), key=lambda one: one.scaling_config.num_workers)
            return tune.Tuner(best)


        def sweep_functions():
            functions = []
            functions.append(objective)
            return [tune.Tuner(one) for one in functions]
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        def objective(config):
            pass


        class Models:
            def __init__(self):
                self.by_name = {}

            def add(self, name):
                self.by_name[name] = TorchTrainer(loop)

            def sweep(self):
                return [
                    tune.Tuner(driver_for(one), run_config=tune_run_config(one))
                    for one in self.by_name.values()
                ]


        def sweep_all(sizes):
            models = []
            for size in sizes:
                config = tune.RunConfig(name=f"size-{size}", stop={"loss": 0.1})
                trainer = TorchTrainer(loop, run_config=train_run_config(config))
                models.append(trainer)
            for index, model in enumerate(models):
                tune.Tuner(
                    driver_for(model),
                    param_space={"train_loop_config": {"i": index}},
                    run_config=tune_run_config(model),
                ).fit()


        def sweep_best(large):
            trainers = {"small": TorchTrainer(loop), "large": TorchTrainer(loop)}
            best = min(trainers.values(), key=lambda one: one.scaling_config.num_workers)
            return tune.Tuner(driver_for(best), run_config=tune_run_config(best))


        def sweep_functions():
            functions = []
            functions.append(objective)
            return [tune.Tuner(one) for one in functions]
        """,
    )


def test_trainers_that_are_changed_after_a_function_has_built_them() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def make():
            return TorchTrainer(loop)


        def make_named(name):
            trainer = TorchTrainer(loop)
            trainer.run_config = RunConfig(name=name)
            return trainer


        def sweep(name):
            trainer = make()
            trainer.run_config = RunConfig(name=name)
            return tune.Tuner(trainer)


        class Sweep:
            def __init__(self, name):
                self.trainer = make()
                self.trainer.run_config.name = name

            def run(self):
                return tune.Tuner(self.trainer)


        def sweep_named():
            trainer = make_named("a")
            return tune.Tuner(trainer)
        """,
        (23, "RTM901"),
        (32, "RTM901"),
        (37, "RTM901"),
    )
    assert {(one.reason, one.advice) for one in result.findings} == {
        (
            "What the trainer was given is changed after it was built.",
            "Build it with what it is changed to; of its RunConfig, change what"
            " tune_run_config(trainer) of raytune_runtime gives, and give the Tuner"
            " driver_for(trainer) and that as its run_config.",
        )
    }


def test_arguments_in_a_dict() -> None:
    result = check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        common = {
            "scaling_config": ScalingConfig(num_workers=2),
            "run_config": RunConfig(name="a", stop={"loss": 1}),
        }
        one = TorchTrainer(loop, **common)
        first = tune.Tuner(one)
        other = TorchTrainer(loop, train_loop_config={"b": 1}, **common)
        second = tune.Tuner(other)
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        common = {
            "scaling_config": ScalingConfig(num_workers=2),
            "run_config": train_run_config(tune.RunConfig(name="a", stop={"loss": 1})),
        }
        one = TorchTrainer(loop, **common)
        first = tune.Tuner(driver_for(one), run_config=tune_run_config(one))
        other = TorchTrainer(loop, train_loop_config={"b": 1}, **common)
        second = tune.Tuner(driver_for(other), run_config=tune_run_config(other))
        """,
    )
    notes = {note for one in result.changes for note in one.notes}
    assert (
        "The driver function is not written out: the trainer's arguments stand in a dict." in notes
    )
    assert not any("cannot all be seen" in one for one in notes)


def test_a_run_config_of_the_tuner_that_may_be_none_beside_a_trainer_without_a_name() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import settings, train_loop


        def trainer(workers):
            return TorchTrainer(
                train_loop,
                scaling_config=ScalingConfig(num_workers=workers),
                run_config=RunConfig(name="mine"),
            )


        def sweep(workers):
            return tune.Tuner(trainer(workers), run_config=settings.RUN).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        from project import settings, train_loop


        def trainer(workers):
            return TorchTrainer(
                train_loop,
                scaling_config=ScalingConfig(num_workers=workers),
                run_config=RunConfig(name="mine"),
            )


        def sweep(workers):
            trainer_2 = trainer(workers)
            return tune.Tuner(
                driver_for(trainer_2),
                run_config=tune_run_config(settings.RUN) or tune_run_config(trainer_2),
            ).fit()
        """,
    )


def test_how_often_a_trainer_that_cannot_be_seen_saved() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig

        from project import trainers

        for name, trainer in trainers.items():
            tune.Tuner(
                trainer,
                run_config=RunConfig(
                    name=name, checkpoint_config=CheckpointConfig(checkpoint_frequency=2)
                ),
            ).fit()
        """,
        (10, "RTM904"),
    )
    assert result.findings[0].reason == (
        "Train V2 takes no checkpoint_frequency in the CheckpointConfig of a sweep."
    )


def test_a_restore_of_which_it_cannot_be_told_what_it_restores() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)


        def one():
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})


        def two():
            return tune.Tuner(trainer, param_space={"scaling_config": {"num_workers": 2}})


        def restored(path):
            return tune.Tuner.restore(path, trainable=trainer)
        """
    )
    notes = {note for one in result.changes for note in one.notes}
    assert (
        "The driver function is not written out: trainer is given to another Tuner too, whose"
        " driver cannot be written out." in notes
    )


def test_trainers_that_are_put_on_objects() -> None:
    check_migrated(
        """\
        from types import SimpleNamespace

        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer

        from loops import data, loop


        class Job:
            pass


        state, job = SimpleNamespace(), Job()
        state.model = XGBoostTrainer(datasets=data, label_column="y", params={})
        job.model = TorchTrainer(loop)
        made = SimpleNamespace(model=TorchTrainer(loop), function=loop)
        space = {"params": {"max_depth": tune.grid_search([1, 2])}}

        tune.Tuner(state.model, param_space=space)
        tune.Tuner(job.model, param_space={"datasets": data})
        tune.Tuner(made.model, param_space={"datasets": data})
        tune.Tuner(made.function, param_space={"lr": 1})
        """,
        """\
        from types import SimpleNamespace

        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import driver_for, tune_run_config, xgboost_train_loop

        from loops import data, loop


        class Job:
            pass


        state, job = SimpleNamespace(), Job()
        state.model = XGBoostTrainer(
            xgboost_train_loop(label_column="y"), datasets=data, train_loop_config={}
        )
        job.model = TorchTrainer(loop)
        made = SimpleNamespace(model=TorchTrainer(loop), function=loop)
        space = {"params": {"max_depth": tune.grid_search([1, 2])}}

        tune.Tuner(
            driver_for(state.model), param_space=space, run_config=tune_run_config(state.model)
        )
        tune.Tuner(
            driver_for(job.model),
            param_space={"datasets": data},
            run_config=tune_run_config(job.model),
        )
        tune.Tuner(
            driver_for(made.model),
            param_space={"datasets": data},
            run_config=tune_run_config(made.model),
        )
        tune.Tuner(made.function, param_space={"lr": 1})
        """,
    )


def test_trainers_in_a_dict_that_is_made_of_pairs() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        from data import datasets

        trainers = dict(
            [("a", XGBoostTrainer(params={"eta": 1}, label_column="y", datasets=datasets))],
            b=XGBoostTrainer(params={"eta": 2}, label_column="y", datasets=datasets),
        )
        space = {"params": {"max_depth": tune.choice([1, 2])}}
        for name, trainer in trainers.items():
            print(name, tune.Tuner(trainer, param_space=space).fit())
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import driver_for, xgboost_train_loop

        from data import datasets

        trainers = dict(
            [
                (
                    "a",
                    XGBoostTrainer(
                        xgboost_train_loop(label_column="y"),
                        train_loop_config={"eta": 1},
                        datasets=datasets,
                    ),
                )
            ],
            b=XGBoostTrainer(
                xgboost_train_loop(label_column="y"),
                train_loop_config={"eta": 2},
                datasets=datasets,
            ),
        )
        space = {"params": {"max_depth": tune.choice([1, 2])}}
        for name, trainer in trainers.items():
            print(name, tune.Tuner(driver_for(trainer), param_space=space).fit())
        """,
    )


def test_a_trainer_by_its_name_beside_a_space_that_functions_may_have() -> None:
    check_migrated(
        """\
        from ray import tune

        SPACE = {"params": {"max_depth": tune.choice([1, 2])}}


        def sweep(trainer):
            return tune.Tuner(trainer, param_space=SPACE).fit()


        def other(objective):
            return tune.Tuner(objective, param_space=SPACE).fit()
        """,
        """\
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        SPACE = {"params": {"max_depth": tune.choice([1, 2])}}


        def sweep(trainer):
            return tune.Tuner(
                driver_for(trainer), param_space=SPACE, run_config=tune_run_config(trainer)
            ).fit()


        def other(objective):
            return tune.Tuner(objective, param_space=SPACE).fit()
        """,
    )
