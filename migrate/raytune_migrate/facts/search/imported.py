"""What modules import, as far as a look at their lines can tell: without parsing any."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from raytune_migrate.facts.search.modules import CONFTEST, SOURCES
from raytune_migrate.facts.search.projects import members_beside
from raytune_migrate.files.find import NOTEBOOKS, mentions_ray, read_at_once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FOLLOWED = 400  # modules that are opened to see whether a few files lead to any code of Ray
_IMPORT = re.compile(
    rb"""^[ \t]*(?:
        from[ \t]+(?P<module>\.*[\w.]*)[ \t]+import[ \t]*
            (?:\((?P<listed>[^)]*)\)|(?P<names>(?:[^\n\\;]|\\\r?\n)*))
        |import[ \t]+(?P<modules>(?:[^\n\\;]|\\\r?\n)*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_NOTEBOOKS = tuple(NOTEBOOKS)
_BETWEEN = re.compile(rb'\[\s*"|(?:\\n)?",\s*"')  # two lines of a cell
# Of a Result or a ResultGrid, or what trials are called, and of little else.
_OF_RESULTS = re.compile(
    rb"\.(?:log_dir|best_checkpoints|get_best_result|get_dataframe|metrics_dataframe)\b|Trainer_"
)
# What a package may give by its own __getattr__, which is no method, stands in texts.
_GETATTR = b"__getattr__"
_LAZY = re.compile(
    rb"^[ \t]*(?:def[ \t]+__getattr__\((?!\s*(?:self|cls)\b)|__getattr__\b)", re.MULTILINE
)
_TEXT = re.compile(rb"""["'](\.*[A-Za-z_][\w.]*)(?::\w+)?["']""")
# A test may put something in the place of what a module names, and import that nowhere.
_PATCH = b"patch"
_PATCHED = re.compile(rb"""\b(?:patch|setattr)\(\s*["']([A-Za-z_][\w.]*)["']""")
_NAME = re.compile(rb"^\s*([\w.]+|\*)")


def imported_names(path: str, data: bytes) -> Iterator[str]:
    """The names that the import statements in the bytes of a module, or a notebook, bring.

    With those of modules that are named in texts, as far as that makes a difference.
    """
    if path.endswith(_NOTEBOOKS):  # a line is a string of JSON, or a part of one
        lines = _BETWEEN.sub(b"\n", data)
        data = lines.replace(b"\\n", b"\n").replace(b'"', b" ")
    for match in _IMPORT.finditer(data):
        module = (match["module"] or b"").decode("ascii", "replace")
        for one in (match["listed"] or match["names"] or match["modules"] or b"").split(b","):
            name = _NAME.match(one.replace(b"\\\n", b" "))
            if name is None:
                continue
            text = name[1].decode("utf-8", "replace")
            if not module:
                yield text
            elif text == "*":
                yield module
            else:
                yield f"{module}{'' if module.endswith('.') else '.'}{text}"
    if _GETATTR in data and _LAZY.search(data) is not None:
        yield from named_in_texts(data)
    yield from patched_names(data)


def named_in_texts(data: bytes) -> Iterator[str]:
    """The names in the texts of a module that may be of what its ``__getattr__`` imports."""
    for match in _TEXT.finditer(data):
        text = match[1].decode("utf-8", "replace")
        yield text if "." in text else f".{text}"


def patched_names(data: bytes) -> Iterator[str]:
    """The names in the place of which a test may put something."""
    for match in _PATCHED.finditer(data) if _PATCH in data else ():
        yield match[1].decode("utf-8", "replace")


def lead_to_ray(paths: Collection[str]) -> bool:
    """Whether some modules read results, or what they import, and what that does, mentions Ray.

    Only of a few modules: to open all of a large tree would take longer than the run itself.
    """
    if len(paths) > FOLLOWED:
        return False
    waiting = [os.path.realpath(one) for one in paths]
    named = frozenset(waiting)
    seen: set[str] = set()
    while waiting and len(seen) < FOLLOWED:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        data = read_or_nothing(one)
        if mentions_ray(data) or (one in named and _OF_RESULTS.search(data)):
            return True
        for dotted in imported_names(one, data):
            waiting += on_disk(one, dotted)
        if one in named and is_test(one):
            waiting += _conftests(one)
    return False


def is_test(path: str) -> bool:
    """Whether pytest gives what is in a module the fixtures of the folders around it."""
    name = os.path.basename(path)
    return name.startswith("test_") or name.endswith("_test.py") or name == CONFTEST


def _conftests(path: str) -> Iterator[str]:
    """The modules of fixtures for the tests in a file, which imports none of them."""
    for folder in _up_to_repository(os.path.dirname(path)):
        one = os.path.join(folder, CONFTEST)
        if os.path.isfile(one):
            yield one


def on_disk(path: str, dotted: str) -> Iterator[str]:
    """The files that a name may lead to, from the folders above a file, and projects beside it."""
    name = dotted.lstrip(".")
    folder = os.path.dirname(path)
    starts = [folder]
    if len(name) < len(dotted):
        for _ in range(len(dotted) - len(name) - 1):
            folder = os.path.dirname(folder)
        starts = [folder]
    else:
        starts = list(_up_to_repository(folder))
        starts += members_beside(os.path.dirname(path))
        starts += [os.path.join(one, name) for one in tuple(starts) for name in sorted(SOURCES)]
    parts = name.split(".")
    for start in starts:
        for count in range(len(parts), 0, -1):
            base = os.path.join(start, *parts[:count])
            for one in (f"{base}.py", os.path.join(base, "__init__.py")):
                if os.path.isfile(one):
                    yield one


def _up_to_repository(folder: str) -> Iterator[str]:
    """A folder and those above it, as far as the repository goes."""
    yield folder
    while os.path.dirname(folder) != folder and not os.path.exists(os.path.join(folder, ".git")):
        folder = os.path.dirname(folder)
        yield folder


def read_or_nothing(path: str) -> bytes:
    """The bytes of a file; none where it cannot be read, which is said where it is migrated."""
    try:
        return read_at_once(path) or b""
    except OSError:
        return b""
