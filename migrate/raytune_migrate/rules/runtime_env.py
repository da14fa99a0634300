"""The packages that a ``runtime_env``, or a task of a pipeline, runs with: runtime, and Ray itself.

Workers unpickle what the script imports. A Ray that is listed must be one that has Train V2.
https://docs.ray.io/en/latest/ray-core/handling-dependencies.html
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.environment.images import in_image
from raytune_migrate.environment.requirements import RAY, required
from raytune_migrate.expressions.values import settled
from raytune_migrate.imports.statements import imports_of
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import calls, ray_name
from raytune_migrate.module.ray_reads import calls_of
from raytune_migrate.rules.v2_flag import first_of_v2
from raytune_migrate.runtime.home import Home, of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.context import Context
    from raytune_migrate.environment.requirements import Declaration
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal

_CODE, _TOO_OLD = "RTM503", "RTM502"
_INSTALLERS = ("pip", "uv")
# What setup() is given is looked at for all files of the project.
_OF_PROJECTS = frozenset({"install_requires", "setup_requires", "tests_require"})
_IMAGE = "/ray"  # in the names of Ray's own images
_MENTIONS = re.compile(r"""["']ray\b|/ray(-\w+)?:\d""")  # a requirement, or an image


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each list of packages without the runtime, in code that needs it."""
    parsed = context.parsed
    if "runtime_env" not in parsed.text and _MENTIONS.search(parsed.text) is None:
        return
    if imports_runtime(context) or first_of_v2(context) is not None:
        for call in calls(parsed):
            items = environment_of(parsed, call)
            for installer in _INSTALLERS if items else ():
                if installer in items:
                    yield from _old_releases(parsed, items[installer])
            listed = _listed(parsed, call)
            for one in listed:
                yield from _old_releases(parsed, one)
            if not listed:
                yield from _old_images(parsed, call)
    if not _needs_it_installed(context):
        return
    for call in calls(parsed):
        for one in _listed(parsed, call):
            if "raytune" not in parsed.source(one):
                yield finding(
                    parsed,
                    one,
                    _CODE,
                    "The rewritten code imports raytune_runtime, and these packages do not bring"
                    " it.",
                    "Add raytune-migrate to them.",
                )
    for call in calls_of(parsed, ray_api.INIT):
        items = environment_of(parsed, call)
        if any("raytune" in parsed.source(one) for one in items.values()):
            continue
        for installer in _INSTALLERS:
            if installer in items and _is_list_of_packages(parsed, items[installer]):
                yield finding(
                    parsed,
                    items[installer],
                    _CODE,
                    "The workers import raytune_runtime, and these packages do not bring it.",
                    "Add raytune-migrate to them.",
                )


def environment_of(parsed: Parsed, call: cst.Call) -> Mapping[str, cst.BaseExpression]:
    """What the ``runtime_env`` of a call holds, as far as all of it can be seen."""
    given = next(
        (one.value for one in call.args if one.keyword and one.keyword.value == "runtime_env"),
        None,
    )
    return _items(parsed, given) if given is not None else {}


def _listed(parsed: Parsed, call: cst.Call) -> list[cst.BaseExpression]:
    """The lists of packages that a call is given by name, of which Ray is one.

    As by tasks of a pipeline, which are run by an environment of their own.
    """
    given = (
        _behind(parsed, one.value)
        for one in call.args
        if one.keyword is not None and one.keyword.value not in _OF_PROJECTS
    )
    return [
        one
        for one in given
        if isinstance(one, cst.List | cst.Tuple)
        and _is_list_of_packages(parsed, one)
        and any(said.package == RAY for text in one.elements for said in _said(parsed, text.value))
    ]


def _said(parsed: Parsed, node: cst.BaseExpression) -> Iterator[Declaration]:
    text = settled(parsed, node)
    if isinstance(text, str):
        yield from required(Path("runtime_env"), text)


def _old_images(parsed: Parsed, call: cst.Call) -> Iterator[Finding]:
    """A finding at each image of an old Ray by which a call is told to run something."""
    for argument in call.args if _IMAGE in parsed.text else ():
        text = settled(parsed, argument.value) if argument.keyword is not None else None
        for one in in_image(f"FROM {text}") if isinstance(text, str) and _IMAGE in text else ():
            if one.is_base and Version(one.requirement) < Version(ray_api.RUNTIME_NEEDS):
                yield finding(
                    parsed,
                    argument.value,
                    _TOO_OLD,
                    f"The rewritten code does not run on the Ray of this image: {one.text}.",
                    f"Take one of Ray {ray_api.RUNTIME_NEEDS} or later.",
                )


def _old_releases(parsed: Parsed, packages: cst.BaseExpression) -> Iterator[Finding]:
    """A finding at each requirement of a Ray that the rewritten code does not run on."""
    floor = Version(ray_api.RUNTIME_NEEDS)
    if isinstance(packages, cst.Dict):
        packages = _items(parsed, packages).get("packages", packages)
    for one in getattr(packages, "elements", ()):
        for said in _said(parsed, one.value) if isinstance(one, cst.Element) else ():
            if said.package == RAY and said.is_below(floor):
                yield finding(
                    parsed,
                    one.value,
                    _TOO_OLD,
                    f"The rewritten code does not run on the Ray of these nodes: {said.text}.",
                    f"Take Ray {ray_api.RUNTIME_NEEDS} or later.",
                )


def imports_runtime(context: Context) -> bool:
    """Whether the code imports the runtime, or a copy of it."""
    return any(
        of_runtime(dotted).split(".", 1)[0] == ray_api.RUNTIME
        for _, dotted, _ in imports_of(context.parsed)
    )


def _needs_it_installed(context: Context) -> bool:
    """Whether the code imports the runtime, or will, and not a copy of the project's own."""
    home = context.project.runtime.home
    if home is Home.OWN:
        return False
    imported = [
        dotted
        for _, dotted, _ in imports_of(context.parsed)
        if of_runtime(dotted).split(".", 1)[0] == ray_api.RUNTIME
    ]
    if not imported:
        return home is Home.INSTALLED and first_of_v2(context) is not None
    return any(dotted.split(".", 1)[0] == ray_api.RUNTIME for dotted in imported)


def _items(parsed: Parsed, node: cst.BaseExpression) -> Mapping[str, cst.BaseExpression]:
    """What a runtime environment holds, by name; nothing where part of it cannot be seen."""
    node = _behind(parsed, node)
    items: dict[str, cst.BaseExpression] = {}
    if isinstance(node, cst.Dict):
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                return {}
            items[str(settled(parsed, element.key))] = _behind(parsed, element.value)
    elif isinstance(node, cst.Call):
        name = ray_name(parsed, node.func)
        if name is None or name.name != ray_api.RUNTIME_ENV:
            return {}
        for argument in node.args:
            if argument.keyword is None:
                return {}
            items[argument.keyword.value] = _behind(parsed, argument.value)
    return items


def _is_list_of_packages(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether packages are listed here, all by name; a file of requirements is looked at itself."""
    if isinstance(node, cst.Dict):
        packages = _items(parsed, node).get("packages")
        return packages is not None and _is_list_of_packages(parsed, packages)
    return isinstance(node, cst.List | cst.Tuple) and all(
        isinstance(one, cst.Element) and isinstance(settled(parsed, one.value), str)
        for one in node.elements
    )


def _behind(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression:
    """What a name stands for, where nothing else is done with it that could change it."""
    found = variable(parsed, node)
    return found.value if found is not None and len(found.references) == 1 else node
