"""What the user reads: outcomes in, text out. Nothing here migrates, writes files or exits."""
