"""`merge_config` merges as Train V1 did."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ray._private.dict import deep_update

from raytune_runtime import merge_config

LEAVES = st.none() | st.integers() | st.text(max_size=2) | st.lists(st.integers(), max_size=2)
CONFIGS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(LEAVES, lambda inner: st.dictionaries(st.sampled_from("abc"), inner)),
)


def test_either_side_may_be_missing():
    assert merge_config(None, None) == {}
    assert merge_config({"a": 1}, None) == {"a": 1}
    assert merge_config(None, {"a": 1}) == {"a": 1}


def test_swept_value_replaces():
    assert merge_config({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {"a": 1, "b": 3, "c": 4}


def test_dicts_are_merged_at_every_depth():
    base = {"optimizer": {"name": "adam", "schedule": {"warmup": 1, "steps": 2}}}
    swept = {"optimizer": {"lr": 0.1, "schedule": {"steps": 9}}}
    assert merge_config(base, swept) == {
        "optimizer": {"name": "adam", "lr": 0.1, "schedule": {"warmup": 1, "steps": 9}}
    }


def test_dict_and_other_value_replace_each_other():
    assert merge_config({"a": {"b": 1}}, {"a": 2}) == {"a": 2}
    assert merge_config({"a": 2}, {"a": {"b": 1}}) == {"a": {"b": 1}}


def test_lists_are_replaced_whole():
    assert merge_config({"layers": [1, 2, 3]}, {"layers": [4]}) == {"layers": [4]}


def test_none_is_a_value():
    assert merge_config({"a": 1}, {"a": None}) == {"a": None}


# A busy machine is no failure.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONFIGS, CONFIGS)
def test_merges_like_ray_and_changes_neither_argument(base, swept):
    before = copy.deepcopy((base, swept))
    merged = merge_config(base, swept)
    assert (base, swept) == before
    assert merged == deep_update(copy.deepcopy(base), swept, new_keys_allowed=True)
