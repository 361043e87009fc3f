import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import s3
from scanner.evidence import Answer, Failure
from scanner.failures import reason_of
from scanner.model.account import account_of, region_of
from scanner.model.kind import Scope
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.s3 import (
    AccessPoint,
    AccessPointBlock,
    AccountPublicAccessBlock,
    Bucket,
    Grant,
    MultiRegionAccessPoint,
    MultiRegionAccessPointBlock,
)
from scanner.plan import read, step_for

ACCOUNT = Scope("aws", "123456789012")
REGION = Scope("aws", "123456789012", "eu-west-1")
BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": True,
}
OWNER = "7a7f1c0d"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
ANSWERS = {
    ("s3", "ListBuckets"): {
        "Buckets": [
            {"Name": "data", "CreationDate": "2024-01-01T00:00:00+00:00", "BucketRegion": "eu-west-1"},
            {"Name": "old", "CreationDate": "2014-01-01T00:00:00+00:00"},
        ],
        "Owner": {"ID": OWNER},
    },
    ("s3", "GetPublicAccessBlock"): {"PublicAccessBlockConfiguration": BLOCK},
    ("s3", "GetBucketPolicy"): {
        "Policy": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}]}'
    },
    ("s3", "GetBucketAcl"): {
        "Owner": {"ID": OWNER},
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": OWNER}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"},
        ],
    },
    ("s3", "GetBucketOwnershipControls"): {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    },
    ("s3", "GetBucketEncryption"): {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/data"},
                    "BucketKeyEnabled": True,
                }
            ]
        }
    },
    ("s3", "GetBucketVersioning"): {"Status": "Enabled", "MFADelete": "Disabled"},
    ("s3", "GetBucketLogging"): {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "data/"}},
    ("s3", "GetBucketLifecycleConfiguration"): {
        "Rules": [
            {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
            {
                "Status": "Disabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            },
        ]
    },
    ("s3", "GetObjectLockConfiguration"): {
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 2}},
        }
    },
    ("s3", "GetBucketWebsite"): {"IndexDocument": {"Suffix": "index.html"}},
    ("s3", "GetBucketReplication"): {
        "ReplicationConfiguration": {
            "Role": "arn:aws:iam::123456789012:role/copy",
            "Rules": [
                {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}},
                {"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::never"}},
            ],
        }
    },
    ("s3", "GetBucketTagging"): {"TagSet": [{"Key": "team", "Value": "red"}]},
    ("s3control", "GetPublicAccessBlock"): {"PublicAccessBlockConfiguration": BLOCK},
    ("s3control", "ListAccessPoints"): {
        "AccessPointList": [
            {"Name": "open", "NetworkOrigin": "Internet", "Bucket": "data"},
            {
                "Name": "inner",
                "NetworkOrigin": "VPC",
                "VpcConfiguration": {"VpcId": "vpc-1a2b3c4d"},
                "Bucket": "data",
                "AccessPointArn": "arn:aws:s3:eu-west-1:123456789012:accesspoint/inner",
            },
        ]
    },
    ("s3control", "GetMultiRegionAccessPointPolicy"): {
        "Policy": {
            "Established": {
                "Policy": '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}'
            },
            "Proposed": {"Policy": "{}"},
        }
    },
    ("s3control", "ListMultiRegionAccessPoints"): {
        "AccessPoints": [
            {
                "Name": "world",
                "Alias": "mfzwi23gnjvgw.mrap",
                "PublicAccessBlock": BLOCK,
                "Regions": [{"Bucket": "data", "Region": "eu-west-1"}, {"Bucket": "copy", "Region": "us-east-1"}],
            }
        ]
    },
    ("s3control", "GetAccessPoint"): {"Name": "open", "Bucket": "data", "PublicAccessBlockConfiguration": BLOCK},
    ("s3control", "GetAccessPointPolicy"): {
        "Policy": '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}'
    },
}


def reader_of(service, operation):
    return next(one for one in s3.READERS if (one.service, one.operation) == (service, operation))


def parent_of(reader):
    match reader.parent:
        case None:
            return None
        case kind if kind is Bucket:
            return reading("s3", "ListBuckets").rows[0]
        case kind if kind is AccessPoint:
            return reading("s3control", "ListAccessPoints").rows[0]
        case kind if kind is MultiRegionAccessPoint:
            return reading("s3control", "ListMultiRegionAccessPoints").rows[0]
        case _:
            return region_of(REGION) if reader.regional else account_of(ACCOUNT)


def step_of(service, operation, parent=None):
    reader = reader_of(service, operation)
    return step_for(reader, REGION if reader.regional else ACCOUNT, parent or parent_of(reader))


def reading(service, operation, page=None):
    return read(step_of(service, operation), Answer((page or ANSWERS[service, operation],)))


def failing(service, operation, code):
    return read(step_of(service, operation), Answer((), complete=False, failure=Failure(code, "", reason_of(code))))


@pytest.mark.parametrize("service,operation", ANSWERS, ids=":".join)
def test_the_answers_of_these_tests_have_the_shape_of_aws(service, operation):
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    assert ParamValidator().validate(ANSWERS[service, operation], shape).generate_report() == ""


@pytest.mark.parametrize("reader", s3.READERS, ids=lambda reader: reader.call)
def test_each_call_has_parameters_that_aws_takes(reader):
    shape = get_session().get_service_model(reader.service).operation_model(reader.operation).input_shape
    asked = step_of(reader.service, reader.operation).parameters
    assert ParamValidator().validate(dict(asked), shape).generate_report() == ""


@pytest.mark.parametrize(
    "service,operation,fields",
    [
        ("s3", "GetPublicAccessBlock", {"block_public_acls": True, "block_public_policy": False}),
        ("s3", "GetBucketAcl", {"owner": OWNER, "grants": (Grant(OWNER, "FULL_CONTROL"), Grant(ALL_USERS, "READ"))}),
        ("s3", "GetBucketOwnershipControls", {"object_ownership": "BucketOwnerEnforced", "acls_disabled": True}),
        ("s3", "GetBucketEncryption", {"algorithm": "aws:kms", "kms_key": "alias/data", "bucket_key": True}),
        ("s3", "GetBucketVersioning", {"enabled": True, "mfa_delete": False}),
        ("s3", "GetBucketLogging", {"target_bucket": "logs", "target_prefix": "data/"}),
        ("s3", "GetObjectLockConfiguration", {"enabled": True, "mode": "COMPLIANCE", "days": 730}),
        ("s3", "GetBucketWebsite", {"enabled": True, "redirects_to": ABSENT}),
        ("s3", "GetBucketReplication", {"destinations": ("arn:aws:s3:::copy",)}),
        ("s3", "GetBucketTagging", {"tags": {"team": "red"}}),
        ("s3control", "GetAccessPoint", {"restrict_public_buckets": True, "block_public_policy": False}),
    ],
)
def test_an_answer_says_what_it_says(service, operation, fields):
    (row,) = reading(service, operation).rows
    assert fields == {name: getattr(row, name) for name in fields}


@pytest.mark.parametrize(
    "service,operation,code,fields",
    [
        ("s3", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", {"restrict_public_buckets": False}),
        ("s3control", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", {"ignore_public_acls": False}),
        ("s3", "GetBucketPolicy", "NoSuchBucketPolicy", {"document": ABSENT}),
        ("s3control", "GetAccessPointPolicy", "NoSuchAccessPointPolicy", {"document": ABSENT}),
        (
            *("s3control", "GetMultiRegionAccessPointPolicy", "NoSuchMultiRegionAccessPointPolicy"),
            {"document": ABSENT},
        ),
        ("s3", "GetBucketOwnershipControls", "OwnershipControlsNotFoundError", {"object_ownership": "ObjectWriter"}),
        ("s3", "GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError", {"algorithm": ABSENT}),
        ("s3", "GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", {"rules": ()}),
        (
            "s3",
            "GetObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
            {"enabled": False, "days": ABSENT},
        ),
        ("s3", "GetBucketWebsite", "NoSuchWebsiteConfiguration", {"enabled": False}),
        ("s3", "GetBucketReplication", "ReplicationConfigurationNotFoundError", {"destinations": ()}),
        ("s3", "GetBucketTagging", "NoSuchTagSet", {"tags": {}}),
    ],
)
def test_an_error_that_says_there_is_none_is_an_answer(service, operation, code, fields):
    result = failing(service, operation, code)
    assert result.gap is None
    assert fields == {name: getattr(result.rows[0], name) for name in fields}


@pytest.mark.parametrize("service,operation", [key for key in ANSWERS if "List" not in key[1]], ids=":".join)
def test_a_denied_detail_leaves_every_field_unknown(service, operation):
    result = failing(service, operation, "AccessDenied")
    (row,) = result.rows
    assert result.gap.why.reason is Reason.DENIED
    fields = set(type(row).__struct_fields__) - {"scope", "id", "origin"}
    assert {why_unknown(getattr(row, name)).reason for name in fields} == {Reason.DENIED}


def test_a_bucket_whose_region_is_not_told_has_an_unknown_region():
    told, untold = reading("s3", "ListBuckets").rows
    assert told.region == "eu-west-1"
    assert why_unknown(untold.region).reason is Reason.NOT_COLLECTED


def test_rows_before_a_malformed_one_stay_and_the_listing_is_a_gap():
    result = reading("s3", "ListBuckets", {"Buckets": [{"Name": "data"}, {"CreationDate": "2024-01-01"}]})
    assert [row.id for row in result.rows] == ["data"]
    assert result.gap.why.reason is Reason.FAILED


def test_a_malformed_policy_is_unknown_rather_than_absent():
    (row,) = reading("s3", "GetBucketPolicy", {"Policy": '{"Statement": [{}]}'}).rows
    assert why_unknown(row.document).reason is Reason.UNRESOLVED


def test_lifecycle_rules_say_what_they_expire():
    first, second = reading("s3", "GetBucketLifecycleConfiguration").rows[0].rules
    assert (first.enabled, first.expires_current, first.expires_noncurrent, first.aborts_uploads) == (
        True,
        True,
        False,
        False,
    )
    assert (second.enabled, second.aborts_uploads) == (False, True)


def test_an_access_point_knows_its_bucket_and_its_vpc():
    outer, inner = reading("s3control", "ListAccessPoints").rows
    assert (outer.bucket, outer.vpc, outer.arn) == ("data", ABSENT, ABSENT)
    assert (inner.bucket, inner.vpc) == ("data", "vpc-1a2b3c4d")


def test_the_blocks_of_the_account_are_a_facet_of_the_account():
    (row,) = reading("s3control", "GetPublicAccessBlock").rows
    assert (type(row), row.scope, row.id) == (AccountPublicAccessBlock, ACCOUNT, "123456789012")


def test_the_blocks_of_an_access_point_are_kept_with_it():
    (row,) = reading("s3control", "GetAccessPoint").rows
    assert (type(row), row.scope, row.id) == (AccessPointBlock, REGION, "open")


def test_one_listing_tells_a_multi_region_access_point_and_its_blocks():
    point, block = reading("s3control", "ListMultiRegionAccessPoints").rows
    assert isinstance(point, MultiRegionAccessPoint)
    assert point.arn == "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"
    assert point.buckets == ("copy", "data")
    assert (type(block), block.scope, block.id) == (MultiRegionAccessPointBlock, ACCOUNT, "world")
    assert not block.block_public_policy


def test_of_a_multi_region_access_point_the_policy_in_force_counts_and_not_the_one_proposed():
    (row,) = reading("s3control", "GetMultiRegionAccessPointPolicy").rows
    assert 1 == len(row.document.statements)


def test_multi_region_access_points_are_asked_for_only_where_they_exist():
    elsewhere = Scope("aws-cn", "123456789012")
    reader = reader_of("s3control", "ListMultiRegionAccessPoints")
    step = step_for(reader, elsewhere, account_of(elsewhere))
    assert step.key is None
    assert read(step, None).gap is None
    assert reader.endpoint_region(account_of(ACCOUNT)) == "us-west-2"


def test_details_of_a_bucket_are_asked_in_its_own_region():
    bucket = reading("s3", "ListBuckets").rows[0]
    assert reader_of("s3", "GetBucketPolicy").endpoint_region(bucket) == "eu-west-1"
