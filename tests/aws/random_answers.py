"""Answers that AWS might give: random, shaped by botocore's models, and now and then wrong."""

import json
import random
from contextvars import ContextVar
from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape

from scanner.evidence import Answer, Evidence, Failure
from scanner.model.kind import Scope
from scanner.model.maybe import Reason
from scanner.plan import Plan, read
from scanner.testing import ACCOUNT, NOW, REGION

SESSION = botocore.session.Session()
TEXTS = (
    "a",
    "b",
    "*",
    "",
    "-1",
    "tcp",
    "6",
    "i-1",
    "sg-1",
    "vpc-1",
    "igw-1",
    "eu-west-1",
    "true",
    "\x00\U0001f600",
    "x" * 300,
)
BLOCKS = ("0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/8", "::/0", "2000::/3", "203.0.113.7/32")
ARNS = (
    f"arn:aws:iam::{ACCOUNT}:role/a",
    "arn:aws:iam::999999999999:root",
    "arn:aws:s3:::b",
    "arn:",
    "arn:aws:iam::aws:policy/AdministratorAccess",
)
OWN_ARNS = {
    "UserDetail": f"arn:aws:iam::{ACCOUNT}:user/{{}}",
    "RoleDetail": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "GroupDetail": f"arn:aws:iam::{ACCOUNT}:group/{{}}",
    "ManagedPolicyDetail": f"arn:aws:iam::{ACCOUNT}:policy/{{}}",
    "InstanceProfile": f"arn:aws:iam::{ACCOUNT}:instance-profile/{{}}",
}
"""Structures whose own ARN says what they are."""
ADDRESSES = ("10.0.0.1", "203.0.113.7", "198.51.100.9")
PRINCIPALS = (
    "*",
    {"AWS": "*"},
    {"AWS": [ACCOUNT, ARNS[1]]},
    {"Service": "ec2.amazonaws.com"},
    {"Federated": "token.actions.githubusercontent.com"},
)
ACTIONS = ("*", "s3:*", "iam:PassRole", ["s3:GetObject", "sts:AssumeRole"], "nonsense", "kms:Decrypt")
CONDITIONS = (
    {},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringLike": {"aws:PrincipalArn": "*"}},
    {"IpAddress": {"aws:SourceIp": "1.2.3.4/33"}},
)
JUNK = (None, 0, -1, 2**70, 1.5, "junk", [], [None], {}, {"a": []}, True, [[[]]])


JUNK_RATE: ContextVar[float] = ContextVar("junk rate", default=0.0)
"""How often a value is not of its shape."""


@cache
def shape_of(service: str, operation: str) -> Shape:
    """Return the output shape of an operation."""
    return SESSION.get_service_model(service).operation_model(operation).output_shape


def document(chance: random.Random) -> Any:
    """Return a policy document, or what pretends to be one."""
    if chance.random() < 0.1:
        return chance.choice(["{", "[]", "", {"Statement": 3}])
    statement: dict[str, Any] = {"Effect": chance.choice(["Allow", "Deny"]), "Condition": chance.choice(CONDITIONS)}
    statement[chance.choice(["Action", "NotAction"])] = chance.choice(ACTIONS)
    statement[chance.choice(["Resource", "NotResource"])] = chance.choice(["*", ARNS[2], [ARNS[0], "arn:aws:s3:::b/*"]])
    if chance.random() < 0.6:
        statement[chance.choice(["Principal", "NotPrincipal"])] = chance.choice(PRINCIPALS)
    said = {"Version": chance.choice(["2012-10-17", "2008-10-17"]), "Statement": [statement] * chance.randint(0, 2)}
    return json.dumps(said) if chance.random() < 0.5 else said


def text(shape: Shape, name: str, chance: random.Random) -> Any:
    """Return a text for a member of this name."""
    if shape.enum and chance.random() < 0.95:
        return chance.choice(shape.enum)
    if name.lower().endswith(("policy", "policydocument", "document", "policytext")):
        return document(chance)
    if name.lower().endswith("arn"):
        return chance.choice(ARNS)
    if "cidr" in name.lower():
        return chance.choice(BLOCKS[3:5] if "6" in name else BLOCKS[:3])
    if "ipv6" in name.lower():
        return chance.choice(["2001:db8::1", "2600:1f18::5"])
    if any(part in name.lower() for part in ("ip", "address")):
        return chance.choice(ADDRESSES)
    if name in {"OwnerId", "AccountId", "awsAccountId", "UserId"}:
        return chance.choice([ACCOUNT, "999999999999"])
    return chance.choice(TEXTS)


def value(shape: Shape, name: str, chance: random.Random, depth: int = 0) -> Any:
    """Return a value of a shape, or junk in its place."""
    if chance.random() < JUNK_RATE.get():
        return chance.choice(JUNK)
    match shape.type_name:
        case "structure":
            fullness = 0.97 if depth < 4 else 0.85
            made = {
                member: value(inner, member, chance, depth + 1)
                for member, inner in shape.members.items()
                if depth < 12 and chance.random() < fullness
            }
            if "Arn" in made and shape.name in OWN_ARNS:
                made["Arn"] = OWN_ARNS[shape.name].format(chance.choice("ab"))
            return made
        case "list":
            return [value(shape.member, name, chance, depth + 1) for _ in range(chance.randint(0, 2))]
        case "map":
            return {
                chance.choice(TEXTS): value(shape.value, name, chance, depth + 1) for _ in range(chance.randint(0, 2))
            }
        case "boolean":
            return chance.random() < 0.5
        case "timestamp":
            return chance.choice(["2020-01-01T00:00:00+00:00", "2025-12-30T00:00:00Z", 1_600_000_000])
        case "integer" | "long" | "float" | "double":
            return chance.choice([-1, 0, 1, 22, 3389, 65535, 90])
        case "blob":
            return chance.choice(["", "dXNlcixhcm4K"])
        case _:
            return text(shape, name, chance)


def answer(service: str, operation: str, chance: random.Random) -> Answer:
    """Return an answer of an operation, sometimes an error, sometimes cut off."""
    if chance.random() < 0.03:
        return Answer((), complete=False, failure=Failure("AccessDenied", "no", Reason.DENIED))
    page = value(shape_of(service, operation), operation, chance)
    return Answer((page if isinstance(page, dict) else {},), complete=chance.random() > 0.02)


def random_evidence(plan: Plan, chance: random.Random, most_calls: int = 400) -> Evidence:
    """Return evidence in which every call of the plan is answered, at random, until there are enough."""
    evidence = Evidence(targets=(Scope("aws", ACCOUNT), Scope("aws", ACCOUNT, REGION)), taken_at=NOW)
    todo = [step for scope in evidence.targets for step in plan.roots(scope)]
    while todo and len(evidence.answers) < most_calls:
        step = todo.pop()
        key = step.key
        if key is not None and key not in evidence.answers:
            evidence.answers[key] = answer(key.service, key.operation, chance)
        todo += plan.follow(read(step, evidence.answers.get(key) if key else None).rows, step.scope)
    return evidence
