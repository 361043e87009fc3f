"""A small account that the internet reaches: one instance that serves the web with a role, to be varied."""

from typing import Any

from scanner.derivations import DERIVATIONS
from scanner.inventory import Inventory
from scanner.model.account import Account
from scanner.model.attack import AttackPaths
from scanner.plan import Plan
from scanner.testing import ACCOUNT, READERS, REGION, evidence_of
from tests.reason.account.accounts import NO_ORGANIZATION, details, role, trusting
from tests.reason.network.answers import interface, public_network

INSTANCE = "i-0123456789abcdef0"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-a1b2c3"


def web_role(*statements: Any) -> dict[str, Any]:
    """The role of the instance."""
    profile = {"InstanceProfileName": "web", "Arn": PROFILE, "Roles": [{"RoleName": "web", "Arn": "x"}]}
    return role("web", *statements, trust=trusting({"Service": "ec2.amazonaws.com"}), InstanceProfileList=[profile])


def vulnerability(**changes: Any) -> dict[str, Any]:
    """A finding of Inspector on the instance, exploitable over the network unless told otherwise."""
    vector = changes.pop("vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
    package = {
        "vulnerabilityId": changes.pop("id", "CVE-2999-1"),
        "source": "NVD",
        "cvss": [{"source": "NVD", "version": "3.1", "baseScore": 9.8, "scoringVector": vector}],
        "vulnerablePackages": [{"name": "openssl", "version": "3.0.1"}],
    }
    row = {
        "findingArn": f"arn:aws:inspector2:{REGION}:{ACCOUNT}:finding/{package['vulnerabilityId']}",
        "awsAccountId": ACCOUNT,
        "type": "PACKAGE_VULNERABILITY",
        "severity": "HIGH",
        "status": "ACTIVE",
        "firstObservedAt": "2025-12-31T00:00:00+00:00",
        "lastObservedAt": "2025-12-31T00:00:00+00:00",
        "exploitAvailable": "YES",
        "fixAvailable": "YES",
        "packageVulnerabilityDetails": package,
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": INSTANCE, "region": REGION}],
    }
    return row | changes


def inspector(*findings: Any, status: str = "ENABLED", covers: bool = True) -> dict[str, Any]:
    """The answers of Inspector: these findings, and whether it scans the instance."""
    states = {name: {"status": status} for name in ("ec2", "ecr", "lambda", "lambdaCode")}
    scanned = {
        "accountId": ACCOUNT,
        "resourceId": INSTANCE,
        "resourceType": "AWS_EC2_INSTANCE",
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": "ACTIVE" if covers else "INACTIVE", "reason": "SUCCESSFUL"},
    }
    return {
        "inspector2:BatchGetAccountStatus": {
            "accounts": [{"accountId": ACCOUNT, "state": {"status": status}, "resourceState": states}]
        },
        "inspector2:ListFindings": {"findings": list(findings)},
        "inspector2:ListCoverage": {"coveredResources": [scanned]},
    }


def secret(document: str = "") -> dict[str, Any]:
    """A secret, with this policy."""
    answer = {"ARN": SECRET, "Name": "db"} | ({"ResourcePolicy": document} if document else {})
    return {
        "secretsmanager:ListSecrets": {"SecretList": [{"ARN": SECRET, "Name": "db"}]},
        "secretsmanager:GetResourcePolicy": [{"parameters": {"SecretId": SECRET}, "response": answer}],
    }


def attacked(*rows: Any, **calls: Any) -> dict[str, Any]:
    """The answers of the account: the principals are these, and `calls` replace others, by `service__Operation`."""
    network = public_network(NetworkInterfaces=[interface("eni-1", "sg-1", Attachment={"InstanceId": INSTANCE})])
    instance = {
        "InstanceId": INSTANCE,
        "State": {"Name": "running"},
        "IamInstanceProfile": {"Arn": PROFILE, "Id": "x"},
    }
    empty = {
        "ec2:DescribeInstances": {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [instance]}]},
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": []},
        "elbv2:DescribeTargetGroups": {"TargetGroups": []},
        "elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": []},
        "lambda:ListFunctions": {"Functions": []},
        "s3:ListBuckets": {"Buckets": []},
        "secretsmanager:ListSecrets": {"SecretList": []},
        "kms:ListKeys": {"Keys": []},
    }
    more = {name.replace("__", ":"): said for name, said in calls.items()}
    return NO_ORGANIZATION | network | empty | inspector(vulnerability()) | details(*rows) | more


def found_in(answers: dict[str, Any]) -> AttackPaths:
    """Return the attack paths that are found in these answers."""
    inventory = Inventory.of(Plan.of((), READERS, DERIVATIONS, kinds=[AttackPaths]), evidence_of(answers))
    (account,) = inventory.listing(Account)
    return inventory.facet(AttackPaths, account.scope, account.id)


def told(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Return each path in words, with its status."""
    return [(path.status, path.described) for path in found_in(answers).paths]
