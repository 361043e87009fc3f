import pytest

from scanner.model.kind import All, Api, Scope
from scanner.model.maybe import Reason, UnknownAsked, Why, known, unknown
from scanner.model.mentions import mentioned
from scanner.model.quantifiers import some
from scanner.model.vpc import PrefixListEntries

WHY = Why(Reason.DENIED, "hidden")
HIDDEN = unknown(Reason.DENIED, "hidden")
REGION = Scope("aws", "123456789012", "eu-west-1")


def test_one_that_holds_is_enough_whatever_else_is_unknown():
    assert some([HIDDEN, 3], lambda number: number == 3)


def test_none_that_holds_and_one_unknown_is_unknown():
    with pytest.raises(UnknownAsked):
        some([HIDDEN, 4], lambda number: number == 3)


def test_none_that_holds_in_a_whole_list_is_none():
    assert not some([4, 5], lambda number: number == 3)


def cidrs_of(entries: PrefixListEntries):
    return known(entries.cidrs)


def all_of(*cidrs, why=None):
    origin = Api("ec2:Test", REGION)
    return All((PrefixListEntries(scope=REGION, id="pl", origin=origin, cidrs=one) for one in cidrs), why)


def test_what_an_item_mentions_is_mentioned_though_the_list_is_incomplete():
    assert mentioned(all_of(("a",), why=WHY), cidrs_of).has("a")


def test_what_no_item_of_a_whole_list_mentions_is_not_mentioned():
    assert not mentioned(all_of(("a",), ("b",)), cidrs_of).has("c")


@pytest.mark.parametrize("items", [all_of(("a",), why=WHY), all_of(("a",), HIDDEN)], ids=["incomplete", "unknown"])
def test_what_may_yet_be_mentioned_is_unknown(items):
    with pytest.raises(UnknownAsked):
        mentioned(items, cidrs_of).has("c")


def test_the_unread_rest_of_a_list_is_unknown_unless_the_read_part_decides():
    assert some(all_of(("a",), why=WHY), lambda entries: "a" in known(entries.cidrs))
    with pytest.raises(UnknownAsked):
        some(all_of(("a",), why=WHY), lambda entries: "b" in known(entries.cidrs))
