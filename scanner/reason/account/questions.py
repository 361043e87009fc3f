"""From an action and a resource as a user writes them to the questions that answer it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scanner.model.access import Held
from scanner.model.ecr import RepositoryPolicy
from scanner.model.kind import Facet
from scanner.model.kms import KeyPolicy
from scanner.model.lambda_ import FunctionPolicy
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, known, unknown
from scanner.model.policy import PolicyDocument
from scanner.model.s3 import BucketPolicy
from scanner.model.secretsmanager import SecretPolicy
from scanner.model.sns import TopicSettings
from scanner.model.sqs import QueueSettings
from scanner.reason.access.catalogue import is_listed, resource_patterns
from scanner.reason.access.conditions import ARN_FIELDS
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.access.keys import Domain
from scanner.reason.access.request import account_of
from scanner.reason.access.services import is_key_use, is_role_assumption
from scanner.reason.account.decide import Question
from scanner.reason.account.stacks import Stacks, trust_of

_HAVE_POLICIES: Final = frozenset(
    {
        *("sqs", "sns", "lambda", "secretsmanager", "ecr", "elasticfilesystem", "es", "execute-api", "events", "glue"),
        *("backup", "dynamodb", "kinesis", "acm-pca", "codeartifact", "codebuild", "iot", "logs", "ses", "s3"),
        *("mediastore", "serverlessrepo", "signer", "ssm-incidents", "schemas", "rds", "redshift", "vpc-lattice"),
    }
)
"""Prefixes of services whose resources can have policies (IAM User Guide, "AWS services that work with IAM")."""
_FUNCTION_FIELDS: Final = 7
_FOREIGN: Final = ", another account's"


POLICIES: Final[Mapping[str, type[Facet]]] = {
    "s3": BucketPolicy,
    "kms": KeyPolicy,
    "sqs": QueueSettings,
    "sns": TopicSettings,
    "lambda": FunctionPolicy,
    "secretsmanager": SecretPolicy,
    "ecr": RepositoryPolicy,
}
"""Per prefix of actions the facet with the policy of the resource; each has a field `document`."""


class OwnedPolicy(NamedTuple):
    """The policy of a resource, and the account that owns it."""

    owner: str
    document: Maybe[PolicyDocument | Absent]


class Resources:
    """The resource policies that were read, as the principals of one account meet them.

    `documents` are by ARN of the resource, also of other accounts that were read; `is_whole` tells whether every such
    resource of the account itself is among them. `canonical_user` is the account's canonical user id, if it is known.
    """

    def __init__(
        self,
        stacks: Stacks,
        documents: Mapping[str, OwnedPolicy],
        *,
        is_whole: bool,
        canonical_user: str | None = None,
    ) -> None:
        self._stacks = stacks
        self._documents = documents
        self._is_whole = is_whole
        self._canonical_user = canonical_user
        self.given: dict[str, None] = dict.fromkeys(known(stacks.above.given))

    def questions(self, action: str, resource: str, context: Mapping[str, Domain]) -> list[Question]:
        """Give the questions of which any must be answered yes; `given` then holds what the answers rest on."""
        if is_role_assumption(action):
            return [*self._assumptions(action, resource, context)]
        own = self._stacks.access.id
        owner = account_of(resource) or own
        patterns = own_resources(action, self._stacks) if resource == "*" else (resource,)
        service = action.partition(":")[0].lower()
        found = self._documents.get(_owner_of_policy(service, resource)) if service in POLICIES else None
        if found is not None:
            return [self._read(action, resource, context, found)]
        if owner != own:
            policy: Held | None = _unread(f"policy of {resource}", "the resource is another account's")
        else:
            policy = self._policy(action, resource, patterns)
        is_foreign = resource.startswith("arn:") and policy is not None and policy.name.endswith(_FOREIGN)
        return [Question(action, patterns, context, policy, "" if is_foreign else owner)]

    def _read(self, action: str, resource: str, context: Mapping[str, Domain], found: OwnedPolicy) -> Question:
        """Ask with a policy that was read, of this account or of another."""
        if found.owner != self._stacks.access.id:
            self.given[f"no resource control policy of account {found.owner} is weighed"] = None
        title = f"trust policy of {resource}" if is_role_assumption(action) else f"policy of {resource}"
        held = Held(title, title, found.document)
        return Question(action, (resource,), context, held, found.owner, self._canonical_user)

    def _policy(self, action: str, resource: str, patterns: tuple[str, ...]) -> Held | None:
        """Return what stands for a policy that was not read; None, noted in `given`, where it need not allow."""
        service = action.partition(":")[0].lower()
        title = f"policy of {resource}"
        if any(is_key_use(action, each) for each in patterns):
            return _unread(title, "the key was not read")
        is_one = not set(resource.partition("/")[0]) & set("*?")
        if service == "s3" and is_one and self._is_whole:
            return _unread(f"{title}{_FOREIGN}", "it is no bucket of this account")
        if service in _HAVE_POLICIES:
            self.given[f"no {title} was read" if is_one else f"no {service} resource policy is weighed"] = None
        return None

    def _assumptions(self, action: str, resource: str, context: Mapping[str, Domain]) -> Iterator[Question]:
        fits = matcher(wildcards(resource))
        roles = [caller for caller in self._stacks.callers if caller.is_role and fits(caller.arn)]
        for role in roles:
            yield Question(action, (role.arn,), context, trust_of(role), self._stacks.access.id)
        if not roles and resource in self._documents:
            yield self._read(action, resource, context, self._documents[resource])
        elif not roles:
            owner = account_of(resource) or self._stacks.access.id
            is_own = owner == self._stacks.access.id and not known(self._stacks.access.unread)
            name = f"trust policy of {resource}"
            policy = Held(name, name, ABSENT) if is_own else _unread(name, "the role was not read")
            yield Question(action, (resource,), context, policy, owner)


def _owner_of_policy(service: str, resource: str) -> str:
    """Return the ARN of the thing whose policy bears on a resource: the bucket of an object, the function of an alias."""
    if service == "s3":
        return resource.partition("/")[0]
    return ":".join(resource.split(":")[:_FUNCTION_FIELDS]) if service == "lambda" else resource


def own_resources(action: str, stacks: Stacks) -> tuple[str, ...]:
    """Give the ARN patterns of the account's resources that an action is authorised on; `*` where it takes none."""
    scope = stacks.access.scope
    return tuple(
        _fill(pattern, scope.partition, scope.account)
        for pattern in (resource_patterns(action) if is_listed(action) else ("*",))
    )


def _fill(pattern: str, partition: str, account: str) -> str:
    fields = pattern.split(":", ARN_FIELDS - 1)
    if len(fields) < ARN_FIELDS:
        return pattern
    _, said, service, region, owner, rest = fields
    return ":".join(
        ("arn", partition if said == "*" else said, service, region, account if owner == "*" else owner, rest)
    )


def _unread(title: str, why: str) -> Held:
    return Held(title, title, unknown(Reason.NOT_COLLECTED, f"the {title} is not known: {why}"))
