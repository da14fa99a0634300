"""Which code runs while other code does: tasks, actors, threads and processes of a module."""

from __future__ import annotations

import textwrap

import libcst as cst
import pytest

from raytune_migrate.module.names import calls
from raytune_migrate.module.parsed import parse
from raytune_migrate.sweep.beside_others import runs_beside_others

ALONE = {
    "at the top": "sweep()",
    "in a function": """
        def main():
            sweep()

        main()
    """,
    "a task for something else": """
        import ray

        @ray.remote
        def prepare():
            pass

        def main():
            ray.get(prepare.remote())
            sweep()
    """,
    "another decorator": """
        from project import remote

        @remote
        def main():
            sweep()
    """,
    "a value that nobody starts": """
        def main():
            sweep()

        COMMANDS = {"sweep": main, "again": print(main)}
    """,
    "a function of the same name": """
        from concurrent.futures import ThreadPoolExecutor

        def main():
            sweep()

        def others(pool, main):
            pool.submit(main)
    """,
    "a lambda that is called": """
        main = lambda: sweep()
        main()
    """,
    "a function that is bound, and called": """
        from functools import partial

        def main(seed):
            sweep()

        partial(main, 1)()
    """,
    "a fit that is called": """
        tuner = sweep()
        tuner.fit()
    """,
    "a fit of what a function returns": """
        def make():
            tuner = sweep()
            return tuner

        def main():
            return make().fit()
    """,
    "a class that is no thread": """
        from project import Thread

        class Study(Thread):
            def run(self):
                sweep()
    """,
    "what else is asked of it beside others": """
        def main(pool):
            tuner = sweep()
            pool.submit(tuner.get_results)
            tuner.fit()
    """,
}

BESIDE = {
    "a task": """
        import ray

        @ray.remote(num_cpus=1)
        def main():
            sweep()
    """,
    "what a task calls": """
        from ray import remote

        def inner():
            sweep()

        @remote
        def main():
            inner()
    """,
    "a function that is made a task": """
        import ray

        def main():
            sweep()

        ray.get(ray.remote(main).remote())
    """,
    "an actor": """
        import ray

        @ray.remote
        class Study:
            def run(self):
                sweep()
    """,
    "a thread": """
        import threading

        def main():
            sweep()

        threading.Thread(target=main).start()
    """,
    "a method in a pool": """
        class Study:
            def run(self):
                sweep()

        def main(pool):
            return [pool.submit(study.run) for study in (Study(), Study())]
    """,
    "a process": """
        from multiprocessing import Process

        def main():
            sweep()

        Process(target=main).start()
    """,
    "a lambda": """
        def main(loop, executor):
            return loop.run_in_executor(executor, lambda: sweep())
    """,
    "what a lambda in a variable calls": """
        import threading

        def main():
            sweep()

        run = lambda: main()
        threading.Thread(target=run).start()
    """,
    "a function that is bound": """
        from functools import partial

        def main(out, seed):
            sweep()

        def start(pool):
            return pool.map(partial(main, "out"), range(2))
    """,
    "a function that is bound before": """
        import functools
        from multiprocessing import Pool

        def main(out, again, seed):
            sweep()

        run = functools.partial(main, "out")
        once_more = functools.partial(run, True)
        with Pool(2) as pool:
            pool.map(once_more, range(2))
    """,
    "the run of a thread": """
        from threading import Thread

        class Study(Thread):
            def run(self):
                sweep()
    """,
    "the run of a process": """
        import multiprocessing as mp

        class Study(mp.Process):
            def run(self):
                sweep()
    """,
    "a fit that a lambda calls": """
        def main(loop):
            tuner = sweep()
            return loop.run_in_executor(None, lambda: tuner.fit())
    """,
    "the fit of what a function returns": """
        def make(seed):
            tuner = sweep()
            return tuner

        def main(pool):
            return [pool.submit(make(seed).fit) for seed in range(2)]
    """,
    "the fit of what a method returns": """
        import anyio

        class Study:
            def make(self):
                return sweep()

            async def run(self):
                tuner = self.make()
                return await anyio.to_thread.run_sync(tuner.fit)
    """,
    "the fit of a tuner": """
        import asyncio

        async def main():
            tuner = sweep()
            return await asyncio.to_thread(tuner.fit)
    """,
    "the fit of a tuner where it is made": """
        import threading

        threading.Thread(target=sweep().fit).start()
    """,
}


def runs(code: str) -> bool:
    parsed = parse(textwrap.dedent(code))
    (sweep,) = (
        one for one in calls(parsed) if isinstance(one.func, cst.Name) and one.func.value == "sweep"
    )
    return runs_beside_others(parsed, sweep)


@pytest.mark.parametrize("code", ALONE.values(), ids=ALONE.keys())
def test_runs_alone(code: str) -> None:
    assert not runs(code)


@pytest.mark.parametrize("code", BESIDE.values(), ids=BESIDE.keys())
def test_runs_beside_others(code: str) -> None:
    assert runs(code)
