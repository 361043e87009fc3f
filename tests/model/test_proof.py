import pytest

from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.model.proof import proven, which

WHY = Why(Reason.DENIED, "not allowed to look")


def unknown():
    raise UnknownAsked(WHY)


def test_the_facts_that_hold_are_named_though_others_are_unknown():
    assert which({"a": unknown, "b": lambda: True, "c": lambda: False}) == ("b",)


def test_nothing_holds_only_if_all_is_known():
    assert which({"a": lambda: False, "b": lambda: ()}) == ()
    with pytest.raises(UnknownAsked, match="not allowed to look"):
        which({"a": lambda: False, "b": unknown})


def search(*items):
    yield from items
    unknown()


def test_a_search_that_breaks_off_proves_what_it_found():
    assert proven(search(1, 2)) == (1, 2)


def test_a_search_that_breaks_off_with_nothing_proves_nothing():
    with pytest.raises(UnknownAsked):
        proven(search())


def test_a_search_that_ends_may_find_nothing():
    assert proven(()) == ()
