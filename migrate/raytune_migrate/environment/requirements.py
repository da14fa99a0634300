"""What the files of one folder say of the releases of Ray, and where they say it.

Declarations are text: ``setup.py`` is parsed, never executed. What cannot be understood says
nothing about Ray, and a project of which nothing is known is treated as one on any release.
"""

from __future__ import annotations

import ast
import configparser
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from raytune_migrate.environment.clusters import SUFFIXES, in_cluster
from raytune_migrate.environment.images import InImage, in_image, is_image
from raytune_migrate.module.syntax import python_tree
from raytune_migrate.settings.data import ProjectError, read_bytes, read_toml, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock")
CONDA_FILES = ("environment.yml", "environment.yaml")
# pip's own names and pip-tools' (``requirements/base.in``, ``dev-requirements.txt``).
REQUIREMENT_FILES = re.compile(r"(.*[-_.])?(requirements|constraints)([-_.].*)?\.(txt|in)")

RAY = "ray"
RUNTIME = frozenset({"raytune-migrate", "raytune-runtime"})  # what brings raytune_runtime

# Operators that say "not below"; the others (<, <=, !=) leave the oldest release open.
_NOT_BELOW = frozenset({">=", ">", "~=", "==", "==="})
_POETRY_CARET_OR_TILDE = re.compile(r"[\^~](?![=])\s*(?P<version>\d[\w.]*)")
# Ray comes in parts from conda-forge, all of one release.
_CONDA_RAY = frozenset(
    f"ray-{part}"
    for part in ("air", "all", "core", "data", "default", "rllib", "serve", "train", "tune")
)
_CONDA_ITEM = re.compile(r"""\s*-\s*["']?(?:[\w./-]+::)?(?P<text>[A-Za-z][^"'#\n]*)""")
_CONDA_SPEC = re.compile(r"(?P<name>[A-Za-z][\w-]*)\s*(?P<version>[=\d][\w.*=|,<>! ]*)?")
# Arguments of setup() that can hold the bare word "ray" and mean no requirement.
_NO_REQUIREMENTS = frozenset(
    {"classifiers", "description", "keywords", "long_description", "name", "packages"}
)
_GENERATED = re.compile(rb"^#.*auto-?generated", re.IGNORECASE | re.MULTILINE)


class Kind(Enum):
    """Who writes a declaration."""

    SOURCE = "a person"
    GENERATED = "a tool, from a source"
    IMAGE = "whoever made the base image, in which another Ray may be installed"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one place says of one package. ``admitted`` holds the alternatives, mostly one."""

    path: Path
    line: int
    column: int
    package: str  # in its canonical spelling
    text: str
    admitted: tuple[SpecifierSet, ...]
    kind: Kind = Kind.SOURCE

    @property
    def lowest(self) -> Version | None:
        """The lower bound, if there is one: the highest of an alternative's, for all must hold."""
        bounds = [max(found) for one in self.admitted if (found := list(_lower_bounds(one)))]
        return min(bounds, default=None)

    def ends_below(self, floor: Version) -> bool:
        """Whether nothing from ``floor`` on is admitted."""
        return bool(self.admitted) and all(_ends_below(one, floor) for one in self.admitted)

    def is_below(self, floor: Version) -> bool:
        """Whether it admits a release below ``floor``, as far as it says so."""
        return (self.lowest is not None and self.lowest < floor) or self.ends_below(floor)

    @property
    def says_something(self) -> bool:
        """Whether any release is left out."""
        return any(len(one) for one in self.admitted)


def lowest_ray(paths: Iterable[Path]) -> Version | None:
    """The lowest bound on Ray that any of the files declares; ``None`` where none does."""
    bounds = (one.lowest for path in paths for one in declarations(path) if one.package == RAY)
    return min((bound for bound in bounds if bound is not None), default=None)


def required(path: Path, text: str, line: int = 1, column: int = 1) -> Iterator[Declaration]:
    """What a requirement says that stands somewhere else than in a file of requirements."""
    yield from _in_requirements(path, [_Written(text, line, column)])


def declarations(path: Path) -> Iterator[Declaration]:
    """What a file says of Ray and of the runtime, in its order."""
    if path.name == "pyproject.toml":
        yield from _in_pyproject(path)
    elif path.name in LOCK_FILES:
        yield from _in_lock(path)
    elif path.name == "setup.cfg":
        yield from _in_requirements(path, _setup_cfg_requirements(path))
    elif path.name == "setup.py":
        yield from _in_requirements(path, _string_constants(path))
    elif path.name in CONDA_FILES:
        yield from _in_conda(path)
    elif is_image(path.name):
        yield from _in_image(path, in_image)
    elif path.suffix in SUFFIXES:
        yield from _in_image(path, in_cluster)
    elif path.suffix in (".txt", ".in"):
        kind = Kind.GENERATED if _is_generated(path) else Kind.SOURCE
        yield from _in_requirements(path, _requirement_lines(path), kind)


@dataclass(frozen=True, slots=True)
class _Written:
    """A requirement as it stands in a file."""

    text: str
    line: int = 1
    column: int = 1


@dataclass(slots=True)
class _Text:
    """Finds again, in the text of a settings file, what its parser gave without a place."""

    lines: list[str]
    taken: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, path: Path) -> _Text:
        return cls(read_bytes(path).decode("utf-8", errors="replace").splitlines())

    def find(self, pattern: str) -> tuple[int, int]:
        """Line and column of the next match that was not found before; else of the file's top."""
        for number, line in enumerate(self.lines, start=1):
            if line.lstrip().startswith(("#", ";")):
                continue
            for match in re.finditer(pattern, line):
                place = number, match.start() + 1
                if place not in self.taken:
                    self.taken.add(place)
                    return place
        return 1, 1


def _in_pyproject(path: Path) -> Iterator[Declaration]:
    content = read_toml(path)
    project = table(content, "project")
    uv, pdm = table(content, "tool", "uv"), table(content, "tool", "pdm")
    groups = (
        project.get("dependencies"),
        *table(project, "optional-dependencies").values(),
        *table(content, "dependency-groups").values(),
        uv.get("dev-dependencies"),
        uv.get("constraint-dependencies"),
        uv.get("override-dependencies"),
        *table(pdm, "dev-dependencies").values(),
    )
    text: _Text | None = None
    if (own := str(project.get("name"))) in RUNTIME:  # a project has what it is
        yield Declaration(path, 1, 1, own, own, ())
    for group in groups:
        for entry in group if isinstance(group, list) else ():
            if isinstance(entry, str) and _may_matter(entry):
                text = text or _Text.of(path)
                place = text.find(rf"(?<=[\"']){re.escape(entry)}(?=[\"'])")
                yield from _in_requirements(path, [_Written(entry, *place)])

    poetry = table(content, "tool", "poetry")
    tables = (
        table(poetry, "dependencies"),
        table(poetry, "dev-dependencies"),
        *(table(group, "dependencies") for group in table(poetry, "group").values()),
    )
    for dependencies in tables:
        for name, constraint in dependencies.items():
            package = canonicalize_name(name)
            if package == RAY or package in RUNTIME:
                text = text or _Text.of(path)
                key = re.escape(name)
                line, column = text.find(rf"^\s*[\"']?{key}[\"']?\s*=|^\[.*dependencies\.{key}\]")
                admitted = tuple(_in_poetry_constraint(constraint))
                written = text.lines[line - 1].strip()
                yield Declaration(path, line, column, package, written, admitted)


def _in_lock(path: Path) -> Iterator[Declaration]:
    packages = read_toml(path).get("package")
    text: _Text | None = None
    for package in packages if isinstance(packages, list) else ():
        if not isinstance(package, dict) or package.get("name") not in (RAY, *RUNTIME):
            continue
        name, version = str(package["name"]), str(package.get("version"))
        text = text or _Text.of(path)
        place = text.find(rf"^name = [\"']{name}[\"']")
        admitted = tuple(_specifiers(f"=={version}"))
        yield Declaration(path, *place, name, f"{name} {version}", admitted, Kind.GENERATED)


def _may_matter(text: str) -> bool:
    # A cheap look first: parsing every string of a long file costs more than the file is worth.
    return text.lstrip()[:3].lower() == RAY or "raytune" in text


def _in_requirements(
    path: Path, requirements: Iterable[_Written], kind: Kind = Kind.SOURCE
) -> Iterator[Declaration]:
    for one in requirements:
        if not _may_matter(one.text):
            continue
        try:
            requirement = Requirement(one.text)
        except InvalidRequirement:
            # pip takes a bare address too.
            if "://" in one.text and any(name in one.text.replace("_", "-") for name in RUNTIME):
                yield Declaration(
                    path, one.line, one.column, min(RUNTIME), one.text, (SpecifierSet(),), kind
                )
            continue
        package: str = canonicalize_name(requirement.name)
        if path.name in CONDA_FILES and package in _CONDA_RAY:
            package = RAY
        if package != RAY and package not in RUNTIME:
            continue
        admitted = (
            (requirement.specifier,)
            if requirement.url is None
            else tuple(_in_wheel_url(requirement.url))
        )
        yield Declaration(path, one.line, one.column, package, one.text.strip(), admitted, kind)


def _in_wheel_url(url: str) -> Iterator[SpecifierSet]:
    filename = url.partition("#")[0].rpartition("/")[2]
    try:
        _, version, _, _ = parse_wheel_filename(filename)
    except ValueError:
        return
    yield SpecifierSet(f"=={version}")


def _in_poetry_constraint(constraint: Any) -> Iterator[SpecifierSet]:
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
            yield from _specifiers("" if text == "*" else text)


def _in_conda(path: Path) -> Iterator[Declaration]:
    for number, line in enumerate(_Text.of(path).lines, start=1):
        item = _CONDA_ITEM.match(line)
        if item is None or not _may_matter(item["text"]):
            continue
        text, column = item["text"].strip(), item.start("text") + 1
        spec = _CONDA_SPEC.fullmatch(text)
        name = canonicalize_name(spec["name"]) if spec is not None else ""
        if spec is not None and spec["version"] and (name == RAY or name in _CONDA_RAY):
            admitted = tuple(_in_conda_version(spec["version"]))
            yield Declaration(path, number, column, RAY, text, admitted)
        else:  # with pip's operators, which are conda's too, or among those that pip installs
            yield from _in_requirements(path, [_Written(text, number, column)])


def _in_conda_version(text: str) -> Iterator[SpecifierSet]:
    """``2.9``, ``=2.9``, ``==2.9.3``, ``=2.9.3=py310_0`` and their alternatives."""
    for alternative in text.split("|"):
        exact = re.match(r"\s*(?P<equal>=?=?)\s*(?P<version>\d[\w.]*)(?P<any>\.?\*)?", alternative)
        if exact is None:
            yield from _specifiers(alternative)
        else:
            open_end = ".*" if exact["any"] or exact["equal"] == "=" else ""
            yield from _specifiers(f"=={exact['version'].rstrip('.')}{open_end}")


def _in_image(path: Path, read: Callable[[str], Iterator[InImage]]) -> Iterator[Declaration]:
    try:
        text = read_bytes(path).decode("utf-8", errors="replace")
    except ProjectError:
        return  # it says nothing that the code must fit
    for one in read(text):
        if one.is_base:
            admitted = tuple(_specifiers(f"=={one.requirement}"))
            yield Declaration(path, one.line, one.column, RAY, one.text, admitted, Kind.IMAGE)
        else:
            yield from _in_requirements(path, [_Written(one.requirement, one.line, one.column)])


def _specifiers(text: str) -> Iterator[SpecifierSet]:
    try:
        yield SpecifierSet(text)
    except ValueError:  # invalid, or of more digits than Python takes
        return


def _lower_bounds(specifiers: SpecifierSet) -> Iterator[Version]:
    for one in specifiers:
        if one.operator in _NOT_BELOW:
            yield from _as_version(one.version.removesuffix(".*"))


def _ends_below(specifiers: SpecifierSet, floor: Version) -> bool:
    for one in specifiers:
        for version in _as_version(one.version.removesuffix(".*")):
            if one.operator in ("<=", "==", "===", "~=") and version < floor:
                return True
            if one.operator == "<" and version <= floor:
                return True
    return False


def _as_version(text: str) -> Iterator[Version]:
    try:
        yield Version(text)
    except ValueError:
        return


def _is_generated(path: Path) -> bool:
    """Whether a tool wrote a requirements file, such as pip-compile from ``requirements.in``."""
    return path.suffix == ".txt" and (
        path.with_suffix(".in").is_file() or _GENERATED.search(read_bytes(path)[:2000]) is not None
    )


def _requirement_lines(path: Path) -> Iterator[_Written]:
    # PowerShell's `pip freeze > requirements.txt` writes UTF-16, and pip reads it.
    data = read_bytes(path)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = data.decode(encoding, errors="replace").splitlines()
    begun = ""
    start = 1
    for number, line in enumerate(lines, start=1):
        start = start if begun else number
        begun += line
        if begun.endswith("\\"):
            begun = f"{begun[:-1]} "
            if number < len(lines):
                continue
        text = re.sub(r"(^|\s)#.*$", "", begun)
        text = re.sub(r"^\s*(-e|--editable)[\s=]+(?=\S+://)", "", text)
        text = re.sub(r"\s--?\w.*$", "", text)  # options, such as --hash
        yield _Written(text.strip(), start, len(begun) - len(begun.lstrip()) + 1)
        begun = ""


def _setup_cfg_requirements(path: Path) -> Iterator[_Written]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    text = _Text.of(path)
    try:
        parser.read_string("\n".join(text.lines))
    except configparser.Error as error:
        first_line = str(error).partition("\n")[0]
        raise ProjectError(path, f"not valid INI: {first_line}; correct the file") from error
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for one in (line.strip() for value in values for line in value.splitlines()):
        if _may_matter(one):
            yield _Written(one, *text.find(rf"(?<![\w.-]){re.escape(one)}\s*$"))


def _string_constants(path: Path) -> Iterator[_Written]:
    # Wherever the list of requirements is put together, its entries are strings of the file.
    tree = python_tree(read_bytes(path))
    if tree is None:
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for index, text in enumerate(node.value.splitlines()):
                column = node.col_offset + 1 if index == 0 else 1
                yield _Written(text, node.lineno + index, column)
        elif isinstance(node, ast.Dict):
            waiting += node.values  # the keys are names of extras
        elif not isinstance(node, ast.keyword) or node.arg not in _NO_REQUIREMENTS:
            waiting += ast.iter_child_nodes(node)
