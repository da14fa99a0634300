"""The catalogue of rules as people read it: on a terminal, as a page, and as data for programs."""
