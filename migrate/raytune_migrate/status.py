"""How a file may end, and with which status a run exits."""

from __future__ import annotations

from enum import Enum

NOTHING_LEFT = 0
SOMETHING_LEFT = 1
USAGE = 2  # as click has it
A_FILE_FAILED = 123
INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


class Status(Enum):
    """The five ways in which a file can end."""

    UNCHANGED = "unchanged"
    MIGRATED = "migrated"
    WORK_LEFT = "migrated with work left"
    SKIPPED = "skipped"
    FAILED = "failed"
