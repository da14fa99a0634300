"""Questions that lead to each other, and back, are answered as if all ways were gone."""

from collections.abc import Iterator, Mapping
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from raytune_migrate.facts.deep import in_depth
from raytune_migrate.facts.linking.tabling import Table

SIZE = 9
QUESTIONS = st.integers(0, SIZE - 1)
GRAPHS = st.lists(st.lists(QUESTIONS, max_size=4), min_size=SIZE, max_size=SIZE)


def answers(graph: list[list[int]], start: int) -> set[int]:
    """The numbers of all questions that one leads to, itself among them."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += graph[one]
    return found


def asked(graph: list[list[int]], order: list[int]) -> Mapping[int, tuple[int, ...]]:
    """What a table says of each question, asked in this order."""
    table = Table[int, int]()

    def find(question: int) -> Iterator[int]:
        yield question
        for other in graph[question]:
            yield from table.ask(other, partial(find, other))

    return {one: table.ask(one, partial(find, one)) for one in order}


@given(GRAPHS, st.permutations(range(SIZE)))
def test_answers_are_those_that_a_question_leads_to_wherever_a_circle_is_entered(
    graph: list[list[int]], order: list[int]
) -> None:
    said = asked(graph, order)
    assert {one: set(found) for one, found in said.items()} == {
        one: answers(graph, one) for one in order
    }


@given(GRAPHS, st.permutations(range(SIZE)))
def test_no_answer_is_given_twice(graph: list[list[int]], order: list[int]) -> None:
    assert all(len(found) == len(set(found)) for found in asked(graph, order).values())


def test_many_ways_around_a_circle_cost_a_few_rounds() -> None:
    """Of twenty questions each leads to all others: 20! ways, of which none is gone by itself."""
    table = Table[int, int]()
    looked = 0

    def find(question: int) -> Iterator[int]:
        nonlocal looked
        looked += 1
        yield question
        for other in range(20):
            yield from table.ask(other, partial(find, other))

    assert set(table.ask(0, partial(find, 0))) == set(range(20))
    assert looked < 20 * 20


def test_questions_may_lead_to_each_other_more_deeply_than_calls_may() -> None:
    table = Table[int, int]()

    def find(question: int) -> Iterator[int]:
        yield question % 10
        yield from table.ask((question + 1) % 5_000, partial(find, (question + 1) % 5_000))

    assert set(in_depth(lambda: table.ask(0, partial(find, 0)))) == set(range(10))


def test_of_more_answers_than_a_question_is_given_it_has_the_first() -> None:
    table = Table[str, int](3)
    assert table.ask("few", lambda: [2, 1]) == (2, 1)
    assert table.ask("many", lambda: [*table.ask("few", list), 5, 4, 3]) == (2, 1, 5)
