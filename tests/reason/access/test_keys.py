import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.policy import Condition, Quantifier
from scanner.reason.access.conditions import predicate
from scanner.reason.access.keys import ABSENT, FREE, Constraint, Domain, Undecidable, choose_values, fixed
from scanner.reason.access.words import Budget

_TEXTS = st.sampled_from(["", "a", "b", "ab", "A", "a*", "?", "*", "*b"])
_STRING_OPERATORS = st.sampled_from(
    [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ]
)
_NUMERIC_OPERATORS = st.sampled_from(
    [
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ]
)


def _constraints(operators, values, quantifiers):
    condition = st.builds(
        Condition,
        operators,
        st.just("k"),
        st.lists(values, min_size=1, max_size=2).map(tuple),
        quantifiers,
        st.booleans(),
    )
    null = st.builds(Condition, st.just("Null"), st.just("k"), st.sampled_from([("true",), ("false",)]))
    return st.lists(
        st.builds(Constraint, st.one_of(condition, condition, null), st.booleans(), st.just(value=True)),
        min_size=1,
        max_size=4,
    )


def _choose(constraints, domain=FREE):
    return choose_values("k", constraints, domain, {}, Budget())


def _meets(constraints, context):
    return all(predicate(each.condition, variables=True)(context) is each.holds for each in constraints)


def _small_worlds(values, constraints):
    singles = [(value,) for value in values]
    is_set = any(each.condition.quantifier is not Quantifier.ONE for each in constraints)
    pairs = [(one, other) for one in values for other in values if one < other and is_set]
    return [{}, *({"k": each} for each in singles + pairs)]


def _agrees(constraints, worlds):
    chosen = _choose(constraints)
    if chosen is None:
        assert not [world for world in worlds if _meets(constraints, world)]
    else:
        assert _meets(constraints, {"k": chosen} if chosen else {})


@given(_constraints(_STRING_OPERATORS, _TEXTS, st.sampled_from(Quantifier)))
def test_text_conditions_are_met_whenever_they_can_be(constraints):
    _agrees(constraints, _small_worlds(["", "a", "b", "ab", "A", "B", "bb", "aab", "z"], constraints))


@given(_constraints(_NUMERIC_OPERATORS, st.sampled_from(["1", "2", "2.5"]), st.just(Quantifier.ONE)))
def test_numeric_conditions_are_met_whenever_they_can_be(constraints):
    _agrees(constraints, [{}, *({"k": (value,)} for value in ["0", "1", "1.5", "2", "2.2", "2.5", "9"])])


@given(
    _constraints(
        st.sampled_from(["IpAddress", "NotIpAddress"]),
        st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/1", "128.0.0.0/1", "::/0"]),
        st.just(Quantifier.ONE),
    )
)
def test_address_conditions_are_met_whenever_they_can_be(constraints):
    addresses = ["10.0.0.1", "10.1.0.1", "10.1.2.3", "9.9.9.9", "200.0.0.1", "::1"]
    _agrees(constraints, [{}, *({"k": (value,)} for value in addresses)])


def _constraint(operator, *values, holds=True, quantifier=Quantifier.ONE):
    return Constraint(Condition(operator, "k", values, quantifier), holds, variables=True)


@pytest.mark.parametrize(
    "domain,constraint,expected",
    [
        (fixed("a"), _constraint("StringEquals", "a"), ("a",)),
        (fixed("a"), _constraint("StringEquals", "b"), None),
        (ABSENT, _constraint("StringNotEquals", "b"), ()),
        (ABSENT, _constraint("StringEquals", "b"), None),
        (Domain(may_be_absent=False), _constraint("StringNotLike", "*"), None),
        (Domain(may_be_absent=False, usual=("u",)), _constraint("StringNotEquals", "b"), ("u",)),
        (FREE, _constraint("Bool", "true", holds=False), ()),
        (Domain(may_be_absent=False), _constraint("Bool", "true", "false", holds=False), None),
        (FREE, _constraint("DateGreaterThan", "2030-01-01"), ("1893456001",)),
    ],
)
def test_a_domain_limits_the_choice(domain, constraint, expected):
    assert _choose([constraint], domain) == expected


def test_several_values_are_chosen_where_one_cannot_fit():
    both = [
        _constraint("StringEquals", "a", quantifier=Quantifier.FOR_ANY_VALUE),
        _constraint("StringEquals", "b", quantifier=Quantifier.FOR_ANY_VALUE),
    ]
    assert _choose(both) == ("a", "b")
    assert _choose(both, Domain(many=False)) is None


def test_types_that_do_not_combine_are_not_guessed_about():
    with pytest.raises(Undecidable):
        _choose([_constraint("IpAddress", "10.0.0.0/8"), _constraint("StringLike", "x*")])
