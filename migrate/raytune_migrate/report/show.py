"""What is shown of files as a run goes on: the text on stderr, and the patch on stdout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.report.text import copy_lines, lines
from raytune_migrate.settings.options import TEXT_ON_STDERR, WriteBack

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from raytune_migrate.outcome import Outcome
    from raytune_migrate.report.terminal import Console
    from raytune_migrate.runtime.vendor import Copy
    from raytune_migrate.settings.options import Options


def folder_of_patch(files: Iterable[str], options: Options) -> Path:
    """Where the patch is to be applied, if there is to be one."""
    if options.write_back is not WriteBack.DIFF:
        return Path()
    from raytune_migrate.report.patch import folder_for  # only --diff needs it

    return folder_for(files)


def show(
    outcome: Outcome,
    options: Options,
    console: Console,
    told: MutableMapping[str, Path],
    folder: Path,
) -> None:
    """Show how a file ended; ``told`` is what was said before, ``folder`` where a patch applies."""
    if TEXT_ON_STDERR in options.reports:
        for line in lines(outcome, options, told):
            console.err(line)
    if options.write_back is WriteBack.DIFF:
        _show_patch(outcome, console, folder)


def show_copy(copy: Copy, options: Options, console: Console) -> None:
    """Show what became, or would become, of the project's own copy of the runtime."""
    for line in copy_lines(copy, options):
        console.err(line)
    if options.write_back is WriteBack.DIFF:
        from raytune_migrate.report.patch import colored, copy_comment

        data = copy_comment(copy)
        console.out(colored(data) if console.out_in_color else data)


def _show_patch(outcome: Outcome, console: Console, folder: Path) -> None:
    from raytune_migrate.report.patch import located, painted, patch

    if data := located(patch(outcome, folder), folder):
        console.out(painted(data, outcome, console))
