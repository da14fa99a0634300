"""A migration as a patch that ``git apply`` and ``patch -p1`` take, with a reviewer's commentary.

What is said about the changes stands above the file's diff in lines that start with ``#``. Patch
tools skip them, and so a saved patch explains itself.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from bisect import bisect_right
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate import __version__
from raytune_migrate.proposal import Safety
from raytune_migrate.report.places import where
from raytune_migrate.report.terminal import shown
from raytune_migrate.runtime.vendor import CopyState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.outcome import Migration, Outcome
    from raytune_migrate.proposal import Change
    from raytune_migrate.report.terminal import Console
    from raytune_migrate.runtime.vendor import Copy

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+\S+ @@\n")
_RESET = b"\033[0m"
# As git colours a diff; the first match decides.
_COLORS = (
    (re.compile(rb"(---|\+\+\+) "), b"\033[1m"),
    (re.compile(rb"@@ "), b"\033[36m"),
    (re.compile(rb"\+"), b"\033[32m"),
    (re.compile(rb"-"), b"\033[31m"),
    (re.compile(rb"#   \+"), b"\033[2;32m"),
    (re.compile(rb"#   -"), b"\033[2;31m"),
    (re.compile(rb"#"), b"\033[2m"),
)
_C_ESCAPES = {ord("\n"): "\\n", ord("\t"): "\\t", ord('"'): '\\"', ord("\\"): "\\\\"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def folder_for(files: Iterable[str | Path]) -> Path:
    """The folder in which a patch of all these files can be applied: this one, or one above all.

    Patch tools take no path that leads out of where they are.
    """
    here = Path.cwd()
    # Of every file of a tree, for which pathlib takes too long.
    folders = {os.path.dirname(os.path.abspath(one)) for one in files}  # noqa: PTH100, PTH120
    if all(Path(one).is_relative_to(here) for one in folders):
        return here
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on several drives
        return here


def located(data: bytes, folder: Path) -> bytes:
    """A patch that says in which folder it is to be applied, if that is not this one."""
    if not data or folder == Path.cwd():
        return data
    return f"# to be applied in {shown(str(folder))}\n".encode() + data


def patch(outcome: Outcome, folder: Path) -> bytes:
    """The commentary and the diff of one file, to be applied in ``folder``.

    The diff holds the file's own bytes: a patch in another encoding would not apply. The head of
    each hunk names the changes that it belongs to.
    """
    migration, source = outcome.migration, outcome.source
    if migration is None or source is None or migration.before == migration.after:
        return b""
    said = [line for change in migration.changes for line in commentary(outcome.path, change)]
    # The patch is one of the JSON; what people want to read is the code.
    cells = [(one.number, one.before, one.after) for one in migration.cells]
    said += _code_diff(cells, "  ")
    comments = "".join(f"# {line}".rstrip() + "\n" for line in said)
    diff = _diff(
        outcome.path,
        folder,
        source.encode(migration.before),
        source.encode(migration.after),
        _codes_by_line(migration),
    )
    return comments.encode(source.encoding, errors="backslashreplace") + diff


def diff_as_text(outcome: Outcome, folder: Path) -> str:
    """The diff of one file as text, which applies to the file if that is UTF-8."""
    migration, source = outcome.migration, outcome.source
    if migration is None or source is None or migration.before == migration.after:
        return ""
    before, after = (
        source.bom + text.encode("utf-8", "surrogatepass")
        for text in (migration.before, migration.after)
    )
    diff = _diff(outcome.path, folder, before, after, _codes_by_line(migration))
    return diff.decode("utf-8", "surrogatepass")


def diff_between(without: Outcome, with_it: Outcome, folder: Path) -> bytes:
    """The diff between two ways in which one file may end; of a notebook, that of its code."""
    one, other = without.migration, with_it.migration
    if one is not None and other is not None and other.cells:
        pairs = zip(one.cells, other.cells, strict=True)
        lines = _code_diff(((old.number, old.after, new.after) for old, new in pairs), "")
        return "".join(f"{line}\n" for line in lines).encode(errors="backslashreplace")
    before, after = without.after or b"", with_it.after or b""
    return _diff(with_it.path, folder, before, after, {})


def painted(data: bytes, outcome: Outcome, console: Console) -> bytes:
    """A patch as stdout takes it: in colour, and safe for a terminal, if it is one."""
    if console.out_is_terminal and outcome.source is not None:
        data = for_terminal(data, outcome.source.encoding, sys.stdout.encoding)
    return colored(data) if console.out_in_color else data


def copy_comment(copy: Copy) -> bytes:
    """What a patch says of the copy of the runtime, whose files it leaves out."""
    if copy.state is CopyState.CURRENT or copy.error is not None:
        return b""
    count = f"{len(copy.stale)} file" + ("s" if len(copy.stale) > 1 else "")
    text = (
        f"# {shown(str(copy.folder))}: {count} of raytune-migrate {__version__}, not shown here\n"
    )
    return text.encode(errors="backslashreplace")


def for_terminal(data: bytes, file_encoding: str, terminal_encoding: str) -> bytes:
    """A patch as a person sees it: in the terminal's encoding, and nothing the terminal obeys."""
    text = "".join(
        _CONTROLS.sub(_visible, line.removesuffix("\r")) + "\n"
        for line in data.decode(file_encoding, errors="replace").split("\n")[:-1]
    )
    return text.encode(terminal_encoding, errors="replace")


def colored(data: bytes) -> bytes:
    """A patch in the colours of ``git diff``."""
    return b"".join(map(_colored_line, _lines(data)))


def commentary(path: Path, change: Change) -> Iterator[str]:
    """What is said of a change above its diff, line by line."""
    yield f"{where(path, change.place)}: {change.code} {shown(change.title)}"
    yield f"  why: {shown(change.reason)}"
    yield from (f"  {note_kind(change)}: {shown(note)}" for note in change.notes)
    yield f"  see: {shown(change.link)}"


def _code_diff(cells: Iterable[tuple[int, str, str]], indent: str) -> Iterator[str]:
    """What differs in the cells of a notebook, line by line, below the number of each."""
    for number, before, after in cells:
        if before != after:
            yield f"cell {number}:"
            diff = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
            yield from (f"{indent}{shown(line)}" for line in islice(diff, 2, None))


def _codes_by_line(migration: Migration) -> Mapping[int, str]:
    """The changes that touch each line of the file as it was, the first of them."""
    ends = [match.end() for match in re.finditer(r"\n", migration.before)]
    found: dict[int, str] = {}
    for change, edits in zip(migration.changes, migration.edits, strict=False):
        for edit in edits:
            first, last = bisect_right(ends, edit.start), bisect_right(ends, edit.end)
            for line in range(first, last + 1):
                found.setdefault(line + 1, change.code)
    for change, rows in zip(migration.changes, migration.rows, strict=False):
        for row in rows:
            found.setdefault(row, change.code)
    return found


def _diff(path: Path, folder: Path, before: bytes, after: bytes, codes: Mapping[int, str]) -> bytes:
    name = _name_in_patch(path, folder)
    diff = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(before),
        _lines(after),
        fromfile=_header(b"a/" + name),
        tofile=_header(b"b/" + name),
    )
    return b"".join(
        _headed(line, codes) if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
        for line in diff
    )


def _headed(line: bytes, codes: Mapping[int, str]) -> bytes:
    """The head of a hunk with the codes of its changes, where git names the function."""
    match = _HUNK.fullmatch(line)
    if match is None:
        return line
    start, count = int(match[1]), int(match[2] or 1)
    some = dict.fromkeys(codes[one] for one in range(start, start + count) if one in codes)
    return line.rstrip(b"\n") + "".join(f" {one}" for one in some).encode() + b"\n"


def note_kind(change: Change) -> str:
    """What the notes of a change are called."""
    return "may differ" if change.safety is Safety.REVIEW else "note"


def _name_in_patch(path: Path, folder: Path) -> bytes:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow the link)
    if absolute.is_relative_to(folder):
        return os.fsencode(absolute.relative_to(folder).as_posix())
    return os.fsencode(absolute.relative_to(absolute.anchor).as_posix())  # for `patch -d /`


def _header(name: bytes) -> bytes:
    """A file name as git writes it in a header: quoted where it holds anything unusual."""
    text = os.fsdecode(name)
    if not text.isprintable() or '"' in text or "\\" in text:
        return b'"' + "".join(map(_c_escaped, name)).encode("ascii") + b'"'
    return name + b"\t" if b" " in name else name  # a tab ends a name that holds spaces


def _c_escaped(byte: int) -> str:
    if byte in _C_ESCAPES:
        return _C_ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _lines(data: bytes) -> list[bytes]:
    """Lines as patch tools count them: they end at a line feed and nowhere else."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]] + (
        [last] if (last := data.rpartition(b"\n")[2]) else []
    )


def _visible(match: re.Match[str]) -> str:
    return shown(match[0])


def _colored_line(line: bytes) -> bytes:
    for pattern, color in _COLORS:
        if pattern.match(line):
            body = line.removesuffix(b"\n")
            return color + body + _RESET + line[len(body) :]
    return line
