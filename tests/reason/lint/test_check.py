import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.lint import LintKind
from scanner.model.policy import MalformedPolicy, parse_policy
from scanner.reason.lint.check import RESOURCE_TYPES, lint_document, lint_text
from scanner.reason.lint.codes import KINDS, PolicyKind
from tests.reason.lint.examples import EXAMPLES, IDENTITY, RESOURCE, allow, on, policy

S3 = RESOURCE_TYPES["AWS::S3::Bucket"]


def codes(text, kind=IDENTITY):
    return {found.code for found in lint_text(text, kind, S3 if kind is RESOURCE else frozenset())}


@pytest.mark.parametrize(
    "code,kind,bad,good", EXAMPLES, ids=[f"{row[0]}-{index}" for index, row in enumerate(EXAMPLES)]
)
def test_a_policy_has_the_finding_and_one_that_comes_close_has_not(code, kind, bad, good):
    assert code in codes(bad, kind)
    assert code not in codes(good, kind)


def test_every_code_has_an_example():
    assert {row[0] for row in EXAMPLES} == KINDS.keys()


def test_every_kind_of_finding_occurs():
    assert set(LintKind) == set(KINDS.values())


def test_an_ordinary_policy_has_no_findings():
    buckets = allow("s3:ListBucket", "arn:aws:s3:::invoices", Condition={"StringLike": {"s3:prefix": "home/*"}})
    assert lint_text(policy(allow(["s3:GetObject", "s3:PutObject"]), buckets), IDENTITY) == ()


def test_a_finding_says_where_and_in_words_what():
    [found] = lint_text(policy(allow(["s3:GetObject", "s3:PutObjct"])), IDENTITY)
    assert (found.code, found.kind) == ("INVALID_ACTION", LintKind.ERROR)
    assert found.path == "$.Statement[0].Action[1]"
    assert found.message == "s3 has no action 'putobjct'; did you mean PutObject?"


def test_what_follows_a_statement_that_cannot_be_read_is_judged_in_its_place():
    found = lint_text(policy({"Effect": "Allow"}, allow("s3:Nope")), IDENTITY)
    assert {("MISSING_ACTION", "$.Statement[0]"), ("INVALID_ACTION", "$.Statement[1].Action[0]")} <= {
        (each.code, each.path) for each in found
    }


def test_an_arn_with_a_variable_may_be_any_that_fits():
    assert codes(on("arn:aws:s3:::${aws:PrincipalTag/bucket}/*", "s3:GetObject")) == set()


def test_a_policy_without_a_type_of_resource_may_name_any_service():
    text = policy(allow("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{'1' * 12}:q", Principal={"AWS": "1" * 12}))
    assert lint_text(text, RESOURCE) == ()


KINDS_OF_POLICY = st.sampled_from(PolicyKind)
WORDS = st.sampled_from(
    [
        *(
            "*",
            "s3:*",
            "s3:Get*",
            "s3:GetObject",
            "iam:PassRole",
            "nope:x",
            "s?:*",
            "",
            ":",
            "${",
            "${}",
            "${aws:username}",
        ),
        *(
            "arn:aws:s3:::b/*",
            "arn:aws:iam::1:role/*",
            "arn",
            "arn:",
            "arn:aws:ec2:*:*:instance/?",
            "10.0.0.1/8",
            "true",
        ),
        *(
            "2026-01-01",
            "12",
            "aws:SourceIp",
            "aws:ResourceTag/x",
            "aws:TagKeys",
            "s3:prefix",
            "kms:EncryptionContext:a",
        ),
        *("AWS", "Service", "Allow", "Deny", "2012-10-17", "::::::::", "é\x00", "\ud800"),
    ]
)
LISTS = st.one_of(WORDS, st.lists(WORDS, max_size=3))
OPERATORS = st.sampled_from(
    [
        "StringEquals",
        "ForAllValues:StringLike",
        "IpAddress",
        "Bool",
        "Null",
        "DateLessThanIfExists",
        "NumericEquals",
        "ArnLike",
        "BinaryEquals",
        "Nope",
    ]
)
CONDITIONS = st.dictionaries(OPERATORS, st.dictionaries(WORDS, LISTS, max_size=2), max_size=2)
PRINCIPALS = st.one_of(WORDS, st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "X"]), LISTS, max_size=2))
STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        **dict.fromkeys(("Action", "NotAction", "Resource", "NotResource"), LISTS),
        **dict.fromkeys(("Principal", "NotPrincipal"), PRINCIPALS),
        "Condition": CONDITIONS,
        "Sid": WORDS,
    },
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
)
POLICIES = st.fixed_dictionaries(
    {"Statement": st.lists(STATEMENTS, max_size=3) | STATEMENTS | ANYTHING}, optional={"Version": WORDS}
)


@settings(max_examples=150, deadline=None)
@given(POLICIES | ANYTHING, KINDS_OF_POLICY)
def test_whatever_a_policy_says_is_judged_and_what_the_parser_refuses_has_an_error(document, kind):
    text = json.dumps(document)
    found = lint_text(text, kind)
    try:
        parsed = parse_policy(text)
    except MalformedPolicy:
        assert any(each.kind is LintKind.ERROR or each.code == "NULL_WITH_QUALIFIER" for each in found)
    else:
        assert {each.code for each in lint_document(parsed, kind)} <= {each.code for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"Statement": ' + "9" * 5_000 + "}",
        b"\xff",
        "NaN",
        " " * 600_000,
        '{"Statement": [[[]]]}',
        "null",
    ],
)
def test_no_text_is_too_hostile_to_answer(text):
    assert any(found.kind is LintKind.ERROR for found in lint_text(text, IDENTITY))


@pytest.mark.parametrize(
    "statement",
    [
        allow([f"s3:{'?' * 40}{index}*" for index in range(2_000)]),
        allow("s3:*", [f"arn:aws:ec2:*:*:{'*?' * 40}{index}" for index in range(1_000)]),
        allow([f"s3:Got{index}" for index in range(2_000)]),
        allow("s3:*", "arn:aws:s3:::" + "${a" * 100_000),
        allow(Condition={"StringLike": {f"s3:{'*?' * 100}{index}": "x" for index in range(500)}}),
    ],
)
def test_policies_made_to_be_slow_are_judged_all_the_same(statement):
    assert lint_text(policy(statement), IDENTITY)


MANY = 3_000
HOSTILE = {
    PolicyKind.TRUST: {
        "Principal": {
            "AWS": [f"arn:aws:sts::123456789012:assumed-role/r{number}/s" for number in range(MANY)],
            "Federated": [f"h{number}.example.com" for number in range(MANY)],
        },
        "Action": "sts:AssumeRole",
        "Condition": {"StringLike": {f"h{number}.example.com:sub": "*" for number in range(MANY)}},
    },
    PolicyKind.IDENTITY: {
        "Action": ["s3:GetObject"] * MANY,
        "Resource": "*",
        "Condition": {"StringEquals": {f"s3:ExistingObjectTag/{number}": "a" for number in range(MANY)}},
    },
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_long_statement_takes_no_more_than_its_length(kind):
    """What compares every part with every other would take minutes."""
    text = policy({"Effect": "Allow", **HOSTILE[kind]})
    begun = time.process_time()
    lint_text(text, kind)
    assert time.process_time() - begun < 5
