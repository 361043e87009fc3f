"""Policy documents, as the IAM JSON policy reference has them, written as text."""

from typing import Any

import msgspec


def allow(actions: str | list[str], resources: str | list[str]) -> dict[str, Any]:
    """Return a statement that allows actions on resources, without a condition."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def document(*statements: dict[str, Any]) -> str:
    """Return a policy of these statements."""
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": list(statements)}).decode()


def assumed_by(
    principal: dict[str, str], *, action: str = "sts:AssumeRole", condition: dict[str, Any] | None = None
) -> str:
    """Return a role's trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document(statement | ({"Condition": condition} if condition else {}))
