"""Dicts in checkpoints, of Ray 2.0 to 2.6."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_dicts_of_another_class() -> None:
    check_unchanged(
        """\
        from mine import Checkpoint, load
        from ray.train import Result


        def read(result: Result):
            return load(Checkpoint.from_dict({"a": 1})).to_dict()
        """,
    )


def test_a_checkpoint_that_cannot_be_seen_to_be_one() -> None:
    check_unchanged(
        """\
        from ray import train


        def read(checkpoint):
            return checkpoint.to_dict()
        """,
    )


def test_results_that_may_be_something_else() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.tune import ResultGrid

        from project import load, objective


        def best(stored):
            if stored:
                return load(stored)
            return tune.Tuner(objective).fit().get_best_result("loss", "min")


        def of_each(grids: dict[str, ResultGrid]):
            return grids["first"].checkpoint.to_dict()


        print(best("runs").checkpoint.to_dict())
        """,
    )


def test_a_method_that_is_handed_on() -> None:
    check_finding(
        """\
        from ray.air import Checkpoint

        make = Checkpoint.from_dict
        """,
        (1, "RTM911"),
        (3, "RTM911"),
    )


def test_an_import_that_fails() -> None:
    result = check_finding(
        """\
        try:
            from ray.air import Checkpoint
        except ImportError:
            Checkpoint = None
        from ray.air.checkpoint import Checkpoint as Old


        def load(data):
            if Checkpoint is not None:
                return Checkpoint.from_bytes(data)
            return Old.from_bytes(data)
        """,
        (5, "RTM911"),
        (10, "RTM911"),
        (11, "RTM911"),
    )
    assert result.findings[0].message == (
        "No release with Train V2 has ray.air.Checkpoint: this import fails. Import ray.train's,"
        " once nothing here needs what only the old one had."
    )


def test_a_dict_of_a_framework_s_checkpoint() -> None:
    check_finding(
        """\
        from ray.train.torch import TorchCheckpoint

        checkpoint = TorchCheckpoint.from_dict({"a": 1})
        """,
        (3, "RTM911"),
    )


def test_a_train_loop_that_keeps_its_state_in_dicts() -> None:
    check_migrated(
        """\
        from ray.air import Checkpoint, session
        from ray.train.torch import TorchTrainer


        def loop(config):
            checkpoint = session.get_checkpoint()
            first = checkpoint.to_dict()["epoch"] + 1 if checkpoint else 0
            for epoch in range(first, 3):
                session.report(
                    {"epoch": epoch},
                    checkpoint=Checkpoint.from_dict({"epoch": epoch}),  # to go on from
                )


        def main():
            result = TorchTrainer(loop).fit()
            return result.checkpoint.to_dict()["epoch"], Checkpoint.from_uri("s3://a")
        """,
        """\
        from ray import train
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import checkpoint_from_dict, checkpoint_to_dict


        def loop(config):
            checkpoint = train.get_checkpoint()
            first = checkpoint_to_dict(checkpoint)["epoch"] + 1 if checkpoint else 0
            for epoch in range(first, 3):
                train.report(
                    {"epoch": epoch},
                    checkpoint=checkpoint_from_dict({"epoch": epoch}),  # to go on from
                )


        def main():
            result = TorchTrainer(loop).fit()
            return checkpoint_to_dict(result.checkpoint)["epoch"], Checkpoint("s3://a")
        """,
    )


def test_a_lambda_that_moves_into_the_driver() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import Checkpoint, session
        from ray.train.torch import TorchTrainer

        tuner = tune.Tuner(
            TorchTrainer(
                lambda config: session.report({}, checkpoint=Checkpoint.from_dict(config))
            ),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, checkpoint_from_dict, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                lambda config: train.report({}, checkpoint=checkpoint_from_dict(config)),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_dict_that_a_trainer_starts_from() -> None:
    check_migrated(
        """\
        from mine import loop
        from ray.air import Checkpoint
        from ray.train.torch import TorchTrainer

        old = Checkpoint.from_directory("old").to_dict()
        TorchTrainer(loop, resume_from_checkpoint=Checkpoint.from_dict(old)).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from mine import loop
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import checkpoint_from_dict, checkpoint_to_dict, start_from_trial

        old = checkpoint_to_dict(Checkpoint.from_directory("old"))
        TorchTrainer(
            start_from_trial(loop, resume_from_checkpoint=checkpoint_from_dict(old))
        ).fit()
        """,
    )


def test_dicts_out_of_results_that_functions_give_and_take() -> None:
    check_migrated(
        """\
        from typing import Optional

        from ray import tune
        from ray.air.checkpoint import Checkpoint
        from ray.tune.result_grid import ResultGrid

        from project import objective


        def search():
            tuner = tune.Tuner(objective)
            try:
                return tuner.fit()
            finally:
                print("done")


        def best_of(grid: ResultGrid):
            return grid.get_best_result("loss", "min")


        def epoch(checkpoint: Optional[Checkpoint]):
            return checkpoint.to_dict()["epoch"] if checkpoint else 0


        def weights(result):
            return result.get_best_checkpoint("loss", "min").to_dict()["weights"]


        results = search()
        best = best_of(results)
        print(epoch(best.checkpoint), weights(best), best.checkpoint.to_dict())
        """,
        """\
        from typing import Optional

        from ray import tune
        from ray.train import Checkpoint
        from ray.tune.result_grid import ResultGrid
        from raytune_runtime import checkpoint_to_dict

        from project import objective


        def search():
            tuner = tune.Tuner(objective)
            try:
                return tuner.fit()
            finally:
                print("done")


        def best_of(grid: ResultGrid):
            return grid.get_best_result("loss", "min")


        def epoch(checkpoint: Optional[Checkpoint]):
            return checkpoint_to_dict(checkpoint)["epoch"] if checkpoint else 0


        def weights(result):
            return checkpoint_to_dict(result.get_best_checkpoint("loss", "min"))["weights"]


        results = search()
        best = best_of(results)
        print(epoch(best.checkpoint), weights(best), checkpoint_to_dict(best.checkpoint))
        """,
    )


def test_pairs_that_are_not_those_of_a_result() -> None:
    check_unchanged(
        """\
        from ray import tune

        from project import store


        def read(result: tune.Result):
            for number, checkpoint in enumerate(store.best_checkpoints):
                print(number, checkpoint.to_dict())
            for metrics in result.best_checkpoints:
                print(metrics.to_dict())
            return [metrics.to_dict() for _, metrics in result.best_checkpoints]
        """,
    )


def test_lists_of_something_else() -> None:
    check_unchanged(
        """\
        from ray import tune


        def read(grid: tune.ResultGrid, table):
            kept = [one.checkpoint for one in grid]
            kept.append(table)
            frames = [one.metrics_dataframe for one in grid]
            print(kept[0].to_dict(), frames[0].to_dict())
            return max(frames, key=lambda one: one.to_dict()["loss"])
        """,
    )


def test_a_list_of_checkpoints() -> None:
    check_migrated(
        """\
        from ray import tune


        def read(grid: tune.ResultGrid):
            kept = [one.checkpoint for one in grid]
            print(kept[0].to_dict(), kept[-1].to_dict())
            print(max(grid, key=lambda one: one.checkpoint.to_dict()["loss"]))
            return min(kept, key=lambda one: one.to_dict()["loss"])
        """,
        """\
        from ray import tune
        from raytune_runtime import checkpoint_to_dict


        def read(grid: tune.ResultGrid):
            kept = [one.checkpoint for one in grid]
            print(checkpoint_to_dict(kept[0]), checkpoint_to_dict(kept[-1]))
            print(max(grid, key=lambda one: checkpoint_to_dict(one.checkpoint)["loss"]))
            return min(kept, key=lambda one: checkpoint_to_dict(one)["loss"])
        """,
    )


def test_the_best_checkpoints_of_a_result() -> None:
    check_migrated(
        """\
        from ray import tune


        def read(result: tune.Result):
            for checkpoint, metrics in result.best_checkpoints:
                print(checkpoint.to_dict(), metrics)
            print(result.best_checkpoints[-1][0].to_dict())
            return [one.to_dict() for one, _ in result.best_checkpoints]
        """,
        """\
        from ray import tune
        from raytune_runtime import checkpoint_to_dict


        def read(result: tune.Result):
            for checkpoint, metrics in result.best_checkpoints:
                print(checkpoint_to_dict(checkpoint), metrics)
            print(checkpoint_to_dict(result.best_checkpoints[-1][0]))
            return [checkpoint_to_dict(one) for one, _ in result.best_checkpoints]
        """,
    )


def test_the_checkpoints_of_an_analysis() -> None:
    check_migrated(
        """\
        from ray import tune

        from project import objective, server

        analysis = tune.run(objective, metric="loss", mode="min")
        trial = analysis.best_trial
        print(analysis.best_checkpoint.to_dict(), server.best_checkpoint.to_dict())
        print(analysis.get_last_checkpoint(trial).to_dict())
        """,
        """\
        from ray import tune
        from raytune_runtime import checkpoint_to_dict

        from project import objective, server

        analysis = tune.run(objective, metric="loss", mode="min")
        trial = analysis.best_trial
        print(checkpoint_to_dict(analysis.best_checkpoint), server.best_checkpoint.to_dict())
        print(checkpoint_to_dict(analysis.get_last_checkpoint(trial)))
        """,
    )
