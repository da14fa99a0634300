"""Which container a file is, by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.containers.exported import is_exported
from raytune_migrate.containers.model import ReturnError
from raytune_migrate.files.find import DOCUMENTS, NOTEBOOKS
from raytune_migrate.settings.options import Docs
from raytune_migrate.source import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.containers.model import Container


def container_of(path: Path, text: str, docs: Docs) -> Container:
    """The code in the text of a file. Raises :class:`~raytune_migrate.source.SourceError`."""
    container = _container(path, text, docs)
    try:
        same = container.restore(container.scripts).text == text
    except ReturnError:
        same = False
    if not same and re.search("\r(?!\n)", text):
        raise SourceError("has lines that end in a carriage return alone; convert them, run again")
    if not same:
        raise SourceError(
            "holds code that cannot be taken out and put back as it was; please report it together"
            " with the file"
        )
    return container


def _container(path: Path, text: str, docs: Docs) -> Container:
    if path.suffix in NOTEBOOKS:
        from raytune_migrate.containers.notebook import notebook

        return notebook(text)
    if path.suffix in DOCUMENTS:
        from raytune_migrate.containers.documents import document

        return document(path.suffix, text)
    if is_exported(text):
        from raytune_migrate.containers.documents import exported

        return exported(text)
    if docs is Docs.MIGRATE and ">>> " in text:
        from raytune_migrate.containers.documents import with_doctests

        return with_doctests(text)
    from raytune_migrate.containers.plain import plain

    return plain(text)
