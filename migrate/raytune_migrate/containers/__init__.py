"""Where Python code stands: in a file of its own, in a notebook's cells, in a document's blocks.

A container takes the code out of the text of a file and puts it back, with every other byte as it
was; what lies between, and all that is said about it, is the same for each of them.
"""
