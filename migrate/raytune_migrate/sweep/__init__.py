"""A sweep as data: found in the source, then planned. Finding knows nothing of rewriting."""
