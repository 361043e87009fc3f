import json

import pytest

from scanner.model.policy import (
    Condition,
    Effect,
    MalformedPolicy,
    PolicyDocument,
    Principals,
    Quantifier,
    Statement,
    parse_policy,
)


def _one(**elements):
    return {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}}


def _statement(**elements):
    return parse_policy(_one(**elements)).statements[0]


def test_a_policy_is_read_whole():
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Id": "p",
            "Statement": [
                {
                    "Sid": "s",
                    "Effect": "Deny",
                    "Principal": {"AWS": ["111122223333"], "Service": "ec2.amazonaws.com"},
                    "NotAction": "iam:*",
                    "NotResource": ["arn:aws:s3:::b"],
                    "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*", 1, True, 2.50]}},
                }
            ],
        }
    )
    expected = PolicyDocument(
        version="2012-10-17",
        id="p",
        statements=(
            Statement(
                index=0,
                effect=Effect.DENY,
                sid="s",
                principals=Principals(aws=("111122223333",), service=("ec2.amazonaws.com",)),
                not_actions=("iam:*",),
                not_resources=("arn:aws:s3:::b",),
                conditions=(
                    Condition("StringLike", "aws:TagKeys", ("a*", "1", "true", "2.5"), Quantifier.FOR_ANY_VALUE, True),
                ),
            ),
        ),
    )
    assert expected == parse_policy(text)
    assert expected == parse_policy(text.encode())
    assert expected == parse_policy(json.loads(text))


def test_numbers_in_text_keep_their_digits():
    text = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"k":1.50}}}}'
    assert parse_policy(text).statements[0].conditions[0].values == ("1.50",)


def test_a_document_without_version_is_of_2008_and_knows_no_variables():
    document = parse_policy(_one())
    assert document.version == "2008-10-17"
    assert not document.has_variables


def test_operators_are_read_without_regard_to_case():
    condition = _statement(Condition={"forallvalues:arnnotlikeifexists": {"k": "v"}}).conditions[0]
    assert condition.name == "ForAllValues:ArnNotLikeIfExists"


def test_blanks_and_commas_in_actions_part_them():
    assert _statement(Action=["s3:Get*, s3:List*", " ec2:Run* "]).actions == ("s3:Get*", "s3:List*", "ec2:Run*")


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}])
def test_everyone_is_written_in_two_ways(principal):
    assert _statement(Principal=principal).principals.is_everyone


def test_an_absent_element_differs_from_an_empty_list():
    assert _statement(Resource=[]).resources == ()
    assert _statement(Resource=[]).not_resources is None


@pytest.mark.parametrize(
    "elements,expected",
    [
        ({"Action": "*"}, True),
        ({"Action": ["s3:*", "*:*"]}, True),
        ({"Action": "s3:*"}, False),
        ({"Action": "*", "Resource": "arn:aws:s3:::*"}, False),
        ({"Action": "*", "Effect": "Deny"}, False),
        ({"Action": "*", "Condition": {"Bool": {"aws:SecureTransport": True}}}, False),
    ],
)
def test_allowing_everything_takes_every_action_every_resource_and_no_condition(elements, expected):
    assert expected is _statement(**elements).allows_everything


def test_a_statement_is_called_by_its_sid_or_its_place():
    assert _statement(Sid="x").label == "x"
    assert _statement().label == "Statement[0]"


def test_statements_are_told_apart_by_effect():
    document = parse_policy(
        {
            "Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
            ]
        }
    )
    assert [each.index for each in document.allows] == [0]
    assert [each.index for each in document.denies] == [1]


@pytest.mark.parametrize(
    "document,path",
    [
        ("[]", "$:"),
        ("{", "$:"),
        (b"\xff", "$:"),
        ('{"a": NaN}', "$:"),
        ("[" * 100_000, "$:"),
        (" " * 600_000, "$:"),
        ("{}", "$:"),
        ({"Statement": None}, "$.Statement:"),
        ({"Statement": [], "statement": []}, "$:"),
        ({"Statement": [], "Version": "2020-01-01"}, "$.Version:"),
        ({"Statement": [], "Id": 7}, "$.Id:"),
        ({"Statement": [7]}, "$.Statement[0]:"),
        ({"Statement": [{"Action": "*"}]}, "$.Statement[0]:"),
        ({"Statement": [{"Effect": "Allow"}]}, "$.Statement[0]:"),
        (_one(Effect="allow"), "$.Statement.Effect:"),
        (_one(Effect=["Allow"]), "$.Statement.Effect:"),
        (_one(NotAction="*"), "$.Statement:"),
        (_one(NotResource="*"), "$.Statement:"),
        (_one(Principal="*", NotPrincipal="*"), "$.Statement:"),
        (_one(Action=[7]), "$.Statement.Action[0]:"),
        (_one(Action="GetObject"), "$.Statement.Action:"),
        (_one(Resource={"a": 1}), "$.Statement.Resource:"),
        (_one(Resource=["*"] * 20_001), "$.Statement.Resource:"),
        (_one(Resources="*"), "$.Statement:"),
        (_one(Principal="111122223333"), "$.Statement.Principal:"),
        (_one(Principal={"Aws": "*"}), "$.Statement.Principal:"),
        (_one(Principal={"AWS": 111122223333}), "$.Statement.Principal.AWS:"),
        (_one(Condition=[]), "$.Statement.Condition:"),
        (_one(Condition={"StringEqual": {"k": "v"}}), "$.Statement.Condition.StringEqual.k:"),
        (_one(Condition={"NullIfExists": {"k": "true"}}), "$.Statement.Condition.NullIfExists.k:"),
        (_one(Condition={"Bool": {"k": None}}), "$.Statement.Condition.Bool.k:"),
        (_one(Condition={"Bool": {"k": [["x"]]}}), "$.Statement.Condition.Bool.k:"),
        ({1: 2}, "$:"),
        ('{"Statement":[],"Statement":[]}', "$:"),
        ('{"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"*"}]}', "$.Statement[0]:"),
        (
            '{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"k":true,"k":false}}}}',
            "$.Statement.Condition.Bool:",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(document, path):
    with pytest.raises(MalformedPolicy) as caught:
        parse_policy(document)
    assert str(caught.value).startswith(path)
