"""``python -m raytune_migrate``."""

from raytune_migrate.cli import main

if __name__ == "__main__":
    main()
