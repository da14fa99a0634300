"""Getting text to a terminal or a pipe: safely, and in colour where that is wanted."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


_ERASE = "\r\033[2K"


def shown(text: str) -> str:
    """``text`` on one line, with nothing in it that a terminal would act on.

    File names and source may hold anything: newlines, escape sequences, bytes of no encoding.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def uses_color(wanted: bool | None, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour a stream: the option, else ``NO_COLOR``, ``FORCE_COLOR``, else a terminal.

    See https://no-color.org and https://force-color.org.
    """
    if wanted is not None:
        return wanted
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True)
class Console:
    """The two streams of a run: results on stdout, and what is said about them on stderr."""

    color: bool | None = None

    @property
    def out_is_terminal(self) -> bool:
        """Whether a person reads stdout, rather than a program."""
        return _is_terminal(sys.stdout)

    @property
    def out_in_color(self) -> bool:
        """Whether stdout is coloured."""
        return uses_color(self.color, os.environ, terminal=self.out_is_terminal)

    def out(self, data: bytes) -> None:
        """Write to stdout as it is, without translating newlines. Raises BrokenPipeError."""
        if _is_open(sys.stdout):
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def show_line(self, text: str) -> None:
        """Show a line on a terminal's stderr that the next output takes the place of."""
        if _is_terminal(sys.stderr):
            import shutil  # only long runs on a terminal get here

            width = shutil.get_terminal_size().columns - 1
            click.echo(f"{_ERASE}{text[:width]}", err=True, nl=False, color=True)

    def clear_line(self) -> None:
        """Take away what :meth:`show_line` has shown."""
        if _is_terminal(sys.stderr):
            click.echo(_ERASE, err=True, nl=False, color=True)

    def err(self, text: str) -> None:
        """Write a line to stderr; nobody listening any more is no reason to stop the work."""
        color = uses_color(self.color, os.environ, terminal=_is_terminal(sys.stderr))
        try:
            click.echo(text, err=True, color=color)
        except BrokenPipeError:
            discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Let a stream end nowhere, so that nothing fails when Python flushes it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _is_open(stream: TextIO | None) -> bool:
    return stream is not None  # which it is where a shell closed it (`>&-`)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
