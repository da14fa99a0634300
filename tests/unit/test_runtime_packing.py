"""How many trials fit on given nodes."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raytune_runtime.packing import TrialShape, count_trials, part_of_cluster

CPU = {"CPU": 1}


def shape(worker=None, num_workers=2, strategy="PACK", driver=None):
    return TrialShape(driver or CPU, worker or CPU, num_workers, strategy)


def test_no_nodes_no_trials():
    assert count_trials([], shape()) == 0


def test_drivers_count():
    assert count_trials([{"CPU": 4}], shape()) == 1
    assert count_trials([{"CPU": 6}], shape()) == 2
    assert count_trials([{"CPU": 8}], shape()) == 2


def test_trial_that_does_not_fit():
    assert count_trials([{"CPU": 2}], shape()) == 0


def test_gpus_decide_where_cpus_abound():
    nodes = [{"CPU": 128, "GPU": 8}]
    assert count_trials(nodes, shape({"GPU": 1}, num_workers=4)) == 2


def test_drivers_keep_off_the_nodes_that_workers_need():
    nodes = [{"CPU": 8, "GPU": 8}, {"CPU": 4}]
    assert count_trials(nodes, shape({"CPU": 1, "GPU": 1}, num_workers=2)) == 4


def test_a_worker_does_not_span_nodes():
    nodes = [{"CPU": 3}, {"CPU": 3}, {"CPU": 3}]
    assert count_trials(nodes, shape({"CPU": 2}, num_workers=1)) == 3
    assert count_trials(nodes, shape({"CPU": 3}, num_workers=1)) == 2


def test_fractions():
    assert count_trials([{"CPU": 1}], shape({"CPU": 0.1}, 5, driver={"CPU": 0.5})) == 1
    assert count_trials([{"CPU": 3, "GPU": 1}], shape({"GPU": 1 / 3}, num_workers=1)) == 3
    assert (
        count_trials([{"CPU": 10}], shape({"CPU": 0.1}, num_workers=1, driver={"CPU": 0.1})) == 50
    )


def test_custom_resources_and_accelerator_types():
    nodes = [{"CPU": 16, "GPU": 8, "accelerator_type:A100": 1}, {"CPU": 16, "GPU": 8}]
    assert count_trials(nodes, shape({"GPU": 1, "accelerator_type:A100": 0.001})) == 4
    assert count_trials(nodes, shape({"CPU": 1, "special": 1})) == 0


def test_workers_that_take_nothing():
    assert count_trials([{"CPU": 3}], shape({"CPU": 0})) == 3


def test_strict_pack_keeps_a_trial_on_one_node():
    nodes = [{"CPU": 4}, {"CPU": 3}, {"CPU": 2}]
    assert count_trials(nodes, shape(num_workers=3)) == 2
    assert count_trials(nodes, shape(num_workers=3, strategy="STRICT_PACK")) == 2
    assert count_trials(nodes, shape(num_workers=4)) == 1
    assert count_trials(nodes, shape(num_workers=4, strategy="STRICT_PACK")) == 1
    assert count_trials(nodes, shape(num_workers=5, strategy="STRICT_PACK")) == 0


def test_strict_spread_takes_a_node_per_worker():
    nodes = [{"CPU": 8}, {"CPU": 2}]
    assert count_trials(nodes, shape(num_workers=2, strategy="STRICT_SPREAD")) == 2
    assert count_trials(nodes, shape(num_workers=3, strategy="STRICT_SPREAD")) == 0


def test_spread_is_as_free_as_pack():
    nodes = [{"CPU": 8}, {"CPU": 1}]
    assert count_trials(nodes, shape(strategy="SPREAD")) == count_trials(nodes, shape()) == 3


def test_driver_that_takes_nothing():
    assert count_trials([{"CPU": 5}], shape(driver={"CPU": 0})) == 2
    assert part_of_cluster([{"CPU": 8}], shape(driver={"CPU": 0})) == 2 / 8


@pytest.mark.parametrize("workers", [{"worker": {"CPU": 0}}, {"num_workers": 0}])
def test_trial_that_takes_nothing_is_refused(workers):
    with pytest.raises(ValueError, match="has to reserve something"):
        count_trials([{"CPU": 1}], shape(driver={"CPU": 0}, **workers))


# A busy machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

STRATEGIES = ["PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"]

NODES = st.lists(
    st.fixed_dictionaries({"CPU": st.integers(1, 12), "GPU": st.integers(0, 4)}),
    min_size=1,
    max_size=4,
)
SHAPES = st.builds(
    TrialShape,
    st.just(CPU),
    st.sampled_from([{"CPU": 1}, {"CPU": 2}, {"CPU": 3}, {"GPU": 1}, {"CPU": 2, "GPU": 1}]),
    st.integers(1, 4),
    st.sampled_from(["PACK", "SPREAD"]),
)


def placed_at_once(nodes, trial):
    """How many trials Train V1 ran: coordinator and first worker together, in one request."""
    free = [dict(node) for node in nodes]
    first = {name: trial.worker.get(name, 0) + CPU.get(name, 0) for name in ("CPU", "GPU")}
    bundles = [first, *[trial.worker] * (trial.num_workers - 1)]
    for trials in range(100):
        for bundle in bundles:
            hosts = [n for n in free if all(n[name] >= need for name, need in bundle.items())]
            if not hosts:
                return trials
            for name, need in bundle.items():
                hosts[0][name] -= need
    raise AssertionError("no end")


@patient
@given(NODES, SHAPES)
def test_never_fewer_than_at_once(nodes, trial):
    assert count_trials(nodes, trial) >= placed_at_once(nodes, trial)


def most_of_train_v1(nodes, trial):
    """The most trials that any placement has room for, coordinators next to first workers."""
    if trial.strategy == "STRICT_PACK":
        whole = {n: CPU.get(n, 0) + trial.num_workers * trial.worker.get(n, 0) for n in nodes[0]}
        return sum(often(node, whole) for node in nodes)
    together = {name: CPU.get(name, 0) + trial.worker.get(name, 0) for name in ("CPU", "GPU")}
    most = 0
    for firsts in itertools.product(*(range(often(node, together) + 1) for node in nodes)):
        left = [
            {name: amount - count * together[name] for name, amount in node.items()}
            for node, count in zip(nodes, firsts, strict=True)
        ]
        others = [often(node, trial.worker) for node in left]
        trials = sum(firsts)
        if trial.strategy == "STRICT_SPREAD":
            # A node with the first worker of a trial cannot have another one of it.
            others = [min(n, trials - c) for n, c in zip(others, firsts, strict=True)]
        if sum(others) >= trials * (trial.num_workers - 1):
            most = max(most, trials)
    return most


def most_of_all(nodes, trial):
    """The most trials that any placement has room for, drivers anywhere."""
    most = 0
    for drivers in itertools.product(*(range(often(node, CPU) + 1) for node in nodes)):
        left = [
            {**node, "CPU": node["CPU"] - count} for node, count in zip(nodes, drivers, strict=True)
        ]
        for trials in range(most + 1, sum(drivers) + 1):
            rooms = [often(node, trial.worker) for node in left]
            if trial.strategy == "STRICT_SPREAD":
                rooms = [min(room, trials) for room in rooms]
            if trial.strategy == "STRICT_PACK":
                rooms = [room - room % trial.num_workers for room in rooms]
            if sum(rooms) >= trials * trial.num_workers:
                most = trials
    return most


def often(node, bundle):
    return min(node[name] // need for name, need in bundle.items() if need)


@patient
@given(
    st.lists(
        st.fixed_dictionaries({"CPU": st.integers(0, 8), "GPU": st.integers(0, 4)}),
        min_size=1,
        max_size=3,
    ),
    st.builds(
        TrialShape,
        st.just(CPU),
        st.sampled_from([{"CPU": 1}, {"CPU": 2}, {"CPU": 3}, {"GPU": 1}, {"CPU": 2, "GPU": 1}]),
        st.integers(1, 4),
        st.sampled_from(STRATEGIES),
    ),
)
def test_counts_between_train_v1_and_what_is_possible(nodes, trial):
    trials = count_trials(nodes, trial)
    assert most_of_train_v1(nodes, trial) <= trials <= most_of_all(nodes, trial)


def placed_by_ray(nodes, bundles, strategy, chosen=None):
    """What CPUs nodes have left where Ray places a group, or None where it does not.

    Large bundles go first, each to the node of which it takes the smallest part. Some nodes only
    may be chosen.
    """
    left, used = list(nodes), set()
    if strategy == "STRICT_PACK":
        bundles = [sum(bundles)]
    for bundle in sorted(bundles, reverse=True):
        fit = [i for i, cpus in enumerate(left) if cpus >= bundle and (not chosen or chosen[i])]
        if "SPREAD" in strategy:
            fresh = [i for i in fit if i not in used]
            fit = fresh if strategy == "STRICT_SPREAD" else fresh or fit
        if not fit:
            return None
        node = max(fit, key=lambda i: 1 - bundle / left[i])
        left[node] -= bundle
        used.add(node)
    return left


@patient
@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=5),
    st.integers(1, 4),
    st.integers(1, 5),
    st.sampled_from(STRATEGIES),
    st.booleans(),
)
def test_first_drivers_leave_room_for_a_trial_where_train_v1_ran(
    nodes, worker, workers, strategy, with_selector
):
    left, chosen = zip(*nodes, strict=True)
    if not with_selector:
        chosen = None
    if placed_by_ray(left, [1 + worker, *[worker] * (workers - 1)], strategy, chosen) is None:
        return
    places = ("chosen",) * workers if with_selector else ()
    trial = TrialShape(CPU, {"CPU": worker}, workers, strategy, places)
    named = [{"CPU": cpus, "chosen": is_chosen} for cpus, is_chosen in nodes]
    for _ in range(count_trials(named, trial)):
        left = placed_by_ray(left, [1], "PACK")
    assert placed_by_ray(left, [worker] * workers, strategy, chosen) is not None


@patient
@given(NODES, SHAPES)
def test_as_many_parts_as_trials_fit_make_up_the_cluster(nodes, trial):
    fit = count_trials(nodes, trial)
    part = round(10_000 * part_of_cluster(nodes, trial))
    if fit:
        assert fit * part <= 10_000
    assert (fit + 1) * part > 10_000 or part == 10_000


@patient
@given(NODES, st.lists(SHAPES, min_size=1, max_size=6))
def test_trials_whose_parts_make_up_one_have_room_together(nodes, trials):
    running, parts = [], 0.0
    for trial in trials:
        part = part_of_cluster(nodes, trial)
        if parts + part <= 1 and count_trials(nodes, trial):
            running.append(trial)
            parts += part
    cpus = sum(1 + trial.num_workers * trial.worker.get("CPU", 0) for trial in running)
    assert cpus <= sum(node["CPU"] for node in nodes)


def test_trials_of_different_sizes_share_the_cluster():
    nodes = [{"CPU": 8}]
    small, large = shape(num_workers=2), shape(num_workers=4)
    assert part_of_cluster(nodes, small) == 3 / 8
    assert part_of_cluster(nodes, large) == 5 / 8


@pytest.mark.timeout(60)
def test_a_large_cluster_is_counted_for_each_trial():
    # Tune asks for each trial. Looking at all nodes for each that fits would take minutes here.
    nodes = [{"CPU": 64, "GPU": 8, f"node:10.0.0.{index}": 1} for index in range(1000)]
    assert part_of_cluster(nodes, shape(num_workers=1)) == 1 / 10_000
    assert count_trials(nodes, shape(num_workers=1)) == 32_000
    assert count_trials(nodes, shape({"CPU": 1, "GPU": 1}, 4, "STRICT_SPREAD")) == 2000


def test_trial_that_never_fits_takes_the_whole_cluster():
    assert part_of_cluster([{"CPU": 2}], shape(num_workers=8)) == 1
