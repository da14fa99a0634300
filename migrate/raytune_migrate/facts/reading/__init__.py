"""What one module says that others may need, by Python's own parser."""
