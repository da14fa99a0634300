"""Rewrites Ray Tune sweeps from ``Tuner(trainer)`` to the Ray Train V2 driver function."""

__version__ = "0.1.0"
