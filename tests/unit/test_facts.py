"""What a module is read to offer to others, and which file a name leads to."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from containing import notebook

import raytune_migrate
from raytune_migrate.facts.model import Called, Held, Item, Member, Named, Parameter, Plain
from raytune_migrate.facts.reading.read import module_facts
from raytune_migrate.facts.search.modules import Found, Nowhere, modules_of
from raytune_migrate.facts.search.pinned import imported_at_once, pins_others
from raytune_migrate.facts.search.put_on_path import folders_put_on_path
from raytune_migrate.facts.survey import survey
from raytune_migrate.files.find import find_files


@pytest.mark.parametrize(
    "text", ["def f(:", "\0", "x = " + "(" * 500 + ")" * 500, b"# coding: no\n"]
)
def test_what_python_cannot_parse_has_no_facts(text: str | bytes) -> None:
    assert module_facts(text) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x = 1", (Plain.OTHER,)),
        ("x = None", (Plain.NONE,)),
        ("x = y = make()", (Called(Named(":make"), 1),)),
        ("from a import b as x", (Named("a.b"),)),
        ("from . import x", (Named(".x"),)),
        ("import a.b as x", (Named("a.b"),)),
        ("import a\nx = a.b.c(1)", (Called(Named("a.b.c"), 2),)),
        ("def x(): ...", (Named(":x"),)),
        ("x = f() if y else None", (Called(Named(":f"), 1), Plain.NONE)),
        ("x, _ = f(), g()", (Called(Named(":f"), 1),)),
        ("x, _ = f()", (Item(Called(Named(":f"), 1)),)),
        ("_, *x = f()", (Called(Named(":f"), 1),)),
        ("x, *_ = f(), g()", (Called(Named(":f"), 1),)),
        ("_, *x = f(), g()", (Held((Called(Named(":g"), 1),)),)),
        ("*_, x = f(), g()", (Called(Named(":g"), 1),)),
        ("x, *_ = f(), *g()", (Plain.UNKNOWN,)),
        ("for _, x in ((1, f()), [2, g()]): ...", (Called(Named(":f"), 1), Called(Named(":g"), 1))),
        ("for _, x in zip(g(), f()): ...", (Item(Called(Named(":f"), 1)),)),
        ('x = getattr(a, "b")', (Named(":a.b"),)),
        ("x = getattr(a, b)", (Called(Named(":getattr"), 1),)),
        ("x = max(f(), key=g)", (Item(Called(Named(":f"), 1)),)),
        ("x = sorted(f())", (Called(Named(":f"), 1),)),
        ("def max(some): ...\nx = max(f())", (Called(Named(":max"), 2),)),
        ("for x in f(): pass", (Item(Called(Named(":f"), 1)),)),
        ("for x in (f(), 1): pass", (Called(Named(":f"), 1), Plain.OTHER)),
        ("x = f()\nx = g()", (Called(Named(":f"), 1), Called(Named(":g"), 2))),
        ("import functools\nx = functools.partial(f, 1)", (Named(":f"),)),
        ("x = x", ()),
        ("def f():\n    global x\n    x = g()", (Called(Named(":g"), 3),)),
        (
            "with f() as x: pass",
            (Called(Member(Called(Named(":f"), 1), "__enter__"), 1), Item(Called(Named(":f"), 1))),
        ),
        (
            'import collections\nx = collections.namedtuple("x", "a b")',
            (Named(":x"),),
        ),
    ],
)
def test_what_a_name_may_be(text: str, values: tuple[object, ...]) -> None:
    found = module_facts(text)
    assert found is not None
    assert set(found.variables["x"]) == set(values)


def test_a_local_name_hides_that_of_the_module() -> None:
    found = module_facts(
        dedent(
            """
            from ray import train


            def f(train):
                return train.report


            def g():
                return train.report
            """
        )
    )
    assert found is not None
    assert [one.name for one in found.functions["f"].returns if isinstance(one, Named)] == []
    assert found.functions["g"].returns == (Named("ray.train.report"),)


def test_what_a_class_holds_and_derives_from() -> None:
    found = module_facts(
        dedent(
            """
            from base import Base


            class Sweeper(Base):
                def __init__(self, trainer):
                    self.trainer = trainer

                def run(self):
                    self.show(self.trainer)
            """
        )
    )
    assert found is not None
    assert found.bases == {"Sweeper": ("base.Base",)}
    assert found.variables["Sweeper.trainer"] == (Parameter("Sweeper.__init__", "trainer"),)
    assert found.functions["Sweeper.run"].calls == {":Sweeper.show"}


FILES = ["/p/main.py", "/p/app/__init__.py", "/p/app/a.py", "/p/src/lib/b.py", "/p/app/sub/c.py"]


@pytest.mark.parametrize(
    ("dotted", "path", "found"),
    [
        ("app", "/p/main.py", Found("/p/app/__init__.py", ())),
        ("app.a.f.g", "/p/main.py", Found("/p/app/a.py", ("f", "g"))),
        (".a.f", "/p/app/sub/../x.py", Found("/p/app/a.py", ("f",))),
        (".", "/p/app/a.py", Found("/p/app/__init__.py", ())),
        (".f", "/p/app/a.py", Found("/p/app/__init__.py", ("f",))),
        (".f", "/p/app/sub/c.py", Nowhere.UNCLEAR),
        ("..sub.f", "/p/app/sub/c.py", Found("/p/app/__init__.py", ("sub", "f"))),
        ("..a", "/p/app/sub/c.py", Found("/p/app/a.py", ())),
        ("lib.b", "/p/app/a.py", Found("/p/src/lib/b.py", ())),
        ("app.sub.c", "/p/main.py", Found("/p/app/sub/c.py", ())),
        ("numpy.random", "/p/main.py", Nowhere.FOREIGN),
        ("...x", "/p/main.py", Nowhere.UNCLEAR),
    ],
)
def test_which_file_a_name_leads_to(dotted: str, path: str, found: object) -> None:
    modules = modules_of("/p", FILES, [])
    assert modules.find(dotted, path.replace("/sub/..", "")) == found


def test_a_name_that_several_files_have() -> None:
    modules = modules_of("/p", [*FILES, "/p/src/app/a.py", "/p/src/app/__init__.py"], [])
    assert modules.find("app.a", "/p/src/lib/b.py") is Nowhere.UNCLEAR
    # A script's own folder comes first.
    assert modules.find("app.a", "/p/main.py") == Found("/p/app/a.py", ())


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["/w/p/a.py", "/w/p/run.py"], Nowhere.FOREIGN),
        (["/w/p/__init__.py", "/w/p/a.py", "/w/p/run.py"], Found("/w/p/a.py", ("f",))),
    ],
)
def test_the_own_name_of_a_project_that_is_a_package(files: list[str], found: object) -> None:
    modules = modules_of("/w/p", files, [])
    assert modules.find("p.a.f", "/w/p/run.py") == found
    assert modules.find("w.p.a.f", "/w/p/run.py") is Nowhere.FOREIGN


def test_a_module_beside_that_has_the_name_of_a_package() -> None:
    """Which has what is imported; an object of the module is still its own."""
    files = ["/p/src/models/sk/use.py", "/p/src/models/sk/models.py", "/p/src/models/sk/own.py"]
    modules = modules_of("/p", files, [])
    path = "/p/src/models/sk/use.py"
    assert modules.find("models.sk.own.Own", path) == Found("/p/src/models/sk/own.py", ("Own",))
    assert modules.find("models.Own", path) == Found("/p/src/models/sk/models.py", ("Own",))


def test_a_folder_on_sys_path_comes_after_all_others() -> None:
    files = [*FILES, "/p/common/helpers.py", "/p/common/app.py"]
    modules = modules_of("/p", files, []).put_on_path(["/p/common"])
    assert modules.find("helpers", "/p/run.py") == Found("/p/common/helpers.py", ())
    assert modules.find("app.a", "/p/run.py") == modules_of("/p", FILES, []).find(
        "app.a", "/p/run.py"
    )


SHARED = ["/p/svc/run.py", "/p/shared/acme/io.py", "/p/shared/acme/own/deep.py", "/p/tools/one.py"]


@pytest.mark.parametrize(
    ("dotted", "more", "found"),
    [
        ("acme.io.report", (), Found("/p/shared/acme/io.py", ("report",))),
        ("acme.own.deep", (), Found("/p/shared/acme/own/deep.py", ())),
        ("acme.own.deep.f.g", (), Found("/p/shared/acme/own/deep.py", ("f", "g"))),
        # Not where only a part of it has files, or several folders have it.
        ("acme.other", (), Nowhere.FOREIGN),
        ("acme", ("/p/shared/acme/__init__.py",), Nowhere.FOREIGN),
        ("acme.other", ("/p/shared/acme/__init__.py",), Nowhere.FOREIGN),
        ("acme.io", ("/p/old/acme/io.py",), Nowhere.FOREIGN),
        ("acme.io", ("/p/old/acme/__init__.py",), Nowhere.FOREIGN),
        ("acme.io", ("/p/acme/io.py",), Found("/p/acme/io.py", ())),
        # A module of one name may be anything's, and what Python and Ray have is known.
        ("one", (), Nowhere.FOREIGN),
        ("one.f", (), Nowhere.FOREIGN),
        ("json.io", ("/p/shared/json/io.py",), Nowhere.FOREIGN),
        ("ray.io", ("/p/shared/ray/io.py",), Nowhere.FOREIGN),
    ],
)
def test_a_name_that_leads_somewhere_from_one_folder_alone(
    dotted: str, more: tuple[str, ...], found: object
) -> None:
    modules = modules_of("/p", [*SHARED, *more], [])
    assert modules.find(dotted, "/p/svc/run.py") == found


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("sys.path.append(folder)", []),
        ("sys.path.append(sys.argv[1])", []),
        ("sys.path.append(f'{here}/common')", []),
        ("sys.path.remove('common')", []),
        ("sys.path.append('common')", ["/p/scripts/common", "/p/common"]),
        ("sys.path.insert(0, '../common')", ["/p/common", "/common"]),
        ("sys.path += ['common']", ["/p/scripts/common", "/p/common"]),
        ("sys.path.extend(['a', '/p/b'])", ["/p/scripts/a", "/p/a", "/p/b"]),
        (
            "sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'common'))",
            ["/p/common"],
        ),
        (
            "sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir)))",
            ["/p"],
        ),
        ("sys.path.append(os.path.dirname(os.path.realpath(__file__)) + '/a')", ["/p/scripts/a"]),
        ("sys.path.append(str(Path(__file__).parent / 'common'))", ["/p/scripts/common"]),
        ("sys.path.append(str(Path(__file__).resolve().parents[1].joinpath('a')))", ["/p/a"]),
        ("HERE = Path(__file__).parent\nsys.path.append(str(HERE / 'a'))", ["/p/scripts/a"]),
        ("HERE = HERE\nsys.path.append(str(HERE / 'a'))", []),
        ("sys.path.append(os.getcwd())", ["/p/scripts", "/p"]),
        ("sys.path.append(os.path.dirname(os.getcwd()))", ["/p", "/"]),
    ],
)
def test_folders_on_sys_path(line: str, folders: list[str]) -> None:
    found = folders_put_on_path("/p/scripts/run.py", line.encode(), "/p")
    assert list(dict.fromkeys(found)) == folders


def test_folders_on_sys_path_of_a_notebook() -> None:
    text = notebook("%cd ..\nimport sys\nsys.path.append('scripts')", "no python")
    found = folders_put_on_path("/p/explore.ipynb", text.encode(), "/p")
    assert set(found) == {"/p/scripts"}


def test_a_function_of_a_package_that_is_called_as_what_containers_have(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    files = {
        "__init__.py": "",
        "values.py": "def values():\n    return [1]\n",
        "sweep.py": (
            "from ray import tune\nfrom ray.train.torch import TorchTrainer\n"
            "from .values import values\nfrom . import values as items\n"
            "for one in values():\n    tune.Tuner(TorchTrainer(one)).fit()\n"
            "for one in items():\n    tune.Tuner(TorchTrainer(one)).fit()\n"
        ),
        "main.py": "from .sweep import values\nfor one in values():\n    one.run()\n",
    }
    for name, text in files.items():
        (tmp_path / "lab" / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / "lab" / name) for name in files]
    found = survey(paths, [Path(one) for one in paths], [tmp_path], 1)
    assert found.part(tmp_path / "lab" / "sweep.py") is not None


def test_a_package_whose_objects_lead_back_to_themselves() -> None:
    root = Path(raytune_migrate.__file__).parent
    paths = find_files([root])
    assert survey(paths, list(map(Path, paths)), [root], 1).parts


def test_what_is_imported_at_once() -> None:
    source = b"""\
import a.b, c
from . import d
from .. import e
from ..f import g
from .h import *

if TYPE_CHECKING:
    import never

try:
    import i
except ImportError:
    pass


def later():
    import j
"""
    assert sorted(imported_at_once(source)) == ["..e", "..f.g", ".d", ".h", "a.b", "c", "i"]


@pytest.mark.parametrize(
    ("line", "turns_it_off"),
    [
        ("os.environ['RAY_TRAIN_V2_ENABLED'] = '1'", False),
        ("os.environ.setdefault('RAY_TRAIN_V2_ENABLED', '1')", False),
        ("print(os.environ.get('RAY_TRAIN_V2_ENABLED', '0'))", False),
        ("os.environ['RAY_TRAIN_V2_ENABLED'] = '0'", True),
        ("if OFF:\n    os.environ['RAY_TRAIN_V2_ENABLED'] = '0'", True),
        ("def later():\n    os.environ['RAY_TRAIN_V2_ENABLED'] = '0'", False),
        ("os.environ['RAY_TRAIN_V2_ENABLED'] = '1' if V2 else '0'\nos.putenv(FLAG, '0')", True),
        ("os.environ.update({'A': '1'})\nos.environ['RAY_TRAIN_V2_ENABLED'] = OFF", True),
    ],
)
def test_modules_that_turn_train_v2_off(line: str, turns_it_off: bool) -> None:
    names = "import os\n\nOFF = '0'\nFLAG = 'RAY_TRAIN_V2_ENABLED'\n"
    assert pins_others("/p/a.py", f"{names}{line}\n".encode()) is turns_it_off


def test_names_that_rest_on_each_other_are_looked_up_once() -> None:
    lines = [f"with part_{one}.inner() as part_{one + 1}:\n    pass" for one in range(60)]
    facts = module_facts("def run():\n    " + "\n".join(lines).replace("\n", "\n    "))
    assert facts is not None
    assert facts.functions["run"].calls


def test_names_that_all_rest_on_each_other_are_not_looked_up_without_end() -> None:
    every = ", ".join(f"part_{one}.go()" for one in range(12))
    facts = module_facts("".join(f"part_{one} = [{every}]\n" for one in range(12)))
    assert facts is not None
    assert set(facts.variables) == {f"part_{one}" for one in range(12)}
