"""Who reaches a bucket, by which way, and what of it is known."""

import json

import pytest

from rules.s3.bucket_open_through_services import bucket_open_through_services
from rules.s3.bucket_open_to_untrusted_accounts import bucket_open_to_untrusted_accounts
from rules.s3.bucket_publicly_listable import bucket_publicly_listable
from rules.s3.bucket_publicly_readable import bucket_publicly_readable
from rules.s3.bucket_publicly_writable import bucket_publicly_writable
from rules.s3.other_accounts_control_bucket import other_accounts_control_bucket
from scanner.testing import ACCOUNT, evidence_of, judge
from scanner.verdict import Fact

ARN = "arn:aws:s3:::data"
BOTH = [ARN, f"{ARN}/*"]
OTHER = "210987654321"
NONE_SET = "NoSuchPublicAccessBlockConfiguration"
EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
OWN = {"AccountId": ACCOUNT}
POINT = {"AccountId": ACCOUNT, "Name": "reports"}
POINT_ARN = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/reports"
DELEGATED = {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}


def of_bucket(response=None, error=None):
    return [{"parameters": {"Bucket": "data"}, **({"error": error} if error else {"response": response or {}})}]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**changes):
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": BOTH, **changes}


def switches(*names):
    return of_bucket({"PublicAccessBlockConfiguration": dict.fromkeys(names, True)})


def bucket(*statements, grants=(), ownership="ObjectWriter", **calls):
    owner = {"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"}
    return {
        "s3:ListBuckets": {"Buckets": [{"Name": "data", "BucketRegion": "eu-west-1"}]},
        "s3:GetBucketPolicy": of_bucket({"Policy": policy(*statements)})
        if statements
        else of_bucket(error="NoSuchBucketPolicy"),
        "s3:GetBucketAcl": of_bucket({"Owner": {"ID": "me"}, "Grants": [owner, *grants]}),
        "s3:GetBucketOwnershipControls": of_bucket({"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}),
        "s3:GetPublicAccessBlock": of_bucket(error=NONE_SET),
        "s3control:GetPublicAccessBlock": [{"parameters": OWN, "error": NONE_SET}],
        "s3control:ListAccessPoints": {"AccessPointList": []},
        "s3control:ListMultiRegionAccessPoints": {"AccessPoints": []},
        **calls,
    }


def access_point(statement, block=(), **row):
    return {
        "s3control:ListAccessPoints": {
            "AccessPointList": [{"Name": "reports", "NetworkOrigin": "Internet", "Bucket": "data", **row}]
        },
        "s3control:GetAccessPoint": [
            {"parameters": POINT, "response": {"PublicAccessBlockConfiguration": dict.fromkeys(block, True)}}
        ],
        "s3control:GetAccessPointPolicy": [{"parameters": POINT, "response": {"Policy": policy(statement)}}],
    }


def multi_region_access_point(statement, block=()):
    named = {"AccountId": ACCOUNT, "Name": "world"}
    return {
        "s3control:ListMultiRegionAccessPoints": {
            "AccessPoints": [
                {
                    "Name": "world",
                    "Alias": "mfzwi23gnjvgw.mrap",
                    "PublicAccessBlock": dict.fromkeys(block, True),
                    "Regions": [{"Bucket": "data", "Region": "eu-west-1"}],
                }
            ]
        },
        "s3control:GetMultiRegionAccessPointPolicy": [
            {"parameters": named, "response": {"Policy": {"Established": {"Policy": policy(statement)}}}}
        ],
    }


def grant(permission, group=EVERYONE):
    return {"Grantee": {"Type": "Group", "URI": group}, "Permission": permission}


def found(rule, calls, **options):
    return judge(rule, evidence_of(calls), **options)[0]


def status(rule, calls, **options):
    return found(rule, calls, **options).status


@pytest.mark.parametrize(
    "statement,read,list_,write",
    [
        (allow(Action="s3:GetObject"), "fail", "pass", "pass"),
        (allow(Action="S3:getobject"), "fail", "pass", "pass"),
        (allow(Action="s3:PutObject"), "pass", "pass", "fail"),
        (allow(Action="s3:ListBucket"), "pass", "fail", "pass"),
        (allow(Action="*"), "fail", "fail", "fail"),
        (allow(Action="sqs:*"), "pass", "pass", "pass"),
        (allow(Principal={"AWS": [ACCOUNT, "*"]}), "fail", "fail", "fail"),
        (allow(Principal={"AWS": OTHER}), "pass", "pass", "pass"),
        (allow(Effect="Deny"), "pass", "pass", "pass"),
        (allow(Action="s3:GetObject", Resource=ARN), "pass", "pass", "pass"),
        (allow(Action="s3:ListBucket", Resource=f"{ARN}/*"), "pass", "pass", "pass"),
        (allow(Action="s3:GetObject", Resource="arn:aws:s3:::other/*"), "pass", "pass", "pass"),
    ],
    ids=str,
)
def test_reading_listing_and_writing_are_told_apart_by_actions_and_what_they_work_on(statement, read, list_, write):
    calls = bucket(statement)
    rules = (bucket_publicly_readable, bucket_publicly_listable, bucket_publicly_writable)
    assert [read, list_, write] == [status(rule, calls) for rule in rules]


@pytest.mark.parametrize("level", ["s3:GetPublicAccessBlock", "s3control:GetPublicAccessBlock"])
def test_restricting_public_buckets_at_either_level_closes_a_public_policy(level):
    response = {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}}
    parameters = OWN if level.startswith("s3control") else {"Bucket": "data"}
    calls = bucket(allow(), **{level: [{"parameters": parameters, "response": response}]})
    assert status(bucket_publicly_readable, calls) == "pass"


def test_a_public_policy_that_is_restricted_shuts_out_other_accounts_too():
    both = (allow(), allow(Principal={"AWS": OTHER}))
    restricted = {"s3:GetPublicAccessBlock": switches("RestrictPublicBuckets")}
    assert status(bucket_open_to_untrusted_accounts, bucket(*both)) == "fail"
    assert status(bucket_open_to_untrusted_accounts, bucket(*both, **restricted)) == "pass"


def test_a_policy_that_is_not_public_keeps_its_other_accounts_under_restriction():
    restricted = {"s3:GetPublicAccessBlock": switches("RestrictPublicBuckets")}
    calls = bucket(allow(Principal={"AWS": OTHER}), **restricted)
    assert status(bucket_open_to_untrusted_accounts, calls) == "fail"


def test_a_restricted_bucket_still_lets_services_in():
    statements = (allow(), allow(Principal={"Service": "logging.s3.amazonaws.com"}))
    restricted = {"s3:GetPublicAccessBlock": switches("RestrictPublicBuckets")}
    assert status(bucket_open_through_services, bucket(*statements, **restricted)) == "fail"


def test_blocking_new_public_policies_does_not_undo_an_old_one():
    calls = bucket(allow(), **{"s3:GetPublicAccessBlock": switches("BlockPublicPolicy", "BlockPublicAcls")})
    assert status(bucket_publicly_writable, calls) == "fail"


def test_an_unreadable_policy_does_not_matter_where_public_buckets_are_restricted():
    calls = bucket(
        **{
            "s3:GetPublicAccessBlock": switches("RestrictPublicBuckets"),
            "s3:GetBucketPolicy": of_bucket(error="AccessDenied"),
        }
    )
    assert status(bucket_publicly_readable, calls) == "pass"
    assert status(bucket_open_to_untrusted_accounts, calls) == "undecided"


def test_an_open_policy_is_undecided_while_the_blocks_of_the_account_are_unknown():
    calls = bucket(allow(), **{"s3control:GetPublicAccessBlock": [{"parameters": OWN, "error": "AccessDenied"}]})
    assert status(bucket_publicly_readable, calls) == "undecided"


def test_the_blocks_of_the_account_do_not_matter_where_nothing_is_open():
    denied = {"s3control:GetPublicAccessBlock": [{"parameters": OWN, "error": "AccessDenied"}]}
    assert status(bucket_publicly_readable, bucket(allow(Principal={"AWS": ACCOUNT}), **denied)) == "pass"


def test_a_malformed_policy_is_undecided():
    calls = bucket(**{"s3:GetBucketPolicy": of_bucket({"Policy": "{"})})
    assert status(bucket_publicly_readable, calls) == "undecided"


@pytest.mark.parametrize(
    "permission,read,list_,write",
    [
        ("READ", "pass", "fail", "pass"),
        ("READ_ACP", "fail", "pass", "pass"),
        ("WRITE", "pass", "pass", "fail"),
        ("WRITE_ACP", "pass", "pass", "fail"),
        ("FULL_CONTROL", "fail", "fail", "fail"),
    ],
)
def test_each_permission_of_an_acl_opens_its_own_actions(permission, read, list_, write):
    calls = bucket(grants=[grant(permission)])
    rules = (bucket_publicly_readable, bucket_publicly_listable, bucket_publicly_writable)
    assert [read, list_, write] == [status(rule, calls) for rule in rules]


def test_a_denial_in_the_policy_binds_what_the_acl_grants():
    denial = allow(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    assert status(bucket_publicly_listable, bucket(denial, grants=[grant("READ")])) == "pass"


def test_an_acl_is_undecided_while_the_policy_that_may_deny_is_unknown():
    calls = bucket(grants=[grant("READ")], **{"s3:GetBucketPolicy": of_bucket(error="AccessDenied")})
    assert status(bucket_publicly_listable, calls) == "undecided"


@pytest.mark.parametrize(
    "void",
    [{"ownership": "BucketOwnerEnforced"}, {"s3:GetPublicAccessBlock": switches("IgnorePublicAcls")}],
    ids=["acls disabled", "public acls ignored"],
)
def test_an_unreadable_acl_does_not_matter_where_public_grants_are_void(void):
    calls = bucket(**void, **{"s3:GetBucketAcl": of_bucket(error="AccessDenied")})
    assert status(bucket_publicly_readable, calls) == "pass"


def test_a_grant_to_another_account_is_void_only_where_acls_are_disabled():
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": "other"}, "Permission": "READ"}]
    ignoring = {"s3:GetPublicAccessBlock": switches("IgnorePublicAcls")}
    assert status(bucket_open_to_untrusted_accounts, bucket(grants=grants, **ignoring)) == "fail"
    enforced = bucket(grants=grants, ownership="BucketOwnerEnforced")
    assert status(bucket_open_to_untrusted_accounts, enforced) == "pass"


@pytest.mark.parametrize("user,expected", [("me", "pass"), ("other", "undecided")])
def test_a_canonical_user_in_the_policy_is_of_the_owner_or_of_nobody_knows_whom(user, expected):
    calls = bucket(allow(Principal={"CanonicalUser": user}))
    assert status(bucket_open_to_untrusted_accounts, calls) == expected


def test_the_log_delivery_group_is_neither_the_public_nor_another_account():
    calls = bucket(grants=[grant("WRITE", "http://acs.amazonaws.com/groups/s3/LogDelivery")])
    assert status(bucket_publicly_writable, calls) == "pass"
    assert status(bucket_open_to_untrusted_accounts, calls) == "pass"


def test_through_an_access_point_both_policies_must_allow():
    open_point = access_point(allow(Action="s3:GetObject", Resource=f"{POINT_ARN}/object/*"))
    assert status(bucket_publicly_readable, bucket(**open_point)) == "pass"
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **open_point)) == "fail"
    assert status(bucket_publicly_writable, bucket(allow(Condition=DELEGATED), **open_point)) == "pass"


def test_an_access_point_of_a_vpc_is_never_public():
    calls = access_point(allow(Resource=f"{POINT_ARN}/object/*"), VpcConfiguration={"VpcId": "vpc-1"})
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **calls)) == "pass"


def test_an_access_point_that_restricts_public_policies_opens_nothing():
    calls = access_point(allow(Resource=f"{POINT_ARN}/object/*"), block=["RestrictPublicBuckets"])
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **calls)) == "pass"


WORLD_ARN = f"arn:aws:s3::{ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap"


def test_through_an_access_point_of_several_regions_both_policies_must_allow():
    opened = multi_region_access_point(allow(Action="s3:GetObject", Resource=f"{WORLD_ARN}/object/*"))
    assert status(bucket_publicly_readable, bucket(**opened)) == "pass"
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **opened)) == "fail"
    of_another = allow(Condition={"StringEquals": {"s3:DataAccessPointArn": WORLD_ARN.replace("mfz", "abc")}})
    assert status(bucket_publicly_readable, bucket(of_another, **opened)) == "pass"
    shut = multi_region_access_point(allow(Resource=f"{WORLD_ARN}/object/*"), block=["RestrictPublicBuckets"])
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **shut)) == "pass"


def test_access_points_that_cannot_be_listed_matter_only_where_the_bucket_leaves_the_decision_to_them():
    denied = {"s3control:ListAccessPoints": [{"parameters": {**OWN, "MaxResults": 1000}, "error": "AccessDenied"}]}
    assert status(bucket_publicly_readable, bucket(allow(Condition=DELEGATED), **denied)) == "undecided"
    assert status(bucket_publicly_readable, bucket(allow(Principal={"AWS": OTHER}), **denied)) == "pass"


@pytest.mark.parametrize("principal", [OTHER, f"arn:aws:iam::{OTHER}:role/x", f"arn:aws:sts::{OTHER}:assumed-role/x/y"])
def test_every_form_of_another_accounts_principal_is_seen(principal):
    calls = bucket(allow(Principal={"AWS": [ACCOUNT, principal]}, Action="s3:PutBucketPolicy"))
    evidence = found(other_accounts_control_bucket, calls).outcome.evidence
    assert evidence == (Fact("grants", f"account {OTHER}: s3:PutBucketPolicy"),)


@pytest.mark.parametrize(
    "principal", [{"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"Service": "logging.s3.amazonaws.com"}, {"AWS": "AIDAX"}]
)
def test_own_principals_services_and_deleted_identities_are_no_other_account(principal):
    assert status(other_accounts_control_bucket, bucket(allow(Principal=principal))) == "pass"


def test_not_action_grants_what_it_does_not_name():
    statement = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "NotAction": "s3:Put*", "Resource": "*"}
    evidence = found(other_accounts_control_bucket, bucket(statement)).outcome.evidence
    assert [f"account {OTHER}: s3:DeleteBucketPolicy"] == [atom.value for atom in evidence]


def test_control_is_judged_though_another_way_is_unknown():
    calls = bucket(allow(Principal={"AWS": OTHER}), **{"s3:GetBucketAcl": of_bucket(error="AccessDenied")})
    assert status(other_accounts_control_bucket, calls) == "fail"


@pytest.mark.parametrize("user,expected", [("me", "fail"), ("other", "undecided")])
def test_a_denied_canonical_user_may_be_the_account_that_is_let_in(user, expected):
    partner = allow(Principal={"AWS": "999988887777"})
    calls = bucket(partner, {**allow(Principal={"CanonicalUser": user}), "Effect": "Deny"})
    assert status(bucket_open_to_untrusted_accounts, calls) == expected


def test_a_denied_canonical_user_is_not_everybody():
    calls = bucket(allow(), {**allow(Principal={"CanonicalUser": "other"}), "Effect": "Deny"})
    assert status(bucket_publicly_readable, calls) == "fail"


@pytest.mark.parametrize(
    "named,expected",
    [
        ({"AWS": "999988887777"}, "fail"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "pass"),
        ({"CanonicalUser": "me"}, "pass"),
        ({"CanonicalUser": "other"}, "undecided"),
    ],
    ids=str,
)
def test_a_bucket_that_delegates_is_open_to_whom_its_access_point_names(named, expected):
    point = access_point(allow(Principal=named, Action="s3:GetObject", Resource=f"{POINT_ARN}/object/*"))
    assert status(bucket_open_to_untrusted_accounts, bucket(allow(Condition=DELEGATED), **point)) == expected
    assert status(bucket_open_to_untrusted_accounts, bucket(**point)) == "pass"
