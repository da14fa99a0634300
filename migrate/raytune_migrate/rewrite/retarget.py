"""Edits that name each config class, and its fields, as Train V2 does."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import lies_in
from raytune_migrate.expressions.values import is_none
from raytune_migrate.imports.reference import module_in_use
from raytune_migrate.module.names import Certainty, ray_name
from raytune_migrate.proposal import RemoveArgument, Replace
from raytune_migrate.readers.log_dirs import log_dirs
from raytune_migrate.rewrite.data_config import dataset_config_edit
from raytune_migrate.rewrite.old_sync import old_sync, stores_elsewhere
from raytune_migrate.rewrite.reader_edits import path_edits
from raytune_migrate.rewrite.storage_paths import Extent, extent
from raytune_migrate.rewrite.worker_edits import worker_edits
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft

_LOCAL_COPY = "local_dir goes: what upload_dir, the storage_path now, stores had a copy there."


def retargeted(
    parsed: Parsed,
    root: cst.CSTNode,
    draft: Draft,
    rename: Callable[[str], str] = lambda name: name,
    skip: Collection[cst.CSTNode] = (),
    gone: Mapping[str, Collection[str]] = ray_api.GONE_FIELDS,
) -> list[Edit]:
    """Name every config class below ``root`` by the home that it has in Train V2, and its fields.

    Fields that even V1 had dropped before Train V2 go, or get the name that they have since; so do
    those that are ``gone``, by class. The code of workers that stands there is rewritten as well,
    and so are reads of Results.
    """
    edits: list[Edit] = [
        edit
        for edit in worker_edits(parsed, root, draft)
        if not any(lies_in(parsed, edit, one) for one in skip)
    ]
    for read in log_dirs(parsed, root):
        if not any(parsed.inside(read, one) for one in skip):
            edits += path_edits(parsed, read, draft)
    left = list(skip)
    for node in parsed.walk(root, cst.Call):
        if any(parsed.inside(node, one) for one in left):
            continue
        found = ray_name(parsed, node.func)
        if found is None or found.certainty is Certainty.MIXED:
            continue
        if found.name not in ray_api.CONFIG_CLASSES and found.name not in ray_api.TRAINERS:
            continue
        ingested = _ingested(parsed, node, draft)
        if ingested is not None:
            edits.append(ingested)
            left += [one.value for one in node.args if lies_in(parsed, ingested, one.value)]
        emptied = [
            one
            for one in node.args
            if _becomes_empty(parsed, one.value, gone)
            and not any(parsed.inside(one.value, other) for other in left)
        ]
        edits += [RemoveArgument(node, one) for one in emptied]
        left += [one.value for one in emptied]
        dropped = set(gone.get(found.name, ()))
        synced = old_sync(parsed, node) if found.name in ray_api.RUN_CONFIGS else None
        if synced is not None:
            edits.append(synced[1])
            left.append(synced[0].value)
            dropped -= {"sync_config"}
        changed = list(fields(parsed, node, found.name, sorted(dropped), draft))
        edits += changed
        left += [one.argument.value for one in changed if isinstance(one, RemoveArgument)]
        wanted = rename(ray_api.V2_HOMES.get(found.name, found.name))
        if found.written != wanted:
            edits += _full_storage_path(parsed, node, found.name, draft)
            text = draft.refer(parsed, wanted, root)
            if text != parsed.source(node.func):
                edits.append(Replace(*parsed.span(node.func), text))
    return edits


def _ingested(parsed: Parsed, call: cst.Call, draft: Draft) -> Replace | None:
    """The edit to a dataset_config that stands in the call of a trainer."""
    made = construction(parsed, call)
    if made is None or made.name not in ray_api.TRAINERS or "dataset_config" not in made.arguments:
        return None
    edit = dataset_config_edit(parsed, made, draft)
    return edit if edit is not None and lies_in(parsed, edit, call) else None


def fields(
    parsed: Parsed, call: cst.Call, name: str, gone: Collection[str], draft: Draft
) -> Iterator[Edit]:
    """The edits that rename the arguments of a call of Ray, and take those away that are gone."""
    given = {one.keyword.value: one for one in call.args if one.keyword is not None}
    for old, new in ray_api.RENAMED_FIELDS.get(name, {}).items():
        word = given[old].keyword if old in given else None
        if word is not None and new in given:
            yield RemoveArgument(call, given[old])
        elif word is not None and stores_elsewhere(parsed, call):
            yield RemoveArgument(call, given[old])
            draft.doubts.append(_LOCAL_COPY)
        elif word is not None:
            yield Replace(*parsed.span(word), new)
            yield from _full_path(parsed, given[old].value, draft)
    for field_name in gone:
        if field_name in given:
            yield RemoveArgument(call, given[field_name])
    yield from _places(parsed, call, name, gone)


def _places(
    parsed: Parsed, call: cst.Call, name: str, gone: Collection[str]
) -> Iterator[RemoveArgument | Replace]:
    """The edits that take away what is given by its place, and give names to all behind it."""
    if any(one.star == "*" for one in call.args):
        return  # what it holds would move up
    plain = takewhile(lambda one: one.keyword is None and not one.star, call.args)
    shifted = False
    for field_name, argument in zip(ray_api.signature(name), plain, strict=False):
        if field_name in gone and not is_none(argument.value):
            shifted = True
            yield RemoveArgument(call, argument)
        elif shifted:
            start = parsed.start(argument.value)
            yield Replace(start, start, f"{field_name}=")


def _full_storage_path(parsed: Parsed, call: cst.Call, name: str, draft: Draft) -> Iterator[Edit]:
    """Make a storage_path absolute that is seen to be relative, as Ray 2.5 and 2.6 did."""
    given = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    path = given.get("storage_path")
    filesystem = given.get("storage_filesystem")
    if name not in ray_api.RENAMED_FIELDS or path is None:
        return
    if filesystem is not None and not is_none(filesystem):
        return  # the path is one of that filesystem's own
    if extent(parsed, path) is Extent.RELATIVE:
        yield from _full_path(parsed, path, draft)


def _full_path(parsed: Parsed, path: cst.BaseExpression, draft: Draft) -> Iterator[Edit]:
    """The edits that make a path absolute, where it is seen to be relative."""
    known = extent(parsed, path)
    if known is Extent.RELATIVE:
        os_name = module_in_use(parsed, "os", path)
        function = "os.path.abspath"
        absolute = f"{os_name}.path.abspath" if os_name else draft.refer(parsed, function, path)
        start, end = parsed.span(path)
        yield Replace(start, start, f"{absolute}(")
        yield Replace(end, end, ")")
    elif known is Extent.UNKNOWN:
        written = " ".join(parsed.source(path).split())
        draft.doubts.append(f"Unlike local_dir, storage_path cannot be relative: see {written}.")


def _becomes_empty(
    parsed: Parsed, value: cst.BaseExpression, gone: Mapping[str, Collection[str]]
) -> bool:
    """Whether an expression makes a config of nothing but fields that are gone."""
    if not isinstance(value, cst.Call) or not value.args:
        return False
    name = ray_name(parsed, value.func)
    return (
        not stores_elsewhere(parsed, value)
        and name is not None
        and name.certainty is not Certainty.MIXED
        and all(
            one.keyword is not None and one.keyword.value in gone.get(name.name, ())
            for one in value.args
        )
    )
