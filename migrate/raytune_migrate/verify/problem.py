"""What stops a verification before anything has been run."""

from __future__ import annotations


class Problem(Exception):
    """Why there is nothing to run; the text says what, why and what to do.

    ``status`` is the exit status that follows.
    """

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status
