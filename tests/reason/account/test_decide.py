"""What a principal may do, given all that bears on it, and when the answer hangs on a condition or on the unknown."""

import pytest

from scanner.model.kind import Moment
from scanner.model.maybe import ABSENT, Reason, unknown
from scanner.model.policy import parse_policy
from scanner.reason.account.decide import judge_caller
from scanner.reason.account.questions import OwnedPolicy, Resources
from scanner.testing import ACCOUNT, NOW
from tests.reason.account.accounts import (
    ADMIN,
    allow,
    arn,
    attached,
    deny,
    group,
    managed,
    organization,
    policy,
    role,
    stacks_of,
    trusting,
    user,
)

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/t"
FULL = policy(allow("*"))


def judged(name, action, resource, *rows, above=None, context=None, documents=None, whole=False):
    stacks = stacks_of(*rows, above=above) if above is not None else stacks_of(*rows)
    (question,) = Resources(stacks, documents or {}, is_whole=whole).questions(action, resource, context or {})
    return judge_caller(stacks, stacks.by_handle[name], question, Moment(NOW))


def decision(name, action, resource, *rows, **more):
    return judged(name, action, resource, *rows, **more).decision


def test_policies_of_a_group_are_those_of_its_members():
    rows = (group("devs", allow("dynamodb:GetItem")), user("ana", groups=["devs"]), user("bo"))
    assert "allowed" == decision("user/ana", "dynamodb:GetItem", TABLE, *rows)
    assert "implicit-deny" == decision("user/bo", "dynamodb:GetItem", TABLE, *rows)


def test_a_boundary_caps_what_the_principal_holds():
    rows = (managed("cap", allow("s3:*")), user("ana", allow("dynamodb:*"), boundary=arn("policy/cap")))
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, *rows)
    assert ("implicit-deny", "boundary") == (judgement.decision, judgement.blocked_by)


def test_a_service_control_policy_denies_through_every_allowance():
    rows = (user("ana", allow("*")),)
    above = organization(("r-ab12", policy(allow("*"), deny("dynamodb:*"))), ("123456789012", FULL))
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, *rows, above=above)
    assert ("explicit-deny", "scp") == (judgement.decision, judgement.blocked_by)
    assert ["p-00000000 (guard-0)"] == [each.policy for each in judgement.statements]


def test_an_unread_policy_leaves_undecided_what_it_could_allow():
    rows = (user("ana", allow("s3:GetObject"), **attached(ADMIN)),)
    assert "undecided" == decision("user/ana", "dynamodb:GetItem", TABLE, *rows)


def test_an_unread_policy_does_not_matter_where_another_denies():
    rows = (user("ana", deny("dynamodb:*"), **attached(ADMIN)),)
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, *rows)
    assert "explicit-deny" == judgement.decision


def test_an_unread_policy_does_not_matter_where_the_boundary_stops_short():
    rows = (managed("cap", allow("s3:*")), user("ana", boundary=arn("policy/cap"), **attached(ADMIN)))
    assert "implicit-deny" == decision("user/ana", "dynamodb:GetItem", TABLE, *rows)


def test_an_allowance_behind_multi_factor_authentication_is_conditional():
    rows = (user("ana", allow("dynamodb:*", Bool={"aws:MultiFactorAuthPresent": "true"})),)
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, *rows)
    assert "allowed" == judgement.decision
    assert [("aws:MultiFactorAuthPresent", ("true",))] == [
        (each.condition.key, each.condition.values) for each in judgement.needed
    ]


def test_a_denial_outside_a_vpc_endpoint_makes_the_endpoint_the_condition():
    outside = deny("*", StringNotEquals={"aws:SourceVpce": "vpce-1"})
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, user("ana", allow("*"), outside))
    assert "allowed" == judgement.decision
    assert [("aws:SourceVpce", ("vpce-1",), ("vpce-1",))] == [
        (each.condition.key, each.condition.values, each.example) for each in judgement.needed
    ]


@pytest.mark.parametrize("blocks", [["203.0.113.0/24"], ["45.83.0.0/16", "10.0.0.0/8"]])
def test_an_allowance_from_some_addresses_is_conditional(blocks):
    rows = (user("ana", allow("dynamodb:*", IpAddress={"aws:SourceIp": blocks})),)
    judgement = judged("user/ana", "dynamodb:GetItem", TABLE, *rows)
    assert ("allowed", ["aws:SourceIp"]) == (judgement.decision, [each.condition.key for each in judgement.needed])


def test_an_allowance_that_has_expired_is_none():
    rows = (user("ana", allow("dynamodb:*", DateLessThan={"aws:CurrentTime": "2025-01-01T00:00:00Z"})),)
    assert "implicit-deny" == decision("user/ana", "dynamodb:GetItem", TABLE, *rows)


@pytest.mark.parametrize(
    "trusted, own, expected",
    [
        (arn("user/ana"), (), "allowed"),
        (arn("root"), (), "implicit-deny"),
        (arn("root"), (allow("sts:AssumeRole"),), "allowed"),
        (arn("user/bo"), (allow("sts:AssumeRole"),), "implicit-deny"),
    ],
)
def test_who_may_assume_a_role_hangs_on_its_trust_and_where_that_delegates_on_the_callers_policies(
    trusted, own, expected
):
    rows = (user("ana", *own), user("bo"), role("ops", trust=trusting(trusted)))
    assert expected == decision("user/ana", "sts:AssumeRole", arn("role/ops"), *rows)


def test_use_of_a_key_is_undecided_while_its_policy_is_unread():
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    assert "undecided" == decision("user/ana", "kms:Decrypt", key, user("ana", allow("*")))


def test_tags_of_the_principal_are_known():
    rows = (
        user(
            "ana",
            allow("dynamodb:*", StringEquals={"aws:PrincipalTag/team": "red"}),
            Tags=[{"Key": "team", "Value": "blue"}],
        ),
    )
    assert "implicit-deny" == decision("user/ana", "dynamodb:GetItem", TABLE, *rows)


BUCKET = "arn:aws:s3:::reports"
CLOSED = parse_policy(policy({**deny("s3:*"), "Principal": "*"}))
OPEN_TO_ANA = parse_policy(policy({**allow("s3:GetObject"), "Principal": {"AWS": arn("user/ana")}}))


@pytest.mark.parametrize(
    "documents, whole, own, expected",
    [
        ({BUCKET: OwnedPolicy(ACCOUNT, CLOSED)}, True, (allow("s3:*"),), "explicit-deny"),
        ({BUCKET: OwnedPolicy(ACCOUNT, OPEN_TO_ANA)}, True, (), "allowed"),
        ({BUCKET: OwnedPolicy(ACCOUNT, ABSENT)}, True, (allow("s3:*"),), "allowed"),
        ({BUCKET: OwnedPolicy(ACCOUNT, unknown(Reason.DENIED, "no"))}, True, (allow("s3:*"),), "undecided"),
        ({}, False, (allow("s3:*"),), "allowed"),
        ({}, True, (allow("s3:*"),), "undecided"),
    ],
    ids=["denied", "granted", "none", "unread", "not listed: given", "another account's"],
)
def test_the_policy_of_a_bucket_decides_with_those_of_the_principal(documents, whole, own, expected):
    asked = {"documents": documents, "whole": whole}
    assert expected == decision("user/ana", "s3:GetObject", f"{BUCKET}/k", user("ana", *own), **asked)


def test_a_key_policy_that_delegates_leaves_the_decision_to_the_principals_policies():
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    delegating = parse_policy(policy({**allow("kms:*"), "Principal": {"AWS": arn("root")}}))
    asked = {"documents": {key: OwnedPolicy(ACCOUNT, delegating)}, "whole": True}
    assert "allowed" == decision("user/ana", "kms:Decrypt", key, user("ana", allow("kms:*")), **asked)
    assert "implicit-deny" == decision("user/ana", "kms:Decrypt", key, user("ana"), **asked)


@pytest.mark.parametrize(
    "own, document, expected",
    [
        ((allow("s3:*"),), OPEN_TO_ANA, "allowed"),
        ((), OPEN_TO_ANA, "implicit-deny"),
        ((allow("s3:*"),), ABSENT, "implicit-deny"),
    ],
)
def test_across_accounts_both_sides_must_allow(own, document, expected):
    asked = {"documents": {BUCKET: OwnedPolicy("999999999999", document)}, "whole": True}
    assert expected == decision("user/ana", "s3:GetObject", f"{BUCKET}/k", user("ana", *own), **asked)


def test_a_trust_policy_says_nothing_of_other_actions_on_its_role():
    asked = {"documents": {arn("role/ops"): OwnedPolicy(ACCOUNT, unknown(Reason.DENIED, "no"))}}
    rows = (user("ana", allow("iam:*")), role("ops"))
    assert "allowed" == decision("user/ana", "iam:GetRole", arn("role/ops"), *rows, **asked)


@pytest.mark.parametrize("told, expected", [(None, "undecided"), ("me", "explicit-deny"), ("other", "allowed")])
def test_a_canonical_user_in_a_deny_is_the_principals_account_or_not_if_that_is_known(told, expected):
    document = parse_policy(policy({**deny("s3:*"), "Principal": {"CanonicalUser": "me"}}))
    stacks = stacks_of(user("ana", allow("s3:*")))
    owned = {BUCKET: OwnedPolicy(ACCOUNT, document)}
    resources = Resources(stacks, owned, is_whole=True, canonical_user=told)
    (question,) = resources.questions("s3:GetObject", f"{BUCKET}/k", {})
    judgement = judge_caller(stacks, stacks.by_handle["user/ana"], question, Moment(NOW))
    assert expected == judgement.decision
    assert bool(told) or "canonical user me" in judgement.reasons[0]
