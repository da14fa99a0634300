"""What was there before: a file of it, so that a run counts only what has come since.

Lines may move; a place is known by its rule, its statement and the functions around it.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from raytune_migrate.choice.left_out import anchor
from raytune_migrate.files.put import put
from raytune_migrate.outcome import left_to_a_person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from raytune_migrate.outcome import Migration, Outcome
    from raytune_migrate.proposal import Change, Finding
    from raytune_migrate.settings.options import Baseline, Options

_VERSION = 1
_P = TypeVar("_P", bound="Change | Finding")


class BaselineError(Exception):
    """A baseline that cannot be read or written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a baseline holds: for each file, named from the baseline's folder, how often what."""

    folder: Path
    places: Mapping[str, Counter[str]]

    def sift(self, outcome: Outcome, options: Options) -> Outcome:
        """How a file ended without what is known."""
        migration = outcome.migration
        held = self.places.get(_name(outcome.path, self.folder))
        if migration is None or not held:
            return outcome
        sifted = _rewritten(migration, held) if options.writes else _shown(migration, held)
        return replace(
            outcome, status=sifted.status, migration=sifted, reason=left_to_a_person(sifted)
        )


def read_baseline(baseline: Baseline | None) -> Known:
    """What a baseline holds; nothing where there is none. Raises :class:`BaselineError`."""
    if baseline is None:
        return Known(Path(), {})
    import json  # few runs have a baseline

    path = baseline.path
    folder = Path(os.path.realpath(path.parent))
    try:
        content = json.loads(path.read_bytes())
        if content["version"] != _VERSION:
            raise ValueError(f"version {content['version']!r} is not {_VERSION}")
        places = {name: Counter(some) for name, some in content["places"].items()}
    except FileNotFoundError:
        return Known(folder, {})
    except OSError as error:
        reason = f"{error.strerror or error}; make it readable"
        raise BaselineError(f"cannot read the baseline {path}: {reason}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BaselineError(
            f"{path} is no baseline of raytune-migrate ({error}); correct it, or delete it, and the"
            " next run writes it anew"
        ) from error
    return Known(folder, places)


def check_baseline(options: Options) -> None:
    """Refuse, before anything is done, what a baseline cannot be written to.

    Raises :class:`BaselineError`.
    """
    baseline = options.baseline
    if baseline is None or not _may_write(baseline, options):
        return
    folder = baseline.path.parent
    if not folder.is_dir():
        raise _unwritten(baseline, f"there is no folder {folder}; make it, or name another file")
    if not os.access(os.path.realpath(folder), os.W_OK):
        raise _unwritten(baseline, "permission denied; name another file")


def write_baseline(known: Known, outcomes: Iterable[Outcome], options: Options) -> int | None:
    """Write what is there now, where no baseline is; else take out of it what is gone.

    Returns how many places a new one holds, and None where none was written anew.

    ``--check`` and ``--diff`` leave one that exists as it is; ``--update-baseline`` takes in what
    is new. Files that the run did not look at stay as they were, unless they are gone. Raises
    :class:`BaselineError`.
    """
    baseline = options.baseline
    if baseline is None or not _may_write(baseline, options):
        return None

    import json

    fresh = _is_fresh(baseline)
    seen = {_name(one.path, known.folder): _places(one, options) for one in outcomes}
    places = {name: some for name, some in known.places.items() if (known.folder / name).exists()}
    for name, now in seen.items():
        places[name] = now if fresh else known.places.get(name, Counter()) & now
    written = {name: sorted(some.elements()) for name, some in sorted(places.items()) if some}
    if not fresh and written == {
        name: sorted(some.elements()) for name, some in sorted(known.places.items())
    }:
        return None
    text = json.dumps({"version": _VERSION, "places": written}, indent=2, ensure_ascii=False)
    try:
        put(baseline.path, f"{text}\n".encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise _unwritten(baseline, f"{error.strerror or error}; name another file") from error
    return sum(map(len, written.values())) if fresh else None


def _is_fresh(baseline: Baseline) -> bool:
    return baseline.update or not baseline.path.exists()


def _may_write(baseline: Baseline, options: Options) -> bool:
    return _is_fresh(baseline) or options.writes


def _unwritten(baseline: Baseline, reason: str) -> BaselineError:
    return BaselineError(f"cannot write the baseline {baseline.path}: {reason}")


def _places(outcome: Outcome, options: Options) -> Counter[str]:
    """What a file holds once the run is over, by anchors."""
    migration = outcome.migration
    if migration is None:
        return Counter()
    if options.writes:
        return Counter(anchor(one) for one in migration.remaining)
    proposals: Sequence[Change | Finding] = (*migration.changes, *migration.findings)
    return Counter(anchor(one) for one in proposals)


def _rewritten(migration: Migration, held: Counter[str]) -> Migration:
    remaining = _new(migration.remaining, Counter(held))
    return replace(migration, findings=remaining, remaining=remaining)


def _shown(migration: Migration, held: Counter[str]) -> Migration:
    """What would be done, as a whole or not at all: the changes of a file need each other."""
    left = Counter(held)
    changes, findings = _new(migration.changes, left), _new(migration.findings, left)
    return replace(
        migration,
        after=migration.after if changes else migration.before,
        changes=migration.changes if changes else (),
        findings=findings,
        remaining=findings,
    )


def _new(proposals: Sequence[_P], left: Counter[str]) -> tuple[_P, ...]:
    """The proposals that are not among those held; ``left`` counts down."""
    new = []
    for one in proposals:
        key = anchor(one)
        if left[key]:
            left[key] -= 1
        else:
            new.append(one)
    return tuple(new)


def _name(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(os.path.realpath(path), folder)).as_posix()
