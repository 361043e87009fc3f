"""Plans in JSON: before and after, symbols for what is unknown, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import SourceError
from scanner.iac.load import load
from scanner.iac.terraform.plan import is_plan, load_plan
from scanner.iac.values import Encoded, Hole
from scanner.model.maybe import Reason
from tests.iac.plans import ACCOUNT, change, configured, plan, written


def test_before_and_after_are_told_apart(tmp_path: Path) -> None:
    found = load_plan(
        written(
            tmp_path,
            plan(
                change("aws_vpc.new", None, {"cidr_block": "10.0.0.0/16"}),
                change("aws_vpc.gone", {"id": "vpc-1"}, None),
                change("aws_vpc.kept", {"id": "vpc-2"}, {"id": "vpc-2"}),
            ),
        )
    )
    assert {"aws_vpc.new", "aws_vpc.kept"} == {one.address for one in found.after}
    assert {"vpc-1", "vpc-2"} == {one.id for one in found.before}
    assert ["aws_vpc.gone"] == [one.address for one in found.removed]


def test_an_unknown_relation_is_what_the_configuration_refers_to(tmp_path: Path) -> None:
    document = plan(
        change("aws_vpc.v", None, {}, after_unknown={"id": True}),
        change("aws_subnet.s", None, {}, after_unknown={"vpc_id": True, "arn": True}),
        resources=[
            configured("aws_vpc.v"),
            configured("aws_subnet.s", vpc_id={"references": ["aws_vpc.v.id", "aws_vpc.v"]}),
        ],
    )
    (subnet,) = [one for one in load_plan(written(tmp_path, document)).after if one.type == "aws_subnet"]
    assert ("aws_vpc.v", "id") == (subnet.values["vpc_id"].target, subnet.values["vpc_id"].attribute)
    assert "arn" not in subnet.values


def test_unknown_relations_are_followed_across_modules(tmp_path: Path) -> None:
    document = plan(
        change("aws_vpc.v", None, {}, after_unknown={"id": True}),
        change("module.m.aws_subnet.s", None, {}, after_unknown={"vpc_id": True}),
    )
    document["configuration"]["root_module"] = {
        "resources": [configured("aws_vpc.v")],
        "module_calls": {
            "m": {
                "expressions": {"vpc": {"references": ["aws_vpc.v.id", "aws_vpc.v"]}},
                "module": {"resources": [configured("aws_subnet.s", vpc_id={"references": ["var.vpc"]})]},
            }
        },
    }
    (subnet,) = [one for one in load_plan(written(tmp_path, document)).after if one.type == "aws_subnet"]
    assert "aws_vpc.v" == subnet.values["vpc_id"].target


def test_what_is_not_configured_is_not_unknown(tmp_path: Path) -> None:
    document = plan(
        change("aws_s3_bucket.b", None, {"bucket": "b"}, after_unknown={"versioning": True, "tags": {"a": True}}),
        resources=[configured("aws_s3_bucket.b", bucket={"constant_value": "b"}, tags={"references": ["var.t"]})],
    )
    (bucket,) = load_plan(written(tmp_path, document)).after
    assert "versioning" not in bucket.values
    assert Reason.KNOWN_AFTER_APPLY == bucket.values["tags"]["a"].reason


def test_a_deferred_policy_document_keeps_its_known_statements(tmp_path: Path) -> None:
    statement = [{"effect": "Allow", "actions": ["s3:*"], "resources": [None]}]
    document = plan(
        change(
            "data.aws_iam_policy_document.d",
            None,
            {"statement": statement},
            after_unknown={"statement": [{"resources": [True]}], "json": True},
        ),
        change("aws_iam_policy.p", None, {"name": "p"}, after_unknown={"policy": True}),
        resources=[
            configured("data.aws_iam_policy_document.d", statement=[{"resources": {"references": ["aws_vpc.x.arn"]}}]),
            configured(
                "aws_iam_policy.p",
                policy={"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]},
            ),
        ],
    )
    (policy,) = load_plan(written(tmp_path, document)).after
    found = policy.values["policy"]
    assert isinstance(found, Encoded)
    assert ["s3:*"] == found.value["Statement"][0]["Action"]
    assert isinstance(found.value["Statement"][0]["Resource"][0], Hole)


def test_sensitive_values_are_never_looked_at(tmp_path: Path) -> None:
    document = plan(
        change("aws_vpc.v", None, {"tags": {"k": "hunter2"}}, after_sensitive={"tags": {"k": True}}),
        change("aws_vpc.w", {"a": "hunter2"}, {"a": "hunter2"}, before_sensitive={"a": True}, after_sensitive=True),
    )
    found = load_plan(written(tmp_path, document))
    assert "hunter2" not in repr(found)


def test_accounts_and_regions_are_told_by_what_exists(tmp_path: Path) -> None:
    arn = f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-1"
    found = load_plan(written(tmp_path, plan(change("aws_vpc.v", {"arn": arn}, {"arn": arn}))))
    assert frozenset({ACCOUNT}) == found.accounts
    assert "us-east-1" == found.after[0].region


@pytest.mark.parametrize(
    "document, message",
    [
        ({"format_version": "2.0"}, "plan format '2.0' is not one that is understood"),
        ({"planned_values": None, "resource_changes": None, "configuration": None}, "no resources"),
        ({"errored": True}, "ended with an error"),
        ({"resource_changes": [1]}, "malformed"),
        ({"resource_changes": [{"address": "x", "mode": "managed", "type": "x", "change": {}}]}, "malformed"),
    ],
)
def test_what_is_no_whole_plan_is_refused(tmp_path: Path, document: dict[str, Any], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        load_plan(written(tmp_path, {**plan(), **document}))


def test_a_plan_beside_its_sources_has_their_lines_and_what_they_know(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_vpc" "other" {}\n\nresource "aws_iam_policy" "p" {\n  name = "p"\n  policy = jsonencode({\n'
        '    Statement = [{ Effect = "Allow", Action = "*", Resource = aws_vpc.other.arn }]\n  })\n}\n'
    )
    document = plan(
        change("aws_iam_policy.p", None, {"name": "p"}, after_unknown={"policy": True}),
        resources=[configured("aws_iam_policy.p", policy={"references": ["aws_vpc.other.arn", "aws_vpc.other"]})],
    )
    document["configuration"]["root_module"]["resources"][0]["expressions"]["policy"]["references"] = ["local.x"]
    (policy,) = load(written(tmp_path, document)).after.declared
    assert ("main.tf", 3) == (policy.file, policy.line)
    assert "*" == policy.values["policy"].value["Statement"][0]["Action"]


def test_a_change_that_terraform_deferred_is_judged_too(tmp_path: Path) -> None:
    later = change("aws_s3_bucket.b", None, {"bucket": "b"})
    document = plan(change("aws_vpc.v", None, {"cidr_block": "10.0.0.0/16"}), deferred_changes=[
        {"reason": "instance_count_unknown", "resource_change": later}
    ])  # fmt: skip
    assert {"aws_vpc.v", "aws_s3_bucket.b"} == {one.address for one in load_plan(written(tmp_path, document)).after}


def test_a_plan_whose_keys_were_sorted_is_one(tmp_path: Path) -> None:
    document = plan(change("aws_vpc.v", None, {"cidr_block": "10.0.0.0/16"}))
    document["a"] = "x" * 200_000
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document, sort_keys=True))
    assert is_plan(path)
