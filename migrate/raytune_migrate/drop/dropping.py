"""One module without the names of the runtime that it no longer needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.drop.plain import Kept, Plain, plain_forms
from raytune_migrate.editing.apply import applied
from raytune_migrate.editing.edits import OverlapError, splice
from raytune_migrate.editing.layout import layout
from raytune_migrate.elsewhere import ALONE
from raytune_migrate.imports.prune import useless_imports, without_idle_imports
from raytune_migrate.module.parsed import SourceSyntaxError, parse
from raytune_migrate.proof import flaws
from raytune_migrate.proposal import Change
from raytune_migrate.rewrite.draft import Draft
from raytune_migrate.rewrite.with_runtime import WITH_RUNTIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.drop.readers import Reader
    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.project import Project

_TITLE = "plain Ray instead of the runtime"
_LINK = "https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A module before and after; what of the runtime goes, and what stays and why."""

    before: str
    after: str
    gone: tuple[Plain, ...]
    kept: tuple[Kept, ...]


def drop_runtime(
    text: str, project: Project, elsewhere: Elsewhere = ALONE, readers: Sequence[Reader] = ()
) -> Dropped:
    """Write plain Ray for the names of the runtime that a module can do without.

    ``elsewhere`` is what the rest of the project says of it, ``readers`` are the places there that
    may read the checkpoints of results.

    Raises :class:`~raytune_migrate.module.parsed.SourceSyntaxError` where the text cannot be read.
    """
    parsed = parse(text, elsewhere)
    style = layout(parsed, project)
    draft = Draft(support=WITH_RUNTIME)
    forms = plain_forms(parsed, style, draft, readers)
    gone = tuple(one for one in forms if isinstance(one, Plain))
    kept = tuple(one for one in forms if isinstance(one, Kept))
    if not gone:
        return Dropped(text, text, (), kept)
    change = Change(
        code="",
        title=_TITLE,
        reason=_TITLE,
        link=_LINK,
        place=parsed.place_at(parsed.line_start(gone[0].line)),
        edits=tuple(edit for one in gone for edit in one.edits),
        imports=tuple(draft.imports),
    )
    try:
        width = style.black.line_length
        done = without_idle_imports(parsed, applied(parsed, project, style, [change], ()), width)
        after = parse(done, elsewhere)
        edits = useless_imports(parsed, after, width)
        pruned = splice(done, sorted(edits, key=lambda one: one.start))
        after = parse(pruned, elsewhere) if pruned != done else after
    except (OverlapError, SourceSyntaxError):
        return _all_kept(text, gone, kept, "plain Ray could not be written here")
    wrong = next(iter(flaws(parsed, after)), None)
    if wrong is not None:
        return _all_kept(text, gone, kept, f"plain Ray failed its proof: {wrong}")
    return Dropped(text, after.text, gone, kept)


def _all_kept(text: str, gone: tuple[Plain, ...], kept: tuple[Kept, ...], reason: str) -> Dropped:
    stays = (Kept(one.name, one.line, reason) for one in gone)
    return Dropped(text, text, (), tuple(sorted((*kept, *stays), key=lambda one: one.line)))
