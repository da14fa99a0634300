"""Bytes to text and back, without touching encoding, byte order mark, newlines or mode bits."""

from __future__ import annotations

import codecs
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# PEP 263, and the same patterns as the standard library's ``tokenize``.
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#|$)")
_COOKIE_LINES = 2
_TEMPORARY = ".raytune-migrate-*.tmp"  # what is to become a file, beside it
_SOON_S = 1
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SourceError(Exception):
    """Source that cannot be read or written as it must be; the text says why and what to do."""


class Language(Enum):
    """What a file is written in, which decides whether it can declare its encoding."""

    PYTHON = "Python"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded file: its text with newlines as they are, and what turns it into bytes again."""

    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    language: Language = Language.PYTHON

    def encode(self, text: str) -> bytes:
        """The bytes of ``text``, in the encoding and with the byte order mark of this source."""
        try:
            data = self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            line = text.count("\n", 0, error.start) + 1
            raise SourceError(
                f"the new code holds {character!a} on line {line}, which the file's encoding"
                f" {self.encoding} cannot express; convert the file to UTF-8"
            ) from error
        if text != self.text and decode(data, self.language).text != text:
            raise SourceError(
                f"the new code would no longer be read as {self.encoding}; convert the file to"
                " UTF-8 and remove its coding cookie"
            )
        return data


def decode(data: bytes, language: Language = Language.PYTHON) -> Source:
    """The source in ``data``, such that encoding it again gives the same bytes."""
    if data.startswith(_UTF16_MARKS):
        raise SourceError("is UTF-16, which Python does not read; convert the file to UTF-8")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    if (nul := body.find(b"\0")) >= 0:
        raise SourceError(
            f"holds a NUL byte on line {_line(body, nul)}, which no Python file may; remove it"
        )

    cookie = _cookie(body) if language is Language.PYTHON else None
    encoding = _normal_name(cookie) if cookie is not None else "utf-8"
    if bom and encoding != "utf-8":
        raise SourceError(
            f"has the byte order mark of UTF-8, but a coding cookie that says {cookie!r};"
            " remove one of them"
        )
    try:
        text = body.decode(encoding)
    except LookupError as error:
        raise SourceError(
            f"has a coding cookie for {cookie!r}, which Python does not know as an encoding of"
            " text; correct the cookie"
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(_undecodable(body, error, cookie, language)) from error
    except UnicodeError as error:  # a few codecs have no place to name
        raise SourceError(
            f"is not {cookie}, though its coding cookie says so; correct the cookie"
        ) from error
    source = Source(text, encoding, bom, language)
    if not _is_faithful(source, data):
        raise SourceError(
            f"is {encoding}, and would not keep all of its bytes; convert the file to UTF-8"
        )
    return source


def _cookie(body: bytes) -> str | None:
    """The encoding that the first two lines declare, if one does."""
    # Enough for two lines of any length that can matter; splitlines on it all would copy the file.
    for line in body[:4096].splitlines()[:_COOKIE_LINES]:
        if match := _COOKIE.match(line):
            return match[1].decode("ascii", errors="replace")
        if not _BLANK_OR_COMMENT.match(line):
            return None  # code on the first line: a comment on the second declares nothing
    return None


def _normal_name(cookie: str) -> str:
    """The codec's name; editors write ``utf-8-unix`` and ``latin-1-dos``, which Python accepts."""
    name = cookie[:12].lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    for latin in ("latin-1", "iso-8859-1", "iso-latin-1"):
        if name == latin or name.startswith(f"{latin}-"):
            return "iso-8859-1"
    return cookie


def _undecodable(
    body: bytes, error: UnicodeDecodeError, cookie: str | None, language: Language
) -> str:
    where = f"byte 0x{body[error.start]:02x} on line {_line(body, error.start)}"
    if language is Language.ANY:
        return f"is not UTF-8 ({where}); convert the file to UTF-8"
    if cookie is None:
        return (
            f"is not UTF-8 ({where}) and has no coding cookie; convert the file to UTF-8, or add"
            " a cookie such as `# -*- coding: latin-1 -*-` as its first line"
        )
    return (
        f"is not {cookie} ({where}), though its coding cookie says so; correct the cookie or"
        " convert the file"
    )


def _is_faithful(source: Source, data: bytes) -> bool:
    try:
        return source.bom + source.text.encode(source.encoding) == data
    except UnicodeError:
        return False


def _line(body: bytes, offset: int) -> int:
    before = body[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def replace_file(path: Path, *, before: bytes, after: bytes) -> None:
    """Put ``after`` in the place of ``before``, wholly or not at all.

    Links stay links, and mode, owner and extended attributes stay as they are. A file that is no
    longer ``before`` has been edited in the meantime, and is left alone.
    """
    if after == before:
        return
    target = path.resolve(strict=True)
    if not os.access(target, os.W_OK):
        # Replacing a file asks only the folder for permission. Its own "no" counts too.
        raise SourceError("is read-only; make it writable")
    _clear_away(target.parent)
    # Named before it is made, so that no interruption can come between the two.
    temporary = target.with_name(_TEMPORARY.replace("*", os.urandom(8).hex()))
    lock = None
    try:
        with open(temporary, "xb", opener=_open_private) as file:
            lock = _lock(os.dup(file.fileno()))  # as long as it is in use
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        _dress(target, temporary)
        if target.read_bytes() != before:
            raise SourceError("was changed by something else during the run; run again")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def _dress(target: Path, temporary: Path) -> None:
    """Give a new file what the one that it replaces has beside its content."""
    import shutil  # only a run that writes pays for it

    _keep_owner(target, temporary)
    shutil.copystat(target, temporary)  # after the owner: changing that clears mode bits
    os.utime(temporary)  # but the content is new, and build tools go by the time


def _open_private(name: str, flags: int) -> int:
    """Open for the user alone, until the file has the mode of the one it replaces."""
    return os.open(name, flags, 0o600)


def _lock(descriptor: int) -> int | None:
    """Lock an open file, so that no other run takes it for one that was left behind.

    Closes it, and gives None, where it is locked, or the system has no such locks.
    """
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    os.close(descriptor)
    return None


def _clear_away(folder: Path) -> None:
    """Remove what a run that was killed has left in a folder: nobody has a lock on that."""
    for left in folder.glob(_TEMPORARY):
        with suppress(OSError):
            lock = _lock(os.open(left, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)))
            if lock is not None:
                # An empty new one may be about to be locked.
                state = os.fstat(lock)
                if state.st_size > 0 or state.st_mtime < time.time() - _SOON_S:
                    left.unlink()
                os.close(lock)


def _keep_owner(target: Path, temporary: Path) -> None:
    wanted, got = target.stat(), temporary.stat()
    if (wanted.st_uid, wanted.st_gid) != (got.st_uid, got.st_gid):
        try:
            os.chown(temporary, wanted.st_uid, wanted.st_gid)
        except PermissionError:
            return  # not ours to give; any other writer's new file would be ours as well
