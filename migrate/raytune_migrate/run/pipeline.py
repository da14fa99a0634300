"""How one file goes through: read, look, decode, migrate, write back; and how it ended.

Nothing here imports the engine until a file needs it: most runs end at the byte search.
"""

from __future__ import annotations

import errno
import gc
import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.files.find import (
    DOCUMENTS,
    NOTEBOOKS,
    is_ray_itself,
    mentions_ray,
    read_at_once,
)
from raytune_migrate.outcome import Outcome, Status, left_to_a_person
from raytune_migrate.review.decisions import DecisionsError, decided_against
from raytune_migrate.run.seen import Seen, ended_before, noting
from raytune_migrate.runtime.home import NOWHERE, RUNTIME, Home, RuntimeImport, runtime_import
from raytune_migrate.settings.options import Decisions, Docs, Uses, Verbosity
from raytune_migrate.source import Language, SourceError, decode, replace_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.installed.check import Check
    from raytune_migrate.outcome import Migration
    from raytune_migrate.project import Project
    from raytune_migrate.settings.options import Options
    from raytune_migrate.source import Source

_SKIP_FILE = re.compile(rb"^[ \t]*#\s*raytune-migrate:\s*skip-file\b", re.MULTILINE | re.IGNORECASE)
ASKED_TO_SKIP = "asks for it: raytune-migrate: skip-file"
_OTHERS = NOTEBOOKS | DOCUMENTS
_DOCUMENTS = tuple(DOCUMENTS)
_RUNTIME = RUNTIME.encode()
LookAt: TypeAlias = "Callable[[Path, bytes, Options, Elsewhere | None], Outcome]"

# Behind a package's name, or a dot, it is a copy of the project's own.
_IMPORTS_RUNTIME = re.compile(
    rb"^\s*(?:from|import)\s+(?P<package>[\w.]*\.)?raytune_runtime\b", re.MULTILINE
)


def asks_to_skip(data: bytes) -> bool:
    """Whether a file says that it is to be left as it is."""
    return _SKIP_FILE.search(data) is not None


def concerns_rules(path: Path, options: Options) -> bool:
    """Whether a file that matters has to be looked at; where in doubt, it has.

    Ray's own modules are left alone whatever they hold, which is sooner said than found out.
    """
    if path.suffix in _OTHERS or is_ray_itself(path):
        return True
    try:
        data = read_at_once(str(path))
        if data is None or asks_to_skip(data):
            return True
        text = decode(data).text
    except (OSError, SourceError):
        return True

    key = options.cache.key("idle", data)
    idle = options.cache.get(key)
    if idle is None:
        from raytune_migrate.files.gate import is_idle

        idle = is_idle(text)
        options.cache.put(key, idle)
    return not idle


def prepare() -> None:
    """Import what files that matter need, once for all processes that are forked from this one."""
    import raytune_migrate.containers.choose
    import raytune_migrate.containers.join
    import raytune_migrate.containers.plain
    import raytune_migrate.engine
    import raytune_migrate.installed.check
    import raytune_migrate.project  # noqa: F401


def look(
    path: Path,
    options: Options,
    known: Elsewhere | None = None,
    look_at: LookAt | None = None,
) -> Outcome:
    """How the file at ``path`` would end; nothing is written.

    ``known`` is what other modules say of it; without, the file itself decides whether it matters.
    ``look_at`` decides what becomes of its bytes; without one, all that is proposed is done. Never
    raises, except KeyboardInterrupt. What is returned another process can hand over.
    """
    work = look_at or _look_at
    return _ended_somehow(path, options, lambda: work(path, _read(path), options, known))


def lost(path: Path, how: str) -> Outcome:
    """How a file ended that was the end of the process that looked at it."""
    reason = (
        f"internal error: the process that looked at it ended ({how}), perhaps for want of memory;"
        " the file was left as it was; run again on it alone, and please report it if that fails"
    )
    return Outcome(path, Status.FAILED, reason=reason)


def put_back(outcome: Outcome, options: Options) -> Outcome:
    """Write what :func:`look` would write, if anything. Never raises either."""
    source, after = outcome.source, outcome.after
    if not options.writes or source is None or after is None:
        return outcome
    return _replaced(outcome, options, before=source.encode(source.text), after=after)


def take_back(outcome: Outcome, options: Options) -> Outcome:
    """Undo :func:`put_back`; gives the very ``outcome`` where there is nothing to undo."""
    source, after = outcome.source, outcome.after
    if not options.writes or source is None or after is None:
        return outcome
    before = source.encode(source.text)
    if before == after:
        return outcome
    return replace(_replaced(outcome, options, before=after, after=before), after=before)


def _replaced(outcome: Outcome, options: Options, *, before: bytes, after: bytes) -> Outcome:
    def write() -> Outcome:
        replace_file(outcome.path, before=before, after=after)
        return outcome

    return _ended_somehow(outcome.path, options, write)


def process_data(
    path: Path, data: bytes, options: Options, known: Elsewhere | None = None
) -> Outcome:
    """How the bytes of ``path`` would end; nothing is read or written. Never raises either."""
    return _ended_somehow(path, options, lambda: _look_at(path, data, options, known))


def _ended_somehow(path: Path, options: Options, work: Callable[[], Outcome]) -> Outcome:
    try:
        return work()
    except (SourceError, DecisionsError) as error:
        return Outcome(path, Status.FAILED, reason=str(error))
    except OSError as error:
        return Outcome(path, Status.FAILED, reason=_what_failed(error))
    except Exception as error:
        return Outcome(path, Status.FAILED, reason=_internal(error, options.verbosity))


def _look_at(path: Path, data: bytes, options: Options, known: Elsewhere | None) -> Outcome:
    if path.suffix in DOCUMENTS and options.docs is Docs.LEAVE:
        raise SourceError("is a document; run with --docs to migrate the Python code in it")
    if known is None and not mentions_ray(data):
        return Outcome(path, Status.UNCHANGED, runtime=_runtime_in(data))
    if asks_to_skip(data):
        return Outcome(path, Status.SKIPPED, reason=ASKED_TO_SKIP, runtime=_runtime_in(data))
    return _migrate(path, data, options, known)


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        kind = "a folder that cannot be listed" if path.is_dir() else "not a regular file"
        raise SourceError(f"is {kind}; name Python files, or folders that hold some")
    if path.is_symlink():
        _stay_inside(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            gone = f"is a link to {path.readlink()}, which does not exist; mend or remove the link"
            raise SourceError(gone) from None
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SourceError("is a link that leads back to itself; remove it") from None
        raise


def _stay_inside(link: Path) -> None:
    """Refuse a link out of its project: whoever names it need not know what it would change."""
    from raytune_migrate.project import root_of

    target = Path(os.path.realpath(link))  # whatever loop it is in
    root = root_of(link.parent.resolve())
    if target.exists() and not {root, Path.cwd().resolve()} & {*target.parents}:
        raise SourceError(f"is a link to {target}, outside of its project; name that file itself")


def project_for(path: Path, options: Options) -> Project:
    """What is known of the project of a file, and what the user has said of it."""
    from packaging.version import Version

    from raytune_migrate.environment.joined import joined_by
    from raytune_migrate.project import ProjectError, own_modules, project_of

    try:
        project = project_of(path)
    except ProjectError as error:
        raise SourceError(str(error)) from error
    choice = options.choice
    if options.decisions is Decisions.KEEP:
        against = decided_against(project.root, path)
        choice = replace(choice, against=choice.against | against)
    runtime = runtime_import(path, project.root, options.vendor)
    if options.vendor is None and own_modules(path, project)(RUNTIME):
        runtime = RuntimeImport(home=Home.OWN)
    if options.uses is Uses.RAY_ALONE:
        runtime = NOWHERE
    project = replace(
        project,
        cluster_file=joined_by(path.resolve().parent, project.root),
        pins=options.pins,
        runtime=runtime,
        choice=choice,
        todo=options.todo,
    )
    if options.ray_version is None:
        return project
    return replace(project, minimum_ray=Version(options.ray_version))


def _migrate(path: Path, data: bytes, options: Options, known: Elsewhere | None) -> Outcome:
    if is_ray_itself(path):
        return Outcome(path, Status.SKIPPED, reason="is part of Ray itself")
    source = decode(data, Language.ANY if path.suffix in _OTHERS else Language.PYTHON)
    project = project_for(path, options)

    from raytune_migrate.elsewhere import ALONE
    from raytune_migrate.project import own_modules

    own: dict[str, bool] = {}
    is_own = own_modules(path, project)
    elsewhere = replace(known or ALONE, is_own=noting(is_own, own))
    environment = _environment(options, project)
    key = options.cache.key(
        "outcome",
        *(path, path.resolve(), data, options.docs, options.python, environment),
        *(replace(project, minimum_ray=None), str(project.minimum_ray), elsewhere),
    )
    outcome = ended_before(options.cache, key, is_own)
    if outcome is None:
        from raytune_migrate.installed.check import Check

        check = Check(project, options.python)
        outcome = _migrated(path, source, options, elsewhere, check)
        gc.collect(0)  # the trees, which their scopes hold in cycles
        lasts = check.lasts and (environment is not None or not check.said)
        if outcome.migration is not None and lasts:
            options.cache.put(key, Seen(outcome, own))
    return outcome


def _environment(options: Options, project: Project) -> str | None:
    """What is installed where a project runs, as far as that can be told without asking."""
    if not options.cache.is_kept:
        return None
    from raytune_migrate.installed.pythons import standing

    return standing(options.python, project.root)


def _migrated(
    path: Path, source: Source, options: Options, elsewhere: Elsewhere, check: Check
) -> Outcome:
    """How a file ends that the engine looks at."""
    from raytune_migrate.containers.choose import container_of
    from raytune_migrate.containers.join import join, placed
    from raytune_migrate.engine import migrate
    from raytune_migrate.module.parsed import SourceSyntaxError
    from raytune_migrate.proposal import Place
    from raytune_migrate.report.places import spoken

    container = container_of(path, source.text, options.docs)
    if any(asks_to_skip(one.encode("utf-8", "replace")) for one in container.scripts):
        return Outcome(path, Status.SKIPPED, reason=ASKED_TO_SKIP)
    migrations: list[Migration] = []
    for number, code in enumerate(container.scripts):
        refuses = partial(container.refuses, number)
        try:
            migrations.append(migrate(code, check.project, elsewhere, refuses, check.flaws))
        except SourceSyntaxError as error:
            spots = container.restore(container.scripts).spots[number]
            place = placed(Place(error.line, error.column, 0), spots)
            reason = (
                f"does not parse: {spoken(place)}, column {place.column}: {error.message};"
                " correct the file and run again"
            )
            return Outcome(path, Status.FAILED, reason=reason)
    migration = join(source.text, container, migrations, check.project.choice)
    return Outcome(
        path,
        migration.status,
        migration,
        left_to_a_person(migration),
        source,
        # What a document shows is run by nobody here.
        None
        if path.suffix in DOCUMENTS
        else _runtime_in("".join(one.after for one in migrations).encode("utf-8", "replace")),
        # Also where nothing is written: what would fail must not be shown as what would be done.
        source.encode(migration.after),
        check.said,
    )


def _runtime_in(data: bytes) -> Home | None:
    """Whose runtime is imported; one that a person has to install, where there are both."""
    found = _IMPORTS_RUNTIME.finditer(data) if _RUNTIME in data else ()
    packages = [match["package"] for match in found]
    if not packages:
        return None
    return Home.OWN if all(packages) else Home.INSTALLED


def _what_failed(error: OSError) -> str:
    what = (error.strerror or str(error)).lower()
    advice = {
        FileNotFoundError: "check the spelling",
        PermissionError: "ask for the right to read and write the file and its folder",
    }.get(type(error), "")
    return f"{what}; {advice}" if advice else what


def _internal(error: Exception, verbosity: Verbosity) -> str:
    reason = (
        f"internal error: {type(error).__name__}: {error}; the file was left as it was;"
        " please report this together with the file"
    )
    if verbosity is Verbosity.VERBOSE:
        import traceback  # seldom needed

        return f"{reason}\n{''.join(traceback.format_exception(error)).rstrip()}"
    return f"{reason} and the output of -v"
