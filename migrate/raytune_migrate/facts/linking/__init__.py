"""What the modules of a project say together: what values may be, who runs what, who needs what."""
