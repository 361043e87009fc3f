"""Conditions as `can` and `who-can` say them."""

import pytest

from scanner.cli.conditions import in_words
from scanner.model.policy import _OPERATORS, parse_policy


def said(operator, key, values):
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {key: values}}}
    (condition,) = parse_policy({"Statement": statement}).statements[0].conditions
    return in_words(condition)


@pytest.mark.parametrize(
    "operator, values, expected",
    [
        ("StringEquals", ["vpce-1", "vpce-2"], "k is vpce-1 or vpce-2"),
        ("StringNotEquals", ["a", "b"], "k is not a nor b"),
        ("StringLikeIfExists", "a*", "k, if it is there, is like a*"),
        ("ForAnyValue:StringLike", "o-1/*", "some value of k is like o-1/*"),
        ("ForAllValues:StringEquals", "a", "every value of k is a"),
        ("IpAddress", "203.0.113.0/24", "k is in 203.0.113.0/24"),
        ("Bool", "true", "k is true"),
        ("Null", "false", "k is there"),
        ("Null", "true", "k is absent"),
        ("DateLessThan", "2027-01-01", "k is before 2027-01-01"),
        ("NumericGreaterThanEquals", "5", "k is at least 5"),
    ],
)
def test_a_condition_reads_as_a_sentence(operator, values, expected):
    assert expected == said(operator, "k", values)


@pytest.mark.parametrize("operator", sorted(_OPERATORS.values()))
def test_every_operator_has_its_words(operator):
    assert said(operator, "k", "true").startswith("k is")
