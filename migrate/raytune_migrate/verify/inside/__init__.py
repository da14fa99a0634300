"""What runs in the Python that has Ray, which may have nothing of this tool.

It imports the standard library, and Ray once the script has imported it. ``start.py`` loads this
folder by its path, under a name that no module of a project has.
"""
