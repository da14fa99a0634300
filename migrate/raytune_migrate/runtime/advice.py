"""What a person is told to do, where that depends on whether the runtime may be used."""

from __future__ import annotations

import re

_WITH, _ALONE, _END = "\ue000", "\ue001", "\ue002"  # in no text that is meant to be read
_EITHER = re.compile(f"{_WITH}([^{_ALONE}]*){_ALONE}([^{_END}]*){_END}")


def either(with_runtime: str, alone: str = "") -> str:
    """A part of an advice that is another one, or none, with Ray alone."""
    return f"{_WITH}{with_runtime}{_ALONE}{alone}{_END}"


def settled_for(advice: str, *, alone: bool) -> str:
    """An advice with one of each `either`."""
    return _EITHER.sub(r"\2" if alone else r"\1", advice)


DRIVER_FOR = either("raytune_runtime's driver_for(trainer)", "a function that builds and fits it")
