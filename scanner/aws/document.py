"""Policy documents as AWS answers carry them: JSON text, or already decoded by the client."""

from typing import Any

from scanner.model.maybe import ABSENT, Absent, Reason, Unknown, unknown
from scanner.model.policy import MalformedPolicy, PolicyDocument, parse_policy


def policy_from(document: Any) -> PolicyDocument | Absent | Unknown:
    """Return the document, `ABSENT` where there is none, or an `Unknown` that says what is malformed."""
    if document is None or document in ("", ABSENT):
        return ABSENT
    try:
        return parse_policy(document)
    except MalformedPolicy as error:
        return unknown(Reason.UNRESOLVED, f"the policy document is malformed: {error}")
