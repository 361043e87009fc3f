"""The mark of the escalation search: an account of 1,000 principals in at most 10 seconds."""

import time

from scanner.model.access import Escalation
from scanner.model.account import Account
from tests.bench.__main__ import say
from tests.reason.account.accounts import allow, arn, attached, deny, group, inventory_of, managed, role, trusting, user

USERS = 400
ROLES = 600
SERVICES = ("lambda", "ec2", "codebuild", "ecs-tasks", "glue", "cloudformation")


def rows():
    """Yield an account as one finds it: teams with managed policies, roles for services, a few administrators."""
    yield group(
        "devs", allow(["s3:*", "dynamodb:*", "lambda:*"]), deny("iam:*", Bool={"aws:MultiFactorAuthPresent": "false"})
    )
    for number in range(40):
        yield managed(
            f"team-{number}",
            allow(["ec2:*", "logs:*", "codebuild:*", "cloudformation:*", "ssm:*", "glue:*"]),
            allow("iam:PassRole", arn(f"role/app-{number}-*"), StringLike={"iam:PassedToService": "*.amazonaws.com"}),
            allow("sts:AssumeRole", arn(f"role/app-{number}-*")),
        )
    for number in range(USERS):
        own = allow(["iam:CreateAccessKey", "iam:UpdateLoginProfile"], arn("user/${aws:username}"))
        yield user(f"u{number}", own, groups=["devs"], **attached(arn(f"policy/team-{number % 40}")))
    for number in range(ROLES):
        is_admin = number % 60 == 0
        service = trusting({"Service": f"{SERVICES[number % len(SERVICES)]}.amazonaws.com"}, arn("root"))
        statement = allow("*") if is_admin else allow(["s3:GetObject", "sqs:*"], f"arn:aws:s3:::data-{number}/*")
        extra = allow(["iam:PutRolePolicy", "iam:CreatePolicyVersion"], arn(f"role/other-{number}"))
        yield role(f"app-{number % 40}-{number}", statement, extra, trust=service)


def bench_escalation() -> None:
    """The search over 1,000 principals with 10 administrators among them, and how many reach those."""
    begun = time.perf_counter()
    inventory = inventory_of(*rows(), kinds=[Escalation])
    (account,) = inventory.listing(Account)
    read = time.perf_counter()
    found = inventory.facet(Escalation, account.scope, account.id)
    done = time.perf_counter()
    paths = len(found.paths)
    say(
        f"escalation search, {USERS + ROLES} principals, {paths} paths",
        f"{done - read:.1f} s (+{read - begun:.1f} s to read)",
        "10 s",
    )


if __name__ == "__main__":
    bench_escalation()
