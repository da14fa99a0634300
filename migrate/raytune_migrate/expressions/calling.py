"""What calls a function that it is given, by the names of functions and methods."""

from __future__ import annotations

# Of pools, and ``map`` itself: with each element of what comes after the function, and at which
# place among the arguments that is.
CALLING_EACH = {"map": 0, "map_async": 0, "imap": 0, "imap_unordered": 0}
# Of executors and asyncio too: with what comes after the function.
# ``AWAITED`` give, once they are awaited, what the function does.
AWAITED = {"to_thread": 0, "run_in_executor": 1}
CALLING = {**CALLING_EACH, **AWAITED, "submit": 0, "partial": 0}
# Of pools too: with the row that comes after the function; with each row of what comes there.
CALLING_WITH_ROW = {"apply": 0, "apply_async": 0}
CALLING_WITH_EACH_ROW = {"starmap": 0, "starmap_async": 0}
# Of joblib: what gives a function that is called later with what it is called with, and what gives
# all that such calls give.
DELAYED = "joblib.delayed"
ALL_DELAYED = "joblib.Parallel"
# What runs, as the command line says, what it is given: functions, classes, or dicts and lists of
# them. Fire takes all of a module that gives it nothing.
FIRE = "fire.Fire"
COMMAND_LINES = frozenset(
    {
        FIRE,
        "absl.app.run",
        "argh.dispatch_command",
        "argh.dispatch_commands",
        "clize.run",
        "defopt.run",
        "jsonargparse.CLI",
        "jsonargparse.auto_cli",
        "plac.call",
        "typer.run",
        "tyro.cli",
    }
)
# What runs a function as a task of Ray, or in a thread or a process, of its own: functions and
# classes; the methods of pools and executors, whatever they are called; and what runs the ``run``
# of a class that derives from it.
SUBMIT = "submit"
STARTERS = frozenset(
    {
        "threading.Thread",
        "threading.Timer",
        "multiprocessing.Process",
        "anyio.to_thread.run_sync",
        "asyncio.to_thread",
        "fastapi.concurrency.run_in_threadpool",
        "joblib.delayed",
        "starlette.concurrency.run_in_threadpool",
        "trio.to_thread.run_sync",
    }
)
STARTING_METHODS = frozenset(
    {
        SUBMIT,
        "map",
        "map_async",
        "starmap",
        "starmap_async",
        "imap",
        "imap_unordered",
        "apply_async",
        "run_in_executor",
    }
)
STARTING_BASES = frozenset({"threading.Thread", "multiprocessing.Process"})
