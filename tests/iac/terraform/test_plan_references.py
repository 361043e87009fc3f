"""What a plan knows only after apply is still known to be some declared thing's: policies find the things they are about."""

from pathlib import Path
from typing import Any

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import judge
from scanner.iac.load import load
from scanner.registry import load_rules
from scanner.testing import NOW
from tests.iac.plans import change, configured, plan, written

RULES = {rule.name: rule for rule in load_rules()}
DOCUMENT = "data.aws_iam_policy_document.p"


def verdicts(folder: Path, document: dict[str, Any], rule: str) -> dict[str, str]:
    found = judge([RULES[rule]], load(written(folder, document)).after, DERIVATIONS, {}, NOW)
    return {one.resource.id: one.status for one in found.findings}


def created(address: str, known: dict[str, Any], *unknown: str) -> dict[str, Any]:
    return change(address, None, known, after_unknown=dict.fromkeys(unknown, True))


def document(action: str, resource: str) -> list[dict[str, Any]]:
    """Return a policy document that is read during apply, for its resource is not known before."""
    said = {
        "actions": [action],
        "effect": "Allow",
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "resources": [None],
    }
    masked = {"statement": [{"resources": [True]}], "json": True}
    read = change(DOCUMENT, None, {"statement": [said]}, after_unknown=masked)
    read["change"]["actions"] = ["read"]
    expression = {"statement": [{"resources": {"references": [resource, resource.rpartition(".")[0]]}}]}
    return [read, configured(DOCUMENT, **expression)]


HOLDERS = [
    (
        "queue_open_to_anyone",
        "aws_sqs_queue.h",
        {"name": "orders"},
        "aws_sqs_queue_policy",
        "queue_url",
        "sqs:SendMessage",
    ),
    ("topic_open_to_anyone", "aws_sns_topic.h", {"name": "orders"}, "aws_sns_topic_policy", "arn", "sns:Publish"),
    (
        "secret_open_to_anyone",
        "aws_secretsmanager_secret.h",
        {"name": "orders"},
        "aws_secretsmanager_secret_policy",
        "secret_arn",
        "secretsmanager:GetSecretValue",
    ),
    (
        "file_system_open_to_anyone",
        "aws_efs_file_system.h",
        {"encrypted": True},
        "aws_efs_file_system_policy",
        "file_system_id",
        "elasticfilesystem:ClientMount",
    ),
]


@pytest.mark.parametrize("rule, holder, known, policy, argument, action", HOLDERS, ids=[case[0] for case in HOLDERS])
def test_a_policy_that_is_read_during_apply_is_its_holders(
    tmp_path: Path, rule: str, holder: str, known: dict[str, Any], policy: str, argument: str, action: str
) -> None:
    read, said = document(action, f"{holder}.arn")
    named = {
        argument: {"references": [f"{holder}.id", holder]},
        "policy": {"references": [f"{DOCUMENT}.json", DOCUMENT]},
    }
    found = plan(
        created(holder, known, "id", "arn", "url"),
        created(f"{policy}.p", {}, "id", argument, "policy"),
        read,
        resources=[configured(holder), configured(f"{policy}.p", **named), said],
    )
    assert ["fail"] == [*verdicts(tmp_path, found, rule).values()]
