"""What the rest of a project says of one of its modules. Nothing here reads a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Kind(Enum):
    """What an object is to Ray."""

    TRAINER = "a trainer"
    OWN_TRAINER = "a trainer of a class of the project"
    TUNER = "a Tuner"
    GRID = "the ResultGrid of a sweep"
    RESULT = "a Result of a sweep"
    FIT = "the Result of a trainer's own fit()"
    RUN_CONFIG = "a RunConfig"
    OTHER = "nothing of these"
    UNKNOWN = "what cannot be seen"


@dataclass(frozen=True, slots=True)
class Known:
    """What a module knows of a name that it imports from another of the project.

    ``value`` is what the name may stand for, ``result`` what calling it may give. ``uses`` are the
    public names of Ray that running it uses, None where part of it cannot be seen. ``ray`` is the
    object of Ray that the other module only hands on. ``is_code`` says that it is a function or a
    class, and nothing else; ``sweeps`` that it runs a sweep; ``is_bare`` that the trainers that it
    stands for, or gives, report without checkpoints.
    """

    value: frozenset[Kind]
    result: frozenset[Kind]
    uses: frozenset[str] | None = None
    ray: str | None = None
    is_code: bool = False
    sweeps: bool = False
    is_bare: bool = False


def _nothing(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other modules know of one.

    ``is_own`` says of a top-level package whether it is the project's own code. ``names`` are what
    the module imports from there. ``passed`` is what others give its functions, by their qualified
    name and parameter. ``train_loops`` and ``tune_functions`` are those that others have run as
    such, ``swept_loops`` those of trainers that are swept. ``swept`` are the lines of the trainers
    that others give a Tuner, ``fitted`` of those whose ``fit()`` they call, ``bare`` of those whose
    train loops report without checkpoints, wherever these loops are, ``run_configs`` of the
    RunConfigs that they give to either. ``lost`` is, by the line of a trainer's own ``fit()``, what
    others read of its Result that Train V2 does not give. ``wanted`` are the names that others
    import from it.
    ``runs`` are the modules whose sweeps run when it does, ``scripts`` those that run its own when
    they do, as paths from the root of the project. ``is_entry`` says that the project names one of
    its functions as a command. ``stays`` says why it is to stay on Train V1, if it is, and
    ``pinned_by`` which package around it, or file itself, turns Train V2 off for all that is in it.
    """

    is_own: Callable[[str], bool] = _nothing
    names: Mapping[str, Known] = field(default_factory=dict)
    passed: Mapping[tuple[str, str], frozenset[Kind]] = field(default_factory=dict)
    train_loops: frozenset[str] = frozenset()
    swept_loops: frozenset[str] = frozenset()
    tune_functions: frozenset[str] = frozenset()
    swept: frozenset[int] = frozenset()
    fitted: frozenset[int] = frozenset()
    bare: frozenset[int] = frozenset()
    run_configs: frozenset[int] = frozenset()
    lost: Mapping[int, frozenset[str]] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    scripts: tuple[str, ...] = ()
    is_entry: bool = False
    stays: str | None = None
    pinned_by: str | None = None


ALONE = Elsewhere()
