"""The rules, one file each, and the tables that they read."""
