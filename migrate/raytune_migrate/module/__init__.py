"""One module as it is read: its tree, its scopes, and what its names denote."""
