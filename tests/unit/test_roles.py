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
