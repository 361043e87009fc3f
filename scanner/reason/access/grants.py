"""KMS grants as sources of permission.

Source: AWS KMS Developer Guide, "Grants in AWS KMS" and "Using grant constraints".
"""

from collections.abc import Iterable, Mapping

import msgspec

from scanner.model.policy import Condition, Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.principal import Reach, reach
from scanner.reason.access.request import Request

_CONTEXT_PREFIX = "kms:encryptioncontext:"


class Grant(msgspec.Struct, frozen=True):
    """A grant on the key that is asked for: who may call which operations, under which encryption context.

    ``subset`` must be part of the request's encryption context, ``equals`` (if not None) must be all of it. A value is
    compared exactly, a key without regard to case, as condition keys are.
    """

    grantee: str
    operations: frozenset[str]
    subset: tuple[tuple[str, str], ...] = ()
    equals: tuple[tuple[str, str], ...] | None = None

    def reaches(self, request: Request) -> Reach:
        """Say how the grant reaches the caller for this request."""
        operation = request.action.partition(":")[2].lower()
        if operation not in self.operations or not self._permits(request):
            return Reach.NONE
        grantee = Principals(aws=(self.grantee,), service=(self.grantee,))
        return reach(grantee, request.principal, request.user_id, request.role_arn)

    def _permits(self, request: Request) -> bool:
        context = {
            (key.removeprefix(_CONTEXT_PREFIX), value)
            for key, values in request.context.items()
            if key.startswith(_CONTEXT_PREFIX)
            for value in values
        }
        return set(self.subset) <= context and (self.equals is None or set(self.equals) == context)


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
    if unknown := limits.keys() - {"encryptioncontextsubset", "encryptioncontextequals"}:
        raise MalformedRequest(f"Constraints: {', '.join(sorted(unknown))} is not supported")
    equals = limits.get("encryptioncontextequals")
    return Grant(
        grantee=grantee,
        operations=frozenset(str(each).lower() for each in operations),
        subset=_pairs(limits.get("encryptioncontextsubset") or {}),
        equals=None if equals is None else _pairs(equals),
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
                conditions=tuple(
                    Condition("StringEquals", f"{_CONTEXT_PREFIX}{key}", (value,))
                    for key, value in (*grant.subset, *(grant.equals or ()))
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
