from hypothesis import given
from hypothesis import strategies as st

from scanner.reason.access.glob import EVERYTHING, Wild, literal, matcher, normal, wildcards

_TEXTS = st.text("ab:", max_size=12)
_PATTERNS = st.text("ab:*?", max_size=8)


def _reference(pattern, text):
    """Whether a pattern matches, by the table of its prefixes against those of the text."""
    row = [True] + [False] * len(text)
    for character in pattern:
        new = [character == "*" and row[0]]
        for index, letter in enumerate(text):
            if character == "*":
                new.append(new[-1] or row[index + 1])
            else:
                new.append(row[index] and character in {"?", letter})
        row = new
    return row[-1]


@given(_PATTERNS, _TEXTS)
def test_a_pattern_matches_what_its_definition_says(pattern, text):
    assert matcher(wildcards(pattern))(text) is _reference(pattern, text)


@given(_TEXTS, _TEXTS)
def test_a_literal_matches_itself_only(one, other):
    assert matcher(literal(one))(other) is (one == other)


def test_a_literal_star_is_no_wildcard():
    assert not matcher(literal("a*"))("ab")
    assert matcher(literal("a*"))("a*")


@given(_PATTERNS)
def test_the_normal_form_is_stable(pattern):
    tokens = wildcards(pattern)
    assert normal(tokens) == tokens
    assert normal((*tokens, Wild.MANY, Wild.MANY, "", Wild.MANY)) == normal((*tokens, Wild.MANY))


def test_everything_is_the_star():
    assert wildcards("**") == EVERYTHING


def test_hostile_patterns_are_decided():
    text = "a" * 4_000
    assert not matcher(wildcards("*a" * 1_000 + "*b"))(text)
    assert not matcher(wildcards("*" + "a?" * 500 + "*b*"))(text)
    assert matcher(wildcards("*" + "?a" * 500 + "*"))(text)
