"""Train loops that are chosen when the script runs, and those that functions make."""

from __future__ import annotations

from migrating import check_migrated


def test_loops_that_are_chosen() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def small(config):
            session.report({"loss": 1, "trial": session.get_trial_id()})


        def large(config):
            if session.get_world_rank() == 0:
                session.report({"loss": 2})


        LOOPS = {"small": small, "large": large}


        def by_condition(which):
            loop = small if which == "small" else large
            trainer = TorchTrainer(loop)
            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(trainer, tune_config=config)


        def by_name(which):
            trainer = TorchTrainer(LOOPS[which])
            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(trainer, tune_config=config)
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_info, trial_run


        def small(config):
            train.report({"loss": 1, "trial": trial_info().trial_id})


        def large(config):
            if train.get_context().get_world_rank() == 0:
                train.report({"loss": 2})


        LOOPS = {"small": small, "large": large}


        def by_condition(which):
            loop = small if which == "small" else large

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(train_driver_fn, tune_config=config)


        def by_name(which):
            train_loop = LOOPS[which]

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(train_driver_fn, tune_config=config)
        """,
    )


def test_a_loop_that_a_function_makes_may_run_what_that_was_given() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def timed(function):
            def run(config):
                print(session.get_world_rank())
                function(config)

            return run


        def sweep(loop):
            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(TorchTrainer(timed(loop)), tune_config=config)
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def timed(function):
            def run(config):
                print(train.get_context().get_world_rank())
                function(config)

            return run


        def sweep(loop):
            config = tune.TuneConfig(max_concurrent_trials=1)
            train_loop = timed(loop)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(train_driver_fn, tune_config=config)
        """,
    )


def test_methods_that_classes_of_the_module_write_anew() -> None:
    check_migrated(
        """\
        import abc

        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        class Job(abc.ABC):
            @abc.abstractmethod
            def loop(self, config): ...

            def sweep(self):
                trainer = TorchTrainer(self.loop)
                config = tune.TuneConfig(max_concurrent_trials=1)
                return tune.Tuner(trainer, tune_config=config)


        class Small(Job):
            def loop(self, config):
                start = session.get_checkpoint()
                session.report({"loss": 1, "trial": session.get_trial_id()})
        """,
        """\
        import abc

        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_info, trial_run


        class Job(abc.ABC):
            @abc.abstractmethod
            def loop(self, config): ...

            def sweep(self):
                train_loop = self.loop

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        start_from_trial(train_loop),
                        run_config=train.RunConfig(
                            **trial_run(), callbacks=[TuneReportCallback()]
                        ),
                    )
                    trainer.fit()

                config = tune.TuneConfig(max_concurrent_trials=1)
                return tune.Tuner(train_driver_fn, tune_config=config)


        class Small(Job):
            def loop(self, config):
                start = train.get_checkpoint()
                train.report({"loss": 1, "trial": trial_info().trial_id})
        """,
    )
