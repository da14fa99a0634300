"""DataConfigs of one's own, by what Train V2 gives their configure()."""

from __future__ import annotations

from migrating import check_finding, check_unchanged


def test_what_train_v2_gives() -> None:
    check_unchanged(
        """\
        from ray.train import DataConfig


        class ByNode(DataConfig):
            def configure(self, datasets, world_size, worker_handles, worker_node_ids, **kwargs):
                for name, dataset in datasets.items():
                    dataset.split(world_size, locality_hints=worker_node_ids)
                return super().configure(datasets, world_size, worker_handles, worker_node_ids)


        class One(DataConfig):
            def configure(self, datasets, world_size, worker_handles=None, **kwargs):
                shards = datasets["train"].streaming_split(world_size)
                return [{"train": one} for one in shards if datasets["train"]]


        class Careful(DataConfig):
            def configure(self, datasets, world_size, worker_handles, worker_node_ids, **kwargs):
                shards = []
                if worker_handles is not None:
                    shards = [each(one) for one in worker_handles]
                if "train" in datasets:
                    shards += datasets["train"].split(world_size)
                return shards or datasets["val"].split(world_size)
        """,
    )


def test_something_else() -> None:
    check_unchanged(
        """\
        from mylib import DataConfig
        from ray import train


        class Own(DataConfig):
            def configure(self, datasets, world_size, worker_handles, worker_node_ids):
                return [one.id for one in worker_handles], datasets["a"], datasets["b"]


        class Placed(train.DataConfig):
            def place(self, datasets, worker_handles):
                return [one.id for one in worker_handles], datasets["a"], datasets["b"]
        """,
    )


def test_handles_and_datasets() -> None:
    result = check_finding(
        """\
        from ray import train


        class Base(train.DataConfig):
            pass


        class Near(Base):
            def configure(self, datasets, world_size, worker_handles, worker_node_ids, **kwargs):
                shards = datasets["train"].split(world_size, locality_hints=worker_handles)
                names = [ask(one) for one in worker_handles]
                return shards, names, worker_handles[0], datasets["val"], datasets["train"]
        """,
        (10, "RTM308"),
        (11, "RTM308"),
        (12, "RTM308"),
        (12, "RTM308"),
    )
    assert [result.findings[0].message, result.findings[-1].message] == [
        "Train V2 gives configure() no worker_handles: it is None. Place data by worker_node_ids,"
        " or by world_size alone.",
        "Train V2 calls configure() for one dataset at a time: the others are not there. Share out"
        " whatever datasets holds, by their names.",
    ]
