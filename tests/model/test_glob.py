"""Globs agree with the standard library's, and cannot be made to hang."""

import re

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.glob import matches

LETTERS = st.text(alphabet="ab*?", max_size=8)


@given(LETTERS, st.text(alphabet="ab", max_size=8))
def test_a_glob_means_what_its_regular_expression_means(pattern, text):
    expression = "".join({"*": "[ab]*", "?": "[ab]"}.get(character, character) for character in pattern)
    assert bool(re.fullmatch(expression, text)) == matches(pattern, text)


def test_an_adversarial_pattern_ends():
    assert not matches("*a" * 2_000 + "b", "a" * 4_000)
