import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.s3.access_logging_off import access_logging_off
from rules.s3.access_logs_loop import access_logs_loop
from rules.s3.acls_enabled import acls_enabled
from rules.s3.mfa_delete_off import mfa_delete_off
from rules.s3.not_replicated import not_replicated
from rules.s3.object_lock_off import object_lock_off
from rules.s3.old_versions_kept_forever import old_versions_kept_forever
from rules.s3.tls_not_required import tls_not_required
from rules.s3.website_hosted import website_hosted
from scanner.testing import ACCOUNT, evidence_of, judge

ARN = "arn:aws:s3:::data"
ALL_OFF = "NoSuchPublicAccessBlockConfiguration"
EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
HTTP = {"Bool": {"aws:SecureTransport": "false"}}


def repr_of(value):
    """Return a test's id that does not depend on the order of a set."""
    return repr(sorted(value)) if isinstance(value, set) else repr(value)


def buckets(*names, region="eu-west-1"):
    return {"Buckets": [{"Name": name, "BucketRegion": region} for name in names]}


def of(bucket, response=None, error=None):
    return {"parameters": {"Bucket": bucket}, **({"error": error} if error else {"response": response or {}})}


def policy(*statements):
    return of("data", {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})


def said(rule, calls, **options):
    return judge(rule, evidence_of(calls), **options)


def status(rule, calls, **options):
    return said(rule, calls, **options)[0].status


def with_policy(*statements, own=None, account=None):
    return {
        "s3:ListBuckets": buckets("data"),
        "s3:GetBucketPolicy": [policy(*statements)],
        "s3:GetPublicAccessBlock": [own or of("data", error=ALL_OFF)],
        "s3control:GetPublicAccessBlock": [account or {"parameters": {"AccountId": ACCOUNT}, "error": ALL_OFF}],
    }


def allow(**changes):
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"{ARN}/*", **changes}


def deny(**changes):
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ARN, f"{ARN}/*"],
        "Condition": HTTP,
        **changes,
    }


def accepts_http_for(*statements):
    calls = {"s3:ListBuckets": buckets("data"), "s3:GetBucketPolicy": [policy(*statements)]}
    return {atom.value for atom in getattr(said(tls_not_required, calls)[0].outcome, "evidence", ())}


@pytest.mark.parametrize(
    "statements",
    [
        [deny(Resource=ARN), deny(Resource=f"{ARN}/*")],
        [deny(Resource=f"{ARN}*")],
        [deny(Resource="*", Principal={"AWS": "*"})],
        [deny(Action="*")],
        [{key: value for key, value in deny().items() if key != "Action"} | {"NotAction": "iam:*"}],
        [{key: value for key, value in deny().items() if key != "Resource"} | {"NotResource": "arn:aws:s3:::other/*"}],
        [deny(Condition={"BoolIfExists": {"AWS:securetransport": "False"}})],
        [{key: value for key, value in deny().items() if key != "Condition"}],
    ],
    ids=str,
)
def test_denials_that_cover_bucket_and_objects_together_require_tls(statements):
    assert accepts_http_for(*statements) == set()


@pytest.mark.parametrize(
    "bucket, account, expected",
    [
        (True, False, "those that grant to the public are ignored"),
        (False, True, "those that grant to the public are ignored"),
        (False, False, "single objects can be public by their own"),
        (None, None, "single objects can be public by their own"),
    ],
)
def test_acls_of_objects_matter_unless_it_is_known_that_public_ones_are_ignored(bucket, account, expected):
    def answer(ignored):
        block = {"PublicAccessBlockConfiguration": {"IgnorePublicAcls": ignored}}
        return {"error": "AccessDenied"} if ignored is None else {"response": block}

    controls = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
    calls = {
        "s3:ListBuckets": {"Buckets": [{"Name": "data", "BucketRegion": "eu-west-1"}]},
        "s3:GetBucketOwnershipControls": [{"parameters": {"Bucket": "data"}, "response": controls}],
        "s3:GetPublicAccessBlock": [{"parameters": {"Bucket": "data"}, **answer(bucket)}],
        "s3control:GetPublicAccessBlock": [{"parameters": {"AccountId": ACCOUNT}, **answer(account)}],
    }
    (found,) = judge(acls_enabled, evidence_of(calls))
    assert "fail" == found.status
    assert expected in found.outcome.message


@pytest.mark.parametrize(
    "statement,left",
    [
        (deny(Resource=f"{ARN}/*"), {"the bucket"}),
        (deny(Resource=ARN), {"its objects"}),
        (deny(Resource=[ARN, f"{ARN}/?"]), {"its objects"}),
        (deny(Resource=[ARN, f"{ARN}/public/*"]), {"its objects"}),
        (deny(Action=["s3:GetObject", "s3:PutObject"]), {"the bucket", "its objects"}),
        (deny(Principal={"AWS": ACCOUNT}), {"the bucket", "its objects"}),
        (deny(Condition={"Bool": {"aws:SecureTransport": "true"}}), {"the bucket", "its objects"}),
        (deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}), {"the bucket", "its objects"}),
        (
            deny(Condition=HTTP | {"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}),
            {"the bucket", "its objects"},
        ),
        (
            {key: value for key, value in deny().items() if key != "Action"} | {"NotAction": "s3:Get*"},
            {"the bucket", "its objects"},
        ),
        (
            {key: value for key, value in deny().items() if key != "Resource"} | {"NotResource": f"{ARN}/open/*"},
            {"the bucket", "its objects"},
        ),
        (allow(), {"the bucket", "its objects"}),
    ],
    ids=repr_of,
)
def test_a_denial_that_leaves_something_out_does_not_require_tls(statement, left):
    assert accepts_http_for(statement) == left


STATEMENTS = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect,
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["s3:*", "*", "s3:GetObject"]),
    st.sampled_from([ARN, f"{ARN}/*", f"{ARN}*", f"{ARN}/a*", "*"]),
    st.sampled_from([HTTP, {}, {"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}]),
)


@settings(max_examples=50)
@given(st.lists(STATEMENTS, max_size=3), STATEMENTS)
def test_one_more_statement_never_makes_a_bucket_accept_more_plain_http(statements, more):
    assert accepts_http_for(*statements, more) <= accepts_http_for(*statements)


def logging(**targets):
    return {
        "s3:ListBuckets": buckets(*targets),
        "s3:GetBucketLogging": [
            of(name, {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}} if target else {})
            for name, target in targets.items()
        ],
    }


def statuses(rule, calls):
    return {finding.resource.id: finding.status for finding in said(rule, calls)}


def test_a_bucket_that_receives_logs_need_not_log_itself():
    assert statuses(access_logging_off, logging(data="logs", logs=None, other=None)) == {
        "data": "pass",
        "logs": "skip",
        "other": "fail",
    }


def test_whether_a_bucket_receives_logs_is_unknown_while_another_buckets_logging_is():
    calls = logging(logs=None, data="logs")
    calls["s3:GetBucketLogging"][1] = of("data", error="AccessDenied")
    assert statuses(access_logging_off, calls) == {"logs": "undecided", "data": "undecided"}


def test_whether_a_bucket_receives_logs_is_unknown_while_the_listing_of_buckets_is_cut_off():
    evidence = evidence_of(logging(logs=None))
    listing = next(key for key in evidence.answers if key.operation == "ListBuckets")
    evidence.answers[listing] = msgspec.structs.replace(evidence.answers[listing], complete=False)
    assert {finding.status for finding in judge(access_logging_off, evidence)} == {"undecided"}


def test_a_loop_is_found_through_other_buckets_and_only_from_within_it():
    assert statuses(access_logs_loop, logging(a="b", b="c", c="b", d="e", e=None)) == {
        "a": "pass",
        "b": "fail",
        "c": "fail",
        "d": "pass",
        "e": "skip",
    }


def versioned(versioning, *rules):
    return {
        "s3:ListBuckets": buckets("data"),
        "s3:GetBucketVersioning": [of("data", versioning)],
        "s3:GetBucketLifecycleConfiguration": [of("data", {"Rules": list(rules)})],
    }


NONCURRENT = {"ID": "n", "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}


def test_mfa_delete_is_not_asked_of_a_bucket_with_lifecycle_rules():
    assert status(mfa_delete_off, versioned({"Status": "Enabled"}, NONCURRENT)) == "skip"


def test_mfa_delete_passes_whatever_the_lifecycle_is():
    calls = versioned({"Status": "Enabled", "MFADelete": "Enabled"})
    calls["s3:GetBucketLifecycleConfiguration"] = [of("data", error="AccessDenied")]
    assert status(mfa_delete_off, calls) == "pass"


@pytest.mark.parametrize(
    "versioning,rule,expected",
    [
        ({"Status": "Enabled"}, NONCURRENT, "pass"),
        ({"Status": "Enabled"}, NONCURRENT | {"Status": "Disabled"}, "fail"),
        ({}, NONCURRENT, "skip"),
    ],
)
def test_old_versions_expire_by_a_rule_in_force(versioning, rule, expected):
    assert status(old_versions_kept_forever, versioned(versioning, rule)) == expected


@pytest.mark.parametrize(
    "default,expected", [({}, "fail"), ({"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}, "pass")]
)
def test_a_default_retention_is_asked_for_by_option_only(default, expected):
    calls = {
        "s3:ListBuckets": buckets("data"),
        "s3:GetObjectLockConfiguration": [
            of("data", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"} | default})
        ],
    }
    assert status(object_lock_off, calls) == "pass"
    assert status(object_lock_off, calls, retention_required=True) == expected


def replicated(*targets, listed=(), region="eu-west-1"):
    rules = [{"Status": "Enabled", "Destination": {"Bucket": f"arn:aws:s3:::{target}"}} for target in targets]
    return {
        "s3:ListBuckets": {
            "Buckets": [
                {"Name": "data", "BucketRegion": "eu-west-1"},
                *({"Name": name, "BucketRegion": region} for name in listed),
            ]
        },
        "s3:GetBucketReplication": [of("data", {"ReplicationConfiguration": {"Role": "r", "Rules": rules}})],
    }


@pytest.mark.parametrize(
    "calls,expected",
    [
        (replicated("copy", listed=["copy"], region="us-east-1"), "pass"),
        (replicated("copy", listed=["copy"]), "fail"),
        (replicated("foreign"), "undecided"),
        (replicated("copy", "foreign", listed=["copy"], region="us-east-1"), "pass"),
    ],
)
def test_a_replica_counts_if_it_is_known_to_be_in_another_region(calls, expected):
    assert status(not_replicated, calls) == expected


def test_any_replica_counts_if_the_option_says_so():
    assert status(not_replicated, replicated("foreign"), same_region_suffices=True) == "pass"


def test_a_website_that_only_redirects_serves_nothing():
    calls = {
        "s3:ListBuckets": buckets("data"),
        "s3:GetBucketWebsite": [of("data", {"RedirectAllRequestsTo": {"HostName": "example.com"}})],
    }
    assert status(website_hosted, calls) == "pass"
