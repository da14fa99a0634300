"""What of all that is proposed is taken: codes, comments, and what was there before."""
