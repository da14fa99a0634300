"""Thousands of small modules, in all disguises: what holds of one holds of each."""

from __future__ import annotations

import ast
import codecs
import warnings
from functools import cache
from pathlib import Path

from hypothesis import assume, event, given
from hypothesis import strategies as st
from small import (
    SHADOWS,
    examples,
    formatted,
    mutated,
    names_of,
    others,
    renamed,
    renamings,
    sweeps,
    with_statement,
)

from raytune_migrate.engine import migrate
from raytune_migrate.module.parsed import SourceSyntaxError
from raytune_migrate.outcome import Migration, Status
from raytune_migrate.project import Project
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options, WriteBack

PROJECT = Project(root=Path("/"))
OPTIONS = Options(WriteBack.CHECK)
PATH = Path("/nowhere/a.py")
RAYS = st.sampled_from(("tune", "TorchTrainer", "ray", "T", "R", "ScalingConfig"))


def tree(source: str | bytes) -> ast.Module | None:
    """The module's syntax tree; None where Python refuses the source."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<module>", "exec", dont_inherit=True)
            return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def check(source: str) -> Migration:
    """Migrate a valid module, and hold the result against what is promised of each."""
    result = migrate(source, PROJECT)
    assert (result.after != source) is bool(result.changes)
    assert tree(result.after) is not None
    return result


plainly = cache(check)


def proved(result: Migration) -> bool:
    """Whether nothing that the rules wrote had to be taken back."""
    return not any("failed its proof" in one.reason for one in result.findings)


@examples(1_500)
@given(st.data())
def test_bytes_of_any_encoding_are_kept_or_refused_with_a_reason(data: st.DataObject) -> None:
    head = data.draw(
        st.sampled_from((b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"#!/bin/python\r\n", b"\n"))
    )
    coding = data.draw(
        st.sampled_from(
            ("utf-8", "latin-1", "cp1252", "utf-7", "utf-16", "shift_jis", "rot13", "hex", "no")
        )
    )
    cookie = data.draw(st.sampled_from((b"", f"# coding: {coding}\n".encode())))
    body = data.draw(st.binary(max_size=20) | st.text(max_size=20).map(str.encode))
    newline = data.draw(st.sampled_from((b"\n", b"\r\n", b"\r")))
    ray = newline.join((b"import ray.train", b"x = 1  # " + body, b"", b""))
    before = head + cookie + ray
    outcome = process_data(PATH, before, OPTIONS)
    event(outcome.status.value)
    assert outcome.status in (Status.UNCHANGED, Status.FAILED)
    if outcome.status is Status.FAILED:
        assert outcome.reason
        assert "internal error" not in outcome.reason
    else:
        assert outcome.after == before


@examples(1_500)
@given(others())
def test_a_module_without_a_sweep_keeps_all_but_moved_imports(source: str) -> None:
    assume(tree(source) is not None)
    result = check(source)
    assert {one.code for one in result.changes} <= {"RTM504"}


@examples(700)
@given(sweeps.flatmap(mutated))
def test_a_module_that_somebody_is_in_the_midst_of_changing(source: str) -> None:
    if tree(source) is None:
        try:
            migrate(source, PROJECT)
        except SourceSyntaxError as error:
            assert error.message
        event("does not parse")
        return
    event(check(source).status.value)


@examples(500)
@given(st.data(), sweeps)
def test_formatting_does_not_decide_what_is_written(data: st.DataObject, source: str) -> None:
    other = data.draw(formatted(source))
    assume(tree(other) is not None)
    plain, result = plainly(source), check(other)
    assert proved(result)
    assert [one.code for one in result.changes] == [one.code for one in plain.changes]
    assert ast.dump(ast.parse(result.after)) == ast.dump(ast.parse(plain.after))


@examples(400)
@given(st.data(), sweeps)
def test_names_of_the_user_do_not_decide_what_is_written(data: st.DataObject, source: str) -> None:
    other = renamed(source, data.draw(renamings(source)))
    assume(tree(other) is not None)
    plain, result = plainly(source), check(other)
    assert proved(result)
    assert [one.code for one in result.changes] == [one.code for one in plain.changes]


@examples(500)
@given(st.data(), sweeps, RAYS, st.sampled_from(SHADOWS))
def test_a_name_that_means_something_else_too_is_not_taken_for_ray_s(
    data: st.DataObject, source: str, name: str, shadow: str
) -> None:
    assume(name in names_of(source))
    statement = f"{shadow.format(name)}\n"
    other = data.draw(with_statement(data.draw(formatted(source)), statement))
    assume(tree(other) is not None)
    result = check(other)
    assert proved(result)
    event(result.status.value)
    shadowed = [line for line in statement.splitlines() if line]
    assert [line for line in shadowed if line in result.after.splitlines()] == shadowed
