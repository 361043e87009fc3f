"""Derived facets of every kind of resource with a policy of its own: whom the policy lets in beside the owner."""

from typing import Final, TypeVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.apigateway import RestApi
from scanner.model.backup import BackupVault, VaultPolicy
from scanner.model.ecr import PublicRepository, PublicRepositoryPolicy, RegistryPolicy, Repository, RepositoryPolicy
from scanner.model.efs import FileSystem, FileSystemPolicy
from scanner.model.eventbridge import EventBus
from scanner.model.glue import CatalogPolicy
from scanner.model.iam import Role
from scanner.model.kind import Moment, Resource
from scanner.model.kms import Key, KeyGrant, KeyGrants, KeyPolicy
from scanner.model.lambda_ import Function, FunctionPolicy
from scanner.model.maybe import UnknownAsked, any_of, known
from scanner.model.opensearch import Domain, DomainSettings
from scanner.model.publicaccess import (
    ApiAccess,
    BusAccess,
    CatalogAccess,
    DomainAccess,
    FileSystemAccess,
    FunctionAccess,
    Insiders,
    KeyAccess,
    Opening,
    Openings,
    OutsideAccess,
    PublicRepositoryAccess,
    QueueAccess,
    RegistryAccess,
    RepositoryAccess,
    RoleAccess,
    SecretAccess,
    TopicAccess,
    VaultAccess,
)
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.model.sns import Topic, TopicSettings
from scanner.model.sqs import Queue, QueueSettings
from scanner.reason.access.keys import ABSENT, fixed
from scanner.reason.access.outside import Outsiders, openings_of, openings_or_why
from scanner.reason.access.ownissuers import openings_to_any_subject
from scanner.reason.access.public import Owned
from scanner.reason.access.request import account_of
from scanner.reason.access.targets import target

_DOMAINS: Final = "arn:aws:es:x:x:domain/x"

A = TypeVar("A", bound=OutsideAccess)

_TRUST: Final = "its trust policy"
_ASSUMING: Final = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


def _facet(kind: type[A], resource: Resource, found: Outsiders) -> A:
    return kind(
        scope=resource.scope,
        id=resource.id,
        origin=resource.origin,
        public=found.public,
        foreign=found.foreign,
        deputies=found.deputies,
    )


def role_access(role: Role, insiders: Insiders, now: Moment) -> RoleAccess:
    """Return who may assume a role by its trust policy."""
    assuming = Owned(role.scope.account, resources=(str(role.arn),), actions=_ASSUMING)
    found = openings_of(role.trust, [assuming], insiders, now, _TRUST)
    return RoleAccess(
        scope=role.scope,
        id=role.id,
        origin=role.origin,
        public=found.public,
        foreign=found.foreign,
        deputies=found.deputies,
        without_external_id=_without_external_id(role, assuming, found.foreign, insiders, now),
        any_subject=openings_to_any_subject(role.trust, assuming),
    )


def _without_external_id(role: Role, assuming: Owned, foreign: Openings, insiders: Insiders, now: Moment) -> Openings:
    if not foreign.known and foreign.why is None:
        return foreign
    silent = msgspec.structs.replace(assuming, keys={"sts:externalid": ABSENT})
    return openings_of(role.trust, [silent], insiders, now, _TRUST).foreign


def key_access(key: Key, policy: KeyPolicy, grants: KeyGrants, insiders: Insiders, now: Moment) -> KeyAccess:
    """Return who uses a key by its policy or by a grant (AWS KMS Developer Guide, "Grants in AWS KMS")."""
    asked = target("arn:aws:kms:x:x:key/x", key.scope.account, str(key.arn))
    found = openings_or_why(policy.document, [asked], insiders, now)
    return _facet(KeyAccess, key, found.beside(Outsiders(foreign=_by_grants(key, grants, insiders))))


def _by_grants(key: Key, grants: KeyGrants, insiders: Insiders) -> Openings:
    try:
        trusted = known(insiders.trusted)
        foreign = [grant for grant in grants.grants if account_of(grant.grantee) not in {"", key.scope.account}]
        return Openings(tuple(_granted(key, grant, known(trusted.accounts)) for grant in foreign))
    except UnknownAsked as asked:
        return Openings(why=asked.why)


def _granted(key: Key, grant: KeyGrant, trusted: tuple[str, ...]) -> Opening:
    account = account_of(grant.grantee)
    return Opening(
        who=f"account {account}",
        actions=tuple(sorted(f"kms:{operation}" for operation in grant.operations)),
        route=f"grant {grant.id}",
        example=f"{grant.grantee} on {key.arn}",
        party=account,
        trusted=account in trusted,
    )


def queue_access(queue: Queue, policy: QueueSettings, insiders: Insiders, now: Moment) -> QueueAccess:
    """Return who reaches a queue by its policy."""
    asked = target("arn:aws:sqs:x:x:x", queue.scope.account, str(queue.arn))
    return _facet(QueueAccess, queue, openings_of(policy.document, [asked], insiders, now))


def topic_access(topic: Topic, policy: TopicSettings, insiders: Insiders, now: Moment) -> TopicAccess:
    """Return who reaches a topic by its policy."""
    asked = target("arn:aws:sns:x:x:x", topic.scope.account, str(topic.arn))
    return _facet(TopicAccess, topic, openings_of(policy.document, [asked], insiders, now))


def function_access(function: Function, policy: FunctionPolicy, insiders: Insiders, now: Moment) -> FunctionAccess:
    """Return who calls or changes a function by its policy.

    What a URL without authentication opens is the URL's own defect, so URLs are taken to ask for credentials here
    (Lambda Developer Guide, "Control access to Lambda function URLs").
    """
    keys = {"lambda:functionurlauthtype": fixed("AWS_IAM")}
    asked = target("arn:aws:lambda:x:x:function:x", function.scope.account, str(function.arn), keys)
    return _facet(FunctionAccess, function, openings_of(policy.document, [asked], insiders, now))


def secret_access(secret: Secret, policy: SecretPolicy, insiders: Insiders, now: Moment) -> SecretAccess:
    """Return who reaches a secret by its policy."""
    asked = target("arn:aws:secretsmanager:x:x:secret:x", secret.scope.account, str(secret.arn))
    return _facet(SecretAccess, secret, openings_of(policy.document, [asked], insiders, now))


def repository_access(
    repository: Repository, policy: RepositoryPolicy, insiders: Insiders, now: Moment
) -> RepositoryAccess:
    """Return who reaches a repository of images by its policy."""
    asked = target("arn:aws:ecr:x:x:repository/x", repository.scope.account, str(repository.arn))
    return _facet(RepositoryAccess, repository, openings_of(policy.document, [asked], insiders, now))


def registry_access(region: AccountRegion, policy: RegistryPolicy, insiders: Insiders, now: Moment) -> RegistryAccess:
    """Return who reaches the repositories of a region by the policy of its registry."""
    scope = region.scope
    repositories = f"arn:{scope.partition}:ecr:{scope.region}:{scope.account}:repository/*"
    asked = target("arn:aws:ecr:x:x:repository/x", scope.account, repositories)
    route = "the policy of its registry"
    return _facet(RegistryAccess, region, openings_of(policy.document, [asked], insiders, now, route))


def file_system_access(
    system: FileSystem, policy: FileSystemPolicy, insiders: Insiders, now: Moment
) -> FileSystemAccess:
    """Return who reaches a file system by its policy other than through its mount targets, which lie in its VPC.

    A client that comes through a mount target is bounded by the network (EFS User Guide, "Blocking public access").
    """
    keys = {"elasticfilesystem:accessedviamounttarget": fixed("false"), "elasticfilesystem:accesspointarn": ABSENT}
    asked = target("arn:aws:elasticfilesystem:x:x:file-system/x", system.scope.account, str(system.arn), keys)
    return _facet(FileSystemAccess, system, openings_of(policy.document, [asked], insiders, now))


def domain_access(domain: Domain, settings: DomainSettings, insiders: Insiders, now: Moment) -> DomainAccess:
    """Return who reaches an OpenSearch domain by its policy.

    Nobody does from outside where it lies in a VPC, nor by the policy alone where its users sign in: then an open policy
    is what AWS advises (OpenSearch Service Developer Guide, "Fine-grained access control", "VPC domains").
    """
    if any_of(lambda: settings.vpc, lambda: settings.signs_users_in):
        return _facet(DomainAccess, domain, Outsiders())
    account, arn = domain.scope.account, str(domain.arn)
    asked = [target(_DOMAINS, account, arn), target(_DOMAINS, account, f"{arn}/*")]
    return _facet(DomainAccess, domain, openings_of(settings.document, asked, insiders, now))


def api_access(api: RestApi, insiders: Insiders, now: Moment) -> ApiAccess:
    """Return who calls a REST API by its policy; a private one is called through interface endpoints only."""
    scope = api.scope
    arn = f"arn:{scope.partition}:execute-api:{scope.region}:{scope.account}:{api.id}/*"
    keys = {"aws:sourceip": ABSENT} if api.is_private else {}
    asked = target("arn:aws:execute-api:x:x:x/x/x/x", scope.account, arn, keys)
    return _facet(ApiAccess, api, openings_of(api.policy, [asked], insiders, now))


def bus_access(bus: EventBus, insiders: Insiders, now: Moment) -> BusAccess:
    """Return who reaches an event bus, or the rules on it, by its policy."""
    scope = bus.scope
    rules = f"arn:{scope.partition}:events:{scope.region}:{scope.account}:rule/{bus.id}/*"
    asked = [
        target("arn:aws:events:x:x:event-bus/x", scope.account, str(bus.arn)),
        target("arn:aws:events:x:x:rule/x/x", scope.account, rules),
    ]
    return _facet(BusAccess, bus, openings_of(bus.policy, asked, insiders, now))


def catalog_access(region: AccountRegion, policy: CatalogPolicy, insiders: Insiders, now: Moment) -> CatalogAccess:
    """Return who reaches the Data Catalog of a region, its databases and tables, by its policy."""
    scope = region.scope
    start = f"arn:{scope.partition}:glue:{scope.region}:{scope.account}"
    asked = [
        target("arn:aws:glue:x:x:catalog", scope.account, f"{start}:catalog"),
        target("arn:aws:glue:x:x:database/x", scope.account, f"{start}:database/*"),
        target("arn:aws:glue:x:x:table/x/x", scope.account, f"{start}:table/*"),
    ]
    return _facet(CatalogAccess, region, openings_of(policy.document, asked, insiders, now))


def vault_access(vault: BackupVault, policy: VaultPolicy, insiders: Insiders, now: Moment) -> VaultAccess:
    """Return who reaches a backup vault by its policy."""
    asked = target("arn:aws:backup:x:x:backup-vault:x", vault.scope.account, str(vault.arn))
    return _facet(VaultAccess, vault, openings_of(policy.document, [asked], insiders, now))


def public_repository_access(
    repository: PublicRepository, policy: PublicRepositoryPolicy, insiders: Insiders, now: Moment
) -> PublicRepositoryAccess:
    """Return who changes a public repository by its policy."""
    asked = target("arn:aws:ecr-public::x:repository/x", repository.scope.account, str(repository.arn))
    return _facet(PublicRepositoryAccess, repository, openings_of(policy.document, [asked], insiders, now))
