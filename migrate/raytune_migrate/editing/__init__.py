"""From changes to text: arguments, formatting, alignment, and what is of no use any more."""
