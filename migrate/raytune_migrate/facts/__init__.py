"""What each module of a project offers to the others: the first pass, before any is rewritten."""
