"""Values of the facts remember their hashes, and tell no other process of them."""

import pickle

from raytune_migrate.facts.model import Called, Held, Item, Member, Named, Parameter, Plain, Value

VALUES: tuple[Value, ...] = (
    Named("ray.tune.Tuner"),
    Called(Named("ray.tune.Tuner"), 3),
    Member(Parameter("main", "config"), "lr"),
    Item(Held((Named(":one"), Plain.NONE))),
)


def test_equal_values_have_equal_hashes_before_and_after_these_are_remembered() -> None:
    for one in VALUES:
        other = pickle.loads(pickle.dumps(one))
        assert hash(one) == hash(other) == hash(one)
        assert one == other


def test_a_hash_does_not_travel() -> None:
    """Another process hashes texts otherwise."""
    told = Named("ray.tune.Tuner")
    hash(told)
    assert pickle.dumps(told) == pickle.dumps(Named("ray.tune.Tuner"))
    assert not hasattr(pickle.loads(pickle.dumps(told)), "_hash")


def test_kinds_that_hold_the_same_are_not_one() -> None:
    of = Named(":model")
    assert len({Item(of), Held((of,)), of}) == 3
