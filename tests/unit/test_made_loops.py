"""Train loops that a function makes: all that they run is seen, unless it was given to that."""

from __future__ import annotations

import pytest
from migrating import check_migrated, migrated

MODULE = """\
from ray import train, tune
from ray.train.torch import TorchTrainer

from project import options, rows


{maker}


trainer = TorchTrainer(make_loop(rows, options))
tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
"""


def maker(*lines: str) -> str:
    return MODULE.format(maker="\n".join(("def make_loop(rows, options):", *lines)))


def doubts(source: str) -> list[str]:
    return [
        note
        for change in migrated(source).changes
        for note in change.notes
        if "train loop cannot be seen" in note
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("    def loop(config): options(config)", "    return loop"),
        ("    def loop(config): options.engine.run(config)", "    return loop"),
        (
            "    step = rows.step",
            "    def loop(config): [step(one) for one in rows]",
            "    return loop",
        ),
        (
            "    def loop(config):",
            "        def inner(): options.run()",
            "        inner()",
            "    return loop",
        ),
    ],
)
def test_what_the_loop_runs_was_given_to_its_maker(lines: tuple[str, ...]) -> None:
    assert len(doubts(maker(*lines))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("    def loop(config): train.report({'rows': len(rows)})", "    return loop"),
        ("    def loop(config): print(options.get('a'), rows[0], options.name)", "    return loop"),
        ("    def loop(config): config['step'](rows)", "    return loop"),
        ("    def step(row): print(row)", "    def loop(config): step(rows)", "    return loop"),
        ("    import math", "    def loop(config): math.floor(rows)", "    return loop"),
    ],
)
def test_all_that_the_loop_runs_is_seen(lines: tuple[str, ...]) -> None:
    assert doubts(maker(*lines)) == []


def test_a_loop_over_what_its_maker_was_given() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def make_loop(rows):
            def loop(config):
                for row in rows:
                    train.report({"loss": row * config["lr"]})

            return loop


        tuner = tune.Tuner(
            TorchTrainer(make_loop([1, 2])),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def make_loop(rows):
            def loop(config):
                for row in rows:
                    train.report({"loss": row * config["lr"]})

            return loop


        train_loop = make_loop([1, 2])


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_loop,
                train_loop_config=config["train_loop_config"],
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_property_that_gives_a_train_loop() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train.torch import TorchTrainer

        from project import loops

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        class Local:
            lr = 1

            @property
            def loop(self):
                lr = self.lr

                def train_loop(config):
                    session.report({"loss": lr})

                return train_loop

            def sweep(self):
                return tune.Tuner(TorchTrainer(self.loop), tune_config=ONE).fit()


        class Named:
            def __init__(self, name):
                self.name = name

            @property
            def loop(self):
                return loops[self.name]

            def sweep(self):
                return tune.Tuner(TorchTrainer(self.loop), tune_config=ONE).fit()


        class Bound:
            @property
            def loop(self):
                return self.train

            def train(self, config):
                train.report({"loss": 1})
                return config["model"]

            def sweep(self):
                return tune.Tuner(TorchTrainer(self.loop), tune_config=ONE).fit()
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        from project import loops

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        class Local:
            lr = 1

            @property
            def loop(self):
                lr = self.lr

                def train_loop(config):
                    train.report({"loss": lr})

                return train_loop

            def sweep(self):
                train_loop = self.loop

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        train_loop,
                        run_config=train.RunConfig(
                            **trial_run(), callbacks=[TuneReportCallback()]
                        ),
                    )
                    trainer.fit()

                return tune.Tuner(train_driver_fn, tune_config=ONE).fit()


        class Named:
            def __init__(self, name):
                self.name = name

            @property
            def loop(self):
                return loops[self.name]

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

                return tune.Tuner(train_driver_fn, tune_config=ONE).fit()


        class Bound:
            @property
            def loop(self):
                return self.train

            def train(self, config):
                train.report({"loss": 1})
                return config["model"]

            def sweep(self):
                train_loop = self.loop

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        train_loop,
                        run_config=train.RunConfig(
                            **trial_run(), callbacks=[TuneReportCallback()]
                        ),
                    )
                    trainer.fit()

                return tune.Tuner(train_driver_fn, tune_config=ONE).fit()
        """,
    )
