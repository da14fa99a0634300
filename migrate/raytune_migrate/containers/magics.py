"""What IPython understands in a cell and Python does not: held aside, and put back as it was.

https://ipython.readthedocs.io/en/stable/interactive/magics.html
"""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.borders import OWN
from raytune_migrate.containers.model import ReturnError
from raytune_migrate.containers.pieces import Line, lines_of, newline_of, without_end
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_CELL = re.compile(r"\s*%%(?P<name>\w+)")
# Their cells, and the rest of their lines, are Python in the notebook's own namespace.
_RUN_CODE = frozenset({"capture", "memit", "prun", "time", "timeit"})
# Their cells are of another language, or files of their own.
_OTHER_LANGUAGE = frozenset(
    {
        "bash", "cmd", "html", "javascript", "js", "latex", "markdown", "perl", "ruby", "script",
        "sh", "sql", "svg", "system", "sx",
    }
)  # fmt: skip
# Their words are no names of Python, but for $name and {expression}.
_WORDS = frozenset(
    {
        "alias", "autoreload", "autosave", "bash", "cd", "colors", "conda", "config", "env",
        "load_ext", "ls", "mamba", "matplotlib", "mkdir", "pip", "pwd", "reload_ext", "run",
        "set_env", "sh", "sx", "system", "tensorboard", "uv",
    }
)  # fmt: skip

_ESCAPED = re.compile(r"(?P<indent>[ \t]*)(?P<sign>!!?|%%?|\?\??)(?P<name>\w*)")
_ASSIGNED = re.compile(
    r"(?P<indent>[ \t]*)(?P<target>[\w.,\[\]'\" \t*()]*[\w\])])[ \t]*=[ \t]*"
    r"(?P<sign>!|%)(?P<name>\w*)"
)
_HELP = re.compile(r"(?P<indent>[ \t]*)%{0,2}[\w.*]+\?\??[ \t]*$")
_OPTIONS = re.compile(r"(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+")
_EXPANDED = re.compile(r"\$(\w+(?:\.\w+)*)|\{([^{}]*)\}")
_NAME = re.compile(r"\b[^\W\d]\w*")

_HELD = re.compile(rf"[ \t]*{re.escape(OWN)} line (?P<key>\w+)[ \t]*$")
_PREFIX = re.compile(rf"[ \t]*{re.escape(OWN)} magic (?P<key>\w+)[ \t]*$")
_STATEMENT = re.compile(r"\b_raytune_migrate_(?P<key>\w+)\(")

# The environment variables that rules look for.
_VARIABLE = re.compile(
    rf"[ \t]*%(?:set_)?env[ \t]+(?P<name>{'|'.join(ray_api.VARIABLES)})"
    r"(?:[ \t]*=[ \t]*|[ \t]+)(?P<value>\S+)"
)
_QUOTES = "'\""

_MARK = re.compile(r"#.*|'''|\"\"\"|'|\"|[(\[{]|[)\]}]")
_REST = {
    quote: re.compile(rf"(?:\\.|(?!{quote}).)*{quote}", re.DOTALL)
    for quote in ("'''", '"""', "'", '"')
}


class Kind(Enum):
    """What a cell of code is by its first line."""

    PYTHON = "Python"
    OTHER_LANGUAGE = "another language"
    UNKNOWN = "what its magic makes of it"


@dataclass(frozen=True, slots=True)
class Magic:
    """One escape: what stands for it, and how it was.

    A line of its own has ``stands``, the whole line in its place. Where the rest of its line is
    code, that stands there without ``before``, and begins with ``code``.
    """

    text: str
    stands: str | None = None
    before: str = ""
    code: str = ""
    heads: bool = False  # its cell, which is another without it


@dataclass(frozen=True, slots=True)
class Python:
    """A cell as Python, and its magics by their keys, in their order."""

    code: str
    magics: Mapping[str, Magic] = field(default_factory=dict)


def kind_of(source: str) -> Kind:
    """What a code cell holds."""
    match = _CELL.match(source)
    if match is None or match["name"] in _RUN_CODE:
        return Kind.PYTHON
    return Kind.OTHER_LANGUAGE if match["name"] in _OTHER_LANGUAGE else Kind.UNKNOWN


def names_in(text: str) -> frozenset[str]:
    """All words of a text that can be names."""
    return frozenset(one for one in _NAME.findall(text) if not keyword.iskeyword(one))


def to_python(source: str, key: str, names: Collection[str]) -> Python:
    """A cell as Python: where a magic reads one of ``names``, what stands for it does too."""
    if not any(sign in source for sign in "%!?"):
        return Python(source)
    magics: dict[str, Magic] = {}
    parts: list[str] = []
    newline = newline_of(source)
    for text, is_magic in _logical_lines(source):
        if is_magic:
            own = f"{key}_{len(magics)}"
            text, magic = _held(text, own, names, newline)
            heads = magic.text.startswith("%%") and not "".join(parts).strip()
            magics[own] = replace(magic, heads=heads)
        parts.append(text)
    return Python("".join(parts), magics)


def held_whole(source: str, key: str, names: Collection[str]) -> Python:
    """A cell that is no code: one statement that reads what it may read."""
    read = sorted(names_in(source) & set(names))
    stands = f"_raytune_migrate_{key}({', '.join(read)})"
    return Python(f"{stands}\n", {key: Magic(source, stands)})


def back(lines: Sequence[Line], magics: Mapping[str, Magic]) -> list[Line]:
    """The lines of a cell with its magics. Raises :class:`ReturnError`."""
    if not magics:
        return list(lines)
    met: list[str] = []
    done: list[Line] = []
    waiting: tuple[Magic, str] | None = None  # for its code
    rest = iter(lines)
    for line in rest:
        text = without_end(line.text)
        held, prefix = _HELD.match(text), _PREFIX.match(text)
        statement = _STATEMENT.search(text)
        if waiting is not None and not line.is_blank and not text.lstrip().startswith("#"):
            magic, indent = waiting
            whole = _with_magic(line.text, magic, indent)
            done.append(Line(whole, line.number, len(magic.before) - len(magic.code)))
            waiting = None
        elif held is not None and held["key"] in magics:
            met.append(held["key"])
            text = magics[held["key"]].text
            if magics[held["key"]].heads and not all(one.is_blank for one in done):
                raise ReturnError(f"it would stand above {_shown(text)}")
            done += [Line(one, line.number) for one in lines_of(text)]
            following = next(rest, None)
            if following is not None and not following.is_blank:
                raise ReturnError(f"it would change what stands below {_shown(text)}")
        elif prefix is not None and prefix["key"] in magics:
            met.append(prefix["key"])
            waiting = magics[prefix["key"]], text[: len(text) - len(text.lstrip())]
        elif statement is not None and statement["key"] in magics:
            whole = _told_anew(magics[statement["key"]], text)
            met.append(statement["key"])
            done += [Line(one, line.number) for one in lines_of(whole)]
        else:
            done.append(line)
    if met != list(magics) or waiting is not None:
        lost = next(one for key, one in magics.items() if key not in met or waiting is not None)
        raise ReturnError(f"it would move the magic {_shown(lost.text)}")
    return done


def _held(text: str, key: str, names: Collection[str], newline: str) -> tuple[str, Magic]:
    """What stands for a magic, and the magic."""
    bare = without_end(text)
    match = _starts_magic(text)
    assert match is not None, "only lines that start a magic are held"
    groups = match.groupdict()
    indent, sign, name = match["indent"], groups.get("sign"), groups.get("name")
    target = f"{groups['target']} = " if groups.get("target") else ""
    end = text[len(bare) :] or newline
    if sign == "%" and name in _RUN_CODE:
        options = _OPTIONS.match(bare, match.end())
        code = bare[options.end() :] if options is not None else ""
        if "\n" not in bare and code and _is_statement(target + code):
            before = bare[len(indent) : len(bare) - len(code)]
            mark = f"{indent}{OWN} magic {key}{end}"
            return f"{mark}{indent}{target}{code}{end}", Magic(text, before=before, code=target)
    asked = list(_expressions(bare, names)) if sign != "%%" else []
    rest = bare if sign != "%%" else ""
    for one in asked:
        rest = _places(one).sub("", rest)
    read = sorted(_names_read(rest, sign, name) & set(names))
    read += [f"str({one})" for one in asked]
    variable = _VARIABLE.match(bare)
    if variable is not None:  # which is looked for in calls too
        read.append(f"{variable['name']}={variable['value'].strip(_QUOTES)!r}")
    if not indent and not read and not target:
        return f"{OWN} line {key}{end}{end}", Magic(text)
    stands = f"{indent}{target}_raytune_migrate_{key}({', '.join(read)})"
    return f"{stands}{end}", Magic(text, stands)


def _names_read(text: str, sign: str | None, name: str | None) -> frozenset[str]:
    """The names that a magic may read: those that IPython fills in, or else all its words."""
    if sign not in ("!", "!!") and name not in _WORDS:
        return names_in(text)
    return names_in(" ".join("".join(one) for one in _EXPANDED.findall(text)))


def _expressions(text: str, names: Collection[str]) -> Iterator[str]:
    """What a magic has IPython evaluate, where it reads attributes, and names that are known."""
    for expression in dict.fromkeys(
        one.strip() for pair in _EXPANDED.findall(text) for one in pair
    ):
        tree = python_tree(f"({expression})") if "." in expression else None
        nodes = list(ast.walk(tree)) if tree is not None else []
        read = {one.id for one in nodes if isinstance(one, ast.Name)}
        asks = any(isinstance(one, ast.Attribute) for one in nodes)
        if asks and read and read <= set(names) and not any(map(_is_no_value, nodes)):
            yield expression


def _is_no_value(node: ast.AST) -> bool:
    """Whether a part of an expression makes several of it, or a name, of what is in brackets."""
    return isinstance(node, ast.Tuple | ast.Starred | ast.NamedExpr | ast.GeneratorExp)


def _told_anew(magic: Magic, text: str) -> str:
    """A magic that reads what now stands for it. Raises :class:`ReturnError`."""
    assert magic.stands is not None
    if magic.stands == text:
        return magic.text
    old, new = _arguments(magic.stands), _arguments(text)
    told = magic.text
    for before, after in zip(old, new, strict=False):
        if before != after:
            told = _places(before).sub(partial(_braced, after), told)
    as_before = magic.stands
    for before, after in zip(old, new, strict=False):
        as_before = as_before.replace(f"str({before})", f"str({after})")
    if as_before != text or told == magic.text or any(set(one) & set("{}") for one in new):
        raise ReturnError(f"it would change the magic {_shown(magic.text)}")
    return told


def _places(expression: str) -> re.Pattern[str]:
    """Where a magic has IPython fill in what an expression gives."""
    text = re.escape(expression)
    return re.compile(rf"\{{\s*{text}\s*\}}|\${text}(?![\w.])")


def _braced(expression: str, _: re.Match[str]) -> str:
    return f"{{{expression}}}"


def _arguments(stands: str) -> list[str]:
    """The expressions, and the names, of what stands for a magic."""
    tree = python_tree(stands.strip())
    (statement,) = tree.body if tree is not None else (None,)
    call = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
    if not isinstance(call, ast.Call):
        return []
    values = [one.args[0] if isinstance(one, ast.Call) else one for one in call.args]
    return [ast.get_source_segment(stands.strip(), one) or "" for one in values]


def _is_statement(code: str) -> bool:
    tree = python_tree(code)
    return tree is not None and len(tree.body) == 1


def _with_magic(text: str, magic: Magic, indent: str) -> str:
    """The line of code behind a magic, with the magic in front again."""
    start = indent + magic.code
    code = text.removeprefix(start)
    if not text.startswith(start) or not _is_statement(magic.code + code):
        raise ReturnError(f"it would need several lines behind the magic in {_shown(magic.text)}")
    return indent + magic.before + code


def _logical_lines(source: str) -> Iterator[tuple[str, bool]]:
    """The lines of a cell, and whether each is a magic, with the lines that go on with it."""
    quote, depth, goes_on = "", 0, False
    lines = iter(lines_of(source))
    for line in lines:
        starts = not quote and not depth and not goes_on
        if starts and _starts_magic(line) is not None:
            while without_end(line).endswith("\\") and (more := next(lines, None)) is not None:
                line += more
            yield line, True
            continue
        yield line, False
        quote, depth = _scanned(line, quote, depth)
        goes_on = not quote and without_end(line).endswith("\\")


def _starts_magic(line: str) -> re.Match[str] | None:
    return _ESCAPED.match(line) or _ASSIGNED.match(line) or _HELP.match(without_end(line))


def _scanned(line: str, quote: str, depth: int) -> tuple[str, int]:
    """The quotes and the brackets that are open at the end of a line."""
    at = 0
    while True:
        if quote:
            rest = _REST[quote].match(line, at)
            if rest is None:
                return (quote if len(quote) > 1 else ""), depth
            at, quote = rest.end(), ""
        mark = _MARK.search(line, at)
        if mark is None or mark[0].startswith("#"):
            return "", depth
        at = mark.end()
        if mark[0] in "([{":
            depth += 1
        elif mark[0] in ")]}":
            depth = max(0, depth - 1)
        else:
            quote = mark[0]


def _shown(text: str) -> str:
    """The first words of a magic, for a message."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 40 else f"{line[:37]}..."
