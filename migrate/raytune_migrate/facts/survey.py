"""The first pass: which modules of the projects at hand have to do with each other, and how."""

from __future__ import annotations

import functools
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.facts.answers import parts
from raytune_migrate.facts.links import Links
from raytune_migrate.facts.modules import Found, modules_of
from raytune_migrate.facts.read import module_facts
from raytune_migrate.files import NOTEBOOKS, Filter, find_files, mentions_ray, read_at_once
from raytune_migrate.jobs import in_parallel
from raytune_migrate.project import root_of
from raytune_migrate.settings import ProjectError, read_toml, table
from raytune_migrate.source import SourceError, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from raytune_migrate.facts.answers import Part
    from raytune_migrate.facts.model import ModuleFacts
    from raytune_migrate.facts.modules import Modules

_CODE = frozenset({".py"}) | NOTEBOOKS
_BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_COMMANDS = (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"))
_FACTS_OF_A_JOB = 20  # modules; with fewer, another process would not pay
_FOLLOWED = 400  # modules that are opened to see whether a few files lead to any code of Ray
_IMPORT = re.compile(
    rb"""^[ \t]*(?:
        from[ \t]+(?P<module>\.*[\w.]*)[ \t]+import[ \t]*
            (?:\((?P<listed>[^)]*)\)|(?P<names>(?:[^\n\\;]|\\\r?\n)*))
        |import[ \t]+(?P<modules>(?:[^\n\\;]|\\\r?\n)*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_NAME = re.compile(rb"^\s*([\w.]+|\*)")


@dataclass(frozen=True, slots=True)
class Survey:
    """What every module that has to do with others takes part in, by its real path."""

    parts: Mapping[str, Part]

    def part(self, path: Path) -> Part | None:
        """What the module at ``path`` takes part in; None where it has to do with no other."""
        return self.parts.get(os.path.realpath(path))

    def concerns(self, path: Path) -> bool:
        """Whether other modules have something to say of a module that a rewrite depends on."""
        part = self.part(path)
        return part is not None and part.concerned

    def matters(self, path: Path) -> bool:
        """Whether a module may need a rewrite though it does not mention Ray."""
        part = self.part(path)
        return part is not None and part.matters


NOTHING = Survey({})


def survey(
    files: Sequence[str],
    matter: Collection[Path],
    named: Collection[Path],
    jobs: int,
    unsaved: Mapping[str, bytes] | None = None,
) -> Survey:
    """Look at the projects of some files, as far as they have code of Ray.

    ``matter`` are those of ``files`` that mention Ray, ``named`` the paths that they were found
    by. ``unsaved`` is what stands in a file, by its real path, instead of what is on disk.
    """
    folders = [os.path.realpath(one) for one in named if os.path.isdir(one)]
    roots = {_root(str(one), folders) for one in matter if one.suffix in _CODE}
    quiet = [one for one in files if one.endswith(".py") and not _is_below(one, folders)]
    if len(quiet) <= _FOLLOWED:
        roots |= {_root(one, folders) for one in quiet if _leads_to_ray(one)}
    found: dict[str, Part] = {}
    for root in sorted(roots):
        whole = _is_project(root) or any(_holds(one, root) for one in folders)
        inside = find_files((Path(root),), Filter(suffixes=_CODE)) if whole else _near(root, files)
        found |= _surveyed(root, inside, jobs, unsaved or {})
    return Survey(found)


def _root(path: str, folders: Iterable[str]) -> str:
    """Where the project of a file begins: what was named, if nothing else says it."""
    root = _root_of(os.path.dirname(os.path.realpath(path)))
    if _is_project(root):
        return root
    return min((one for one in folders if _holds(one, root)), key=len, default=root)


def _is_project(root: str) -> bool:
    return any(os.path.exists(os.path.join(root, one)) for one in (".git", ".hg", *_BUILD_FILES))


def _near(folder: str, files: Iterable[str]) -> list[str]:
    """The modules beside some files of no project, and those that they lead to.

    Such a folder may hold anything, and much of it.
    """
    found = [one for one in map(os.path.realpath, files) if _holds(folder, one)]
    with suppress(OSError):  # a folder that may not be listed
        names = (os.path.join(folder, one) for one in os.listdir(folder) if one.endswith(".py"))
        found += (one for one in names if os.path.isfile(one))
    known = dict.fromkeys(found)
    for path in found:
        for dotted in _imported_names(_read(path)) if len(found) < _FOLLOWED else ():
            new = [one for one in _on_disk(path, dotted) if one not in known]
            known |= dict.fromkeys(new)
            found += new
    return list(known)


@functools.cache
def _root_of(folder: str) -> str:
    return str(root_of(Path(folder)))


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return bool(folders) and any(_holds(one, os.path.realpath(path)) for one in folders)


# --- which modules matter ------------------------------------------------------


def _surveyed(
    root: str, inside: Iterable[str], jobs: int, unsaved: Mapping[str, bytes]
) -> Mapping[str, Part]:
    files = [os.path.realpath(one) for one in inside]
    projects = _projects(files, root)
    modules = modules_of(root, {*files, *unsaved}, projects)
    imports: dict[str, frozenset[str]] = {}
    of_ray: set[str] = set()
    for path in files:
        data = unsaved.get(path) or _read(path)
        if mentions_ray(data):
            of_ray.add(path)
        imports[path] = frozenset(_imported(path, data, modules))
    related = sorted(_related(of_ray, imports))
    if not related:
        return {}
    read = functools.partial(_facts_of, unsaved=unsaved)
    known = in_parallel(read, related, min(jobs, len(related) // _FACTS_OF_A_JOB), lost=_lost)
    facts = {path: one for path, one in zip(related, known, strict=True) if one is not None}
    commands = frozenset(_commands({root, *projects}, modules))
    return parts(Links(modules, facts, frozenset(related) - facts.keys(), commands))


def _related(of_ray: Collection[str], imports: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The modules that mention Ray, lead to one that does, or may be given what it makes.

    One that no other of these has to do with is not among them.
    """
    importers: dict[str, set[str]] = {}
    for path, imported in imports.items():
        for one in imported:
            importers.setdefault(one, set()).add(path)
    found = _closure(of_ray, importers) | _closure(of_ray, imports)
    return frozenset(
        one for one in found if (imports[one] | importers.get(one, set())) & found - {one}
    )


def _closure(starts: Iterable[str], following: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += following.get(one, ())
    return frozenset(found)


def _imported(path: str, data: bytes, modules: Modules) -> Iterator[str]:
    """The files of the project that a module imports, as far as a look at its lines can tell."""
    for dotted in _imported_names(data):
        if dotted.split(".", 1)[0] == "ray":
            continue
        found = modules.find(dotted, path)
        if isinstance(found, Found):
            yield found.path


def _imported_names(data: bytes) -> Iterator[str]:
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


def _projects(files: Iterable[str], root: str) -> frozenset[str]:
    """The folders with build files, between the files of a project and its root."""
    folders: set[str] = set()
    for path in files:
        folder = os.path.dirname(path)
        while folder not in folders and _holds(root, folder):
            folders.add(folder)
            folder = os.path.dirname(folder)
    return frozenset(
        folder
        for folder in folders
        if any(os.path.isfile(os.path.join(folder, one)) for one in _BUILD_FILES)
    )


def _commands(projects: Iterable[str], modules: Modules) -> Iterator[tuple[str, str]]:
    """What projects name as commands in pyproject.toml: the file of each, and the function."""
    for folder in sorted(projects):
        path = Path(folder, "pyproject.toml")
        try:
            settings = read_toml(path) if path.is_file() else {}
        except ProjectError:
            continue  # said where a file of it is migrated
        for keys in _COMMANDS:
            for value in table(settings, *keys).values():
                module, _, function = str(value).partition(":")
                found = modules.find(module.strip(), os.path.join(folder, "pyproject.toml"))
                if isinstance(found, Found) and not found.rest:
                    yield found.path, function.partition("[")[0].strip()


def _leads_to_ray(path: str) -> bool:
    """Whether what a module imports, and what that does, mentions Ray."""
    waiting = [os.path.realpath(path)]
    seen: set[str] = set()
    while waiting and len(seen) < _FOLLOWED:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        data = _read(one)
        if mentions_ray(data):
            return True
        for dotted in _imported_names(data):
            waiting += _on_disk(one, dotted)
    return False


def _on_disk(path: str, dotted: str) -> Iterator[str]:
    """The files that a name may lead to, from the folders above a file."""
    name = dotted.lstrip(".")
    folder = os.path.dirname(path)
    starts = [folder]
    if len(name) < len(dotted):
        for _ in range(len(dotted) - len(name) - 1):
            folder = os.path.dirname(folder)
        starts = [folder]
    else:
        root = _root_of(folder)
        while folder != root and os.path.dirname(folder) != folder:
            folder = os.path.dirname(folder)
            starts.append(folder)
        starts.append(os.path.join(root, "src"))
    parts = name.split(".")
    for start in starts:
        for count in range(len(parts), 0, -1):
            base = os.path.join(start, *parts[:count])
            for one in (f"{base}.py", os.path.join(base, "__init__.py")):
                if os.path.isfile(one):
                    yield one


# --- reading -------------------------------------------------------------------


def _read(path: str) -> bytes:
    try:
        return read_at_once(path) or b""
    except OSError:
        return b""  # said where it is migrated


def _facts_of(path: str, unsaved: Mapping[str, bytes]) -> ModuleFacts | None:
    data = unsaved.get(path) or _read(path)
    if not path.endswith(tuple(NOTEBOOKS)):
        return module_facts(data)
    from raytune_migrate.containers.choose import container_of
    from raytune_migrate.options import Docs
    from raytune_migrate.source import Language

    try:
        text = decode(data, Language.ANY).text
        scripts = container_of(Path(path), text, Docs.LEAVE).scripts
    except SourceError:
        return None
    return module_facts("\n".join(scripts))


def _lost(_path: str, _how: str) -> None:
    return None
