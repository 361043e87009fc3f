import pytest

from scanner.model.policy import parse_policy
from scanner.reason.access.s3_status import s3_policy_status_public
from tests.reason.access.requests import HERE, allow, deny, policy


def _get(operator=None, key="", value=""):
    return allow("s3:GetObject", Principal="*", **({"Condition": {operator: {key: value}}} if operator else {}))


@pytest.mark.parametrize(
    "statement",
    [
        _get(),
        allow(NotPrincipal={"AWS": HERE}),
        _get("StringLike", "aws:SourceVpc", "vpc-*"),
        _get("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"),
        _get("StringEqualsIfExists", "aws:SourceVpc", "vpc-1"),
        _get("StringNotEquals", "aws:SourceVpc", "vpc-1"),
        _get("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-1"),
        _get("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
        _get("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "8.0.0.0/7"]),
        _get("IpAddress", "aws:SourceIp", "2001::/31"),
        _get("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"),
        _get("StringEquals", "s3:prefix", "public/"),
        _get("StringLike", "aws:userid", "AROAEXAMPLE:*"),
        _get("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:eu-west-1:*:accesspoint/*"),
        _get("Bool", "aws:SecureTransport", "true"),
    ],
)
def test_a_grant_that_is_not_limited_to_fixed_values_is_public(statement):
    assert s3_policy_status_public(parse_policy(policy(statement)))


@pytest.mark.parametrize(
    "statement",
    [
        allow(Principal={"AWS": HERE}),
        allow(Principal={"Service": "logging.s3.amazonaws.com"}),
        _get("StringEquals", "aws:PrincipalOrgID", "o-1"),
        _get("StringEquals", "aws:SourceVpc", ["vpc-1", "vpc-2"]),
        _get("StringLike", "aws:SourceVpce", "vpce-1"),
        _get("IpAddress", "aws:SourceIp", "9.0.0.0/8"),
        _get("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "172.16.0.0/12", "2001:db8::/32"]),
        _get("ArnEquals", "aws:SourceArn", f"arn:aws:sns:eu-west-1:{HERE}:topic"),
        _get("StringEquals", "aws:userid", "AIDAEXAMPLE"),
        _get("StringLike", "s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{HERE}:accesspoint/*"),
        _get("StringEquals", "s3:DataAccessPointAccount", HERE),
        deny(Principal="*"),
    ],
)
def test_a_grant_that_is_limited_to_fixed_values_is_not_public(statement):
    assert not s3_policy_status_public(parse_policy(policy(statement)))


def test_one_public_grant_makes_the_policy_public_and_no_deny_changes_that():
    closed = deny(Principal="*")
    assert s3_policy_status_public(parse_policy(policy(allow(Principal={"AWS": HERE}), _get(), closed)))
