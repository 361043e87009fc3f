"""What the rules about outsiders make of the things beside a policy: networks, sign-in, URLs, clusters."""

import json

import pytest

from scanner.registry import load_rules
from scanner.testing import ACCOUNT, evidence_of, judge

RULES = {name: rule for rule in load_rules() for name in (rule.name, rule.id)}
OTHER = "210987654321"
CLUSTER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders"


def status(name, calls):
    return judge(RULES[name], evidence_of(calls))[0].status


def policy(**changes):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def domain(**settings):
    return {
        "opensearch:ListDomainNames": {"DomainNames": [{"DomainName": "logs"}]},
        "opensearch:DescribeDomain": [
            {
                "parameters": {"DomainName": "logs"},
                "response": {"DomainStatus": {"AccessPolicies": policy(Action="es:*"), **settings}},
            }
        ],
    }


@pytest.mark.parametrize(
    "settings,expected",
    [
        ({}, "fail"),
        ({"VPCOptions": {"VPCId": "vpc-1"}}, "pass"),
        ({"AdvancedSecurityOptions": {"Enabled": True}}, "pass"),
        ({"AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": True}}, "fail"),
    ],
    ids=str,
)
def test_a_domain_is_open_where_neither_network_nor_sign_in_stands_before_its_policy(settings, expected):
    assert status("domain_open_to_anyone", domain(**settings)) == expected


def function(document):
    return {
        "lambda:ListFunctions": {"Functions": [{"FunctionName": "orders", "FunctionArn": FUNCTION}]},
        "lambda:GetPolicy": [{"parameters": {"FunctionName": "orders"}, "response": {"Policy": document}}],
    }


@pytest.mark.parametrize("auth_type,expected", [("NONE", "pass"), ("AWS_IAM", "fail")])
def test_a_grant_for_urls_without_authentication_is_the_urls_matter(auth_type, expected):
    condition = {"StringEquals": {"lambda:FunctionUrlAuthType": auth_type}}
    document = policy(Action="lambda:InvokeFunctionUrl", Resource=FUNCTION, Condition=condition)
    assert status("function_open_to_anyone", function(document)) == expected


def test_an_api_that_answers_the_internet_is_left_out():
    row = {"id": "a1b2c3", "name": "x", "endpointConfiguration": {"types": ["REGIONAL"]}, "policy": policy()}
    assert status("private_api_open_to_anyone", {"apigateway:GetRestApis": {"items": [row]}}) == "skip"


def test_a_bus_is_open_by_the_rules_on_it_too():
    rule = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/orders/*"
    document = policy(Action="events:PutTargets", Resource=rule)
    bus = {"Name": "orders", "Arn": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders", "Policy": document}
    assert status("event_bus_open_to_anyone", {"events:ListEventBuses": {"EventBuses": [bus]}}) == "fail"


def test_a_catalog_is_open_by_one_of_its_tables():
    document = policy(Action="glue:GetTable", Resource=f"arn:aws:glue:eu-west-1:{ACCOUNT}:table/sales/*")
    assert status("catalog_open_to_anyone", {"glue:GetResourcePolicy": {"PolicyInJson": document}}) == "fail"


def role(principal, condition=None, action="sts:AssumeRole*"):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition or {}}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    row = {
        "RoleName": "r",
        "Path": "/",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/r",
        "AssumeRolePolicyDocument": trust,
    }
    return {"iam:GetAccountAuthorizationDetails": {"RoleDetailList": [row]}}


@pytest.mark.parametrize(
    "subject,expected",
    [
        ("system:serviceaccount:shop:web", "pass"),
        ("system:serviceaccount:shop:*", "pass"),
        ("system:serviceaccount:*:web", "fail"),
        ("system:*", "fail"),
        ("*", "fail"),
    ],
)
def test_a_role_of_a_cluster_names_a_namespace_at_least(subject, expected):
    provider = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{CLUSTER}"}
    calls = role(provider, {"StringLike": {f"{CLUSTER}:sub": subject}})
    assert status("role_trusts_any_oidc_subject", calls) == expected


def test_a_denial_takes_a_trust_back():
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
        },
    ]
    calls = role({"AWS": "*"})
    row = calls["iam:GetAccountAuthorizationDetails"]["RoleDetailList"][0]
    assert status("role_trusts_everyone", calls) == "fail"
    row["AssumeRolePolicyDocument"]["Statement"] = statements
    assert status("role_trusts_everyone", calls) == "pass"


def test_tagging_a_session_alone_assumes_no_role():
    assert status("role_trusts_everyone", role({"AWS": "*"}, action="sts:TagSession")) == "pass"


def test_an_external_id_is_needed_in_every_statement_for_an_account():
    other = {"AWS": f"arn:aws:iam::{OTHER}:root"}
    with_id = {"StringEquals": {"sts:ExternalId": "7c1e9f"}}
    if_given = {"StringEqualsIfExists": {"sts:ExternalId": "7c1e9f"}}
    assert status("role_trusts_others_without_external_id", role(other, with_id)) == "pass"
    assert status("role_trusts_others_without_external_id", role(other, if_given)) == "fail"


def key(document, grants):
    return {
        "kms:ListKeys": {"Keys": [{"KeyId": "k", "KeyArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"}]},
        "kms:GetKeyPolicy": [{"parameters": {"KeyId": "k", "PolicyName": "default"}, "response": {"Policy": document}}],
        "kms:ListGrants": [{"parameters": {"KeyId": "k", "Limit": 100}, **grants}],
    }


def grant_to(grantee):
    return {"response": {"Grants": [{"GrantId": "g", "GranteePrincipal": grantee, "Operations": ["Decrypt"]}]}}


OWNERS = policy(Principal={"AWS": ACCOUNT})


@pytest.mark.parametrize(
    "grantee,expected",
    [
        (f"arn:aws:iam::{OTHER}:role/x", "fail"),
        (f"arn:aws:iam::{ACCOUNT}:role/x", "pass"),
        ("rds.eu-west-1.amazonaws.com", "pass"),
    ],
)
def test_a_grant_to_another_account_opens_a_key(grantee, expected):
    assert status("key_open_to_untrusted_accounts", key(OWNERS, grant_to(grantee))) == expected


def test_grants_that_are_unknown_leave_foreign_access_open_and_public_access_closed():
    denied = {"error": "AccessDeniedException"}
    assert status("key_open_to_untrusted_accounts", key(OWNERS, denied)) == "undecided"
    assert status("key_open_to_anyone", key(OWNERS, denied)) == "pass"


def image(**permission):
    answer = {"ImageId": "ami-1", "LaunchPermissions": [permission]}
    asked = {"Attribute": "launchPermission", "ImageId": "ami-1"}
    return {
        "ec2:DescribeImages": {"Images": [{"ImageId": "ami-1", "OwnerId": ACCOUNT, "Public": False}]},
        "ec2:DescribeImageAttribute": [{"parameters": asked, "response": answer}],
        "organizations:DescribeOrganization": {
            "Organization": {"Id": "o-own", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"}
        },
    }


ORGANIZATION = f"arn:aws:organizations::{OTHER}:organization"
UNIT = f"arn:aws:organizations::{OTHER}:ou"


@pytest.mark.parametrize(
    "permission,expected",
    [
        ({"UserId": OTHER}, "fail"),
        ({"UserId": ACCOUNT}, "pass"),
        ({"Group": "all"}, "pass"),
        ({"OrganizationArn": f"{ORGANIZATION}/o-own"}, "pass"),
        ({"OrganizationArn": f"{ORGANIZATION}/o-other"}, "fail"),
        ({"OrganizationalUnitArn": f"{UNIT}/o-own/ou-1-a"}, "pass"),
        ({"OrganizationalUnitArn": f"{UNIT}/o-other/ou-1-a"}, "fail"),
    ],
    ids=str,
)
def test_an_image_is_for_trusted_accounts_and_the_own_organization(permission, expected):
    assert status("image_shared_with_untrusted_accounts", image(**permission)) == expected


@pytest.mark.parametrize(
    "permission,expected",
    [({"UserId": OTHER}, "fail"), ({"UserId": ACCOUNT}, "pass"), ({"Group": "all"}, "pass"), (None, "undecided")],
    ids=str,
)
def test_a_snapshot_is_for_trusted_accounts(permission, expected):
    answer = {"SnapshotId": "snap-1", "CreateVolumePermissions": [permission]}
    told = {"response": answer} if permission else {"error": "UnauthorizedOperation"}
    own, asked = {"OwnerIds": ["self"], "MaxResults": 1000}, {"Attribute": "createVolumePermission"}
    calls = {
        "ec2:DescribeSnapshots": [
            {"parameters": own, "response": {"Snapshots": [{"SnapshotId": "snap-1", "OwnerId": ACCOUNT}]}}
        ],
        "ec2:DescribeSnapshotAttribute": [{"parameters": {**asked, "SnapshotId": "snap-1"}, **told}],
    }
    assert status("EC2-026", calls) == expected


def test_whether_an_image_is_for_the_own_organization_is_undecided_where_that_is_not_known():
    calls = image(OrganizationArn=f"{ORGANIZATION}/o-own")
    del calls["organizations:DescribeOrganization"]
    assert status("image_shared_with_untrusted_accounts", calls) == "undecided"
