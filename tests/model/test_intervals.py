import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.intervals import Intervals, intervals

SPANS = st.lists(st.tuples(st.integers(-20, 40), st.integers(-20, 40)), max_size=8)
UNIVERSE = range(-25, 46)


def members(spans: list[tuple[int, int]]) -> set[int]:
    return {number for low, high in spans for number in range(low, high + 1)}


def told(numbers: Intervals) -> set[int]:
    return {number for number in UNIVERSE if number in numbers}


@given(SPANS)
def test_membership_is_that_of_the_spans(spans: list[tuple[int, int]]) -> None:
    assert members(spans) == told(intervals(spans))


@given(SPANS, SPANS)
def test_union_intersection_and_difference_are_those_of_sets(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    ours, theirs = intervals(left), intervals(right)
    expected = (
        members(left) | members(right),
        members(left) & members(right),
        members(left) - members(right),
    )
    assert expected == (told(ours | theirs), told(ours & theirs), told(ours - theirs))


@given(SPANS, SPANS)
def test_equal_sets_are_equal_values_whatever_made_them(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    ours, theirs = intervals(left), intervals(right)
    assert (members(left) == members(right)) == (ours == theirs)
    assert intervals((ours | theirs).spans) == ours | theirs
    assert intervals((ours & theirs).spans) == ours & theirs
    assert intervals((ours - theirs).spans) == ours - theirs


@given(SPANS, SPANS)
def test_inclusion_is_that_of_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    assert (members(left) <= members(right)) == (intervals(left) <= intervals(right))


@given(SPANS)
def test_size_counts_each_integer_once(spans: list[tuple[int, int]]) -> None:
    assert len(members(spans)) == intervals(spans).size


def test_a_reversed_span_is_empty() -> None:
    assert not intervals([(5, 3)])


@pytest.mark.parametrize("edge,inside", [(9, False), (10, True), (20, True), (21, False)])
def test_both_ends_belong_to_a_span(edge: int, inside: bool) -> None:
    assert inside == (edge in intervals([(10, 20)]))
