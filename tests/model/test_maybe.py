"""Unknown values refuse every question, and three-valued logic uses what is known."""

import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.maybe import (
    ABSENT,
    Absent,
    Reason,
    Unknown,
    UnknownAsked,
    Why,
    all_of,
    any_of,
    known,
    unknown,
    why_unknown,
)

WHY = Why(Reason.DENIED, "s3:GetBucketAcl was refused")
HIDDEN = Unknown(WHY)

QUESTIONS: dict[str, Callable[[Unknown], object]] = {
    "truth": bool,
    "equality": lambda value: value == 1,
    "inequality": lambda value: value != 1,
    "reflected equality": lambda value: 1 == value,
    "order": lambda value: value < 1,
    "hash": hash,
    "membership in a set": lambda value: value in {1},
    "membership in a list": lambda value: value in [1],
    "being a container": lambda value: 1 in value,
    "iteration": list,
    "length": len,
    "index": lambda value: value[0],
    "attribute": lambda value: value.statements,
    "call": lambda value: value(),
    "text": str,
    "formatting": lambda value: f"{value}",
    "percent formatting": lambda value: "%s" % value,  # noqa: UP031 - the old form is what is asked
    "class": lambda value: isinstance(value, str),
    "absence": lambda value: isinstance(value, Absent),
    "intersection": lambda value: frozenset() & value,
    "union": lambda value: value | frozenset(),
    "sum": lambda value: 1 + value,
    "difference": lambda value: value - 1,
    "number": int,
    "being an index": lambda value: [1][value],
    "setting": lambda value: setattr(value, "x", 1),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_unknown_value_refuses_the_question(question):
    with pytest.raises(UnknownAsked) as asked:
        QUESTIONS[question](HIDDEN)
    assert WHY == asked.value.why


def test_matching_an_unknown_value_against_a_class_refuses():
    def ask() -> bool:
        match HIDDEN:
            case str():
                return True
        return False

    with pytest.raises(UnknownAsked):
        ask()


def test_the_reason_can_be_looked_at_without_asking_the_value():
    assert WHY == why_unknown(HIDDEN)
    assert why_unknown("a value") is None
    assert repr(HIDDEN) == "Unknown(Denied: s3:GetBucketAcl was refused)"


def test_known_returns_a_value_and_refuses_an_unknown():
    assert known(3) == 3
    with pytest.raises(UnknownAsked):
        known(unknown(Reason.FAILED, "no answer"))


def test_absence_is_false_equal_to_itself_and_not_to_none():
    assert not ABSENT
    assert Absent() == ABSENT
    assert ABSENT != None  # noqa: E711 - that it is no None is what is tested


FACTS = st.lists(st.sampled_from([True, False, None]), max_size=6)


def _as_facts(values: list[bool | None]) -> list[object]:
    return [HIDDEN if value is None else value for value in values]


@given(FACTS)
def test_any_of_is_true_if_one_is_true_and_false_only_if_all_are_known_to_be_false(values):
    if True in values:
        assert any_of(*_as_facts(values)) is True
    elif None in values:
        with pytest.raises(UnknownAsked):
            any_of(*_as_facts(values))
    else:
        assert any_of(*_as_facts(values)) is False


@given(FACTS)
def test_all_of_is_the_dual_of_any_of(values):
    opposite = [None if value is None else not value for value in values]
    try:
        expected = not any_of(*_as_facts(opposite))
    except UnknownAsked:
        with pytest.raises(UnknownAsked):
            all_of(*_as_facts(values))
    else:
        assert all_of(*_as_facts(values)) is expected


def test_facts_may_be_functions_that_are_asked_only_until_the_answer_is_certain():
    assert any_of(lambda: HIDDEN, lambda: True, lambda: operator.truediv(1, 0)) is True
