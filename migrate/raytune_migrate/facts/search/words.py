"""A search of the bytes of all modules of a project: which of them are worth to be parsed."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.search.imported import imported_names, is_test
from raytune_migrate.facts.search.pinned import pins_others
from raytune_migrate.facts.search.put_on_path import folders_put_on_path
from raytune_migrate.facts.search.ray_starts import may_start_ray
from raytune_migrate.files.find import mentions_ray

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

# What a module says that sweeps and train loops elsewhere may depend on.
_SPEAKS = re.compile(
    rb"Tuner|Trainer|RunConfig|as_trainable|tune\.run|session|report|get_checkpoint|get_context"
    rb"|TrainingFailedError"
)
# What makes the results that a module may read, with nothing to do with any other.
_MAKES_RESULTS = re.compile(rb"Tuner|Trainer|ResultGrid|tune\.run")
# Without it in any module, Tune runs nothing.
_TUNE = re.compile(rb"\btune\b|Tuner")
# Whole, or up to a number that is formatted.
_NUMBERED = rb"checkpoint_(?:\d{6}|\{)"
# What trials over trainers are called, in a path or what looks for one.
_OF_TRIALS = rb"(?:" + "|".join(ray_api.TRIAL_PREFIXES).encode() + rb")[_*]"
_TRAINER = b"Trainer_"  # found sooner
# What may be a fit of what it is given, a read of results, or of what comes of them; and what names
# the directories of checkpoints by their numbers, or those of trials by the class of their trainer.
_READS = re.compile(
    rb"\.(?:fit\(\)"
    rb"|(?:metrics|metrics_dataframe|config|log_dir|checkpoint|best_checkpoints|get_best_result"
    rb"|get_dataframe|return_value)\b)"
    rb"|" + _NUMBERED + rb"|" + _OF_TRIALS
)
# What reads a path, and what takes names apart, or looks for checkpoints, that may lie there.
_READS_PATHS = re.compile(rb"(?<!\bos)(?<!\bsys)\.path\b")
_TAKES_APART = re.compile(rb"checkpoint_\*|\.(?:split|partition)\([\"']_[\"']")
# What imports modules that no import statement names, and the functions among that.
IMPORTING = frozenset(
    {
        "importlib",
        "importlib.import_module",
        "importlib.metadata.entry_points",
        "pkgutil",
        "pkgutil.iter_modules",
        "pkgutil.walk_packages",
        "runpy",
    }
)
_IMPORTS_BY_TEXT = [one.rpartition(".")[2].encode() for one in sorted(IMPORTING) if "." in one]


@dataclass(frozen=True, slots=True)
class Words:
    """What the modules of a project say, as far as a search of their bytes tells."""

    imports: Mapping[str, Sequence[str]]  # the dotted names of the project that each imports
    naming_ray: frozenset[str]  # what mentions Ray at all
    of_ray: frozenset[str]  # what speaks of something that sweeps may depend on
    of_tune: frozenset[str]  # of these, what may run something by Tune
    readers: frozenset[str]  # what makes results and reads some, with no other module
    of_trials: frozenset[str]  # what looks for trials by the class of their trainer, without Ray
    pins: frozenset[str]  # what turns Train V2 off for others
    tests: frozenset[str]  # what pytest gives the fixtures of the folders around it
    by_text: frozenset[str]  # what imports modules that no import statement names
    starting: frozenset[str]  # what may start Ray
    put_on_path: frozenset[str]  # folders


def words_of(
    files: Sequence[str],
    root: str,
    asked: Collection[str],
    data_of: Callable[[str], bytes],
    may_have: Callable[[str], bool],
) -> Words:
    """Read all modules of a project once; of what they import, note what that ``may_have``."""
    imports: dict[str, Sequence[str]] = {}
    naming_ray: set[str] = set()
    of_ray: set[str] = set()
    of_tune: set[str] = set()
    readers: set[str] = set()
    of_trials: set[str] = set()
    pins: set[str] = set()
    tests: set[str] = set()
    by_text: set[str] = set()
    starting: set[str] = set()
    put_on_path: set[str] = set()
    for path in files:
        data = data_of(path)
        if mentions_ray(data):
            naming_ray.add(path)
            if _SPEAKS.search(data):
                of_ray.add(path)
                if _TUNE.search(data):
                    of_tune.add(path)
                if path in asked and _MAKES_RESULTS.search(data) and _READS.search(data):
                    readers.add(path)
        elif _TRAINER in data and names_trials(data):
            of_trials.add(path)
        if may_start_ray(data):
            starting.add(path)
        if pins_others(path, data):
            pins.add(path)
        if is_test(path) and (path in of_ray or _READS.search(data)):
            tests.add(path)
        if any(one in data for one in _IMPORTS_BY_TEXT):
            by_text.add(path)
        put_on_path.update(folders_put_on_path(path, data, root))
        imports[path] = tuple(map(sys.intern, filter(may_have, imported_names(path, data))))
    found = (naming_ray, of_ray, of_tune, readers, of_trials, pins, tests, by_text, starting)
    return Words(imports, *map(frozenset, (*found, put_on_path)))


def may_read(data: bytes) -> bool:
    """Whether a module may read results, or fit what it is given."""
    if _READS.search(data) is not None:
        return True
    return _TAKES_APART.search(data) is not None and _READS_PATHS.search(data) is not None


def names_trials(source: str | bytes) -> bool:
    """Whether a module speaks of trials by the class of their trainer."""
    data = source.encode(errors="replace") if isinstance(source, str) else source
    return re.search(_OF_TRIALS, data) is not None


def numbers_checkpoints(source: str | bytes) -> bool:
    """Whether a module names directories as Train V1 named checkpoints."""
    data = source.encode(errors="replace") if isinstance(source, str) else source
    return re.search(_NUMBERED, data) is not None
