"""The oldest Ray that a folder's dependency declarations allow.

Declarations are text: ``setup.py`` is parsed, never executed. What cannot be understood says
nothing about Ray, and a project of which nothing is known is treated as one on any release.
"""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from raytune_migrate.settings import ProjectError, read_bytes, read_toml, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock")
# pip's own names and pip-tools' (``requirements/base.in``, ``dev-requirements.txt``).
REQUIREMENT_FILES = re.compile(r"(.*[-_.])?(requirements|constraints)([-_.].*)?\.(txt|in)")

# Operators that say "not below"; the others (<, <=, !=) leave the oldest release open.
_NOT_BELOW = frozenset({">=", ">", "~=", "==", "==="})
_POETRY_CARET_OR_TILDE = re.compile(r"[\^~](?![=])\s*(?P<version>\d[\w.]*)")


def lowest_ray(paths: Iterable[Path]) -> Version | None:
    """The lowest bound on Ray that any of the files declares; ``None`` where none does."""
    return min((bound for path in paths for bound in _bounds_in(path)), default=None)


def _bounds_in(path: Path) -> Iterator[Version]:
    if path.name == "pyproject.toml":
        yield from _in_pyproject(path)
    elif path.name in LOCK_FILES:
        yield from _in_lock(path)
    elif path.name == "setup.cfg":
        yield from _in_requirements(_setup_cfg_requirements(path))
    elif path.name == "setup.py":
        yield from _in_requirements(_string_constants(path))
    elif path.suffix in (".txt", ".in"):
        yield from _in_requirements(_requirement_lines(path))


def _in_pyproject(path: Path) -> Iterator[Version]:
    content = read_toml(path)
    project = table(content, "project")
    uv, pdm = table(content, "tool", "uv"), table(content, "tool", "pdm")
    groups = (
        project.get("dependencies"),
        *table(project, "optional-dependencies").values(),
        *table(content, "dependency-groups").values(),
        uv.get("dev-dependencies"),
        *table(pdm, "dev-dependencies").values(),
    )
    for group in groups:
        if isinstance(group, list):
            yield from _in_requirements(entry for entry in group if isinstance(entry, str))

    poetry = table(content, "tool", "poetry")
    tables = (
        table(poetry, "dependencies"),
        table(poetry, "dev-dependencies"),
        *(table(group, "dependencies") for group in table(poetry, "group").values()),
    )
    for dependencies in tables:
        for name, constraint in dependencies.items():
            if canonicalize_name(name) == "ray":
                yield from _in_poetry_constraint(constraint)


def _in_lock(path: Path) -> Iterator[Version]:
    packages = read_toml(path).get("package")
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and package.get("name") == "ray":
            yield from _as_version(str(package.get("version")))


def _in_requirements(requirements: Iterable[str]) -> Iterator[Version]:
    for text in requirements:
        # A cheap look first: parsing every string of a long file costs more than the file is worth.
        if text.lstrip()[:3].lower() != "ray":
            continue
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) != "ray":
            continue
        if requirement.url is not None:
            yield from _in_wheel_url(requirement.url)
        else:
            yield from _in_specifiers(requirement.specifier)


def _in_specifiers(specifiers: SpecifierSet) -> Iterator[Version]:
    """The highest of the lower bounds, for all of them must hold."""
    bounds = [
        version
        for specifier in specifiers
        if specifier.operator in _NOT_BELOW
        for version in _as_version(specifier.version.removesuffix(".*"))
    ]
    if bounds:
        yield max(bounds)


def _in_wheel_url(url: str) -> Iterator[Version]:
    filename = url.partition("#")[0].rpartition("/")[2]
    try:
        _, version, _, _ = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion):
        return
    yield version


def _in_poetry_constraint(constraint: Any) -> Iterator[Version]:
    if isinstance(constraint, list):  # one entry per platform or Python
        for entry in constraint:
            yield from _in_poetry_constraint(entry)
    elif isinstance(constraint, dict):
        if isinstance(url := constraint.get("url"), str):
            yield from _in_wheel_url(url)
        yield from _in_poetry_constraint(constraint.get("version"))
    elif isinstance(constraint, str):
        for alternative in constraint.split("||"):
            text = _POETRY_CARET_OR_TILDE.sub(r">=\g<version>", alternative.strip())
            text = f"=={text}" if text[:1].isdigit() else text
            try:
                specifiers = SpecifierSet(text)
            except InvalidSpecifier:
                continue
            yield from _in_specifiers(specifiers)


def _as_version(text: str) -> Iterator[Version]:
    try:
        yield Version(text)
    except InvalidVersion:
        return


def _requirement_lines(path: Path) -> Iterator[str]:
    # PowerShell's `pip freeze > requirements.txt` writes UTF-16, and pip reads it.
    data = read_bytes(path)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for line in data.decode(encoding, errors="replace").replace("\\\n", " ").splitlines():
        text = re.sub(r"(^|\s)#.*$", "", line)
        yield re.sub(r"\s--?\w.*$", "", text).strip()  # options, such as --hash


def _setup_cfg_requirements(path: Path) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(read_bytes(path).decode("utf-8", errors="replace"))
    except configparser.Error as error:
        first_line = str(error).partition("\n")[0]
        raise ProjectError(path, f"not valid INI: {first_line}; correct the file") from error
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        yield from value.splitlines()


def _string_constants(path: Path) -> Iterator[str]:
    # Wherever the list of requirements is put together, its entries are strings of the file.
    try:
        with warnings.catch_warnings():  # somebody else's invalid escapes are not our news
            warnings.simplefilter("ignore")
            tree = ast.parse(read_bytes(path))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.splitlines()
