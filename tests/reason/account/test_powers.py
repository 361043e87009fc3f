"""Which sensitive actions a policy allows on anything."""

import pytest

from scanner.model.access import PolicyPowers
from scanner.model.iam import Policy
from scanner.reason.access.catalogue import is_listed
from scanner.reason.account.powers import HANDING_OUT, READING, SHARING
from tests.reason.account.accounts import allow, deny, inventory_of, managed


def powers(*statements):
    inventory = inventory_of(managed("p", *statements), kinds=[PolicyPowers])
    (policy,) = inventory.listing(Policy)
    return inventory.facet(PolicyPowers, policy.scope, policy.id)


@pytest.mark.parametrize("action", [*READING, *HANDING_OUT, *SHARING])
def test_every_sensitive_action_exists(action):
    assert is_listed(action)


@pytest.mark.parametrize(
    "expected, statements",
    [
        (("s3:GetObject",), [allow("s3:Get*", "arn:aws:s3:::*")]),
        ((), [allow("s3:Get*", "arn:aws:s3:::reports*")]),
        ((), [allow("s3:GetObject", IpAddress={"aws:SourceIp": "203.0.113.0/24"})]),
        ((), [allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:*")]),
        (("s3:GetObject",), [allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::secret/*")]),
        ((), [allow("*")]),
    ],
)
def test_reading_data_is_told_only_where_nothing_limits_it(expected, statements):
    assert expected == powers(*statements).reads_data


def test_keys_for_oneself_are_no_credentials_of_others():
    assert () == powers(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")).gives_credentials
    assert ("iam:CreateAccessKey",) == powers(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/*")).gives_credentials


@pytest.mark.parametrize(
    "expected, statements",
    [
        (("sqs:*",), [allow(["sqs:*", "s3:Get*"])]),
        (("ec2:*",), [allow("ec2:*", "arn:aws:ec2:*:*:instance/*")]),
        ((), [allow("ec2:*", "arn:aws:ec2:*:*:instance/i-0a1b2c3d4e5f60718")]),
        ((), [allow(["ec2:Describe*", "xray:PutTraceSegments", "novel:*"])]),
        ((), [allow("sqs:*", StringEquals={"aws:ResourceTag/team": "red"})]),
        ((), [allow("sqs:*"), deny("sqs:*")]),
        ((), [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        ((), [allow("*")]),
    ],
)
def test_changing_anything_is_told_by_the_actions_as_they_are_written(expected, statements):
    assert expected == powers(*statements).writes


def test_opening_resources_counts_denials_and_patterns():
    assert ("s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock") == powers(allow("s3:PutBucketP*")).shares
    assert () == powers(allow("s3:PutBucketPolicy"), deny("s3:Put*", "arn:aws:s3:::*")).shares
