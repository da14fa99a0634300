"""What a user can do about a run that failed for want of what it has elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.verify.processes import Stop
from raytune_migrate.verify.runs import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.verify.runs import How, Run

_USAGE = 2  # the status of argparse, click and others for arguments that are missing or wrong


def hints(run: Run, how: How) -> Iterator[str]:
    """What to do about a failure that verify itself has brought about."""
    if run.stop is Stop.TIMEOUT:
        yield (
            "--timeout holds for each run; --trials N, or arguments of the script behind --, may"
            " make them shorter"
        )
        return
    failure = "" if run.record is None else (run.record.failure or "")
    if "EOFError" in failure:
        yield "a run has an empty stdin: nobody can type into it"
    # An original alone may want what its old Ray had; of that another note speaks.
    if run.version is Version.V2 and "ModuleNotFoundError" in failure:
        yield "what the script imports must be installed for the Python that --python names"
    if run.status == _USAGE and not failure and not how.arguments:
        yield "the script was given no arguments: they follow --, as in SCRIPT -- --epochs 2"
