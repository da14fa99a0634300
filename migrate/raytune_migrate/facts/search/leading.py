"""Which modules of a large project lead to Ray by what they define.

Where modules import each other in circles, all of them lead to the one that mentions Ray; but few
of the names that they take from each other do.
"""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING

from raytune_migrate.facts.search.imported import named_in_texts, patched_names
from raytune_migrate.facts.search.modules import Found
from raytune_migrate.files.find import NOTEBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from raytune_migrate.facts.search.modules import Modules

_NOTEBOOKS = tuple(NOTEBOOKS)
_ALL = "*"  # in place of names: whatever the module defines
_BRANCHES = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.ExceptHandler)
_CODE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class _Statement:
    """One at the top of a module, or in a branch there.

    Attributes:
        binds: The names that it gives the module.
        mentions: Those that it uses, and those that it imports for itself.
        imports: What it imports: the name that this has then, and its dotted name.
        runs_later: Whether it is a function or a class.
    """

    binds: frozenset[str]
    mentions: frozenset[str]
    imports: tuple[tuple[str, str], ...]
    runs_later: bool = False


@dataclass(frozen=True, slots=True)
class _Module:
    """What leads on from a module.

    Attributes:
        statements: None of one that cannot be parsed, or is a notebook.
        brought: What each name is that it imports, by its dotted name.
        variables: The names that are neither imported nor those of functions and classes.
        unnamed: The modules that it imports by no statement: fixtures, or by a name in a text.
    """

    statements: tuple[_Statement, ...]
    brought: Mapping[str, Sequence[str]]
    variables: frozenset[str]
    unnamed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Led:
    """The modules that lead to Ray, and those that are given something by code that does."""

    leading: frozenset[str]
    handed: frozenset[str]


def led_by_name(
    of_ray: Collection[str],
    imports: Mapping[str, frozenset[str]],
    modules: Modules,
    data_of: Callable[[str], bytes],
) -> Led:
    """The modules with code that mentions Ray, or a name of other modules whose code does.

    However many are between. What such code mentions of its own module's variables it may have
    filled. A module that cannot be parsed leads to Ray with all that it defines, if it imports
    what does.
    """
    importers: dict[str, list[str]] = defaultdict(list)
    for path, imported in imports.items():
        for one in imported:
            importers[one].append(path)

    @cache
    def module(path: str) -> _Module:
        return _module(path, imports[path], modules, data_of(path))

    leading: dict[str, frozenset[str]] = {}  # with the names of each that lead
    waiting = sorted(of_ray)
    while waiting:
        path = waiting.pop()
        led = _led(path, module(path), leading, modules)
        found = frozenset(_given(path, led, module(path), leading, modules))
        if found != leading.get(path, frozenset()):
            leading[path] = found
            waiting += importers[path]
    handed = frozenset(
        one
        for path in leading
        for each in _led(path, module(path), leading, modules)
        for one in _mentioned(path, each, module, modules)
    )
    return Led(frozenset(leading) | {*of_ray}, handed)


def _led(
    path: str, module: _Module, leading: Mapping[str, AbstractSet[str]], modules: Modules
) -> tuple[_Statement, ...]:
    """The statements of a module that lead to Ray, by what is known of other modules so far."""
    if any(leading.get(one) for one in module.unnamed):
        return module.statements
    led: list[_Statement] = []
    names: set[str] = set()
    waiting = module.statements
    while True:
        new = [
            not one.mentions.isdisjoint(names) or _brings(path, one, leading, modules)
            for one in waiting
        ]
        if not any(new):
            return tuple(led)
        some = tuple(compress(waiting, new))
        led += some
        names.update(_given(path, some, module, leading, modules))
        waiting = tuple(one for one, does in zip(waiting, new, strict=True) if not does)


def _given(
    path: str,
    led: Collection[_Statement],
    module: _Module,
    leading: Mapping[str, AbstractSet[str]],
    modules: Modules,
) -> Iterator[str]:
    """The names of a module that statements of it that lead to Ray bind, or may fill."""
    if len(led) == len(module.statements):
        yield _ALL
    for one in led:
        yield from one.binds
        yield from one.mentions & module.variables
        yield from _starred(path, one, leading, modules)


def _mentioned(
    path: str, statement: _Statement, module: Callable[[str], _Module], modules: Modules
) -> Iterator[str]:
    """The modules of what a statement mentions, through the packages that only hand it on."""
    brought = module(path).brought
    waiting = [
        (path, dotted)
        for dotted in (
            *(each for _, each in statement.imports if statement.runs_later),
            *(each for name in statement.mentions for each in brought.get(name, ())),
        )
    ]
    seen = set[tuple[str, str]]()
    while waiting:
        one = waiting.pop()
        place = modules.find(one[1], one[0])
        if one in seen or not isinstance(place, Found):
            continue
        seen.add(one)
        yield place.path
        if place.rest:
            waiting += (
                (place.path, each) for each in module(place.path).brought.get(place.rest[0], ())
            )


def _brings(
    path: str, statement: _Statement, leading: Mapping[str, AbstractSet[str]], modules: Modules
) -> bool:
    """Whether a statement imports Ray, or what leads to it."""
    for _, dotted in statement.imports:
        if dotted.partition(".")[0] == "ray":
            return True
        place = modules.find(dotted, path)
        if isinstance(place, Found) and _hands_on(place, leading):
            return True
    return False


def _hands_on(place: Found, leading: Mapping[str, AbstractSet[str]]) -> bool:
    """Whether what is imported leads to Ray; of a module as a whole, whether any of it does."""
    names = leading.get(place.path, frozenset[str]())
    return bool(names) and (not place.rest or not names.isdisjoint((place.rest[0], _ALL)))


def _starred(
    path: str, statement: _Statement, leading: Mapping[str, AbstractSet[str]], modules: Modules
) -> Iterable[str]:
    """The names that lead to Ray of those that a star import brings."""
    for name, dotted in statement.imports:
        if name == _ALL:
            place = modules.find(dotted, path)
            yield from leading.get(place.path, ()) if isinstance(place, Found) else (_ALL,)


def _module(path: str, imports: frozenset[str], modules: Modules, data: bytes) -> _Module:
    every = tuple(_statements(() if path.endswith(_NOTEBOOKS) else _parsed(data)))
    brought: dict[str, list[str]] = defaultdict(list)
    for one in every:
        for name, dotted in one.imports if not one.runs_later else ():
            brought[name].append(dotted)
    is_lazy = any("__getattr__" in one.binds for one in every)
    texts = (*patched_names(data), *(named_in_texts(data) if is_lazy else ()))
    places = (modules.find(one, path) for one in texts)
    unnamed = {*modules.conftests(path), *(one.path for one in places if isinstance(one, Found))}
    others = {name for one in every if one.runs_later or one.imports for name in one.binds}
    variables = frozenset().union(*(one.binds for one in every)) - others
    return _Module(every, brought, variables, imports & unnamed)


def _parsed(data: bytes) -> Iterable[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd in the code of others
            return ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _statements(body: Iterable[ast.AST]) -> Iterator[_Statement]:
    """The statements at the top of a module, and in its branches."""
    for one in body:
        if isinstance(one, ast.Import | ast.ImportFrom):  # each of its names by itself
            for each in _imported(one):
                yield _Statement(frozenset({each[0]} - {_ALL}), frozenset(), (each,))
            continue
        if not isinstance(one, _BRANCHES):
            yield _statement(one)
            continue
        for inner in ast.iter_child_nodes(one):
            is_branch = isinstance(inner, ast.stmt | ast.excepthandler)
            yield from _statements([inner]) if is_branch else [_statement(inner)]


def _statement(node: ast.AST) -> _Statement:
    names: set[str] = set()
    stored: set[str] = set()
    imports: list[tuple[str, str]] = []
    of_module: set[str] = set()
    for one in ast.walk(node):
        match one:
            case ast.Name(ctx=ast.Load()):
                names.add(one.id)
            case ast.Name():
                stored.add(one.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                stored.add(one.name)
            case ast.Global():
                of_module.update(one.names)
            case ast.Import() | ast.ImportFrom():
                imports += _imported(one)
            case _:
                pass
    bound = stored | {name for name, _ in imports}
    mentions = frozenset(names | bound)
    if isinstance(node, _CODE):
        binds = frozenset({node.name, *of_module})
        return _Statement(binds, mentions, tuple(imports), runs_later=True)
    return _Statement(frozenset(bound), mentions, tuple(imports))


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What a statement imports: the name that this has then, and its dotted name."""
    if isinstance(node, ast.Import):
        for one in node.names:
            yield one.asname or one.name.partition(".")[0], one.name
        return
    module = "." * node.level + (node.module or "")
    for one in node.names:
        if one.name == _ALL:
            yield _ALL, module
        else:
            yield one.asname or one.name, f"{module}{'' if module.endswith('.') else '.'}{one.name}"
