"""A run over paths: which files matter, what is known of them, and what becomes of each."""
