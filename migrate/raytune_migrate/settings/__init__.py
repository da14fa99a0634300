"""What a run is asked: by the command line, and by a project's own settings."""
