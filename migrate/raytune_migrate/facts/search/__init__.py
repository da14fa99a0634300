"""Which modules of a project are worth to be read, by a search of their bytes and their imports."""
