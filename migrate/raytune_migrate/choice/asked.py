"""What a run is asked to take of all that is proposed: by code, by safety, and by decisions."""

from __future__ import annotations

from dataclasses import dataclass

from raytune_migrate.safety import Safety


@dataclass(frozen=True, slots=True)
class Choice:
    """The codes, safety and decisions of a run.

    ``select`` and ``ignore`` hold codes or beginnings of codes; an empty ``select`` means all.
    ``against`` are the anchors of changes that a person has decided against, for one file.
    ``only`` are the anchors of the changes that are wanted, for one file; None means all. Of those
    decided against, ``marked`` get a comment that they are to be done, ``suppressed`` one that they
    are not.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    safety: Safety = Safety.REVIEW  # the least safe that is taken
    against: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    marked: frozenset[str] = frozenset()
    suppressed: frozenset[str] = frozenset()

    def wants(self, code: str) -> bool:
        """Whether a code is selected, and not ignored."""
        selected = not self.select or _begins(code, self.select)
        return selected and not _begins(code, self.ignore)

    def accepts(self, anchor: str) -> bool:
        """Whether the change of this anchor is wanted, and nobody has decided against it."""
        return anchor not in self.against and (self.only is None or anchor in self.only)


ALL = Choice()


def _begins(code: str, beginnings: frozenset[str]) -> bool:
    return any(code.startswith(one) for one in beginnings)
