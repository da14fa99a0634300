"""``Tuner.restore`` as it was up to Ray 2.4."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_restore_with_what_was_run() -> None:
    check_unchanged(
        """\
        from ray import tune

        from project import arguments, objective

        tune.Tuner.restore("/runs/a", objective)
        tune.Tuner.restore("/runs/a", trainable=objective, resume_errored=True)
        tune.Tuner.restore("/runs/a", **arguments)
        tune.Tuner.restore(*arguments)
        """,
    )


def test_restores_of_others() -> None:
    check_unchanged(
        """\
        from mine import Tuner
        from ray import tune

        print(tune)
        Tuner.restore("/runs/a")
        """,
    )


def test_no_trainable() -> None:
    check_finding(
        """\
        from ray import tune

        tune.Tuner.restore("/runs/a").fit()
        grid = tune.Tuner.restore(path="/runs/b", resume_errored=True).get_results()
        """,
        (3, "RTM102"),
        (4, "RTM102"),
    )


def test_a_function_by_its_old_name() -> None:
    check_migrated(
        """\
        from ray import tune

        from project import objective

        tune.Tuner.restore("/runs/a", overwrite_trainable=objective).fit()
        """,
        """\
        from ray import tune

        from project import objective

        tune.Tuner.restore("/runs/a", trainable=objective).fit()
        """,
    )


def test_a_trainer_by_its_old_name() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import train_loop


        def resume():
            trainer = TorchTrainer(train_loop)
            return tune.Tuner.restore("/runs/a", overwrite_trainable=trainer).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from project import train_loop


        def resume():
            trainer = TorchTrainer(train_loop)
            # TODO(raytune-migrate): RTM102 An experiment that Train V1 has written cannot be restored with a driver function. https://github.com/ray-project/ray/issues/49454
            return tune.Tuner.restore("/runs/a", trainable=driver_for(trainer)).fit()
        """,  # noqa: E501
        (9, "RTM102"),
    )


def test_a_train_loop() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            train.report({"loss": config["lr"]})


        def objective(config):
            return {"loss": config["lr"]}


        def sweep(path):
            if tune.Tuner.can_restore(path):
                return tune.Tuner.restore(path, trainable=train_loop)
            return driver_of(TorchTrainer(train_loop))


        def others(path, train_loop):
            tune.Tuner.restore(path, objective)
            tune.Tuner.restore(path, train_loop)
        """,
        (15, "RTM903"),
    )
