"""Change sets: what they change, judged as a plan is."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import casemate
from scanner.errors import SourceError
from scanner.iac.load import load

STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/s/1"
ON = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


def change(action: str, name: str, before: Any, after: Any, type_: str = "AWS::S3::Bucket", **more: Any) -> Any:
    contexts = {
        f"{side}Context": json.dumps({"Properties": said})
        for side, said in (("Before", before), ("After", after))
        if said is not None
    }
    said = {"Action": action, "LogicalResourceId": name, "ResourceType": type_, **contexts, **more}
    return {"Type": "Resource", "ResourceChange": said}


def written(folder: Path, *changes: Any, **more: Any) -> Path:
    document = {"ChangeSetId": "c", "StackId": STACK, "Status": "CREATE_COMPLETE", "Changes": list(changes), **more}
    (folder / "c.json").write_text(json.dumps(document))
    return folder / "c.json"


def deltas(path: Path, *arguments: str) -> tuple[int, dict[str, str]]:
    asked = ["gate", str(path), *arguments, "--format", "json", "--quiet"]
    done = CliRunner().invoke(casemate, asked, standalone_mode=False, catch_exceptions=False)
    found = {one["rule"]: one["delta"] for one in json.loads(done.stdout)["findings"] if one["delta"] != "unchanged"}
    return done.return_value, found


def test_a_bucket_that_the_change_opens_is_new(tmp_path: Path) -> None:
    closed = {"BucketName": "data", "PublicAccessBlockConfiguration": ON}
    opened = {"BucketName": "data", "PublicAccessBlockConfiguration": {**ON, "BlockPublicPolicy": False}}
    path = written(tmp_path, change("Modify", "B", closed, opened, PhysicalResourceId="data", Replacement="False"))
    assert (1, {"S3-001": "new"}) == deltas(path, "--rule", "S3-001")
    back = written(tmp_path, change("Modify", "B", opened, closed, PhysicalResourceId="data", Replacement="False"))
    assert (0, {"S3-001": "fixed"}) == deltas(back, "--rule", "S3-001")


def test_what_is_known_after_deployment_is_not_known(tmp_path: Path) -> None:
    group = {
        "GroupDescription": "d",
        "VpcId": "vpc-1",
        "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "{{changeSet:KNOWN_AFTER_APPLY}}"}
        ],
    }
    path = written(tmp_path, change("Add", "G", None, group, "AWS::EC2::SecurityGroup"))
    assert 3 == deltas(path, "--rule", "VPC-001")[0]


def test_the_account_is_that_of_the_stack(tmp_path: Path) -> None:
    path = written(tmp_path, change("Add", "B", None, {"BucketName": "b"}))
    assert ("123456789012", "eu-west-1") == (load(path).after.account, load(path).after.region)
    with pytest.raises(SourceError, match="123456789012"):
        deltas(path, "--expect-account", "999999999999")


@pytest.mark.parametrize(
    "more, says",
    [
        ({"NextToken": "x"}, "not whole"),
        ({"Status": "FAILED", "StatusReason": "no updates"}, "no updates"),
        ({"Changes": []}, "no changes"),
        ({"Changes": [change("Add", "B", None, None)]}, "--include-property-values"),
        ({"Changes": [change("Add", "B", None, {}, AfterContext="{")]}, "no JSON"),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        load(written(tmp_path, change("Add", "B", None, {}), **more))
