"""What is kept between runs: by what it is known, and when it is not used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from raytune_migrate import cache as module
from raytune_migrate.cache import NO_CACHE, Cache, users_folder
from raytune_migrate.elsewhere import Elsewhere, Kind, Known

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_S = 24 * 60 * 60


@dataclass(frozen=True)
class Part:
    name: str
    kinds: frozenset[Kind] = frozenset()
    own: Callable[[str], bool] = field(default=bool)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(lambda: tmp_path)


def test_without_a_folder_nothing_is_kept() -> None:
    key = NO_CACHE.key("kind", b"data")
    NO_CACHE.put(key, 1)
    assert NO_CACHE.get(key) is None
    NO_CACHE.tidy()


def test_what_is_kept_is_had_again(cache: Cache, tmp_path: Path) -> None:
    key = cache.key("kind", b"data")
    assert cache.get(key) is None
    cache.put(key, {"a": 1})
    assert cache.get(key) == {"a": 1}
    assert Cache(lambda: tmp_path / "other").get(key) is None


def test_entries_are_known_by_all_that_they_follow_from(cache: Cache) -> None:
    parts: list[tuple[object, ...]] = [
        (b"data",),
        (b"dat", b"a"),
        ("data",),
        (),
        (None,),
        (Path("data"),),
        (1,),
        (Part("a"),),
        (Part("b"),),
        (Part("a", frozenset({Kind.TUNER})),),
        (Part("a", frozenset({Kind.GRID})),),
        ({"a": 1},),
        ({"a": 2},),
        (("a", "b"),),
        (("a, b",),),
    ]
    assert len({cache.key(kind, *some) for kind in ("kind", "other") for some in parts}) == 30


def test_functions_and_the_order_of_a_dict_do_not_count(cache: Cache) -> None:
    assert cache.key("kind", Part("a", own=bool)) == cache.key("kind", Part("a", own=callable))
    assert cache.key("kind", {"a": 1, "b": 2}) == cache.key("kind", {"b": 2, "a": 1})


def test_what_is_spelled_differently_each_time_is_refused(cache: Cache) -> None:
    with pytest.raises(TypeError, match="object has no spelling"):
        cache.key("kind", object())


def test_a_key_is_the_same_in_each_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from raytune_migrate.cache import Cache;"
        "from raytune_migrate.elsewhere import Elsewhere, Kind, Known;"
        "known = Known(frozenset(Kind), frozenset(Kind), frozenset('abcdef'));"
        "elsewhere = Elsewhere(names={one: known for one in 'xyz'}, wanted=frozenset('abcdef'));"
        "print(Cache(lambda: Path(sys.argv[1])).key('kind', elsewhere))"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(keys) == 1
    known = Known(frozenset(Kind), frozenset(Kind), frozenset("abcdef"))
    elsewhere = Elsewhere(names=dict.fromkeys("xyz", known), wanted=frozenset("abcdef"))
    assert keys == {f"{Cache(lambda: tmp_path).key('kind', elsewhere)}\n"}


def test_another_version_of_the_codemod_keeps_its_own(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cache.key("kind", b"data")
    monkeypatch.setattr(module, "_this_codemod", lambda: b"another")
    assert cache.key("kind", b"data") != key


@pytest.mark.parametrize("torn", [b"", b"no zlib", bytes(100)])
def test_an_entry_that_cannot_be_read_is_none(cache: Cache, tmp_path: Path, torn: bytes) -> None:
    key = cache.key("kind", b"data")
    cache.put(key, 1)
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(torn)
    assert cache.get(key) is None
    cache.put(key, 2)
    assert cache.get(key) == 2


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(lambda: tmp_path / "file")
    cache.put(cache.key("kind"), 1)
    cache.tidy()
    assert cache.get(cache.key("kind")) is None


def test_what_nobody_asks_for_goes_after_a_month(cache: Cache, tmp_path: Path) -> None:
    def age(days: int, path: Path) -> None:
        os.utime(path, (time.time() - days * DAY_S,) * 2)

    asked, forgotten, new = (cache.key("kind", name) for name in ("asked", "forgotten", "new"))
    for key in (asked, forgotten, new):
        cache.put(key, key)
    age(29, tmp_path / asked[:2] / asked[2:])
    assert cache.get(asked) == asked
    age(31, tmp_path / forgotten[:2] / forgotten[2:])
    cache.tidy()
    assert [cache.get(key) for key in (asked, forgotten, new)] == [asked, None, new]
    assert time.time() - (tmp_path / asked[:2] / asked[2:]).stat().st_mtime < DAY_S

    age(31, tmp_path / new[:2] / new[2:])
    cache.tidy()  # not twice a day
    assert (tmp_path / new[:2] / new[2:]).exists()


def _keep(folder: Path, number: int) -> None:
    cache = Cache(partial(Path, folder))
    for one in range(200):
        cache.put(cache.key("kind", one), list(range(one)))
        assert cache.get(cache.key("kind", (one + number) % 200)) in (
            None,
            list(range((one + number) % 200)),
        )


def test_runs_share_a_folder(cache: Cache, tmp_path: Path) -> None:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_keep, args=(tmp_path, number)) for number in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert [one.exitcode for one in runs] == [0, 0, 0]
    assert [cache.get(cache.key("kind", one)) for one in range(200)] == [
        list(range(one)) for one in range(200)
    ]


# The folder of a user


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "users_folder", users_folder.__wrapped__)
    return tmp_path / "cache"


def test_the_folder_of_a_user_is_nobody_elses(home: Path) -> None:
    folder = module.users_folder()
    assert folder == home / "raytune-migrate" / "seen"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_write_to_is_not_used(home: Path) -> None:
    folder = home / "raytune-migrate" / "seen"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert module.users_folder() is None


def test_where_there_can_be_no_folder_there_is_none(home: Path) -> None:
    home.touch()
    assert module.users_folder() is None
