"""The first pass: which modules of the projects at hand have to do with each other, and how."""

from __future__ import annotations

import functools
import os
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.cache import NO_CACHE
from raytune_migrate.facts.deep import in_depth
from raytune_migrate.facts.linking.answers import parts
from raytune_migrate.facts.linking.links import linked
from raytune_migrate.facts.linking.objects import Objects
from raytune_migrate.facts.linking.runs import Runs
from raytune_migrate.facts.linking.symbols import Symbols
from raytune_migrate.facts.part import Part, Survey
from raytune_migrate.facts.search.commands import commands_of
from raytune_migrate.facts.search.early import Early
from raytune_migrate.facts.search.groups import batches_of
from raytune_migrate.facts.search.imported import (
    FOLLOWED,
    imported_names,
    lead_to_ray,
    on_disk,
    read_or_nothing,
)
from raytune_migrate.facts.search.importing import (
    imported_files,
    importing,
    leading_to,
    related_modules,
    with_texts,
)
from raytune_migrate.facts.search.leading import led_by_name
from raytune_migrate.facts.search.modules import modules_of
from raytune_migrate.facts.search.pinned import imported_at_once, led_to, pinned_by
from raytune_migrate.facts.search.projects import holds, is_project, projects_in, root_of
from raytune_migrate.facts.search.ray_starts import started_by_others
from raytune_migrate.facts.search.words import may_read, words_of
from raytune_migrate.files.find import (
    EXPORTED,
    NOTEBOOKS,
    Filter,
    RealPaths,
    find_files,
    is_ray_itself,
)
from raytune_migrate.jobs import in_parallel
from raytune_migrate.runtime.copies import without_copies
from raytune_migrate.source import SourceError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.cache import Cache
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.model import ModuleFacts
    from raytune_migrate.facts.search.modules import Modules
    from raytune_migrate.facts.search.words import Words

_CODE = frozenset({".py"}) | NOTEBOOKS
_FACTS_OF_A_JOB = 20  # modules; with fewer, another process would not pay


def survey(
    files: Sequence[str],
    matter: Collection[Path],
    named: Collection[Path],
    jobs: int,
    unsaved: Mapping[str, bytes] | None = None,
    cache: Cache = NO_CACHE,
    slipped: Callable[[str, Exception], None] | None = None,
) -> Survey:
    """Look at the projects of some files, as far as they have code of Ray.

    ``matter`` are those of ``files`` that mention Ray, ``named`` the paths that they were found
    by. ``unsaved`` is what stands in a file, by its real path, instead of what is on disk. What
    goes wrong in one project is no other's concern where ``slipped`` takes it, and its root.
    """
    folders = [os.path.realpath(one) for one in named if os.path.isdir(one)]
    roots = {root_of(str(one), folders) for one in matter if one.suffix in _CODE}
    # Scripts may lead to modules outside of what was named.
    real = RealPaths()
    quiet = [one for one in files if not (matter and _is_below(real.of(one), folders))]
    if lead_to_ray(quiet):
        roots |= {
            root_of(one, folders) for one in {os.path.dirname(one): one for one in quiet}.values()
        }
    asked = frozenset(map(real.of, map(str, matter)))
    found: dict[str, Part] = {}
    for root in sorted(roots):
        whole = is_project(root) or any(holds(one, root) for one in folders)
        inside = find_files((Path(root),), Filter(suffixes=_CODE)) if whole else _near(root, files)
        try:
            found |= _surveyed(root, inside, asked, jobs, unsaved or {}, cache)
        except Exception as error:  # a slip of ours, which must not cost the others their facts
            if slipped is None:
                raise
            slipped(root, error)
    return Survey(found)


def _near(folder: str, files: Iterable[str]) -> list[str]:
    """The modules beside some files of no project, and those that they lead to.

    Such a folder may hold anything, and much of it.
    """
    found = [one for one in map(os.path.realpath, files) if holds(folder, one)]
    with suppress(OSError):  # a folder that may not be listed
        names = (os.path.join(folder, one) for one in os.listdir(folder) if one.endswith(".py"))
        found += (one for one in names if os.path.isfile(one))
    known = dict.fromkeys(found)
    for path in found:
        for dotted in imported_names(path, read_or_nothing(path)) if len(found) < FOLLOWED else ():
            if dotted.partition(".")[0] == "ray":
                continue
            new = [one for one in on_disk(path, dotted) if one not in known]
            known |= dict.fromkeys(new)
            found += new
    return list(known)


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(holds(one, path) for one in folders)


# --- which modules matter ------------------------------------------------------


def _surveyed(
    root: str,
    inside: Iterable[str],
    asked: Collection[str],
    jobs: int,
    unsaved: Mapping[str, bytes],
    cache: Cache,
) -> Mapping[str, Part]:
    """What the modules of a project take part in; of those that stand alone, those ``asked``."""

    def data_of(path: str) -> bytes:
        return unsaved.get(path) or read_or_nothing(path)

    # No sweep of a project is in Ray itself, whose modules are left alone whatever they say.
    # What is in an editor may be in a file that a search passes over.
    edited = (one for one in unsaved if holds(root, one))
    found_here = dict.fromkeys((*map(RealPaths().of, inside), *edited))
    files = [one for one in without_copies(found_here) if not is_ray_itself(one)]
    projects = projects_in(files, root)
    modules = modules_of(root, {*files}, projects)
    words = words_of(files, root, asked, data_of, modules.may_have)
    modules = modules.put_on_path(words.put_on_path)
    imports = importing(words.imports, words.tests, modules.anew())
    words = replace(words, imports={})  # which are many, in a large project
    leading = leading_to(words.naming_ray, imports)
    at_once = _at_once(files, words.pins, imports, modules, data_of)
    imports = with_texts(imports, words.by_text, words.of_ray)
    related = related_modules(
        words.of_ray,
        imports,
        lambda one: may_read(data_of(one)),
        lambda some: led_by_name(some, imports, modules.anew(), data_of),
    )
    looked_at = related | words.readers | (words.of_tune if words.of_trials else frozenset())
    commands = frozenset(commands_of({root, *projects}, modules)) if looked_at else frozenset()
    read = functools.partial(_facts_of, jobs=jobs, unsaved=unsaved, cache=cache)
    found: dict[str, Part] = {}
    fits: dict[str, str] = {}
    batches = batches_of(looked_at, imports, words.of_tune)
    for runs in _runs_of(batches, read, modules, commands, imports):
        told = _told(runs, related, words.naming_ray)
        found |= told
        fits |= in_depth(functools.partial(_fits_of, runs, told, words.pins))
    if any(one.leads for one in found.values()):
        found |= _looking_for_trials(found, words, root)
    found = dict(_pinned(found, words.pins, words.of_ray, root, at_once, fits))

    def code_of(path: str) -> str | bytes:
        data = data_of(path)
        return (_code_of_cells(path, data) or "") if _holds_cells(path, data) else data

    found |= dict(started_by_others(found, words.starting, imports, root, code_of))
    early = Early(modules, leading, frozenset(path for path, _ in commands), data_of)
    return _started_late(found, words.of_ray, root, early)


def _runs_of(
    batches: Iterable[Sequence[Sequence[str]]],
    read: Callable[[Sequence[str]], Iterator[ModuleFacts | None]],
    modules: Modules,
    commands: frozenset[tuple[str, str]],
    imports: Mapping[str, frozenset[str]],
) -> Iterator[Runs]:
    """Who runs what in each group of modules, as soon as it is known whether Tune does in any.

    What is known of a group is not kept here when it has been given.
    """
    waiting: list[tuple[Symbols, Links]] = []
    tunes = False
    for one in chain.from_iterable(_linked(some, read, modules) for some in batches):
        waiting.append(one)
        tunes = tunes or in_depth(lambda: waiting[-1][1].arguments.tunes)
        while tunes and waiting:
            yield _runs(*waiting.pop(), commands, imports, tunes=True)
    for one in waiting:
        yield _runs(*one, commands, imports, tunes=False)


def _linked(
    batch: Sequence[Sequence[str]],
    read: Callable[[Sequence[str]], Iterator[ModuleFacts | None]],
    modules: Modules,
) -> Iterator[tuple[Symbols, Links]]:
    """What leads to what in each group of modules that are read at once.

    As soon as that can be said of one: other processes read the next ones meanwhile.
    """
    read_so_far = read([path for group in batch for path in group])
    for group in batch:
        every = zip(group, islice(read_so_far, len(group)), strict=True)
        here = {path: facts for path, facts in every if facts is not None}
        symbols = Symbols(modules, here, frozenset(group) - here.keys())
        yield symbols, linked(symbols)


def _runs(
    symbols: Symbols,
    links: Links,
    commands: frozenset[tuple[str, str]],
    imports: Mapping[str, frozenset[str]],
    *,
    tunes: bool,
) -> Runs:
    objects = Objects(symbols, links.arguments, links)
    return Runs(symbols, links.arguments, links, objects, commands, imports, tunes)


def _told(runs: Runs, related: Collection[str], naming_ray: Collection[str]) -> Mapping[str, Part]:
    return {
        path: replace(part, stands_alone=path not in related, is_mute=path not in naming_ray)
        for path, part in in_depth(lambda: parts(runs)).items()
    }


def _looking_for_trials(known: Mapping[str, Part], words: Words, root: str) -> Mapping[str, Part]:
    """What looks for the trials of a project by their names, and is tied to it by nothing else.

    A script finds on disk what another has written there.
    """
    return {
        path: replace(
            known.get(path) or Part(os.path.relpath(path, root), stands_alone=True, is_mute=True),
            matters=True,
        )
        for path in words.of_trials
    }


def _fits_of(runs: Runs, known: Mapping[str, Part], pins: Collection[str]) -> Mapping[str, str]:
    """The modules of which scripts that pin Train V1 run a trainer's own ``fit()``, and which.

    With each go those that have to do with it: who builds the trainer, and what it is given.
    """
    return {
        one: pin
        for pin in sorted(known.keys() & pins)
        for module in runs.started.fits_by_module(pin)
        for one in (module, *known[module].beside)
    }


def _at_once(
    files: Iterable[str],
    pins: Collection[str],
    imports: Mapping[str, frozenset[str]],
    modules: Modules,
    data_of: Callable[[str], bytes],
) -> Callable[[str], tuple[str, ...]]:
    """What tells the modules that one imports as soon as it is imported, where that may be a pin.

    Others are not read for it: whatever they import, and wherever in them.
    """
    leading = leading_to(led_to(files, pins), imports) if pins else frozenset()

    @functools.cache
    def imported(path: str) -> tuple[str, ...]:
        if path not in leading:
            return ()
        return tuple(imported_files(path, imported_at_once(data_of(path)), modules))

    return imported


def _pinned(
    known: Mapping[str, Part],
    pins: Collection[str],
    of_ray: Collection[str],
    root: str,
    imported: Callable[[str], Iterable[str]],
    fits: Mapping[str, str],
) -> Mapping[str, Part]:
    """What each module takes part in, with what is turned off for it.

    ``fits`` are those that scripts with a pin run, and these.
    """
    found = dict(known)
    runs_first = {
        path: pinned_by(path, pins, imported) or fits.get(path)
        for path in {*known, *of_ray}
        if pins
    }
    runs_first |= {pin: pin for pin in runs_first.values() if pin is not None}
    for path, pin in runs_first.items():
        if pin is not None:
            name, by = _shown(path, root), _shown(pin, root)
            part = found.get(path) or Part(name)
            elsewhere = replace(part.elsewhere, pinned_by=by)
            found[path] = replace(part, elsewhere=elsewhere, matters=part.matters or path == pin)
    return found


def _started_late(
    known: Mapping[str, Part],
    of_ray: Collection[str],
    root: str,
    early: Early,
) -> Mapping[str, Part]:
    """What each module takes part in, with the package that has imported Ray before it runs.

    For those alone that may say to Ray, or have to, which Train is to run their sweeps.
    """
    found = dict(known)
    concerned = {path for path, part in known.items() if part.matters or part.leads}
    for path in {*known, *of_ray}:
        package = early.before(path) if path in concerned or early.may_ask(path) else None
        if package is not None:
            name, by = _shown(path, root), _shown(package, root)
            part = found.get(path) or Part(name)
            found[path] = replace(part, elsewhere=replace(part.elsewhere, ray_before=by))
    return found


def _shown(path: str, root: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


# --- reading -------------------------------------------------------------------


def _facts_of(
    paths: Sequence[str], jobs: int, unsaved: Mapping[str, bytes], cache: Cache
) -> Iterator[ModuleFacts | None]:
    """What each of some modules says; None of one that cannot be read."""
    found: dict[str, ModuleFacts] = {}
    new: dict[str, str] = {}  # by the names under which they are kept
    for path in paths:
        data = unsaved.get(path) or read_or_nothing(path)
        key = cache.key("facts", os.path.splitext(path)[1], data)
        kept = cache.get(key)
        if kept is None:
            new[path] = key
        else:
            found[path] = kept
    read = functools.partial(_read, unsaved=unsaved)
    known = in_parallel(read, list(new), min(jobs, len(new) // _FACTS_OF_A_JOB), lost=_lost)
    for path in paths:
        if path in found:
            yield found.pop(path)
            continue
        facts = next(known)
        if facts is not None:
            cache.put(new[path], facts)
        yield facts


def _read(path: str, unsaved: Mapping[str, bytes]) -> ModuleFacts | None:
    from raytune_migrate.facts.reading.read import module_facts  # with LibCST

    data = unsaved.get(path) or read_or_nothing(path)
    if not _holds_cells(path, data):
        facts = module_facts(data)
        if facts is not None:
            return facts
    code = _code_of_cells(path, data)
    return None if code is None else module_facts(code)


def _holds_cells(path: str, data: bytes) -> bool:
    return path.endswith(tuple(NOTEBOOKS)) or data.startswith(EXPORTED.encode())


def _code_of_cells(path: str, data: bytes) -> str | None:
    """The code of a notebook's cells, without what is no Python; None where it cannot be read."""
    from raytune_migrate.containers.choose import container_of
    from raytune_migrate.settings.options import Docs
    from raytune_migrate.source import Language

    try:
        text = decode(data, Language.ANY).text
        scripts = container_of(Path(path), text, Docs.LEAVE).scripts
    except SourceError:
        return None
    return "\n".join(scripts)


def _lost(_path: str, _how: str) -> None:
    return None
