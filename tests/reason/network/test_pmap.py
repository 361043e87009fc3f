"""The algebra of maps from addresses to traffic, against the direct evaluation of single packets."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.intervals import intervals
from scanner.model.traffic import END
from scanner.reason.network.pmap import (
    Atoms,
    atoms,
    by_traffic,
    first_match,
    from_boxes,
    joined,
    meet,
    minus,
    overlap,
)

LAST = 31


def at(one, address):
    """The mask of one address."""
    return next((mask for low, high, mask in one if low <= address <= high), 0)


addresses = st.integers(0, LAST)
spans = st.tuples(addresses, addresses).map(lambda pair: (min(pair), max(pair)))
masks = st.integers(0, 15)
boxes = st.lists(st.tuples(spans, masks).map(lambda box: (*box[0], box[1])), max_size=6)
maps = boxes.map(from_boxes)
entries = st.lists(st.tuples(spans, masks, st.booleans()), max_size=6)
places = st.integers(0, END - 1)
stretches = st.tuples(places, places).map(lambda pair: (min(pair), max(pair)))


@given(boxes, addresses)
def test_a_map_of_boxes_allows_an_address_what_any_box_allows(given_boxes, address):
    direct = 0
    for low, high, mask in given_boxes:
        direct |= mask if low <= address <= high else 0
    assert direct == at(from_boxes(given_boxes), address)


@given(maps, maps, addresses)
def test_operations_on_maps_are_operations_on_each_address(one, other, address):
    mine, theirs = at(one, address), at(other, address)
    assert mine | theirs == at(from_boxes((*one, *other)), address)
    assert bool(mine & theirs) <= overlap(one, other)
    assert mine & theirs == at(meet(one, other), address)
    assert mine & ~theirs == at(minus(one, other), address)


@given(entries, addresses, st.integers(0, 3))
def test_in_an_ordered_list_the_first_entry_that_matches_decides(given_entries, address, bit):
    direct = False
    for (low, high), mask, allow in given_entries:
        if low <= address <= high and mask >> bit & 1:
            direct = allow
            break
    assert direct == bool(at(first_match(given_entries), address) >> bit & 1)


@given(maps, maps)
def test_maps_that_allow_the_same_are_equal(one, other):
    again = joined(sorted((*meet(one, other), *minus(one, other))))
    assert from_boxes((*one, *other)) == from_boxes((*other, *one))
    assert from_boxes((*meet(one, other), *minus(one, other))) == one
    assert from_boxes(again) == one


@given(st.lists(stretches, max_size=5), places)
def test_masks_stand_for_exactly_the_traffic_they_were_made_of(given_stretches, place):
    pieces = atoms(given_stretches)
    wanted = intervals(given_stretches)
    assert (place in wanted) == (place in pieces.traffic(pieces.masks(wanted)))


@given(maps, addresses, st.integers(0, 3))
def test_openings_give_each_piece_of_traffic_all_its_addresses(one, address, bit):
    small = Atoms((0, 1, 2, 3, 4), ())
    found = [senders for traffic, senders in by_traffic(one, small) if bit in traffic]
    allowed = bool(at(one, address) >> bit & 1)
    assert allowed == any(address in senders for senders in found)
    assert len(found) <= 1
