"""The code that reads what a sweep gave: its results, their checkpoints and their paths."""
