"""Short forms for lines of `casemate simulate` in tests."""

import json

from scanner.reason.access.simulate import answer

HERE = "111122223333"
ELSEWHERE = "444455556666"
USER = f"arn:aws:iam::{HERE}:user/team/alice"
ROLE = f"arn:aws:iam::{HERE}:role/app/Worker"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/Worker/job"
FEDERATED_USER = f"arn:aws:sts::{HERE}:federated-user/carol"
ROOT = f"arn:aws:iam::{HERE}:root"
OBJECT = "arn:aws:s3:::bucket/key"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1234"


def policy(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


FULL = policy(allow())


def asked(**line):
    if "identity" in line:
        line["identity_policies"] = [policy(*line.pop("identity"))]
    if "grants" in line:
        line["resource_policy"] = policy(*line.pop("grants"))
    line = {"id": 1, "principal": USER, "action": "s3:GetObject", "resource": OBJECT, "resource_account": HERE} | line
    return json.loads(answer(json.dumps(line)))


def decided(**line):
    """The decision, and what blocked it after a colon."""
    reply = asked(**line)
    assert "error" not in reply, reply
    return ":".join([reply["decision"], *([reply["blocked_by"]] if "blocked_by" in reply else [])])
