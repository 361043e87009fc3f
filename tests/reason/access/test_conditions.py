import pytest

from scanner.model.policy import parse_policy
from scanner.reason.access.conditions import predicate
from scanner.reason.access.principal import ANONYMOUS
from scanner.reason.access.request import make_request


def _holds(operator, values, context, key="k", version="2012-10-17"):
    document = parse_policy(
        {
            "Version": version,
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {key: values}}},
        }
    )
    request = make_request(ANONYMOUS, "s3:GetObject", "*", context)
    return predicate(document.statements[0].conditions[0], variables=document.has_variables)(request.context)


ARN = "arn:aws:sns:eu-west-1:111122223333:topic"


@pytest.mark.parametrize(
    "operator,values,value,expected",
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", [], "a", False),
        ("StringNotEquals", "a", "a", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", [], "c", True),
        ("StringEqualsIgnoreCase", "aB", "Ab", True),
        ("StringNotEqualsIgnoreCase", "aB", "Ab", False),
        ("StringLike", "a*c?", "abbcd", True),
        ("StringLike", "a*c?", "abbc", False),
        ("StringLike", "A*", "ab", False),
        ("StringLike", "*", "", True),
        ("StringNotLike", ["x*", "a*"], "ab", False),
        ("NumericEquals", "10", 10.0, True),
        ("NumericEquals", 10, "1e1", True),
        ("NumericEquals", "10", "ten", False),
        ("NumericEquals", "1_0", "10", False),
        ("NumericEquals", "NaN", "NaN", False),
        ("NumericNotEquals", "10", "11", True),
        ("NumericLessThan", "10", "9.99", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", ["10", "3"], "4", True),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("DateEquals", "2024-01-01T00:00:00Z", "1704067200", True),
        ("DateEquals", "2024-01-01", "2024-01-01T01:00:00+01:00", True),
        ("DateEquals", "2024", "2024-01-01T00:00Z", True),
        ("DateEquals", "2024-02", "2024-02-01T00:00:00.000Z", True),
        ("DateNotEquals", "2024-01-01", "2024-01-02", True),
        ("DateLessThan", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.25Z", True),
        ("DateLessThan", "2024-01-01", "2024-13-01", False),
        ("DateLessThanEquals", 1704067200, "2024-01-01", True),
        ("DateGreaterThan", "2024-01-01", "2023-12-31T23:59:59Z", False),
        ("DateGreaterThanEquals", "2024-01-01", "soon", False),
        ("Bool", "true", True, True),
        ("Bool", True, "True", True),
        ("Bool", "false", "true", False),
        ("Bool", "yes", "yes", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
        ("BinaryEquals", "no base64", "no base64", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.9/24", "203.0.113.1", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.1", False),
        ("IpAddress", "2001:db8::/32", "2001:0db8:1::1", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", "0.0.0.0/0", "nowhere", False),
        ("NotIpAddress", ["203.0.113.0/24", "10.0.0.0/8"], "10.1.1.1", False),
        ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
        ("ArnEquals", ARN, ARN, True),
        ("ArnLike", "arn:aws:sns:*:*:*", ARN, True),
        ("ArnEquals", "arn:aws:sns:*:*:t?pic", ARN, True),
        ("ArnLike", "arn:aws:*:topic", ARN, False),
        ("ArnLike", "arn:aws:sns:*:topic", ARN, False),
        ("ArnLike", "arn:aws:sns:*", ARN, True),
        ("ArnLike", "*", ARN, True),
        ("ArnLike", "*", "topic", False),
        ("ArnLike", "arn:aws:sns:eu-west-1:111122223333:t*", ARN + ":sub", True),
        ("ArnNotEquals", "arn:aws:sns:*:*:*", ARN, False),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", ARN, True),
    ],
)
def test_an_operator_compares_as_documented(operator, values, value, expected):
    assert _holds(operator, values, {"k": value}) is expected


@pytest.mark.parametrize(
    "operator,values,expected",
    [
        ("StringEquals", "a", False),
        ("StringLike", "*", False),
        ("StringNotEquals", "a", True),
        ("StringNotLike", "*", True),
        ("NumericNotEquals", "1", True),
        ("DateNotEquals", "2024", True),
        ("NotIpAddress", "10.0.0.0/8", True),
        ("ArnNotLike", "*", True),
        ("Bool", "false", False),
        ("StringEqualsIfExists", "a", True),
        ("BoolIfExists", "true", True),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringNotEquals", "a", True),
        ("ForAnyValue:StringEquals", "a", False),
        ("ForAnyValue:StringNotEquals", "a", False),
        ("ForAnyValue:StringEqualsIfExists", "a", True),
        ("Null", "true", True),
        ("Null", "false", False),
        ("Null", True, True),
        ("Null", ["true", "false"], True),
        ("ForAllValues:Null", "false", True),
        ("ForAnyValue:Null", "true", False),
    ],
)
@pytest.mark.parametrize("context", [{}, {"k": None}, {"k": []}])
def test_an_absent_key_is_judged_as_documented(operator, values, expected, context):
    assert _holds(operator, values, context) is expected


@pytest.mark.parametrize(
    "operator,values,value,expected",
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b", "a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringEquals", ["a"], "", True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "a"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a"], False),
        ("ForAnyValue:StringLike", "o-1/*", ["o-1/r-1/ou-2/"], True),
        ("StringEquals", ["a"], ["b", "a"], True),
        ("StringNotEquals", ["a"], ["b", "a"], False),
        ("StringEqualsIfExists", ["a"], ["b"], False),
        ("Null", "false", ["b"], True),
        ("ForAllValues:Null", "true", ["b"], True),
        ("ForAnyValue:Null", "false", ["b"], False),
    ],
)
def test_several_values_are_judged_as_documented(operator, values, value, expected):
    assert _holds(operator, values, {"k": value}) is expected


def test_keys_are_compared_without_regard_to_case():
    assert _holds("StringEquals", "a", {"AWS:principaltag/Team": "a"}, key="aws:PrincipalTag/team")


@pytest.mark.parametrize(
    "operator,value,given,expected",
    [
        ("StringEquals", "${aws:Name}", "bob", True),
        ("StringEquals", "x-${aws:name}-y", "x-bob-y", True),
        ("StringLike", "${aws:name}/*", "bob/1", True),
        ("StringEquals", "${aws:none}", "bob", False),
        ("StringEquals", "${aws:none}", "", False),
        ("StringNotEquals", "${aws:none}", "bob", True),
        ("StringEquals", "${aws:none, 'all'}", "all", True),
        ("StringEquals", "${aws:none,'a}b'}", "a}b", True),
        ("StringEquals", "${aws:name, 'all'}", "bob", True),
        ("StringLike", "a${*}", "a*", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringLike", "a${?}", "a?", True),
        ("StringLike", "${$}{b}", "${b}", True),
        ("StringEquals", "a${*}", "a*", True),
        ("StringLike", "${aws:star}", "anything", False),
        ("StringLike", "${aws:star}", "*", True),
        ("StringEquals", "${aws:name", "${aws:name", True),
        ("ArnLike", "arn:aws:iam::*:user/${aws:name}", "arn:aws:iam::1:user/bob", True),
        ("StringEquals", "${aws:many}", "a", False),
        ("NumericEquals", "${aws:number}", "7", False),
        ("StringEqualsIgnoreCase", "${aws:name}", "BOB", True),
        ("Bool", "${aws:yes}", "true", True),
        ("Bool", "${aws:yes}", "false", False),
        ("Bool", "${aws:name}", "bob", False),
        ("Bool", "${aws:none, 'false'}", False, True),
    ],
)
def test_a_policy_variable_stands_for_its_value(operator, value, given, expected):
    context = {
        "k": given,
        "aws:name": "bob",
        "aws:star": "*",
        "aws:number": 7,
        "aws:yes": "True",
        "aws:many": ["a", "b"],
    }
    assert _holds(operator, value, context) is expected


@pytest.mark.parametrize(
    "operator,value,given",
    [
        ("StringEquals", "${aws:name}", "${aws:name}"),
        ("StringLike", "a${*}", "a${anything}"),
        ("StringLike", "${aws:nam?}", "${aws:name}"),
    ],
)
def test_in_2008_a_policy_variable_is_plain_text(operator, value, given):
    assert _holds(operator, value, {"k": given, "aws:name": "bob"}, version="2008-10-17")
