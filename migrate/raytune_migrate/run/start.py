"""A run over paths: which of their files there is more to than that they are unchanged.

Most runs end here, at a search of bytes, and import nothing that others need.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.facts.search.imported import lead_to_ray
from raytune_migrate.files.find import DOCUMENTS, find_files, mentions_ray, read_at_once
from raytune_migrate.report.counts import counts_of_files, interrupted
from raytune_migrate.report.terminal import Console
from raytune_migrate.runtime.copies import RUNTIME, without_copies
from raytune_migrate.settings.options import Decisions, Docs, Verbosity
from raytune_migrate.status import INTERRUPTED, NOTHING_LEFT, USAGE, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.settings.options import Options

_DOCUMENTS = tuple(DOCUMENTS)
_RUNTIME = RUNTIME.encode()


def run(paths: tuple[Path, ...], options: Options) -> int:
    """Migrate ``paths`` as ``options`` say; returns the exit status."""
    # Trees are made of many objects and few cycles: to look for these among them takes long. It is
    # done when a file is over and nearly all is garbage; before, only where that gets too much.
    gc.set_threshold(1_000_000)
    start = time.monotonic()
    console = Console(options.color)
    files: list[str] = []
    try:
        found = find_files(paths, options.filter)
        if options.vendor is not None and not _is_the_only_copy(options.vendor, found, console):
            return USAGE
        files.extend(without_copies(found))
        mentioned = [Path(one) for one in files if _matters(one, options)]
        nothing = not mentioned and _asks_for_changes_alone(options) and not lead_to_ray(files)
    except KeyboardInterrupt:
        console.err(interrupted(done=0, left=len(files)))
        return INTERRUPTED
    if not nothing:
        from raytune_migrate.run.work import work

        return work(files, mentioned, paths, options, start)
    if options.verbosity is not Verbosity.QUIET:
        counts = Counter({Status.UNCHANGED: len(files)})
        console.err(counts_of_files(counts, time.monotonic() - start, options))
    return NOTHING_LEFT


def _is_the_only_copy(folder: Path, files: Iterable[str], console: Console) -> bool:
    """Whether a copy of the runtime in a folder has no other beside it; else that is said."""
    from raytune_migrate.runtime.vendor import VendorError, check_others  # few projects have one

    try:
        check_others(folder, files)
    except VendorError as error:
        console.err(f"error: {error}.")
        return False
    return True


def _matters(path: str, options: Options) -> bool:
    """Whether there is more to a file than that it is unchanged; most files end here.

    What cannot be read matters: why, is said where it is processed.
    """
    if options.docs is Docs.LEAVE and path.endswith(_DOCUMENTS):
        return True
    try:
        data = read_at_once(path)
    except OSError:
        return True
    return data is None or mentions_ray(data) or _RUNTIME in data


def _asks_for_changes_alone(options: Options) -> bool:
    """Whether a run in which nothing is to be changed has nothing else to do or to say."""
    return (
        not options.names_every_file
        and options.vendor is None
        and options.decisions is Decisions.KEEP
    )
