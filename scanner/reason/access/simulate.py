"""Requests with their policies in, decisions out: one JSON object a line each way."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from scanner.model.policy import MalformedPolicy, parse_policy
from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.evaluate import Deciding, Outcome, Source, Stack, evaluate
from scanner.reason.access.grants import Grant, parse_grant
from scanner.reason.access.policytypes import PolicyType, require_type
from scanner.reason.access.principal import parse_principal
from scanner.reason.access.request import ContextValue, make_request
from scanner.reason.access.statements import CompiledPolicy

MAX_LINE: Final = 4 * 1024 * 1024
"""The longest line that is read, in bytes; a longer one is answered with an error."""

_KEPT_POLICIES: Final = 1_024
_KEPT_BYTES: Final = 24 * 1024

_Policies = list[msgspec.Raw] | None
_Levels = list[list[msgspec.Raw]] | None


class _Line(msgspec.Struct):
    principal: str | dict[str, str]
    action: str
    resource: str
    principal_account: str | None = None
    principal_canonical_user: str | None = None
    resource_account: str | None = None
    context: dict[str, ContextValue] | None = None
    identity_policies: _Policies = None
    boundary: _Policies = None
    session_policies: _Policies = None
    resource_policy: msgspec.Raw = msgspec.Raw(b"null")
    scps: _Levels = None
    rcps: _Levels = None
    endpoint_policies: _Policies = None
    management_account: str | None = None
    kms_grants: list[dict[str, object]] | None = None
    id: msgspec.Raw = msgspec.Raw(b"null")


_FIELDS: Final = frozenset(_Line.__struct_fields__)
_LINES: Final = msgspec.json.Decoder(_Line)
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)
_ENCODER: Final = msgspec.json.Encoder()


def answer(line: str | bytes) -> bytes:
    """Answer one line.

    The answer has ``id``, ``decision``, ``statements`` and, if the request is denied, ``blocked_by``; or ``id`` and
    ``error``, which names the member that cannot be read, or that is missing and that the decision hangs on. Members
    that are not known are listed under ``ignored``.

    ``principal_canonical_user`` is the canonical user id of the principal's account (``aws s3api list-buckets`` tells
    one's own), for policies that name a CanonicalUser; empty if it is none of those.
    """
    members: Mapping[str, msgspec.Raw] = {}
    try:
        members = _MEMBERS.decode(line)
        outcome = _decide(_LINES.decode(line))
    except (MalformedPolicy, MalformedRequest, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return _ENCODER.encode({"id": members.get("id"), "error": str(error) or type(error).__name__})
    ignored = members.keys() - _FIELDS
    return _ENCODER.encode(_reply(members.get("id"), outcome) | ({"ignored": sorted(ignored)} if ignored else {}))


def answers(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Answer every line that is not blank, in order; a line longer than MAX_LINE is an error."""
    for line in lines:
        if len(line) > MAX_LINE:
            yield _ENCODER.encode({"id": None, "error": f"the line is longer than {MAX_LINE} bytes"})
        elif line.strip():
            yield answer(line)


def _decide(line: _Line) -> Outcome:
    principal = parse_principal(line.principal, line.principal_account)
    if line.principal_canonical_user is not None:
        principal = msgspec.structs.replace(principal, canonical_user=line.principal_canonical_user)
    request = make_request(
        principal,
        line.action,
        line.resource,
        line.context or {},
        resource_account=line.resource_account or "",
        has_boundary=bool(line.boundary),
    )
    if ":" not in line.action:
        raise MalformedRequest(f"action: {line.action!r} is not service:Action")
    resource_policy = [] if bytes(line.resource_policy) == b"null" else [line.resource_policy]
    stack = Stack(
        identity=_sources("identity_policies", line.identity_policies, PolicyType.IDENTITY),
        boundary=_sources("boundary", line.boundary, PolicyType.IDENTITY),
        session=_sources("session_policies", line.session_policies, PolicyType.IDENTITY),
        resource=tuple(_source("resource_policy", raw, PolicyType.RESOURCE) for raw in resource_policy),
        scps=_levels("scps", line.scps, PolicyType.IDENTITY),
        rcps=_levels("rcps", line.rcps, PolicyType.GUARD),
        endpoint=_sources("endpoint_policies", line.endpoint_policies, PolicyType.GUARD),
        grants=_grants(line.kms_grants or ()),
        management_account=line.management_account or "",
    )
    outcome = evaluate(stack, request)
    if outcome.undecided:
        raise MalformedRequest(f"principal_canonical_user: is needed, since {outcome.undecided}")
    return outcome


def _sources(name: str, policies: _Policies, kind: PolicyType) -> tuple[Source, ...]:
    return tuple(_source(f"{name}[{index}]", raw, kind) for index, raw in enumerate(policies or ()))


def _levels(name: str, levels: _Levels, kind: PolicyType) -> tuple[tuple[Source, ...], ...]:
    return tuple(_sources(f"{name}[{index}]", level, kind) for index, level in enumerate(levels or ()))


def _source(name: str, raw: msgspec.Raw, kind: PolicyType) -> Source:
    written = bytes(raw)
    try:
        policy = _kept(written, kind) if len(written) <= _KEPT_BYTES else _compiled(written, kind)
    except MalformedPolicy as error:
        raise MalformedPolicy(f"{name}{str(error).removeprefix('$')}") from error
    return Source(name, policy)


def _compiled(written: bytes, kind: PolicyType) -> CompiledPolicy:
    document = parse_policy(_TEXT.decode(written) if written.startswith(b'"') else written)
    require_type(document, kind)
    return CompiledPolicy(document)


_kept = lru_cache(maxsize=_KEPT_POLICIES)(_compiled)


def _grants(written: Iterable[Mapping[str, object]]) -> tuple[Grant, ...]:
    grants = []
    for index, each in enumerate(written):
        try:
            grants.append(parse_grant(each))
        except MalformedRequest as error:
            raise MalformedRequest(f"kms_grants[{index}].{error}") from error
    return tuple(grants)


def _reply(identifier: msgspec.Raw | None, outcome: Outcome) -> dict[str, object]:
    reply: dict[str, object] = {
        "id": identifier,
        "decision": outcome.decision,
        "statements": [_written(each) for each in outcome.statements],
    }
    if outcome.blocked_by is not None:
        reply["blocked_by"] = outcome.blocked_by
    return reply


def _written(deciding: Deciding) -> dict[str, object]:
    written: dict[str, object] = {"policy": deciding.policy}
    if deciding.statement is not None:
        if deciding.statement.sid:
            written["sid"] = deciding.statement.sid
        written["index"] = deciding.statement.index
    return written | {"effect": deciding.effect}
