"""What an argument or an option of the command line may be, and what it means."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import click
from click.core import ParameterSource

from raytune_migrate.report.terminal import shown
from raytune_migrate.settings.config import config_for
from raytune_migrate.settings.data import ProjectError
from raytune_migrate.settings.options import Format, Target

_OLDEST_RAY = (2, 43)  # as raytune_runtime has it


def ray_version(_context: click.Context, _parameter: click.Parameter, given: str) -> str | None:
    """The release that was given; None for ``auto``."""
    if given == "auto":
        return None
    if not re.fullmatch(r"\d+(\.\d+){1,2}", given, re.ASCII):
        raise click.BadParameter(f"{given!r} is neither auto nor a release such as 2.51.")
    if tuple(map(int, given.split("."))) < _OLDEST_RAY:
        oldest = ".".join(map(str, _OLDEST_RAY))
        raise click.BadParameter(
            f"rewritten code runs on Ray {oldest} and later; name a release from {oldest} on."
        )
    return given


def python(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    """The Python whose Ray is asked, if it is named."""
    if given in ("auto", "none"):
        return given
    import shutil  # seldom is one named

    if shutil.which(given) is None:
        raise click.BadParameter(f"{given!r} is neither auto, none, nor a Python that can be run.")
    return given


def vendor_folder(
    _context: click.Context, _parameter: click.Parameter, given: Path | None
) -> Path | None:
    """The folder that takes, or holds, the project's own copy of the runtime."""
    if given is not None:
        from raytune_migrate.runtime.vendor import (  # few projects have one
            VendorError,
            check_folder,
        )

        try:
            check_folder(given)
        except VendorError as error:
            raise click.BadParameter(f"{error}.") from error
        except OSError as error:
            raise click.BadParameter(f"{error.filename}: {error.strerror}.") from error
    return given


def codes(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> frozenset[str]:
    """Codes, or beginnings of codes, from options that hold one or several each."""
    named = [code.strip() for one in given for code in one.split(",") if code.strip()]
    if named:
        from raytune_migrate.catalogue import RULES  # only where some are chosen
    for code in named:
        if not any(known.startswith(code.upper()) for known in RULES):
            import difflib  # only to correct a mistake

            near = difflib.get_close_matches(code.upper(), RULES)
            hint = f"; did you mean {' or '.join(near)}" if near else ""
            raise click.BadParameter(
                f"there is no rule {shown(code)}{hint}; `raytune-migrate rules` lists them."
            )
    return frozenset(code.upper() for code in named)


def targets(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[Target, ...]:
    """The reports that are asked for."""
    asked = []
    for one in given or (Format.TEXT.value,):
        name, separator, path = one.partition(":")
        if name not in {each.value for each in Format} or (separator and not path):
            formats = ", ".join(each.value for each in Format)
            raise click.BadParameter(f"{one!r} is no FORMAT or FORMAT:FILE; formats: {formats}.")
        asked.append(Target(Format(name), Path(path) if path not in ("", "-") else None))
    paths = Counter(os.path.realpath(one.path) for one in asked if one.path is not None)
    for path, count in paths.items():
        if count > 1:
            name = os.path.relpath(path)
            raise click.BadParameter(f"{count} reports go to {name!r}; name a file for each.")
    on_stdout = [one for one in asked if one.path is None and one.format is not Format.TEXT]
    if len(on_stdout) > 1:
        names = " and ".join(one.format.value for one in on_stdout)
        raise click.BadParameter(
            f"{names} cannot both go to stdout; name files, such as"
            f" --report {on_stdout[1].format.value}:report.{on_stdout[1].format.value}."
        )
    return tuple(asked)


def say_where(error: click.BadParameter, context: click.Context) -> None:
    """Where a wrong value is one of the project's settings, have the error name their file."""
    name = error.param.name if error.param is not None else None
    if name is not None and context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
        file = shown(str(context.obj / "pyproject.toml"))
        error.param_hint = f"{name.replace('_', '-')} in {file}"


def configured(
    context: click.Context, _parameter: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Take the settings of the project of these paths as the defaults of the other options."""
    try:
        config = config_for(paths)
    except ProjectError as error:
        raise click.UsageError(f"{error}.") from error
    context.obj, context.default_map = config.root, dict(config.values)
    return paths
