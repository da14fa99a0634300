"""What reads the Result of a trainer's own fit() and does not find it there under Train V2."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_finding, check_migrated, check_stands, check_unchanged, migrated, said

_HEAD = """\
import os
from pathlib import Path

from ray import train, tune
from ray.train import Checkpoint
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"loss": 1})


def saving(config):
    for epoch in range(3):
        train.report({"loss": 1}, checkpoint=Checkpoint("a") if epoch else None)


def objective(config):
    tune.report({"loss": 1})


"""
_FIRST = _HEAD.count("\n") + 1


def _after_head(source: str) -> str:
    return _HEAD + dedent(source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            result = TorchTrainer(saving).fit()
            print(result.metrics["loss"], result.metrics_dataframe, result.checkpoint)
            """,
            id="metrics that came with a checkpoint",
        ),
        pytest.param(
            """\
            result = TorchTrainer(loop).fit()
            print(result.path, result.error)
            """,
            id="what Train V2 still tells",
        ),
        pytest.param(
            """\
            from mine import their_loop

            result = TorchTrainer(their_loop).fit()
            print(result.metrics["loss"])
            """,
            id="a train loop that cannot be seen",
        ),
        pytest.param(
            """\
            def passing(config):
                each(train.report)

            result = TorchTrainer(passing).fit()
            print(result.metrics["loss"])
            """,
            id="a report that is handed on",
        ),
        pytest.param(
            """\
            from ray.train.lightning import RayTrainReportCallback

            def both(config):
                train.report({"loss": 1})
                Trainer(callbacks=[RayTrainReportCallback()]).fit()

            result = TorchTrainer(both).fit()
            print(result.metrics["loss"])
            """,
            id="a callback that reports by itself",
        ),
        pytest.param(
            """\
            def spread(config):
                train.report({"loss": 1}, **config)

            result = TorchTrainer(spread).fit()
            print(result.metrics["loss"])
            """,
            id="arguments that cannot be seen",
        ),
        pytest.param(
            """\
            def timed(config):
                train.report(dict(loss=1, timestamp=2), checkpoint=Checkpoint("a"))

            result = TorchTrainer(timed).fit()
            print(result.metrics["timestamp"])
            """,
            id="a metric that the train loop reports itself",
        ),
        pytest.param(
            """\
            results = tune.Tuner(objective).fit()
            print(results[0].config, results[0].metrics["training_iteration"])
            print(results[0].path + "/checkpoint_000001")
            """,
            id="the results of a Tune function",
        ),
        pytest.param(
            """\
            def show(result):
                print(result.config, result.metrics, f"{result.path}/checkpoint_000001")

            show(TorchTrainer(saving).fit())
            """,
            id="what others may be given too",
        ),
        pytest.param(
            """\
            print(TorchTrainer(loop).fit())
            result = TorchTrainer(loop).fit()
            print(f"done: {result}", result)
            """,
            id="what is only printed, whole",
        ),
        pytest.param(
            """\
            async def fitted(pool, thread, to_thread):
                trainer = TorchTrainer(loop)
                pool.submit(trainer.fit)
                thread(target=trainer.fit).start()
                await to_thread(trainer.fit)
                fit = trainer.fit
                fit()
                print(fit.__name__)
                print(pool.submit(TorchTrainer(saving).fit).result().metrics)
                print(pool.submit(model.fit).result().metrics)
                print(fit())
            """,
            id="what is fitted by others, and gives nothing that is missed",
        ),
        pytest.param(
            """\
            def fitted(mode):
                trainer = TorchTrainer(loop)
                runs = {"train": trainer.fit, trainer.fit: print}
                runs["train"]()
                print({"train": TorchTrainer(saving).fit}[mode]().metrics)
                run = trainer.fit if mode else print
                run = run if mode else trainer.fit
                other = print if trainer.fit else str
                run()
                return other, runs.keys()
            """,
            id="what is chosen to be fitted, and gives nothing that is missed",
        ),
        pytest.param(
            """\
            result = TorchTrainer(saving).fit()
            print("checkpoint_000001 is an old name", result.path)
            open("/results/2023/checkpoint_000001")
            """,
            id="a numbered checkpoint that is not the result's",
        ),
        pytest.param(
            """\
            def named(config):
                name = "checkpoint_000001"
                train.report({}, checkpoint=Checkpoint("a"), checkpoint_dir_name=name)

            result = TorchTrainer(named).fit()
            open(result.path + "/checkpoint_000001")
            """,
            id="directories that the train loop names",
        ),
        pytest.param(
            """\
            result = train_a_model().fit()
            print(result.config, result.metrics["training_iteration"])
            """,
            id="another fit",
        ),
        pytest.param(
            """\
            from mine import Mine

            result = Mine(scaling_config=SCALING).fit(data)
            print(result.config, result.metrics["training_iteration"])
            """,
            id="a fit of data",
        ),
        pytest.param(
            """\
            from mine import Experiment

            result = Experiment(objective, scaling_config=SCALING).fit()
            print(result.config, result.metrics["training_iteration"])
            """,
            id="a fit of another class that takes a ScalingConfig",
        ),
        pytest.param(
            """\
            import lightning

            def fitted(trainer: lightning.Trainer, model):
                other = lightning.Trainer()
                print(other.fit().metrics, model.fit().metrics)
                return trainer.fit().metrics
            """,
            id="trainers of another library",
        ),
        pytest.param(
            """\
            class Mine(TorchTrainer):
                def fit(self):
                    return measured(super().fit())

            print(Mine(loop).fit().metrics["loss"])
            """,
            id="a fit of one's own",
        ),
        pytest.param(
            """\
            def fitted(kind, trainer: TorchTrainer):
                kind(loop, train_loop_config={}).fit()
                result = trainer.fit()
                print(result.path, result.checkpoint)
                return TRAINERS[kind](loop, train_loop_config={}).fit()
            """,
            id="trainers out of sight whose metrics nobody reads",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(_after_head(source))


def _check_as_trial(source: str, after: str, reason: str) -> None:
    """The fit() in ``source`` runs as a sweep of one trial, for the reason given."""
    result = migrated(_after_head(source))
    assert result.after.endswith(dedent(after))
    assert said(result) == []
    assert [one.reason for one in result.changes if one.code == "RTM404"] == [
        f"By itself, Train V2 gives a Result without {reason}."
    ]
    check_stands(result)


def test_the_config() -> None:
    _check_as_trial(
        """\
        def run():
            trainer = TorchTrainer(saving)
            return trainer.fit()


        result = run()
        print(result.config["train_loop_config"])
        """,
        """\
        def run():
            trainer = TorchTrainer(saving)
            return fit_as_trial(trainer)


        result = run()
        print(result.config["train_loop_config"])
        """,
        "the config",
    )


def test_a_test_that_fits_the_trainer_of_a_fixture() -> None:
    check_migrated(
        """\
        import pytest
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        @pytest.fixture
        def trainer(cluster):
            return TorchTrainer(loop)


        @pytest.fixture(scope="module")
        def result():
            yield TorchTrainer(loop).fit()
            print("done")


        def test_fit(trainer):
            assert trainer.fit().metrics["loss"] == 1


        def test_result(result):
            assert result.metrics["loss"] == 1
        """,
        """\
        import pytest
        from ray import train
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial


        def loop(config):
            train.report({"loss": 1})


        @pytest.fixture
        def trainer(cluster):
            return TorchTrainer(loop)


        @pytest.fixture(scope="module")
        def result():
            yield fit_as_trial(TorchTrainer(loop))
            print("done")


        def test_fit(trainer):
            assert fit_as_trial(trainer).metrics["loss"] == 1


        def test_result(result):
            assert result.metrics["loss"] == 1
        """,
    )


def test_a_test_whose_trainer_is_no_fixture() -> None:
    helper = "def trainer():\n    return TorchTrainer(loop)\n"
    test = "def test_fit(trainer):\n    assert trainer.fit().metrics['loss'] == 1\n"
    check_unchanged(f"import pytest\n{_HEAD}{helper}\n\n{test}")


def test_metrics_that_came_without_a_checkpoint() -> None:
    _check_as_trial(
        """\
        result = TorchTrainer(loop).fit()
        print(result.metrics["loss"], result.metrics["training_iteration"])
        print(result.metrics_dataframe)
        """,
        """\
        result = fit_as_trial(TorchTrainer(loop))
        print(result.metrics["loss"], result.metrics["training_iteration"])
        print(result.metrics_dataframe)
        """,
        "metrics that come with no checkpoint",
    )


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("def fitted():\n    return TorchTrainer(loop).fit()", 2, id="returned"),
        pytest.param("show(result := TorchTrainer(loop).fit())", 1, id="given to what is not seen"),
        pytest.param(
            "trainer = TorchTrainer(loop)\nresult = pool.submit(trainer.fit).result()",
            2,
            id="fitted by a pool",
        ),
        pytest.param(
            "fit = TorchTrainer(loop).fit\nresults = [fit(), pool.submit(fit).result()]",
            1,
            id="fitted by another name",
        ),
        pytest.param(
            'trainer = TorchTrainer(loop)\nshow(getattr(trainer, "fit")())',
            2,
            id="fitted by a text",
        ),
        pytest.param(
            """\
            def fitted(mode):
                trainer = TorchTrainer(loop)
                run = {"train": trainer.fit, "show": print}[mode]
                return run().metrics["loss"]
            """,
            3,
            id="fitted by a choice from a dict",
        ),
        pytest.param(
            """\
            def fitted(mode):
                runs = {"train": TorchTrainer(loop).fit, "show": print}
                return runs.get(mode)().metrics["loss"]
            """,
            2,
            id="fitted by a choice from a dict with a name",
        ),
        pytest.param(
            """\
            def fitted(mode):
                run = print if mode else TorchTrainer(loop).fit
                return run().metrics["loss"]
            """,
            2,
            id="fitted by a choice of two",
        ),
        pytest.param(
            """\
            async def fitted():
                trainer = TorchTrainer(loop)
                result = await asyncio.to_thread(trainer.fit)
                return result.metrics["loss"]
            """,
            3,
            id="fitted in a thread",
        ),
        pytest.param(
            "best = min((TorchTrainer(loop).fit() for _ in range(3)), key=loss_of)",
            1,
            id="several",
        ),
    ],
)
def test_metrics_that_others_may_miss(source: str, line: int) -> None:
    check_finding(_after_head(source), (_FIRST + line - 1, "RTM401"))


_HANDED = """\
trainers = [TorchTrainer({loop}) for _ in range(3)]


def fitted(trainer):
    return trainer.fit()


def run(pool):
    {run}
"""
_IN_FUNCTION, _IN_LAMBDA = _FIRST + 4, _FIRST + 8


@pytest.mark.parametrize(
    "run",
    [
        "print([one.metrics for one in pool.map(fitted, trainers)])",
        "print([one.metrics for one in map(lambda trainer: trainer.fit(), trainers)])",
        "print(pool.submit(fitted, trainers[0]).result().metrics)",
    ],
)
def test_metrics_with_checkpoints_of_what_others_fit(run: str) -> None:
    head = _HEAD.replace('    train.report({"loss": 1})', "    pass")
    check_unchanged(head + _HANDED.format(loop="saving", run=run))


@pytest.mark.parametrize(
    "run",
    [
        "print([one.metrics for one in models.map(fitted, [1, 2])])",
        "print([one.metrics for one in pool.map(make_model, trainers)])",
        "print([one.path for one in pool.map(fitted, trainers)])",
        "print(pool.submit(fitted, their_trainer()).result().path)",
    ],
)
def test_what_others_fit_and_nothing_is_missed_of(run: str) -> None:
    source = _HANDED.format(loop="loop", run=run)
    check_unchanged(_HEAD + source)


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ("print([one.metrics for one in pool.map(fitted, trainers)])", _IN_FUNCTION),
        ("for one in pool.imap(fitted, trainers): print(one.metrics)", _IN_FUNCTION),
        ("print([one.metrics for one in map(lambda one: one.fit(), trainers)])", _IN_LAMBDA),
        ("print(list(pool.map(lambda one: one.fit().metrics, trainers)))", _IN_LAMBDA),
        ("print(pool.submit(fitted, TorchTrainer(loop)).result().metrics)", _IN_FUNCTION),
    ],
)
def test_metrics_without_checkpoints_of_what_others_fit(run: str, line: int) -> None:
    source = _HANDED.format(loop="loop", run=run)
    check_finding(_HEAD + source, (line, "RTM401"))


def test_a_method_that_a_pool_calls_with_each_trainer() -> None:
    source = """\
        class Study:
            def fitted(self, trainer):
                return trainer.fit()

            def all(self, pool):
                trainers = [TorchTrainer(loop), TorchTrainer(saving)]
                return [one.metrics for one in pool.imap_unordered(self.fitted, trainers)]
        """
    check_finding(_after_head(source), (_FIRST + 2, "RTM401"))


def test_a_lambda_that_fits_for_others() -> None:
    _check_as_trial(
        """\
        def run(pool):
            trainer = TorchTrainer(loop)
            return pool.submit(lambda: trainer.fit()).result().metrics["loss"]
        """,
        """\
        def run(pool):
            trainer = TorchTrainer(loop)
            return pool.submit(lambda: fit_as_trial(trainer)).result().metrics["loss"]
        """,
        "metrics that come with no checkpoint",
    )


def test_what_tune_added() -> None:
    _check_as_trial(
        """\
        class Job:
            def __init__(self):
                self.trainer = TorchTrainer(saving)

            def run(self):
                result = self.trainer.fit()
                print(result.metrics["loss"], result.metrics["checkpoint_dir_name"])
                return result.metrics.get("time_total_s")
        """,
        """\
        class Job:
            def __init__(self):
                self.trainer = TorchTrainer(saving)

            def run(self):
                result = fit_as_trial(self.trainer)
                print(result.metrics["loss"], result.metrics["checkpoint_dir_name"])
                return result.metrics.get("time_total_s")
        """,
        "checkpoint_dir_name, time_total_s",
    )


def test_what_tune_added_to_the_reports_of_a_loop_that_cannot_be_seen() -> None:
    _check_as_trial(
        """\
        from mine import their_loop

        result = TorchTrainer(their_loop).fit()
        print(result.metrics["loss"], result.metrics["training_iteration"])
        """,
        """\
        from mine import their_loop

        result = fit_as_trial(TorchTrainer(their_loop))
        print(result.metrics["loss"], result.metrics["training_iteration"])
        """,
        "training_iteration",
    )


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(
            """\
            m = result.metrics
            print(m["time_total_s"])
            """,
            id="by a variable",
        ),
        pytest.param(
            """\
            m = dict(result.metrics)
            m.pop("time_total_s")
            """,
            id="from a copy",
        ),
        pytest.param(
            """\
            KEY = "time_total_s"
            print(result.metrics[KEY])
            """,
            id="by a name for the key",
        ),
        pytest.param(
            """\
            KEYS = ("loss", "time_total_s")
            print({key: result.metrics.get(key) for key in KEYS})
            """,
            id="in a loop over keys",
        ),
        pytest.param(
            """\
            df = result.metrics_dataframe.copy()
            print(df[["loss", "time_total_s"]])
            """,
            id="among the columns of a table",
        ),
        pytest.param(
            """\
            df = result.metrics_dataframe
            print(df.time_total_s)
            """,
            id="as an attribute of a table",
        ),
        pytest.param(
            """\
            from mine import draw

            df = result.metrics_dataframe
            df.plot("time_total_s", "loss")
            draw(data=df, x="time_total_s", y="loss")
            """,
            id="in a drawing",
        ),
    ],
)
def test_ways_to_ask_for_what_tune_added(read: str) -> None:
    source = f"result = TorchTrainer(saving).fit()\n{dedent(read)}"
    result = migrated(_HEAD + source)
    assert "result = fit_as_trial(TorchTrainer(saving))" in result.after
    assert said(result) == []


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("m = result.metrics\nprint(m['loss'], m.get('acc', 'done'))", id="the loop's"),
        pytest.param("m = result.metrics\nm = {'done': 1}\nprint(m['done'])", id="another dict"),
        pytest.param("df = result.metrics_dataframe\ndf.to_csv('config')", id="a file's name"),
        pytest.param("df = result.metrics_dataframe\nprint(df.shape, df[['loss']])", id="a table"),
    ],
)
def test_what_else_metrics_are_asked_for(read: str) -> None:
    check_unchanged(f"{_HEAD}result = TorchTrainer(saving).fit()\n{read}\n")


def test_a_trainer_that_train_v2_refuses() -> None:
    result = migrated(
        _after_head(
            """\
            trainer = TorchTrainer(saving, run_config=make(), **{"metadata": {}})
            print(trainer.fit().config)
            """
        )
    )
    assert said(result) == [(_FIRST, "RTM904"), (_FIRST + 1, "RTM405")]


def test_numbered_checkpoints() -> None:
    check_finding(
        _after_head(
            """\
            result = TorchTrainer(saving).fit()
            print(os.path.join(result.path, "checkpoint_000001"))
            print(f"{result.path}/checkpoint_{2:06d}/model.pt")
            print(Path(result.path) / "checkpoint_000000" / "model.pt")
            print(Path(result.path).joinpath("checkpoint_000000"))
            """
        ),
        *((_FIRST + line, "RTM405") for line in (1, 2, 3, 4)),
    )


def test_numbered_checkpoints_of_a_sweep() -> None:
    result = migrated(
        _after_head(
            """\
            results = tune.Tuner(TorchTrainer(saving)).fit()
            for one in results:
                print(one.config, one.path + "/checkpoint_000004")
            """
        )
    )
    assert said(result) == [(_FIRST + 2, "RTM405")]


def test_numbered_checkpoints_in_what_is_listed() -> None:
    result = migrated(
        _after_head(
            """\
            results = tune.Tuner(TorchTrainer(saving)).fit()
            assert "checkpoint_000000" not in os.listdir("/results")
            assert "checkpoint_000002" in os.listdir(results[0].path)
            """
        )
    )
    assert said(result) == [(_FIRST + 2, "RTM405")]


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ('os.path.join(result.path, "result.json")', "result.json"),
        ('Path(result.path) / "params.json"', "params.json"),
        ('f"{result.path}/progress.csv"', "progress.csv"),
    ],
)
def test_files_of_tune(read: str, name: str) -> None:
    result = migrated(_after_head(f"result = TorchTrainer(saving).fit()\nprint({read})\n"))
    assert f"result = fit_as_trial(TorchTrainer(saving))\nprint({read})\n" in result.after
    assert [one.reason for one in result.changes if one.code == "RTM404"] == [
        f"By itself, Train V2 gives a Result without Tune's {name} in its directory."
    ]
    assert said(result) == []


def test_files_of_tune_that_a_function_looks_for() -> None:
    """Whatever else it may be given."""
    result = migrated(
        _after_head(
            """\
            def keep(result):
                print(os.path.join(result.path, "result.json"))


            keep(TorchTrainer(saving).fit())
            keep(make())
            """
        )
    )
    assert "keep(fit_as_trial(TorchTrainer(saving)))\n" in result.after
    assert "keep(make())\n" in result.after
    assert said(result) == []


def test_files_of_tune_in_a_trial() -> None:
    result = migrated(
        _after_head(
            """\
            for one in tune.Tuner(TorchTrainer(saving)).fit():
                print(os.path.join(one.path, "result.json"))
            """
        )
    )
    assert "fit_as_trial" not in result.after
    assert said(result) == []


def test_files_of_tune_where_train_v2_refuses_the_trainer() -> None:
    result = migrated(
        _after_head(
            """\
            result = TorchTrainer(saving, run_config=make(), **{"metadata": {}}).fit()
            print(os.path.join(result.path, "result.json"))
            """
        )
    )
    assert said(result) == [(_FIRST, "RTM904"), (_FIRST + 1, "RTM405")]


def test_a_trainer_that_is_swept_too() -> None:
    result = migrated(
        _after_head(
            """\
            trainer = TorchTrainer(loop)
            result = trainer.fit()
            print(result.metrics["loss"])
            tune.Tuner(trainer).fit()
            """
        )
    )
    assert "result = fit_as_trial(trainer)" in result.after
    assert said(result) == []


@pytest.mark.parametrize(
    ("run", "read"),
    [
        pytest.param(
            """\
            if sweep:
                result = grid().get_best_result("loss", "min")
            else:
                result = trainer.fit()
            """,
            "result.config",
            id="by an option",
        ),
        pytest.param(
            """\
            result = grid()[0] if sweep else trainer.fit()
            """,
            "result.metrics['training_iteration']",
            id="in one expression",
        ),
        pytest.param(
            """\
            def run():
                if sweep:
                    return grid().get_best_result("loss", "min")
                return trainer.fit()

            result = run()
            """,
            "result.metrics['time_total_s']",
            id="by a function",
        ),
        pytest.param(
            """\
            from mine import earlier

            result = earlier() or trainer.fit()
            """,
            "result.config",
            id="of which the other is out of sight",
        ),
    ],
)
def test_what_may_be_the_result_of_a_sweep_too(run: str, read: str) -> None:
    before = """\
        import sys

        sweep = "--sweep" in sys.argv
        trainer = TorchTrainer(saving)

        def grid():
            return tune.Tuner(objective).fit()

        """
    source = dedent(before) + dedent(run) + f"print({read})\n"
    result = migrated(_HEAD + source)
    assert source.replace("trainer.fit()", "fit_as_trial(trainer)") in result.after
    assert said(result) == []


def test_a_trainer_out_of_sight_beside_a_sweep() -> None:
    result = migrated(
        _after_head(
            """\
            def run(trainer: TorchTrainer, sweep: bool):
                if sweep:
                    result = tune.Tuner(objective).fit()[0]
                else:
                    result = trainer.fit()
                print(result.config)
            """
        )
    )
    assert said(result) == [(_FIRST + 5, "RTM405")]


def test_trainers_out_of_sight_whose_reports_come_with_checkpoints() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1}, checkpoint=save())


        def objective(config):
            tune.report({"loss": 1})


        def fitted(kind, trainer: TorchTrainer):
            print(kind(loop, train_loop_config={}).fit().metrics["loss"])
            return trainer.fit().metrics["loss"]
        """
    )


@pytest.mark.parametrize(
    ("source", "findings"),
    [
        pytest.param(
            """\
            class Job:
                kind = TorchTrainer

                @classmethod
                def score(cls, config):
                    return cls.kind(cls.loop, train_loop_config=config).fit().metrics["loss"]
            """,
            [(_FIRST + 5, "RTM401")],
            id="of a class that subclasses choose",
        ),
        pytest.param(
            """\
            TRAINERS = {"torch": TorchTrainer}
            register(TRAINERS)
            result = TRAINERS["torch"](loop).fit()
            print(result.metrics["loss"])
            print(result.config)
            """,
            [(_FIRST + 2, "RTM401"), (_FIRST + 4, "RTM405")],
            id="of a class out of a dict",
        ),
        pytest.param(
            """\
            def score(trainer: TorchTrainer):
                result = trainer.fit()
                return result.metrics["loss"], result.metrics["training_iteration"]
            """,
            [(_FIRST + 1, "RTM401")],
            id="of a parameter that is annotated",
        ),
        pytest.param(
            """\
            trainer: TorchTrainer = make()
            print(trainer.fit().metrics["loss"])
            """,
            [(_FIRST + 1, "RTM401")],
            id="of a variable that is annotated",
        ),
        pytest.param(
            """\
            class Job:
                def __init__(self):
                    self.trainer: TorchTrainer = make()

                def config(self):
                    return self.trainer.fit().config
            """,
            [(_FIRST + 5, "RTM405")],
            id="of an attribute that is annotated",
        ),
        pytest.param(
            """\
            def build() -> TorchTrainer:
                return make()


            print(build().fit().config)
            """,
            [(_FIRST + 4, "RTM405")],
            id="of a function that is annotated",
        ),
        pytest.param(
            """\
            def score(kind):
                return kind(saving, scaling_config=SCALING).fit().metrics_dataframe
            """,
            [(_FIRST + 1, "RTM401")],
            id="of a class that is a parameter",
        ),
    ],
)
def test_a_trainer_out_of_sight(source: str, findings: list[tuple[int, str]]) -> None:
    result = migrated(_after_head(source))
    assert (result.after, said(result)) == (result.before, findings)


def test_a_trainer_of_ones_own_class() -> None:
    result = migrated(
        _after_head(
            """\
            class Quiet(TorchTrainer):
                pass


            print(Quiet(loop).fit().metrics["loss"])
            """
        )
    )
    assert 'print(fit_as_trial(Quiet(loop)).metrics["loss"])' in result.after
    assert said(result) == []
    check_stands(result)


def test_a_log_dir_of_something_else() -> None:
    check_unchanged(
        """\
        from ray import tune

        from project import objective, summary

        result = tune.Tuner(objective).fit().get_best_result("loss", "min")
        print(result.path, summary(result).log_dir)
        """
    )


def test_a_log_dir() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import Result

        from project import objective


        def where(result: Result):
            return result.log_dir / "figures"


        for one in tune.Tuner(objective).fit():
            print(where(one), one.log_dir)
        """,
        """\
        from pathlib import Path

        from ray import tune
        from ray.air import Result

        from project import objective


        def where(result: Result):
            return Path(result.path) / "figures"


        for one in tune.Tuner(objective).fit():
            print(where(one), one.path)
        """,
    )


def test_a_log_dir_as_text() -> None:
    check_migrated(
        """\
        import os

        from ray import tune

        from project import objective

        best = tune.Tuner(objective).fit().get_best_result("loss", "min")
        print(f"best: {best.log_dir}", f"{best.log_dir!r}")
        rows = open(os.path.join(best.log_dir, "rows.csv"))
        """,
        """\
        import os
        from pathlib import Path

        from ray import tune

        from project import objective

        best = tune.Tuner(objective).fit().get_best_result("loss", "min")
        print(f"best: {best.path}", f"{Path(best.path)!r}")
        rows = open(os.path.join(best.path, "rows.csv"))
        """,
    )


def test_a_log_dir_in_a_sweep_that_is_written_anew() -> None:
    result = migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        first = tune.Tuner(TorchTrainer(loop)).fit()[0]
        second = tune.Tuner(TorchTrainer(loop, train_loop_config={"start": first.log_dir})).fit()
        """
    )
    assert said(result) == []
    assert '{"start": Path(first.path)}' in result.after
    assert result.after.count("    trainer.fit()\n") == 2


@pytest.mark.parametrize(
    "read",
    [
        "os.path.dirname(result.path)",
        "os.path.dirname(os.path.abspath(result.path))",
        "Path(result.path).parent",
        "Path(result.path).resolve().parents[0]",
        'result.path.rstrip("/").split("/")[-2]',
        "result.path.rsplit(os.sep, 1)[0]",
        "os.path.split(str(result.path))[0]",
    ],
)
def test_the_directory_of_an_experiment(read: str) -> None:
    result = migrated(_after_head(f"result = TorchTrainer(saving).fit()\nprint({read})\n"))
    assert f"result = fit_as_trial(TorchTrainer(saving))\nprint({read})\n" in result.after
    assert [one.reason for one in result.changes if one.code == "RTM404"] == [
        "By itself, Train V2 gives a Result without a directory of its own in that of an"
        " experiment."
    ]
    assert said(result) == []


def test_the_directory_of_an_experiment_by_a_variable() -> None:
    result = migrated(
        _after_head(
            """\
            result = TorchTrainer(saving).fit()
            folder = Path(result.path)
            print(folder.parent)
            """
        )
    )
    assert "result = fit_as_trial(TorchTrainer(saving))\n" in result.after


@pytest.mark.parametrize(
    "read",
    [
        'result.path.split("/")[-1]',
        "os.path.basename(result.path)",
        "Path(result.path).name",
        'os.path.join(result.path, "models")',
        'os.path.dirname(os.path.join("runs", result.path))',
        'os.path.relpath("runs", result.path)',
        "result.checkpoint.path.rsplit('/', 1)[0]",
    ],
)
def test_paths_that_are_as_before(read: str) -> None:
    check_unchanged(_after_head(f"result = TorchTrainer(saving).fit()\nprint({read})\n"))


def test_the_directory_of_the_experiment_of_a_sweep() -> None:
    result = migrated(
        _after_head(
            """\
            for one in tune.Tuner(TorchTrainer(saving)).fit():
                print(os.path.dirname(one.path))
            """
        )
    )
    assert said(result) == []
