"""The mark of attack paths: 5,000 workloads and 2,000 identities in at most 10 seconds."""

import time
from typing import Any

from scanner.derivations import DERIVATIONS
from scanner.inventory import Inventory
from scanner.model.account import Account
from scanner.model.attack import AttackPaths
from scanner.plan import Plan
from scanner.testing import ACCOUNT, READERS, REGION, evidence_of
from tests.bench.__main__ import say
from tests.reason.account.accounts import allow, role, trusting
from tests.reason.network.answers import group, interface, permission
from tests.reason.paths.attacked import attacked, inspector, vulnerability

WORKLOADS = 5_000
ROLES = 2_000
SECRETS = 200
VULNERABLE = 5


def _profile(number: int) -> str:
    return f"arn:aws:iam::{ACCOUNT}:instance-profile/app-{number}"


def _role(number: int) -> dict[str, Any]:
    """A role of an application: its own data, a neighbour to assume; a few pass roles or are administrators."""
    profile = {
        "InstanceProfileName": f"app-{number}",
        "Arn": _profile(number),
        "Roles": [{"RoleName": f"app-{number}"}],
    }
    own = [
        allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::app-{number}/*"),
        allow(
            "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:app-{number % 400}-*"
        ),
        allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/app-{(number * 7) % ROLES}"),
    ]
    own += (
        [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"])] if number % 50 == 1 else []
    )
    own += [allow("*")] if number % 200 == 0 else []
    trust = trusting({"Service": "ec2.amazonaws.com"}, f"arn:aws:iam::{ACCOUNT}:role/app-{(number * 3) % ROLES}")
    return role(f"app-{number}", *own, trust=trust, InstanceProfileList=[profile])


def answers() -> dict[str, Any]:
    """An account whose workloads are reached by the internet, every fifth of them vulnerable."""
    machines = [f"i-{number:017x}" for number in range(WORKLOADS)]
    found = attacked(*(_role(number) for number in range(ROLES)))
    found["ec2:DescribeInstances"]["Reservations"][0]["Instances"] = [
        {
            "InstanceId": one,
            "State": {"Name": "running"},
            "IamInstanceProfile": {"Arn": _profile(number % ROLES), "Id": "x"},
        }
        for number, one in enumerate(machines)
    ]
    found["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"] = [
        interface(
            f"eni-{number}",
            f"sg-{number % 50}",
            private=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            public=f"54.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            Attachment={"InstanceId": one},
        )
        for number, one in enumerate(machines)
    ]
    found["ec2:DescribeSecurityGroups"]["SecurityGroups"] = [
        group(f"sg-{number}", permission("tcp", 443 + number, None, "0.0.0.0/0")) for number in range(50)
    ]
    resources = [{"type": "AWS_EC2_INSTANCE", "id": one, "region": REGION} for one in machines[::VULNERABLE]]
    found |= inspector(*(vulnerability(id=f"CVE-{number}", resources=[one]) for number, one in enumerate(resources)))
    covered = found["inspector2:ListCoverage"]["coveredResources"][0]
    found["inspector2:ListCoverage"]["coveredResources"] = [covered | {"resourceId": one} for one in machines]
    arns = [f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:app-{number}-a1b2c3" for number in range(SECRETS)]
    found["secretsmanager:ListSecrets"] = {"SecretList": [{"ARN": arn, "Name": arn[-12:]} for arn in arns]}
    found["secretsmanager:GetResourcePolicy"] = [
        {"parameters": {"SecretId": arn}, "response": {"ARN": arn, "Name": arn[-12:]}} for arn in arns
    ]
    return found


def bench_paths() -> None:
    """Attack paths over an account in which everything is exposed."""
    begun = time.perf_counter()
    evidence = evidence_of(answers())
    inventory = Inventory.of(Plan.of((), READERS, DERIVATIONS, kinds=[AttackPaths]), evidence)
    (account,) = inventory.listing(Account)
    read = time.perf_counter()
    found = inventory.facet(AttackPaths, account.scope, account.id)
    done = time.perf_counter()
    say(
        f"attack paths, {WORKLOADS} workloads x {ROLES} identities, {len(found.paths)} paths",
        f"{done - read:.1f} s (+{read - begun:.1f} s to read)",
        "10 s",
    )


if __name__ == "__main__":
    bench_paths()
