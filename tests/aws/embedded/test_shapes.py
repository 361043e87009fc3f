from datetime import UTC, datetime
from typing import Any

import pytest

from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.answers import Amendment, Answer, Answers, Failure
from scanner.aws.embedded.base_answers import BASE_ANSWERS
from scanner.aws.embedded.shapes import WrongShape, fitted
from scanner.aws.embedded.wire import Call, operation_model

WRONG: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an unknown member": ("accessanalyzer", "ListAnalyzers", {"analyzers": [], "Analyzers": []}),
    "a missing member": ("accessanalyzer", "ListAnalyzers", {}),
    "a nested unknown member": ("ec2", "DescribeVpcs", {"Vpcs": [{"VpcID": "vpc-1"}]}),
    "text for a list": ("ec2", "DescribeVpcs", {"Vpcs": "vpc-1"}),
    "text for a number": ("ec2", "DescribeVolumes", {"Volumes": [{"Size": "8"}]}),
    "a truth for a number": ("ec2", "DescribeVolumes", {"Volumes": [{"Size": True}]}),
    "a number for a truth": ("ec2", "DescribeVolumes", {"Volumes": [{"Encrypted": 1}]}),
    "a value of no enumeration": ("ec2", "DescribeVolumes", {"Volumes": [{"State": "gone"}]}),
    "no time": ("ec2", "DescribeVolumes", {"Volumes": [{"CreateTime": "yesterday"}]}),
    "no base64": ("iam", "GetCredentialReport", {"Content": "%%%"}),
    "an answer where there is none": ("ec2", "DeleteVpc", {"Return": True}),
    "no such operation": ("ec2", "DescribeNothing", {}),
    "no such service": ("ec3", "DescribeVpcs", {}),
}


@pytest.mark.parametrize("service,operation,response", WRONG.values(), ids=WRONG)
def test_an_answer_that_aws_could_not_give_is_refused(service: str, operation: str, response: dict[str, Any]) -> None:
    with pytest.raises(WrongShape):
        Answers([Answer(service, operation, response)])


def test_an_answer_for_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(WrongShape, match="no member jobId"):
        Answers([Answer("iam", "GetServiceLastAccessedDetails", error=Failure("A", "b"), where={"jobId": "1"})])


def test_a_wrong_answer_sent_to_the_server_is_refused_with_its_place(empty_aws: Aws) -> None:
    with pytest.raises(WrongShape, match=r"Vpcs\[0\]: Vpc has no member VpcID"):
        empty_aws.answer(Answer("ec2", "DescribeVpcs", {"Vpcs": [{"VpcID": "vpc-1"}]}))


@pytest.mark.parametrize(
    "amendment",
    [
        Amendment("iam", ("NoShape",), {}, {}),
        Amendment("iam", (), {}, {}),
        Amendment("iam", ("User",), {"Name": "jo"}, {"Path": "/"}),
        Amendment("iam", ("User",), {"UserName": "jo"}, {"Age": 3}),
        Amendment("iam", ("User",), {"UserName": "jo"}, {"CreateDate": "once"}),
    ],
)
def test_an_amendment_that_fits_no_shape_is_refused(amendment: Amendment) -> None:
    with pytest.raises(WrongShape):
        Answers().amend(amendment)


def test_all_base_answers_fit_their_shapes() -> None:
    answers = Answers(BASE_ANSWERS)

    assert answers.find(Call("1", "eu-west-1", "accessanalyzer", "ListAnalyzers", "rest-json", {})) is not None


def test_text_becomes_what_the_shape_wants() -> None:
    shape = operation_model("iam", "GetCredentialReport").output_shape

    value = fitted(shape, {"Content": "aGk=", "GeneratedTime": "2026-01-02T03:04:05"})

    assert value == {"Content": b"hi", "GeneratedTime": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}


def call(region: str = "eu-west-1", account: str = "1", **parameters: str) -> Call:
    return Call(account, region, "trustedadvisor", "ListRecommendations", "rest-json", parameters)


def test_the_narrowest_answer_wins_and_then_the_latest() -> None:
    def answer(token: str, **rest: Any) -> Answer:
        response = {"recommendationSummaries": [], "nextToken": token}
        return Answer("trustedadvisor", "ListRecommendations", response, **rest)

    answers = Answers(
        [
            answer("narrow", account="1", where={"pillar": "security"}),
            answer("regional", region="eu-west-1"),
            answer("first"),
            answer("second"),
        ]
    )

    def told(asked: Call) -> str:
        found = answers.find(asked)
        assert found is not None
        return str(found.response["nextToken"])

    assert told(call(pillar="security")) == "narrow"
    assert told(call()) == "regional"
    assert told(call(region="us-east-1")) == "second"


@pytest.mark.parametrize(
    "service,operation,response,method",
    [
        (
            "ec2",
            "DescribeInstanceConnectEndpoints",
            {
                "InstanceConnectEndpoints": [
                    {"InstanceConnectEndpointId": "eice-1", "PreserveClientIp": False, "SecurityGroupIds": ["sg-1"]}
                ]
            },
            "describe_instance_connect_endpoints",
        ),
        (
            "iam",
            "ListServerCertificates",
            {
                "ServerCertificateMetadataList": [
                    {
                        "Path": "/<&>",
                        "ServerCertificateName": "a",
                        "ServerCertificateId": "b",
                        "Arn": "c",
                        "Expiration": "2026-01-02T03:04:05+00:00",
                    }
                ],
                "IsTruncated": False,
            },
            "list_server_certificates",
        ),
        (
            "support",
            "DescribeTrustedAdvisorChecks",
            {"checks": [{"id": "1", "name": "é", "description": "", "category": "s", "metadata": ["a", "b"]}]},
            "describe_trusted_advisor_checks",
        ),
        (
            "trustedadvisor",
            "ListChecks",
            {
                "checkSummaries": [
                    {
                        "id": "1",
                        "arn": "a",
                        "name": "n",
                        "description": "d",
                        "pillars": ["security"],
                        "awsServices": [],
                        "source": "ta_check",
                        "metadata": {"0": "Region"},
                    }
                ]
            },
            "list_checks",
        ),
        (
            "s3",
            "GetBucketRequestPayment",
            {"Payer": "Requester"},
            "get_bucket_request_payment",
        ),
    ],
)
def test_a_seeded_answer_is_read_back_whole_in_every_protocol(
    empty_aws: Aws, service: str, operation: str, response: dict[str, Any], method: str
) -> None:
    region = "ap-south-1"
    parameters = {"support": {"language": "en"}, "s3": {"Bucket": "some-bucket"}}.get(service, {})
    empty_aws.answer(Answer(service, operation, response, where=parameters if service == "s3" else {}))

    answer = getattr(empty_aws.client(service, region), method)(**parameters)

    del answer["ResponseMetadata"]
    assert fitted(operation_model(service, operation).output_shape, response) == answer


def test_a_seeded_list_is_paged_as_asked(empty_aws: Aws) -> None:
    rows = [
        {"resourceType": "AWS_EC2_INSTANCE", "resourceId": str(n), "accountId": "1", "scanType": "NETWORK"}
        for n in range(5)
    ]
    empty_aws.answer(Answer("inspector2", "ListCoverage", {"coveredResources": rows}, region="eu-west-3"))
    inspector = empty_aws.client("inspector2", "eu-west-3")
    inspector.enable(resourceTypes=["EC2"])

    pages = list(inspector.get_paginator("list_coverage").paginate(PaginationConfig={"PageSize": 2}))

    assert [len(page["coveredResources"]) for page in pages] == [2, 2, 1]
    assert list("01234") == [row["resourceId"] for page in pages for row in page["coveredResources"]]


def test_an_amendment_changes_every_answer_that_shows_the_structure(empty_aws: Aws) -> None:
    iam = empty_aws.client("iam", "us-east-1")
    iam.create_user(UserName="aged")
    iam.create_user(UserName="young")

    empty_aws.amend(Amendment("iam", ("User", "UserDetail"), {"UserName": "aged"}, {"CreateDate": "2020-01-01"}))

    listed = {user["UserName"]: user["CreateDate"].year for user in iam.list_users()["Users"]}
    detailed = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert {"aged": 2020, "young": datetime.now(UTC).year}.items() <= listed.items()
    assert iam.get_user(UserName="aged")["User"]["CreateDate"].year == 2020
    assert {"aged": 2020}.items() <= {user["UserName"]: user["CreateDate"].year for user in detailed}.items()
