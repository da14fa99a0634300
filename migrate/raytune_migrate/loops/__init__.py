"""The code that train loops run, who runs it, and what it asks of Ray."""
