"""Starts the recorder in a Python that need not know this package: ``start.py SETTINGS.json``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

NAME = "_raytune_verify"


def load() -> Any:
    """The recorder, from the folder of this file."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)
    return importlib.import_module(f"{NAME}.recorder")


if __name__ == "__main__":
    status = load().main(Path(sys.argv[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    raise SystemExit(status)
