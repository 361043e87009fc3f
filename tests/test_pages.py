"""Pages kept packed are the pages that were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.pages import PackedPages, json_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PAGES = st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), max_size=4)
LARGE = {"findings": [{"title": "the same words again and again"}] * 1000}


@given(PAGES)
def test_what_was_given_is_what_is_seen(pages):
    packed = PackedPages(pages)
    assert list(packed) == pages
    assert len(packed) == len(pages)
    assert packed == tuple(pages)
    assert tuple(pages) == packed
    assert packed[1:] == tuple(pages[1:])
    assert [packed[index] for index in range(len(pages))] == pages
    assert bool(packed) == bool(pages)


@given(PAGES, PAGES)
def test_only_the_same_pages_are_equal(one, other):
    assert (PackedPages(one) == PackedPages(other)) == (one == other)
    assert PackedPages(one) != len(one)


def test_a_large_page_takes_little_room_and_comes_back_whole():
    packed = PackedPages([LARGE, {"small": 1}])
    assert list(packed) == [LARGE, {"small": 1}]
    assert sum(map(len, packed._packed)) < len(next(packed.json())) / 10


@given(PAGES)
def test_the_text_of_pages_does_not_depend_on_how_they_are_kept(pages):
    assert list(json_of(PackedPages(pages))) == list(json_of(pages))


@pytest.mark.parametrize("text", [b"[]", b"", b'"x"', b" {}"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(ValueError, match="no object"):
        PackedPages().append_json(text)


@pytest.mark.parametrize("text", [b'{"a":}', b"{", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"a":"\xff"}'])
def test_what_only_looks_like_an_object_is_refused_when_it_is_looked_at(text):
    packed = PackedPages()
    packed.append_json(text)
    with pytest.raises(ValueError, match="not JSON"):
        list(packed)
