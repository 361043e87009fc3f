"""Policy documents of which some part is not known: what is known of them is kept.

An attribute of one declared thing stands in the document as a name of its own (`arn:aws:s3:::aws_s3_bucket.b`): it is
one thing and no wildcard, whatever its text will be. What may be anything is left out of a tuple that says so
(`PartlyKnown`): it can be shown that a known statement allows too much, not that none does.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from scanner.iac.documents import decoded
from scanner.iac.partly_known import PartlyKnown
from scanner.iac.values import SYMBOLS, Encoded, Hole, Template, Value, first_hole, list_of
from scanner.model.maybe import ABSENT, Absent, Reason, Unknown, Why, unknown
from scanner.model.policy import MalformedPolicy, PolicyDocument, Principals, Statement, parse_policy

_SUBSTANCE: Final = re.compile(r"\w")
_LISTS: Final = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


class _Unknown(Exception):  # noqa: N818 - it is no error but an answer
    def __init__(self, hole: Hole) -> None:
        super().__init__(hole.reference)
        self.hole = hole


def policy_of(value: Value, named: Callable[[str], str] = str) -> PolicyDocument | Absent | Unknown:
    """Return the policy that a value holds; absent if it is null or empty, unknown if nothing of it is known.

    `named` returns a resource's text, of which some part is not known, as the thing is known by.
    """
    if value is None or value == "":
        return ABSENT
    try:
        document = decoded(value)
    except ValueError as error:
        hole = first_hole(value)
        return hole.unknown() if hole else unknown(Reason.UNRESOLVED, f"the policy document is not JSON: {error}")
    if isinstance(document, SYMBOLS):
        return (first_hole(document) or Hole("the policy document")).unknown()
    try:
        return _document(document, named)
    except MalformedPolicy as error:
        return unknown(Reason.UNRESOLVED, f"the policy document is malformed: {error}")
    except _Unknown as part:
        return part.hole.unknown()


def told_part(document: Any) -> Any:
    """Return what a partly known policy is known to allow; the document itself where that cannot be told apart.

    More allowing statements only let more in, so what fails by the known ones fails. An element of a Deny, a condition
    or a negation that is not known could take that back.
    """
    if type(document) is not PolicyDocument:
        return document
    kept: list[Statement] = []
    for statement in getattr(document.statements, "told", document.statements):
        told = _told(statement)
        if told is None and not statement.allows:
            return document
        kept += [told] if told is not None else []
    if not isinstance(document.statements, PartlyKnown):
        return msgspec.structs.replace(document, statements=tuple(kept))
    return document if document.statements.denies else msgspec.structs.replace(document, statements=tuple(kept))


def with_resources(document: Any, change: Callable[[str], str]) -> Any:
    """Return a policy with each resource that it names written anew; anything that is no policy as it is."""
    if type(document) is not PolicyDocument:
        return document

    def anew(names: Any) -> Any:
        if isinstance(names, PartlyKnown):
            return PartlyKnown([change(name) for name in names.told], names.why, denies=names.denies)
        return names if names is None else tuple(change(name) for name in names)

    def statement(one: Statement) -> Statement:
        return msgspec.structs.replace(one, resources=anew(one.resources), not_resources=anew(one.not_resources))

    said = document.statements
    if isinstance(said, PartlyKnown):
        kept: Any = PartlyKnown([statement(one) for one in said.told], said.why, denies=said.denies)
    else:
        kept = tuple(statement(one) for one in said)
    return msgspec.structs.replace(document, statements=kept)


def moved(document: Any, service: str, region: str, to: str) -> Any:
    """Return a policy whose ARNs of a service in one region are of another: where a region stood for one not known."""
    old, new = (f"arn:aws:{service}:{name}:" for name in (region, to))
    return with_resources(document, lambda name: new + name.removeprefix(old) if name.startswith(old) else name)


def _told(statement: Statement) -> Statement | None:
    """Return the statement as far as it is known, or None if that is not enough to go by."""
    changes: dict[str, Any] = {}
    for name in ("actions", "resources"):
        value = getattr(statement, name)
        if isinstance(value, PartlyKnown):
            changes[name] = value.told
    if statement.principals is not None and isinstance(statement.principals.aws, PartlyKnown):
        changes["principals"] = msgspec.structs.replace(statement.principals, aws=statement.principals.aws.told)
    refused = statement.not_principals.aws if statement.not_principals else None
    if any(value == () for value in changes.values()) or changes.get("principals") == Principals():
        return None
    others = (statement.not_actions, statement.not_resources, statement.conditions, refused)
    if any(isinstance(value, PartlyKnown) for value in others) or (changes and not statement.allows):
        return None
    return msgspec.structs.replace(statement, **changes) if changes else statement


def _document(document: Value, named: Callable[[str], str]) -> PolicyDocument:
    hole = first_hole(document)
    if hole is not None and not isinstance(document, dict):
        raise _Unknown(hole)
    if not isinstance(document, dict) or "Statement" not in document:
        return parse_policy(document if isinstance(document, dict) else json.dumps(document))
    head = {name: _concrete(value) for name, value in document.items() if name != "Statement"}
    said = list_of(document["Statement"])
    if first_hole(document) is None:
        return parse_policy({**head, "Statement": said})
    statements: list[Statement] = []
    why: Why | None = None
    denies = False
    if isinstance(document["Statement"], SYMBOLS):
        said = [document["Statement"]]
    for number, one in enumerate(said):
        try:
            statements.append(msgspec.structs.replace(_statement(one, named), index=number))
        except _Unknown as part:
            why = why or _why(part.hole)
            denies = denies or not (isinstance(one, dict) and one.get("Effect") == "Allow")
    policy = parse_policy({**head, "Statement": []})
    kept = tuple(statements) if why is None else PartlyKnown(statements, why, denies=denies)
    return msgspec.structs.replace(policy, statements=kept)


def _why(hole: Hole) -> Why:
    return Why(hole.reason, hole.detail or f"{hole.reference} is not known")


def _statement(said: Value, named: Callable[[str], str]) -> Statement:
    if isinstance(said, SYMBOLS):
        raise _Unknown(first_hole(said) or Hole("the statement"))
    if not isinstance(said, dict):
        raise MalformedPolicy("$.Statement: is no object where one is due")
    plain: dict[str, Any] = {}
    gaps: dict[str, Why] = {}
    for name, value in said.items():
        if name in _LISTS:
            plain[name], why = _texts(value, _concrete if "Action" in name else partial(_resource, named))
        elif name in ("Principal", "NotPrincipal"):
            plain[name], why = _principals(value)
        elif name == "Condition":
            plain[name], why = _conditions(value)
        else:
            plain[name], why = _concrete(value), None
        if why is not None:
            gaps[name] = why
    return _with_gaps(parse_policy({"Version": "2012-10-17", "Statement": plain}).statements[0], gaps)


def _with_gaps(statement: Statement, gaps: Mapping[str, Why]) -> Statement:
    """Return the statement with its incomplete elements marked as such."""
    changes: dict[str, Any] = {}
    for name, why in gaps.items():
        if name in _LISTS:
            changes[_LISTS[name]] = PartlyKnown(getattr(statement, _LISTS[name]) or (), why)
        elif name == "Condition":
            changes["conditions"] = PartlyKnown(statement.conditions, why)
        else:
            field = "principals" if name == "Principal" else "not_principals"
            known = getattr(statement, field) or Principals()
            changes[field] = msgspec.structs.replace(known, aws=PartlyKnown(known.aws, why))
    return msgspec.structs.replace(statement, **changes)


def _texts(value: Value, read: Callable[[Value], Any]) -> tuple[list[str], Why | None]:
    """Return the texts of a list as far as they can be read."""
    found: list[str] = []
    why: Why | None = None
    for item in [value] if isinstance(value, SYMBOLS) else list_of(value):
        try:
            found.append(read(item))
        except _Unknown as part:
            why = why or _why(part.hole)
    return found, why


def _resource(named: Callable[[str], str], item: Value) -> str:
    """Return a resource as text: beside known text what is not known is a name, for it is no `*` alone."""
    if isinstance(item, Template) and _SUBSTANCE.search("".join(part for part in item.parts if isinstance(part, str))):
        return named(rendered(item))
    found: str = _concrete(item)
    return named(found) if isinstance(item, Hole) else found


def rendered(value: Template) -> str:
    """Return a text with names for what is not known: `logs-{var.env}`."""
    return "".join(
        part if isinstance(part, str) else part.text if isinstance(part, Hole) else f"{{{part}}}"
        for part in value.parts
    )


def _concrete(value: Value) -> Any:
    """Return the value with attributes of declared things as names. Raises `_Unknown` if any other part is not known."""
    if isinstance(value, Hole):
        if value.is_concrete:
            return value.text
        raise _Unknown(value)
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else _concrete(part) for part in value.parts)
    if isinstance(value, Encoded):
        raise _Unknown(first_hole(value) or Hole("jsonencode(…)"))
    return value


def _principals(value: Value) -> tuple[Any, Why | None]:
    if isinstance(value, SYMBOLS):
        return {}, _why(first_hole(value) or Hole("the principal"))
    if not isinstance(value, dict):
        return value, None
    found: dict[str, list[str]] = {}
    why: Why | None = None
    for kind, names in value.items():
        found[kind], missing = _texts(names, _concrete)
        why = why or missing
    return found, why


def _conditions(value: Value) -> tuple[dict[str, Any], Why | None]:
    if not isinstance(value, dict):
        return {}, _why(first_hole(value) or Hole("the condition"))
    found: dict[str, Any] = {}
    why: Why | None = None
    for operator, keys in value.items():
        if not isinstance(keys, dict):
            why = why or _why(first_hole(keys) or Hole("the condition"))
            continue
        for key, values in keys.items():
            texts, missing = _texts(values, _concrete)
            why = why or missing
            if missing is None:
                found.setdefault(operator, {})[key] = texts
    return found, why
