from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reason.access.conditions import arn_matcher
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.access.words import Budget, BudgetSpent, Union
from scanner.reason.access.words import find_word as _find_word


def find_word(unions, budget=None):
    return _find_word(unions, budget or Budget())


_GLOBS = st.lists(st.text("ab*?", max_size=5), min_size=1, max_size=3)
_UNIONS = st.lists(st.tuples(_GLOBS, st.booleans()), min_size=1, max_size=4)
_SHORT = ["".join(letters) for length in range(7) for letters in product("abc", repeat=length)]


def _union(globs, *, inside=True, **how):
    return Union(tuple(wildcards(glob) for glob in globs), inside, **how)


def _holds(word, unions):
    return all(any(matcher(wildcards(glob))(word) for glob in globs) is inside for globs, inside in unions)


@given(_UNIONS)
def test_a_word_found_is_in_all_unions_and_none_is_missed(unions):
    found = find_word([_union(globs, inside=inside) for globs, inside in unions])
    if found is None:
        assert not [word for word in _SHORT if _holds(word, unions)]
    else:
        assert _holds(found, unions)


@given(_UNIONS)
def test_folding_treats_cases_alike(unions):
    mixed = [_union([glob.swapcase() for glob in globs], inside=inside, fold=True) for globs, inside in unions]
    plain = [_union(globs, inside=inside) for globs, inside in unions]
    assert (find_word(mixed) is None) is (find_word(plain) is None)


@pytest.mark.parametrize(
    "inside,outside,is_empty",
    [
        (["arn:aws:s3:::*"], ["arn:aws:s3:::b/*"], False),
        (["arn:aws:s3:::b/*"], ["arn:aws:s3:::*"], True),
        (["a*"], ["a", "a?*"], True),
        (["a*b"], ["a*", "*b"], True),
        (["*"], ["?*", ""], True),
        (["??"], ["a?", "b?"], False),
        (["*a*"], ["*"], True),
    ],
)
def test_a_difference_of_globs_is_decided(inside, outside, is_empty):
    assert (find_word([_union(inside), _union(outside, inside=False)]) is None) is is_empty


@pytest.mark.parametrize(
    "arn,other,is_empty",
    [
        ("arn:aws:sns:*:111122223333:*", "arn:aws:sns:*:444455556666:*", True),
        ("arn:aws:sns:*:111122223333:*", "arn:aws:*:eu-west-1:*:a:b", False),
        ("arn:aws:sns:*:t", "arn:aws:sns:x:y:t", True),
        ("arn:aws:sns:?:1:t", "arn:aws:sns:::1:t", True),
        ("arn:aws:sns", "arn:aws:sns:x:y:t", False),
    ],
)
def test_arn_wildcards_stay_within_their_field(arn, other, is_empty):
    found = find_word([_union([arn], arn=True), _union([other], arn=True)])
    assert (found is None) is is_empty
    if found is not None:
        assert arn_matcher(wildcards(arn))(found)


def test_a_placeholder_in_a_pattern_proves_nothing():
    assert find_word([_union(["a*"]), _union(["a\x00"], inside=False)]) is not None


def test_a_search_that_grows_too_large_says_so():
    outside = _union([f"*{'a' if index % 2 else 'b'}{'?' * index}" for index in range(24)], inside=False)
    both = [_union(["*a" + "?" * 30]), _union(["*b" + "?" * 29 + "c"])]
    with pytest.raises(BudgetSpent):
        find_word([*both, outside], Budget(states=500))
