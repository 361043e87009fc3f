"""KMS grants as sources of permission.

Source: AWS KMS Developer Guide, "Grants in AWS KMS" and "Using grant constraints".
"""

from collections.abc import Iterable, Mapping

import msgspec

from scanner.model.policy import Condition, Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.conditions import arn_matcher
from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.glob import wildcards
from scanner.reason.access.principal import Reach, reach
from scanner.reason.access.request import Request

_CONTEXT_PREFIX = "kms:encryptioncontext:"


class Grant(msgspec.Struct, frozen=True):
    """A grant: who may call which operations on which key, under which encryption context and for which resource.

    ``key`` is the id or ARN of the key, empty for the key that is asked for. ``subset`` must be part of the request's
    encryption context, ``equals`` (if not None) must be all of it; values are compared exactly, keys without regard to
    case, as condition keys are. ``source_arn`` (if not empty) must be like the request's ``aws:SourceArn``. The
    ``retiring`` principal may retire the grant.
    """

    grantee: str
    operations: frozenset[str]
    key: str = ""
    subset: tuple[tuple[str, str], ...] = ()
    equals: tuple[tuple[str, str], ...] | None = None
    source_arn: str = ""
    retiring: str = ""

    def reaches(self, request: Request) -> Reach:
        """Say how the grant reaches the caller for this request."""
        operation = request.action.partition(":")[2].lower()
        if self.key and self.key.rpartition("/")[2] != request.resource.rpartition("/")[2]:
            return Reach.NONE
        is_retired = operation == "retiregrant" and bool(self.retiring)
        retires = _reach(self.retiring, request) if is_retired else Reach.NONE
        if operation not in self.operations or not self._permits(request):
            return retires
        return max(retires, _reach(self.grantee, request))

    def _permits(self, request: Request) -> bool:
        context = {
            (key.removeprefix(_CONTEXT_PREFIX), value)
            for key, values in request.context.items()
            if key.startswith(_CONTEXT_PREFIX)
            for value in values
        }
        sources = request.context.get("aws:sourcearn", ())
        return (
            set(self.subset) <= context
            and (self.equals is None or set(self.equals) == context)
            and (not self.source_arn or any(arn_matcher(wildcards(self.source_arn))(source) for source in sources))
        )


def _reach(name: str, request: Request) -> Reach:
    element = Principals(aws=(name,), service=(name,))
    return reach(element, request.principal, request.user_id, request.role_arn)


def parse_grant(written: Mapping[str, object]) -> Grant:
    """Read a grant in the shape of ListGrants (names without regard to case and underscores).

    Raises MalformedRequest, naming the member, for one that is missing or of another type.
    """
    members = {_folded(name): value for name, value in written.items()}
    grantee = members.get("granteeprincipal", members.get("granteeserviceprincipal"))
    if not isinstance(grantee, str):
        raise MalformedRequest("GranteePrincipal: is not text")
    operations = members.get("operations")
    if not isinstance(operations, list | tuple) or not all(isinstance(each, str) for each in operations):
        raise MalformedRequest("Operations: is not a list of texts")
    constraints = members.get("constraints") or {}
    if not isinstance(constraints, Mapping):
        raise MalformedRequest("Constraints: is not an object")
    limits = {_folded(name): value for name, value in constraints.items()}
    if unknown := limits.keys() - {"encryptioncontextsubset", "encryptioncontextequals", "sourcearn"}:
        raise MalformedRequest(f"Constraints: {', '.join(sorted(unknown))} is not supported")
    equals = limits.get("encryptioncontextequals")
    return Grant(
        grantee=grantee,
        operations=frozenset(str(each).lower() for each in operations),
        key=str(members.get("keyid") or ""),
        subset=_pairs(limits.get("encryptioncontextsubset") or {}),
        equals=None if equals is None else _pairs(equals),
        source_arn=str(limits.get("sourcearn") or ""),
        retiring=str(members.get("retiringprincipal") or members.get("retiringserviceprincipal") or ""),
    )


def grants_policy(grants: Iterable[Grant]) -> PolicyDocument:
    """Write grants as a policy that allows what they allow, for callers that send no further encryption context."""
    return PolicyDocument(
        statements=tuple(
            Statement(
                index=index,
                effect=Effect.ALLOW,
                principals=Principals(aws=(grant.grantee,), service=(grant.grantee,)),
                actions=tuple(f"kms:{operation}" for operation in sorted(grant.operations)),
                resources=(f"*{grant.key.rpartition('/')[2]}",) if grant.key else None,
                conditions=(
                    *(
                        Condition("StringEquals", f"{_CONTEXT_PREFIX}{key}", (value,))
                        for key, value in (*grant.subset, *(grant.equals or ()))
                    ),
                    *([Condition("ArnLike", "aws:SourceArn", (grant.source_arn,))] if grant.source_arn else []),
                ),
            )
            for index, grant in enumerate(grants)
        )
    )


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _pairs(written: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(written, Mapping) or not all(isinstance(value, str) for value in written.values()):
        raise MalformedRequest("Constraints: an encryption context is not an object of texts")
    return tuple((str(key).lower(), str(value)) for key, value in written.items())
