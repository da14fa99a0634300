"""How a file refers to an object, and how its imports grow and shrink with a change."""
