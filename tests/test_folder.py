"""A folder of AWS CLI output is evidence; what is not understood in it is named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.s3.public_access_unblocked import public_access_unblocked
from scanner.aws.readers import READERS
from scanner.errors import SourceError
from scanner.evidence import Evidence
from scanner.findings import arn_of
from scanner.folder import is_details, is_folder, read_details, read_folder
from scanner.model.kind import Scope
from scanner.testing import ACCOUNT, judge

ON = {
    "PublicAccessBlockConfiguration": dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
}
BUCKETS = f"{ACCOUNT}/global/s3.ListBuckets.json"
OWN = f"{ACCOUNT}/global/s3.GetPublicAccessBlock.json"
WHOLE = f"{ACCOUNT}/global/s3control.GetPublicAccessBlock.json"
ABSENT = {"error": {"Code": "NoSuchPublicAccessBlockConfiguration"}}


def folder(root: Path, files: dict[str, object]) -> Evidence:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_folder(root, READERS)


def said(evidence: Evidence) -> dict[str, str]:
    return {finding.resource.id: finding.status for finding in judge(public_access_unblocked, evidence)}


@pytest.mark.parametrize(
    "names",
    [
        (BUCKETS, OWN, WHOLE),
        (
            f"{ACCOUNT}/eu-west-1/s3api.list-buckets.json",
            f"{ACCOUNT}/us-east-1/s3api.get-public-access-block.a.json",
            f"{ACCOUNT}/eu-west-1/s3control.get_public_access_block.json",
        ),
    ],
)
def test_operations_may_be_spelled_as_any_tool_does_and_global_answers_may_lie_in_any_region(tmp_path, names):
    evidence = folder(
        tmp_path,
        {
            names[0]: {"Buckets": [{"Name": "open"}, {"Name": "shut"}]},
            names[1]: [
                {"parameters": {"Bucket": "open"}, **ABSENT},
                {"parameters": {"Bucket": "shut"}, "response": ON},
            ],
            names[2]: ABSENT,
        },
    )
    assert said(evidence) == {"open": "fail", "shut": "pass"}
    assert evidence.notes == ()


def test_several_files_of_one_call_are_its_pages(tmp_path):
    first = {"Buckets": [{"Name": "a"}], "ContinuationToken": "more"}
    evidence = folder(
        tmp_path,
        {BUCKETS: first, BUCKETS.replace("json", "2.json"): {"Buckets": [{"Name": "b"}]}, WHOLE: {"response": ON}},
    )
    assert said(evidence) == {"a": "pass", "b": "pass"}


def test_a_page_that_says_more_follow_leaves_the_listing_open(tmp_path):
    evidence = folder(
        tmp_path, {BUCKETS: {"Buckets": [{"Name": "a"}], "ContinuationToken": "more"}, WHOLE: {"response": ON}}
    )
    assert said(evidence) == {"a": "pass", ACCOUNT: "undecided"}


def test_secrets_that_no_rule_needs_are_not_kept(tmp_path):
    tunnel = {"OutsideIpAddress": "198.51.100.1", "PreSharedKey": "hush"}
    connection = {
        "VpnConnectionId": "vpn-1",
        "CustomerGatewayConfiguration": "<hush/>",
        "Options": {"TunnelOptions": [tunnel]},
    }
    evidence = folder(
        tmp_path, {f"{ACCOUNT}/eu-west-1/ec2.DescribeVpnConnections.json": {"VpnConnections": [connection]}}
    )
    assert "vpn-1" in str(evidence.answers)
    assert "hush" not in str(evidence.answers)


def test_what_is_missing_is_undecided(tmp_path):
    evidence = folder(tmp_path, {BUCKETS: {"Buckets": [{"Name": "a"}]}, WHOLE: ABSENT})
    assert said(evidence) == {"a": "undecided"}


def test_a_recorded_refusal_is_undecided_and_not_absence(tmp_path):
    refused = {"parameters": {"Bucket": "a"}, "error": {"Code": "AccessDenied", "Message": "no"}}
    evidence = folder(tmp_path, {BUCKETS: {"Buckets": [{"Name": "a"}]}, OWN: refused, WHOLE: ABSENT})
    assert said(evidence) == {"a": "undecided"}


def test_what_is_not_understood_is_named(tmp_path):
    evidence = folder(
        tmp_path,
        {
            BUCKETS: {"Buckets": []},
            "README.txt": "hello",
            "notes/global/s3.ListBuckets.json": {},
            f"{ACCOUNT}/moon/s3.ListBuckets.json": {},
            f"{ACCOUNT}/global/s3.json": {},
            f"{ACCOUNT}/global/braket.SearchDevices.json": {},
            f"{ACCOUNT}/global/s3.GetBucketPolicy.json": {"Policy": "{}"},
            f"{ACCOUNT}/global/s3.GetBucketAcl.json": [1],
        },
    )
    told = "\n".join(evidence.notes)
    for part in (
        "README.txt: not at",
        "'notes' is not an account",
        "'moon' is neither a region",
        "s3.json: not named",
        "no reader asks for braket.SearchDevices",
        "s3.GetBucketPolicy.json: does not say what it is the answer to",
        "s3.GetBucketAcl.json: holds int",
    ):
        assert part in told


def test_the_manifest_tells_the_moment(tmp_path):
    evidence = folder(tmp_path, {BUCKETS: {"Buckets": []}, "manifest.json": {"taken_at": "2026-01-02T03:04:05Z"}})
    assert evidence.taken_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert evidence.targets == (Scope("aws", ACCOUNT),)


@pytest.mark.parametrize(
    "files, says",
    [
        ({BUCKETS: "{"}, "not JSON"),
        ({BUCKETS: "[" * 200_000}, "not JSON"),
        ({BUCKETS: {}, "manifest.json": []}, "must be an object"),
        ({BUCKETS: {}, "manifest.json": {"taken_at": "yesterday"}}, "no time"),
        ({"readme.json": {}}, "no recorded answers"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused(tmp_path, files, says):
    with pytest.raises(SourceError, match=says):
        folder(tmp_path, files)


def test_a_folder_is_known_by_its_accounts(tmp_path):
    assert not is_folder(tmp_path)
    (tmp_path / ACCOUNT).mkdir()
    assert is_folder(tmp_path)


def test_the_manifest_tells_the_partition(tmp_path):
    files = {BUCKETS: {"Buckets": [{"Name": "a"}]}, WHOLE: {"response": ON}, "manifest.json": {"partition": "aws-cn"}}
    findings = judge(public_access_unblocked, folder(tmp_path, files))
    assert {arn_of(finding.resource) for finding in findings} == {"arn:aws-cn:s3:::a"}


def details(root: Path, *arns: str) -> Path:
    """Write what get-account-authorization-details answers about roles of these ARNs, under a name of the user's."""
    path = root / "iam.json"
    path.write_text(json.dumps({"UserDetailList": [], "RoleDetailList": [{"Arn": arn} for arn in arns]}))
    return path


def test_the_authorization_details_of_an_account_alone_are_evidence_of_it(tmp_path):
    path = details(tmp_path, f"arn:aws-cn:iam::{ACCOUNT}:role/a", f"arn:aws-cn:iam::{ACCOUNT}:role/b")
    evidence = read_details(path)
    assert is_details(path)
    assert evidence.targets == (Scope("aws-cn", ACCOUNT),)
    assert [key.operation for key in evidence.answers] == ["GetAccountAuthorizationDetails"]


@pytest.mark.parametrize("owners", [(), ("111122223333", "444455556666")])
def test_authorization_details_of_no_account_or_of_several_are_refused(tmp_path, owners):
    path = details(tmp_path, *(f"arn:aws:iam::{owner}:role/a" for owner in owners))
    with pytest.raises(SourceError, match=f"are of {len(owners)} accounts"):
        read_details(path)


@pytest.mark.parametrize("content", ["{}", "[]", '{"UserDetailList": []}', "no JSON", "", "[" * 100_000])
def test_other_files_are_no_authorization_details(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    assert not is_details(tmp_path / "x.json")
