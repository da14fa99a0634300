"""``python -m raytune_migrate``."""

import os
import sys

if __name__ == "__main__":
    # ``python -m`` puts the current folder first, and a project may hold a click.py of its own.
    if not getattr(sys.flags, "safe_path", False) and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    from raytune_migrate.cli import main

    main()
