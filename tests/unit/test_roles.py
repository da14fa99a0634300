"""Functions that nobody is seen to run, and that are train loops all the same."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_what_stands_in_on_an_older_ray() -> None:
    check_unchanged(
        """\
        try:
            from ray.train import get_checkpoint, report
        except ImportError:
            from ray.air import session

            get_checkpoint = session.get_checkpoint
            report = session.report
        """
    )


def test_a_report_of_what_has_failed() -> None:
    check_finding(
        """\
        from ray.air import session


        def other(run):
            try:
                run()
            except Exception:
                session.report({"failed": 1})
        """,
        (8, "RTM909"),
    )


def test_a_function_that_may_be_either() -> None:
    check_finding(
        """\
        from ray.air import session


        def other():
            session.report({"a": session.get_world_rank()})
        """,
        (5, "RTM909"),
        (5, "RTM909"),
    )


def test_a_lambda_says_nothing_of_the_function_around_it() -> None:
    check_finding(
        """\
        from ray.air import session
        from ray.train import get_dataset_shard


        def other(run):
            run(lambda config: get_dataset_shard("train"))
            session.report({"a": 1})
        """,
        (7, "RTM909"),
    )


def test_a_function_that_uses_what_only_workers_may_and_its_callers() -> None:
    check_migrated(
        """\
        from ray.air import session


        def epoch(model):
            for batch in session.get_dataset_shard("train").iter_batches():
                model(batch)
            return session.get_world_rank()


        def train_func(config):
            session.report({"rank": epoch(config["model"])})
        """,
        """\
        from ray import train


        def epoch(model):
            for batch in train.get_dataset_shard("train").iter_batches():
                model(batch)
            return train.get_context().get_world_rank()


        def train_func(config):
            train.report({"rank": epoch(config["model"])})
        """,
    )


def test_a_trial_s_context_asked_by_who_knows_whom() -> None:
    check_finding(
        """\
        from ray import train, tune


        class Log:
            def path(self):
                return train.get_context().get_trial_dir()

            def rank(self):
                return train.get_context().get_world_rank()

            def name(self):
                return tune.get_context().get_trial_name()

            def facts(self):
                context = train.get_context()
                return context.get_trial_id(), context.get_world_size()
        """,
        (6, "RTM909"),
        (16, "RTM909"),
    )


def test_what_is_given_beside_a_scaling_config_to_a_function_of_ones_own() -> None:
    check_finding(
        """\
        from ray.air import session


        def shown(function, scaling_config):
            print(function, scaling_config)


        def other():
            session.report({"a": 1})


        shown(other, scaling_config=2)
        """,
        (9, "RTM909"),
    )


def test_the_loops_of_trainers_whose_classes_are_out_of_sight() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train import ScalingConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.torch import TorchTrainer


        def torch_loop(config):
            session.report({"trial": session.get_trial_id()})


        def keras_loop(config):
            session.report({"rank": session.get_world_rank()})


        KINDS = {"torch": (TorchTrainer, torch_loop), "keras": (TensorflowTrainer, keras_loop)}


        def sweep(kind, space):
            trainer_class, loop = KINDS[kind]
            trainer = trainer_class(loop, scaling_config=ScalingConfig(num_workers=2))
            return tune.Tuner(trainer, param_space=space, run_config=tune.RunConfig()).fit()


        class Job:
            kind = TorchTrainer

            def loop(self, config):
                session.report({"a": 1})

            def fit(self):
                return self.kind(self.loop, train_loop_config={}).fit()


        class Other(Job):
            def loop(self, config):
                session.report({"b": 1})
        """,
        """\
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, trial_info


        def torch_loop(config):
            train.report({"trial": trial_info().trial_id})


        def keras_loop(config):
            train.report({"rank": train.get_context().get_world_rank()})


        KINDS = {"torch": (TorchTrainer, torch_loop), "keras": (TensorflowTrainer, keras_loop)}


        def sweep(kind, space):
            trainer_class, loop = KINDS[kind]
            trainer = trainer_class(loop, scaling_config=ScalingConfig(num_workers=2))
            return tune.Tuner(
                driver_for(trainer), param_space=space, run_config=tune.RunConfig()
            ).fit()


        class Job:
            kind = TorchTrainer

            def loop(self, config):
                train.report({"a": 1})

            def fit(self):
                return self.kind(self.loop, train_loop_config={}).fit()


        class Other(Job):
            def loop(self, config):
                train.report({"b": 1})
        """,
    )
