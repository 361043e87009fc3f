"""The decision on one request, over every type of policy.

Source: IAM User Guide, "Policy evaluation logic" (single account, cross-account, explicit and implicit denies),
"Permissions boundaries", "Session policies"; Organizations User Guide, "SCP evaluation", "RCP evaluation"; AWS KMS
Developer Guide, "Key policies". Where several layers deny, ``blocked_by`` names the first of rcp, scp, endpoint,
resource, identity, boundary and session.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final, TypeAlias

import msgspec

from scanner.model.policy import Effect, PolicyDocument, Statement
from scanner.reason.access.canonicalusers import MOST_CASES, cases, undecided_by, unplaced
from scanner.reason.access.grants import Grant
from scanner.reason.access.principal import Kind, Principal, Reach
from scanner.reason.access.request import Request
from scanner.reason.access.services import (
    OWNERS_ROOT_ALWAYS,
    WITHOUT_PERMISSION,
    WITHOUT_PERMISSION_OF_USERS,
    is_key_use,
    is_role_assumption,
    rcp_services,
)
from scanner.reason.access.statements import CompiledPolicy


class Decision(StrEnum):
    """What AWS answers."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicit-deny"
    EXPLICIT_DENY = "explicit-deny"


class Layer(StrEnum):
    """The types of policy, in the order in which a denial is attributed."""

    RCP = "rcp"
    SCP = "scp"
    ENDPOINT = "endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"


class Source(msgspec.Struct, frozen=True):
    """A policy and the place it came from, such as ``identity_policies[0]``."""

    name: str
    policy: CompiledPolicy

    @classmethod
    def of(cls, name: str, document: PolicyDocument) -> "Source":
        """Compile a document; keep the result where the policy is asked more than once."""
        return cls(name, CompiledPolicy(document))


class Stack(msgspec.Struct, frozen=True):
    """Every policy that bears on a request.

    ``identity`` holds inline, managed and group policies. Several ``boundary``, ``session`` or ``endpoint`` documents
    are read as one policy. An SCP or RCP level is the root, an organizational unit or the account; no levels means that
    there is no organization. ``management_account`` is the organization's, empty if unknown.
    """

    identity: tuple[Source, ...] = ()
    boundary: tuple[Source, ...] = ()
    session: tuple[Source, ...] = ()
    resource: tuple[Source, ...] = ()
    scps: tuple[tuple[Source, ...], ...] = ()
    rcps: tuple[tuple[Source, ...], ...] = ()
    endpoint: tuple[Source, ...] = ()
    grants: tuple[Grant, ...] = ()
    management_account: str = ""


class Deciding(msgspec.Struct, frozen=True):
    """A statement that decided, and the policy it stands in; a KMS grant has no statement."""

    policy: str
    statement: Statement | None
    reach: Reach = Reach.DIRECT

    @property
    def effect(self) -> Effect:
        """What it does."""
        return self.statement.effect if self.statement else Effect.ALLOW


class Outcome(msgspec.Struct, frozen=True):
    """A decision, the statements that made it, and what stood in the way if it is a denial.

    ``undecided`` is empty, or says what the decision hangs on that is not known; then it is that of the usual case.
    """

    decision: Decision
    statements: tuple[Deciding, ...] = ()
    blocked_by: Layer | None = None
    undecided: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether AWS would carry the request out, as far as that is known."""
        return self.decision is Decision.ALLOWED and not self.undecided


_FREE: Final = frozenset(action.lower() for action in WITHOUT_PERMISSION)
_FREE_FOR_USERS: Final = frozenset(action.lower() for action in WITHOUT_PERMISSION_OF_USERS)
_OF_OWNERS_ROOT: Final = frozenset(action.lower() for action in OWNERS_ROOT_ALWAYS)

_Matches: TypeAlias = dict[Layer, list[list[Deciding]]]
"""Per applicable layer its levels (most layers have one), and per level the statements that match."""


def evaluate(stack: Stack, request: Request) -> Outcome:
    """Decide one request. An explicit Deny in any applicable policy wins; without an Allow the answer is no.

    If a policy names canonical users and that of the caller's account is not known, every case must come out the same.
    """
    names = unplaced_canonical_users(stack, request.principal) if stack.resource or stack.rcps else ()
    if not names:
        return _decided(stack, request)
    callers = cases(request.principal, names[:MOST_CASES])
    outcomes = [_decided(stack, msgspec.structs.replace(request, principal=caller)) for caller in callers]
    if len(names) <= MOST_CASES and len({outcome.decision for outcome in outcomes}) == 1:
        return outcomes[0]
    return msgspec.structs.replace(outcomes[0], undecided=undecided_by(names))


def unplaced_canonical_users(stack: Stack, caller: Principal) -> tuple[str, ...]:
    """Return the canonical users named by the resource's policies of which the caller's account may be one."""
    if caller.canonical_user is not None:
        return ()
    named = [named for source in chain(stack.resource, *stack.rcps) if (named := source.policy.canonical_users)]
    return unplaced(named, caller) if named else ()


def _decided(stack: Stack, request: Request) -> Outcome:
    matches = _matches(stack, request)
    found = [(layer, each) for layer in Layer for level in matches.get(layer, ()) for each in level]
    denies = [(layer, each) for layer, each in found if each.effect is Effect.DENY]
    if denies:
        return Outcome(Decision.EXPLICIT_DENY, tuple(each for _, each in denies), denies[0][0])
    blocker = _blocker(stack, request, matches)
    if blocker is not None:
        return Outcome(Decision.IMPLICIT_DENY, (), blocker)
    return Outcome(Decision.ALLOWED, tuple(each for _, each in found))


def needs_no_permission(request: Request) -> bool:
    """Whether AWS carries a request out without asking the policies of caller, resource and organization.

    That of a VPC endpoint, which lets requests through or not, is asked all the same (assumption).
    """
    action, caller = request.action.lower(), request.principal
    is_free = action in _FREE or (action in _FREE_FOR_USERS and caller.kind in {Kind.USER, Kind.ROOT})
    return is_free and caller.in_account


def is_of_owners_root(request: Request) -> bool:
    """Whether a bucket's owner asks as root for what no bucket policy can deny, lest it be locked out."""
    caller = request.principal
    is_owner = bool(caller.account) and caller.account == request.resource_account
    return caller.kind is Kind.ROOT and is_owner and request.action.lower() in _OF_OWNERS_ROOT


def _matches(stack: Stack, request: Request) -> _Matches:
    found: _Matches = {Layer.ENDPOINT: [_statements(stack.endpoint, request)]} if stack.endpoint else {}
    if needs_no_permission(request):
        return found
    policies = _statements(stack.resource, request)
    if is_of_owners_root(request):
        policies = [each for each in policies if each.effect is Effect.ALLOW]
    found[Layer.RESOURCE] = [policies + _granted(stack.grants, request)]
    if stack.rcps and rcps_apply(stack, request):
        found[Layer.RCP] = [_statements(level, request) for level in stack.rcps]
    if request.principal.in_account:
        found[Layer.IDENTITY] = [_statements(stack.identity, request)]
        if stack.boundary:
            found[Layer.BOUNDARY] = [_statements(stack.boundary, request)]
        if stack.session or request.principal.kind is Kind.FEDERATED_USER:
            found[Layer.SESSION] = [_statements(stack.session, request)]
        if stack.scps and scps_apply(stack, request):
            found[Layer.SCP] = [_statements(level, request) for level in stack.scps]
    return found


def scps_apply(stack: Stack, request: Request) -> bool:
    """Whether service control policies bear on the caller: not in the management account, not a service-linked role."""
    caller = request.principal
    in_management = bool(caller.account) and caller.account == stack.management_account
    return caller.in_account and not in_management and not caller.is_service_linked


def rcps_apply(stack: Stack, request: Request) -> bool:
    """Whether resource control policies bear on the resource.

    Only for services that support them; not for the management account's resources, service-linked roles (as caller or
    as the role assumed), AWS managed keys, ``kms:RetireGrant``.
    """
    in_management = bool(request.resource_account) and request.resource_account == stack.management_account
    return (
        request.service in rcp_services()
        and not in_management
        and not request.principal.is_service_linked
        and ":role/aws-service-role/" not in request.resource
        and not any(alias.startswith("alias/aws/") for alias in request.context.get("kms:requestalias", ()))
        and request.action.lower() != "kms:retiregrant"
    )


def _statements(sources: Iterable[Source], request: Request) -> list[Deciding]:
    return [
        Deciding(source.name, clause.statement, reach)
        for source in sources
        for clause, reach in source.policy.matching(request)
    ]


def _granted(grants: Sequence[Grant], request: Request) -> list[Deciding]:
    return [
        Deciding(f"kms_grants[{index}]", None, reach)
        for index, grant in enumerate(grants)
        if (reach := grant.reaches(request))
    ]


def _allows(matches: _Matches, layer: Layer) -> bool:
    """Whether every level of a layer has an Allow, where nothing denies; a layer that does not apply has no say."""
    return all(matches.get(layer, ()))


def _blocker(stack: Stack, request: Request, matches: _Matches) -> Layer | None:
    if Layer.RESOURCE not in matches:
        return None if _allows(matches, Layer.ENDPOINT) else Layer.ENDPOINT
    if not _rcps_allow(stack, matches):
        return Layer.RCP
    for layer in (Layer.SCP, Layer.ENDPOINT):
        if not _allows(matches, layer):
            return layer
    reach = max((each.reach for level in matches[Layer.RESOURCE] for each in level), default=Reach.NONE)
    if not request.principal.in_account:
        return None if reach else Layer.RESOURCE
    return _account_blocker(stack, request, matches, reach)


def _rcps_allow(stack: Stack, matches: _Matches) -> bool:
    """AWS attaches RCPFullAWSAccess to every level for good, so a level that shows only Deny statements has it too."""
    return all(
        matched or not any(statement.allows for source in level for statement in source.policy.document.statements)
        for level, matched in zip(stack.rcps, matches.get(Layer.RCP, ()), strict=False)
    )


def _account_blocker(stack: Stack, request: Request, matches: _Matches, reach: Reach) -> Layer | None:
    owner, caller = request.resource_account, request.principal
    same_account = not owner or not caller.account or owner == caller.account
    assumes_role = is_role_assumption(request.action)
    must_be_granted = not same_account or assumes_role or is_key_use(request.action, request.resource)
    if reach is Reach.DIRECT and stack.session and caller.kind is Kind.USER:
        reach = Reach.CAPPED  # a session of the user: the ARN that was granted is not the caller's own
    if assumes_role and caller.kind is Kind.ROOT:
        return Layer.IDENTITY  # "you cannot call AssumeRole by using AWS account root user credentials"
    if same_account and reach is Reach.DIRECT:
        return None
    has_identity = caller.kind is Kind.ROOT or _allows(matches, Layer.IDENTITY)
    needs_identity = not (same_account and reach is Reach.CAPPED)
    if must_be_granted and not reach and (same_account or has_identity):
        return Layer.RESOURCE
    if needs_identity and not has_identity:
        return Layer.IDENTITY
    return next((layer for layer in (Layer.BOUNDARY, Layer.SESSION) if not _allows(matches, layer)), None)
