"""What is taken over from the tree of a module is what parsing all of the rewritten one gives."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from raytune_migrate.engine import migrate
from raytune_migrate.jobs import in_parallel
from raytune_migrate.module import trees
from raytune_migrate.module.parsed import Parsed, parse
from raytune_migrate.project import Project

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/before.py"))
BEFORE = """\
# Of the module.

import os  # for paths
x = 1; y = 2


@decorated
# of f
def f():
    return 1
    # at the end of f

# above g
def g():
    if x:
        return 2
    else:
        return 3
# above the class
class C:
    z = 3

    def method(self): return 4

if x:
    pass
elif y:
    f()
else:
    g()
text = '''
def g():
'''
try:
    f()
finally:
    g()
    # the last
"""


def around(parsed: Parsed, node: cst.CSTNode) -> list[tuple[int, int]]:
    """Where the nodes around one are."""
    return [parsed.span(one) for one in parsed.ancestors(node)]


def assert_same(before: str, after: str) -> None:
    whole, renewed = parse(after), parse(after, before=parse(before))
    assert renewed.module.deep_equals(whole.module)
    assert renewed.module.code == after
    assert [type(one) for one in renewed.nodes] == [type(one) for one in whole.nodes]
    assert [*map(renewed.span, renewed.nodes)] == [*map(whole.span, whole.nodes)]
    assert len({id(one) for one in renewed.nodes}) == len(renewed.nodes)
    assert [*map(renewed.place_in_order, renewed.nodes)] == [
        *map(whole.place_in_order, whole.nodes)
    ]
    assert [around(renewed, one) for one in renewed.nodes] == [
        around(whole, one) for one in whole.nodes
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import os", "import re"),
        ("y = 2\n", "y = 2\n\n\ndef new():\n    pass\n\n\n"),
        ("y = 2\n", "y = 2\n    # indented\n"),
        ("    return 1\n", "    return 0\n"),
        ("    # at the end of f\n", ""),
        ("    # at the end of f\n", "# at the end of f\n"),
        ("# above g", "    # below f"),
        ("# above g", "  "),
        ("        return 3\n", "        return 3\n    # below g\n"),
        ("else:\n        return 3\n", "else:\n        return 3\n\n\n"),
        ("    z = 3\n", "    z = 3\n    z = 3\n"),
        ("    g()\ntext", "    g()\n\ntext"),
        ("def g():\n'''", "def f():\n'''"),
        ("    # the last\n", ""),
        ("    # the last\n", "    # the last"),
        ("# Of the module.\n\n", ""),
        ("x = 1; y = 2\n", "x = 1\ny = 2\n"),
        ("# above the class\n", "text = '''\ndef g():\n'''\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_edit(old: str, new: str, newline: str) -> None:
    assert BEFORE.count(old) == 1
    before, after = (one.replace("\n", newline) for one in (BEFORE, BEFORE.replace(old, new)))
    assert_same(before, after)
    assert_same(after, before)


def test_what_is_moved_or_doubled() -> None:
    before = "import os\n\n\ndef f():\n  return 1\n\n\nf()\nf()\nf()\nprint(os)\n"
    assert_same(before, before.replace("f()\nf()\nf()\n", "f()\nf()\nf()\nf()\n"))
    assert_same(before, "import os\nf()\n\n\ndef f():\n  return 1\nprint(os)\n")


def test_another_indent_decides_for_the_module() -> None:
    before = "x = 1\nif x:\n  pass\n\n\ndef f():\n    return 1\nprint(x)\n"
    assert_same(before, before.replace("if x:\n  pass\n", ""))
    assert_same(before, before.replace("x = 1\n", "if y:\n   pass\n"))


def test_statements_are_the_same_objects() -> None:
    before = parse(BEFORE)
    after = parse(BEFORE.replace("import os", "import re"), before=before)
    shared = [one for one in after.module.body if any(one is two for two in before.module.body)]
    assert [type(one) for one in shared] == [
        cst.SimpleStatementLine, cst.ClassDef, cst.If, cst.SimpleStatementLine
    ]  # fmt: skip


def test_only_what_is_new_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parse(BEFORE)
    parsed: list[str] = []
    usual = trees.tree
    monkeypatch.setattr(trees, "tree", lambda text: parsed.append(text) or usual(text))
    parse(BEFORE.replace("import os", "import re"), before=before)
    assert len(parsed) == 1
    assert "import re" in parsed[0]
    assert "class C" not in parsed[0]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_fixtures(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    assert_same(before, migrate(before, Project(root=Path("/"))).after)


def codes(text: str) -> str:
    """What LibCST reads, written again; or what it says that it cannot read."""
    try:
        return trees.tree(text).code
    except cst.ParserSyntaxError:
        return "error"


def test_what_cannot_be_parsed_is_told_of_its_own_text_alone() -> None:
    assert [codes(one) for one in ("x = 1\n", "x = (\n", "y = 2\n")] == [
        "x = 1\n",
        "error",
        "y = 2\n",
    ]


def test_a_process_that_is_forked_after_the_first_text_parses_its_own() -> None:
    texts = ["x = 1\n", "x = (\n", "y = 2\n", "z = 3\n"]
    here = [codes(one) for one in texts]
    assert [*in_parallel(codes, texts, 2, lost=lambda _text, how: how)] == here
