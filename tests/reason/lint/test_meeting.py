import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reason.access.glob import wildcards
from scanner.reason.access.words import Budget, Union, find_word
from scanner.reason.lint.meeting import may_meet

PATTERNS = st.text("ab*?", max_size=7)


@given(PATTERNS, PATTERNS)
def test_patterns_meet_where_a_search_finds_a_text_in_both(first, second):
    word = find_word([Union((wildcards(first),)), Union((wildcards(second),))], Budget())
    assert may_meet(first, second) is (word is not None)


@pytest.mark.parametrize("first,second", [("a.*", "axb"), ("a+", "aa"), ("(*", "[b")])
def test_other_characters_mean_themselves(first, second):
    assert not may_meet(first, second)


def test_a_pattern_too_long_to_compare_may_meet_any():
    assert may_meet("a" * 5_000, "b")
