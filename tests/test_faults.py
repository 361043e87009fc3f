"""The misbehaving AWS misbehaves exactly as ordered, as boto3 sees it, and not otherwise."""

from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from typing import Any
from urllib.request import Request as URLRequest
from urllib.request import urlopen

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from scanner.aws.embedded import embedded_aws
from tests.faults import FaultyAws

REGION = "eu-west-1"
OTHER_ACCOUNT = "222233334444"


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with embedded_aws(seeded=False) as running:
        yield running.endpoint_url


@pytest.fixture
def aws(upstream: str) -> Iterator[FaultyAws]:
    with FaultyAws(upstream) as faulty:
        yield faulty


def client(aws: FaultyAws, service: str, *, attempts: int = 1, region: str = REGION, **rest: Any) -> Any:
    credentials = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"} | rest.pop("as_", {})
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=aws.endpoint_url,
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}, **rest),
        **credentials,
    )


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_without_rules_calls_pass_through_and_are_recorded(aws: FaultyAws) -> None:
    client(aws, "ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])

    call = aws.calls[0]
    assert (
        call.account,
        call.region,
        call.service,
        call.operation,
        call.status,
    ) == ("123456789012", REGION, "ec2", "DescribeVpcs", 200)
    assert call.parameters == {"Filters": [{"Name": "is-default", "Values": ["true"]}]}


def test_bodies_of_writes_reach_the_service_unchanged(aws: FaultyAws) -> None:
    s3 = client(aws, "s3")
    s3.create_bucket(Bucket="passed-through", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="passed-through", Key="a/b c", Body=b"x" * 10_000)

    assert s3.get_object(Bucket="passed-through", Key="a/b c")["Body"].read() == b"x" * 10_000


def test_calls_of_an_assumed_role_are_recorded_under_its_account(aws: FaultyAws) -> None:
    assumed = client(aws, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/audit", RoleSessionName="audit"
    )["Credentials"]

    client(
        aws,
        "ec2",
        as_={
            "aws_access_key_id": assumed["AccessKeyId"],
            "aws_secret_access_key": assumed["SecretAccessKey"],
            "aws_session_token": assumed["SessionToken"],
        },
    ).describe_vpcs()

    assert aws.calls[-1].account == OTHER_ACCOUNT


@pytest.mark.parametrize(
    "service,operation,code,status",
    [
        ("ec2", "DescribeVpcs", "UnauthorizedOperation", 403),
        ("iam", "ListUsers", "AccessDenied", 403),
        ("s3", "ListBuckets", "AccessDenied", 403),
        ("kms", "ListKeys", "AccessDeniedException", 400),
        ("inspector2", "ListFindings", "AccessDeniedException", 403),
    ],
)
def test_a_denial_has_the_words_of_its_service(
    aws: FaultyAws, service: str, operation: str, code: str, status: int
) -> None:
    aws.deny(service, operation)

    with pytest.raises(ClientError) as caught:
        getattr(client(aws, service), xform_name(operation))()

    assert (code, status) == code_of(caught)


@pytest.mark.parametrize(
    "service,operation,code",
    [
        ("ec2", "DescribeVpcs", "RequestLimitExceeded"),
        ("iam", "ListUsers", "Throttling"),
        ("s3", "ListBuckets", "SlowDown"),
        ("kms", "ListKeys", "ThrottlingException"),
        ("lambda", "ListFunctions", "TooManyRequestsException"),
    ],
)
def test_a_throttled_call_is_retried_by_boto3_and_then_succeeds(
    aws: FaultyAws, service: str, operation: str, code: str
) -> None:
    aws.throttle(service, operation, times=1)
    with pytest.raises(ClientError) as caught:
        getattr(client(aws, service), xform_name(operation))()
    aws.forget()
    aws.throttle(service, operation, times=1)

    getattr(client(aws, service, attempts=2), xform_name(operation))()

    assert code == code_of(caught)[0]
    assert len(aws.calls) == 2


def test_a_chosen_code_and_message_are_sent(aws: FaultyAws) -> None:
    aws.fail("s3", "ListBuckets", code="InvalidToken", message="<odd & old>", status=418)

    with pytest.raises(ClientError, match="<odd & old>") as caught:
        client(aws, "s3").list_buckets()

    assert code_of(caught) == ("InvalidToken", 418)


def test_a_missing_subscription_is_said_as_aws_support_says_it(aws: FaultyAws) -> None:
    aws.unsubscribe("support", "*")

    with pytest.raises(ClientError) as caught:
        client(aws, "support").describe_trusted_advisor_checks(language="en")

    assert code_of(caught) == ("SubscriptionRequiredException", 400)


@pytest.mark.parametrize("status,code", [(500, "InternalFailure"), (503, "ServiceUnavailable")])
def test_a_breakdown_is_a_server_error(aws: FaultyAws, status: int, code: str) -> None:
    aws.break_down("ec2", "*", status=status)

    with pytest.raises(ClientError) as caught:
        client(aws, "ec2").describe_vpcs()

    assert (code, status) == code_of(caught)


def test_a_late_answer_outlasts_the_patience_of_the_client(aws: FaultyAws) -> None:
    aws.delay("ec2", "DescribeVpcs", seconds=60, times=1)

    with pytest.raises(ReadTimeoutError):
        client(aws, "ec2", read_timeout=0.1).describe_vpcs()


def test_a_lost_response_had_its_effect(aws: FaultyAws) -> None:
    aws.lose_response("s3", "CreateBucket", times=1)
    s3 = client(aws, "s3", region="us-east-1")

    with pytest.raises(ConnectionClosedError):
        s3.create_bucket(Bucket="made-in-silence")

    assert "made-in-silence" in {row["Name"] for row in s3.list_buckets()["Buckets"]}
    assert [call.status for call in aws.calls] == [0, 200]


def test_a_refused_connection_had_no_effect(aws: FaultyAws) -> None:
    aws.refuse_connection("s3", "CreateBucket", times=1)
    s3 = client(aws, "s3", region="us-east-1")

    with pytest.raises(ConnectionClosedError):
        s3.create_bucket(Bucket="never-made")

    assert "never-made" not in {row["Name"] for row in s3.list_buckets()["Buckets"]}


@pytest.mark.parametrize("halve", [FaultyAws.truncate, FaultyAws.malform], ids=["truncated", "malformed"])
def test_half_an_answer_cannot_be_parsed(aws: FaultyAws, halve: Callable[[FaultyAws, str, str], None]) -> None:
    halve(aws, "ec2", "DescribeVpcs")

    with pytest.raises(ResponseParserError):
        client(aws, "ec2").describe_vpcs()


def test_a_truncated_answer_announces_more_than_it_sends(aws: FaultyAws) -> None:
    aws.truncate("s3", "ListBuckets")
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/{REGION}/s3/aws4_request"}

    with pytest.raises(IncompleteRead), urlopen(URLRequest(f"{aws.endpoint_url}/", headers=signed)) as response:
        response.read()


def test_a_web_page_is_no_answer(aws: FaultyAws) -> None:
    aws.answer_html("iam", "ListUsers")

    with pytest.raises(ResponseParserError):
        client(aws, "iam").list_users()


def test_a_list_is_cut_into_pages_that_add_up(aws: FaultyAws) -> None:
    aws.page("ec2", "DescribeSubnets", size=2)
    ec2 = client(aws, "ec2")
    whole = {row["SubnetId"] for row in client(aws, "ec2", region=REGION).describe_subnets()["Subnets"]}

    pages = list(ec2.get_paginator("describe_subnets").paginate())

    assert {2} == {len(page["Subnets"]) for page in pages[:-1]}
    assert len(pages) > 1
    assert whole < {row["SubnetId"] for page in pages for row in page["Subnets"]}


def test_pages_that_are_told_by_a_flag_end(aws: FaultyAws) -> None:
    iam = client(aws, "iam")
    for name in ("ann", "bob", "cec"):
        iam.create_user(UserName=name)
    aws.page("iam", "ListUsers", size=1)

    pages = list(iam.get_paginator("list_users").paginate())

    assert [[user["UserName"] for user in page["Users"]] for page in pages] == [["ann"], ["bob"], ["cec"]]


def test_an_operation_without_pages_cannot_be_paged(aws: FaultyAws) -> None:
    with pytest.raises(ValueError, match="does not page"):
        aws.page("s3", "GetBucketPolicy", size=1)


def test_a_rule_hits_from_the_nth_call_on_as_often_as_it_is_told(aws: FaultyAws) -> None:
    aws.deny("ec2", "DescribeVpcs", nth=2, times=1)
    ec2 = client(aws, "ec2")

    ec2.describe_vpcs()
    with pytest.raises(ClientError):
        ec2.describe_vpcs()
    ec2.describe_vpcs()

    assert [call.status for call in aws.calls] == [200, 403, 200]


def test_a_rule_of_one_region_leaves_the_others_alone(aws: FaultyAws) -> None:
    aws.deny("ec2", "*", region=REGION)

    client(aws, "ec2", region="us-east-1").describe_vpcs()

    with pytest.raises(ClientError):
        client(aws, "ec2").describe_vpcs()


def test_a_concurrent_writer_acts_before_the_call_takes_effect(aws: FaultyAws) -> None:
    s3 = client(aws, "s3", region="us-east-1")
    aws.interleave("s3", "ListBuckets", lambda: s3.create_bucket(Bucket="squeezed-in"))

    assert "squeezed-in" in {row["Name"] for row in s3.list_buckets()["Buckets"]}
    assert aws.operations() == [("s3", "CreateBucket"), ("s3", "ListBuckets")]


def test_a_head_request_fails_without_a_body(aws: FaultyAws) -> None:
    aws.deny("s3", "HeadBucket")

    with pytest.raises(ClientError) as caught:
        client(aws, "s3").head_bucket(Bucket="any-bucket")

    assert code_of(caught) == ("403", 403)


def test_an_unknown_condition_is_refused(aws: FaultyAws) -> None:
    with pytest.raises(TypeError, match="no such condition: often"):
        aws.deny("s3", "ListBuckets", often=True)
