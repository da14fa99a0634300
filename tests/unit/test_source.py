"""Bytes to text and back: what is kept, what is refused and why, and how files are written."""

from __future__ import annotations

import codecs
import io
import os
import stat
import tokenize
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from raytune_migrate.source import Source, SourceError, decode, replace_file

BOM = codecs.BOM_UTF8


@pytest.mark.parametrize(
    ("data", "source"),
    [
        pytest.param(b"", Source(""), id="empty"),
        pytest.param(b"x = 1", Source("x = 1"), id="no newline at the end"),
        pytest.param(b"a\r\nb\rc\nd\r\n", Source("a\r\nb\rc\nd\r\n"), id="mixed newlines"),
        pytest.param(b"x\x0cy\x1c\n", Source("x\x0cy\x1c\n"), id="form feed and separators"),
        pytest.param("# é\n".encode(), Source("# é\n"), id="utf-8"),
        pytest.param(BOM + b"x\n", Source("x\n", bom=BOM), id="byte order mark"),
        pytest.param(
            BOM + b"# coding: utf-8\n",
            Source("# coding: utf-8\n", bom=BOM),
            id="byte order mark and cookie agree",
        ),
        pytest.param(
            b"# coding: latin-1\n# \xe9\n",
            Source("# coding: latin-1\n# é\n", "iso-8859-1"),
            id="latin-1",
        ),
        pytest.param(
            b"#!/usr/bin/env python\r# vim: set fileencoding=cp1252 :\r# \x80\r",
            Source("#!/usr/bin/env python\r# vim: set fileencoding=cp1252 :\r# €\r", "cp1252"),
            id="cookie on the second line, old Mac newlines",
        ),
        pytest.param(
            b"# \xe9 -*- coding: latin-1 -*-\n",
            Source("# é -*- coding: latin-1 -*-\n", "iso-8859-1"),
            id="the cookie's own line needs the cookie",
        ),
        pytest.param(
            b"# -*- coding: utf-8-unix -*-\n",
            Source("# -*- coding: utf-8-unix -*-\n"),
            id="an editor's name for utf-8",
        ),
        pytest.param(
            b"import os\n# coding: latin-1\n",
            Source("import os\n# coding: latin-1\n"),
            id="no cookie below code",
        ),
        pytest.param(
            b"\n\n# coding: latin-1\n", Source("\n\n# coding: latin-1\n"), id="no cookie on line 3"
        ),
    ],
)
def test_decodes(data: bytes, source: Source) -> None:
    assert decode(data) == source
    assert source.encode(source.text) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b"a = 1\nb = '\xe9'\n",
            "is not UTF-8 (byte 0xe9 on line 2) and has no coding cookie; convert the file to"
            " UTF-8, or add a cookie such as `# -*- coding: latin-1 -*-` as its first line",
        ),
        (
            b"# coding: ascii\r\n\r\n\xe9\r\n",
            "is not ascii (byte 0xe9 on line 3), though its coding cookie says so; correct the"
            " cookie or convert the file",
        ),
        (
            b"# coding: klingon\n",
            "has a coding cookie for 'klingon', which Python does not know as an encoding of"
            " text; correct the cookie",
        ),
        (
            b"# coding: rot13\n",
            "has a coding cookie for 'rot13', which Python does not know as an encoding of"
            " text; correct the cookie",
        ),
        (
            BOM + b"# coding: latin-1\n",
            "has the byte order mark of UTF-8, but a coding cookie that says 'latin-1';"
            " remove one of them",
        ),
        (b"a\rb\0c", "holds a NUL byte on line 2, which no Python file may; remove it"),
        (
            "x = 1\n".encode("utf-16"),
            "is UTF-16, which Python does not read; convert the file to UTF-8",
        ),
        (
            b"# coding: utf-7\nx = '+AGE-'\n",
            "is utf-7, and would not keep all of its bytes; convert the file to UTF-8",
        ),
        (
            b"# coding: undefined\n",
            "is not undefined, though its coding cookie says so; correct the cookie",
        ),
    ],
)
def test_says_why_it_cannot_decode(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as error:
        decode(data)
    assert str(error.value) == reason


def test_says_which_character_the_encoding_lacks() -> None:
    source = decode(b"# coding: latin-1\n")
    with pytest.raises(SourceError) as error:
        source.encode("# coding: latin-1\n\nprice = '€'\n")
    assert str(error.value) == (
        "the new code holds '\\u20ac' on line 3, which the file's encoding iso-8859-1 cannot"
        " express; convert the file to UTF-8"
    )


def test_refuses_new_code_that_would_be_read_in_another_encoding() -> None:
    source = decode(b"# coding: latin-1\nx = '\xe9'\n")
    with pytest.raises(SourceError, match="is not UTF-8"):
        source.encode("import os\n\n# coding: latin-1\nx = 'é'\n")


_COOKIES = [
    b"",
    BOM,
    b"# coding: latin-1\n",
    b"#!/bin/sh\r\n# -*- coding: cp1252 -*-\r\n",
    b"# coding: utf-8\r",
    b"# coding: shift_jis\n",
    b"# coding: utf-7\n",
    b"# coding: utf-16\n",
    b"# coding: idna\n",
    b"# coding: unicode_escape\n",
    BOM + b"# coding: latin-1\n",
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the codec that reads escapes
@given(head=st.sampled_from(_COOKIES), body=st.binary())
@example(head=b"", body=BOM)
@example(head=BOM, body=BOM)
def test_what_is_decoded_encodes_to_the_same_bytes(head: bytes, body: bytes) -> None:
    data = head + body
    try:
        source = decode(data)
    except SourceError:
        return
    assert source.encode(source.text) == data


@given(st.text(alphabet="# coding:=latin-1utf8\n\t\x0c-*x", max_size=60))
@example("# coding: latin-1\n")
@example("\n# coding=utf-8\n")
def test_finds_the_cookie_where_the_standard_library_does(text: str) -> None:
    data = text.encode()
    try:
        expected, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        with pytest.raises(SourceError):
            decode(data)
    else:
        assert codecs.lookup(decode(data).encoding) == codecs.lookup(expected)


def test_does_not_write_equal_bytes(tmp_path: Path) -> None:
    path = tmp_path / "absent.py"
    replace_file(path, before=b"x", after=b"x")
    assert not path.exists()


def test_replaces_a_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\r\n")
    os.utime(path, (1, 1))
    replace_file(path, before=b"old\r\n", after=b"new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert path.stat().st_mtime > 1, "build tools must see that the file is new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_keeps_mode_bits(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace_file(path, before=b"old", after=b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file away")
def test_keeps_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    os.chown(path, 1234, 2345)
    replace_file(path, before=b"old", after=b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


def test_keeps_a_link_and_replaces_what_it_leads_to(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "target.py"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(Path("folder", "target.py"))
    replace_file(link, before=b"old", after=b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_leaves_a_file_that_was_edited_in_the_meantime(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"edited")
    with pytest.raises(SourceError, match="was changed by something else during the run"):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"edited"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["os.fsync", "shutil.copystat", "pathlib.Path.replace"])
def test_leaves_no_trace_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(step, fail)
    with pytest.raises(type(error)):
        replace_file(path, before=b"old", after=b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
