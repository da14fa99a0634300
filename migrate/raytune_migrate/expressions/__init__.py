"""What can be said of an expression where nothing is run: its value, and where that comes from."""
