"""Rewritten code held against the Ray that is installed where it will run."""
