"""S3 as Terraform declares it: buckets with their satellite resources, or the arguments that older providers had.

What is not declared is as S3 makes new buckets since April 2023: public access blocked, ACLs off, encrypted with SSE-S3
(S3 User Guide, "Default settings for new S3 buckets"). A grant to the public can only be applied where its block is off,
so a bucket that declares one and no block is taken to have none; so is one from which a block is taken away.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, block_of, blocks_of
from scanner.iac.values import SYMBOLS, Value, first_hole, flag_of, holes, number_of, text_of
from scanner.iac.world import World, tags_of, unknown_if
from scanner.model.kind import Facet, Kind, Scope
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, UnknownAsked, known, unknown, why_unknown
from scanner.model.s3 import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    BLOCKS,
    LOG_DELIVERY,
    PUBLIC_GROUPS,
    AccountPublicAccessBlock,
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLifecycle,
    BucketLogging,
    BucketPolicy,
    BucketReplication,
    BucketTags,
    BucketVersioning,
    BucketWebsite,
    Grant,
    LifecycleRule,
    ObjectLock,
    OwnershipControls,
    PublicAccessBlock,
)
from scanner.reason.access.s3_status import s3_policy_status_public

_YEAR: Final = 365
_CANNED: Final = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": (),
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
"""What canned ACLs grant to groups (S3 User Guide, "Canned ACL")."""


class _Subject:
    """A bucket with its satellites, or one that only satellites name."""

    def __init__(self, world: World, declared: Declared, native_id: str, *, implied: bool = False) -> None:
        self.world = world
        self.declared = declared
        self.id = native_id
        self.implied = implied

    def satellite(self, type_: str) -> Declared | None:
        """Return the satellite resource of a type: of several one that is sure to exist, if there is one."""
        found = sorted(self.world.referring("bucket", type_)(self.id), key=lambda one: one.perhaps is not None)
        return found[0] if found else None

    def inline(self, name: str) -> Mapping[str, Value] | None:
        """Return the block that older providers have in the bucket itself."""
        return None if self.implied else self.declared.block(name)

    def facet(self, kind: type[Facet], at: Declared, *path: str | int, **fields: Any) -> Facet:
        """Return a facet; unknown where its satellite may not exist."""
        perhaps = at.perhaps if at is not self.declared or self.implied else None
        said = {name: unknown_if(perhaps, value) for name, value in fields.items()}
        return kind(scope=self.world.whole(), id=self.id, origin=at.source(*path), **said)


def kinds(world: World) -> Iterator[Kind]:
    """Yield everything of S3 that is declared."""
    names = set()
    for bucket in world.of_type("aws_s3_bucket"):
        names.add(world.id(bucket))
        yield from _bucket(_Subject(world, bucket, world.id(bucket)))
    for type_ in _SATELLITES:
        for satellite in world.of_type(type_):
            native_id = world.named(satellite.get("bucket"))
            if native_id and native_id not in names:
                names.add(native_id)
                yield from _bucket(_Subject(world, satellite, native_id, implied=True))
    for block in world.of_type("aws_s3_account_public_access_block"):
        yield switches(AccountPublicAccessBlock, world.whole(), world.account, block, block.values)


def undeclared(world: World) -> Iterator[Kind]:
    """Yield what an account has that declares nothing of it: no block for all of its buckets."""
    if not any(world.of_type("aws_s3_account_public_access_block")):
        origin = world.origin()
        off = dict.fromkeys(BLOCKS, False)
        yield AccountPublicAccessBlock(scope=world.whole(), id=world.account, origin=origin, **off)


def _bucket(subject: _Subject) -> Iterator[Kind]:
    declared, world = subject.declared, subject.world
    yield Bucket(
        scope=world.whole(),
        id=subject.id,
        origin=declared.source(),
        arn=f"arn:aws:s3:::{subject.id}",
        name=subject.id,
        tags={},
        region=declared.region or world.region or unknown(Reason.UNRESOLVED, "the provider's region is not known"),
        owner=unknown(Reason.UNRESOLVED, "a configuration does not tell canonical user ids"),
    )
    if not subject.implied:
        yield subject.facet(BucketTags, declared, "tags", tags=tags_of(declared))
    for read, type_ in _FACETS:
        if not subject.implied or (type_ and subject.satellite(type_)):
            yield read(subject)


def switches(kind: type[Any], scope: Scope, native_id: str, at: Declared, said: Mapping[str, Value]) -> Any:
    """Return a block of public access; it is read at the first switch that is not on."""
    fields = {name: unknown_if(at.perhaps, flag_of(said.get(name), default=False)) for name in BLOCKS}
    return kind(scope=scope, id=native_id, origin=at.source(*_first_off(fields)), **fields)


def _first_off(fields: Mapping[str, Maybe[bool]]) -> tuple[str, ...]:
    """Return the path of the first switch that is not known to be on: the line to point at."""
    return next(((name,) for name, value in fields.items() if why_unknown(value) is None and not value), ())


def _own_block(subject: _Subject) -> Facet:
    type_ = "aws_s3_bucket_public_access_block"
    satellite = subject.satellite(type_)
    if satellite is not None:
        block: Facet = switches(PublicAccessBlock, subject.world.whole(), subject.id, satellite, satellite.values)
        return block
    off = subject.world.removes(type_, "bucket", subject.id)
    acl_off = off or _grants_to_public(subject)
    policy_off = off or _is_public_policy(subject)
    on = {
        "block_public_acls": not acl_off,
        "ignore_public_acls": not acl_off,
        "block_public_policy": not policy_off,
        "restrict_public_buckets": not policy_off,
    }
    return subject.facet(PublicAccessBlock, subject.declared, **on)


def _grants_to_public(subject: _Subject) -> bool:
    """Whether the ACL is known to let the public in."""
    try:
        return any(grant.grantee in PUBLIC_GROUPS for grant in known(_grants_of(subject)[0]))
    except UnknownAsked:
        return False


def _is_public_policy(subject: _Subject) -> bool:
    """Whether the policy is known to be one that Amazon S3 calls public."""
    try:
        document = known(_document(subject)[0])
        return not isinstance(document, Absent) and s3_policy_status_public(document) is True
    except UnknownAsked:
        return False


def _document(subject: _Subject) -> tuple[Any, Declared]:
    satellite = subject.satellite("aws_s3_bucket_policy")
    at = satellite or subject.declared
    said = at.get("policy") if satellite or not subject.implied else None
    return subject.world.policy(said, bucket=subject.id), at


def _policy(subject: _Subject) -> Facet:
    document, at = _document(subject)
    return subject.facet(BucketPolicy, at, "policy", document=document)


def _grants_of(subject: _Subject) -> tuple[Maybe[tuple[Grant, ...]], Declared]:
    satellite = subject.satellite("aws_s3_bucket_acl")
    at = satellite or subject.declared
    canned = at.get("acl")
    if satellite is not None and canned is None:
        control = as_block(satellite.block("access_control_policy"))
        return _grants(blocks_of(control, "grant")), at
    if canned is None and not subject.implied and at.get("grant"):
        return _grants(at.blocks("grant")), at
    text = text_of("private" if canned is None else canned)
    why = why_unknown(text)
    if why is not None:
        return unknown(why.reason, why.detail), at
    if str(text) not in _CANNED:
        return unknown(Reason.UNRESOLVED, f"{text} is no canned ACL"), at
    return tuple(Grant(*one) for one in _CANNED[str(text)]), at


def _grants(blocks: list[Value]) -> Maybe[tuple[Grant, ...]]:
    found: list[Grant] = []
    for said in blocks:
        hole = first_hole(said)
        if hole is not None and (isinstance(said, SYMBOLS) or not hole.is_concrete):
            return hole.unknown()
        grantee = block_of(said, "grantee") or said
        named = grantee.get("uri") or grantee.get("id") or grantee.get("email_address") or ""
        permissions = said.get("permissions") or [said.get("permission")]
        found += [Grant(str(named), str(permission)) for permission in permissions]
    return tuple(found)


def _acl(subject: _Subject) -> Facet:
    grants, at = _grants_of(subject)
    return subject.facet(BucketAcl, at, "acl", owner=_owner_of(at), grants=grants)


def _owner_of(at: Declared) -> Maybe[str | Absent]:
    """Return the canonical id of the bucket's owner: what the ACL says it is, or the account's own where it is read."""
    control = as_block(at.block("access_control_policy"))
    said = as_block(block_of(control, "owner")).get("id")
    if said is not None:
        hole = first_hole(said)
        return hole.unknown() if hole is not None and not hole.is_concrete else str(said)
    own = (hole for hole in holes(dict(at.values)) if ".aws_canonical_user_id." in f".{hole.target}")
    return next((str(hole) for hole in own), ABSENT)


def _ownership(subject: _Subject) -> Facet:
    type_ = "aws_s3_bucket_ownership_controls"
    satellite = subject.satellite(type_)
    if satellite is not None:
        rule = as_block(satellite.block("rule"))
        return subject.facet(
            OwnershipControls,
            satellite,
            "rule",
            0,
            "object_ownership",
            object_ownership=text_of(rule.get("object_ownership")),
        )
    sets_acl = subject.satellite("aws_s3_bucket_acl") is not None or subject.declared.get("acl") is not None
    sets_acl = sets_acl or bool(subject.declared.get("grant"))
    removed = subject.world.removes(type_, "bucket", subject.id)
    ownership = "ObjectWriter" if sets_acl or removed else "BucketOwnerEnforced"
    return subject.facet(OwnershipControls, subject.declared, object_ownership=ownership)


def _encryption(subject: _Subject) -> Facet:
    name = "server_side_encryption_configuration"
    satellite = subject.satellite(f"aws_s3_bucket_{name}")
    holder = satellite.values if satellite else subject.inline(name)
    rule = block_of(holder, "rule") if holder else None
    default = block_of(rule, "apply_server_side_encryption_by_default") if rule else None
    at = satellite or subject.declared
    path = ("rule",) if satellite else (name,) if default else ()
    algorithm = default.get("sse_algorithm") if default else "AES256"
    return subject.facet(
        BucketEncryption,
        at,
        *path,
        algorithm=text_of(algorithm),
        kms_key=subject.world.relation(default.get("kms_master_key_id")) if default else ABSENT,
        bucket_key=flag_of(rule.get("bucket_key_enabled"), default=False) if rule else False,
    )


def _versioning(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_versioning")
    said = satellite.block("versioning_configuration") if satellite else None
    if satellite is not None and said is not None:
        return subject.facet(
            BucketVersioning,
            satellite,
            "versioning_configuration",
            0,
            "status",
            enabled=_is(said.get("status"), "Enabled"),
            mfa_delete=_is(said.get("mfa_delete"), "Enabled"),
        )
    inline = subject.inline("versioning")
    return subject.facet(
        BucketVersioning,
        subject.declared,
        "versioning",
        enabled=flag_of(inline.get("enabled"), default=False) if inline else False,
        mfa_delete=flag_of(inline.get("mfa_delete"), default=False) if inline else False,
    )


def _is(value: Value, wanted: str) -> Maybe[bool]:
    said = text_of(value)
    why = why_unknown(said)
    return said == wanted if why is None else unknown(why.reason, why.detail)


def _logging(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_logging")
    said: Mapping[str, Value] = satellite.values if satellite else subject.inline("logging") or {}
    return subject.facet(
        BucketLogging,
        satellite or subject.declared,
        target_bucket=subject.world.relation(said.get("target_bucket")),
        target_prefix=text_of(said.get("target_prefix")),
    )


def _lifecycle(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_lifecycle_configuration")
    at = satellite or subject.declared
    said = at.blocks("rule" if satellite else "lifecycle_rule") if satellite or not subject.implied else []
    found: list[LifecycleRule] = []
    for rule in said:
        try:
            found.append(_lifecycle_rule(as_block(rule)))
        except UnknownAsked as asked:
            return subject.facet(BucketLifecycle, at, rules=Unknown(asked.why))
    return subject.facet(BucketLifecycle, at, rules=tuple(found))


def _lifecycle_rule(rule: Mapping[str, Value]) -> LifecycleRule:
    enabled = (
        _is(rule.get("status"), "Enabled") if "enabled" not in rule else flag_of(rule.get("enabled"), default=True)
    )
    name = text_of(rule.get("id"))
    return LifecycleRule(
        id="" if why_unknown(name) is not None or isinstance(name, Absent) else str(name),
        enabled=known(enabled),
        expires_current=bool(rule.get("expiration")),
        expires_noncurrent=bool(rule.get("noncurrent_version_expiration")),
        aborts_uploads=bool(
            rule.get("abort_incomplete_multipart_upload") or rule.get("abort_incomplete_multipart_upload_days")
        ),
    )


def _object_lock(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_object_lock_configuration")
    inline = subject.inline("object_lock_configuration")
    holder: Mapping[str, Value] = satellite.values if satellite else inline or {}
    rule = block_of(holder, "rule")
    default = as_block(block_of(rule, "default_retention") if rule else None)
    years = default.get("years")
    enabled: Maybe[bool] = True
    if satellite is None and inline is None:
        enabled = False if subject.implied else flag_of(subject.declared.get("object_lock_enabled"), default=False)
    return subject.facet(
        ObjectLock,
        satellite or subject.declared,
        enabled=enabled,
        mode=text_of(default.get("mode")),
        days=years * _YEAR if isinstance(years, int) else number_of(default.get("days")),
    )


def _website(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_website_configuration")
    said: Mapping[str, Value] | None = satellite.values if satellite else subject.inline("website")
    redirect = block_of(said, "redirect_all_requests_to") if said and satellite else None
    host = redirect.get("host_name") if redirect else None
    if said and not satellite:
        host = said.get("redirect_all_requests_to")
    return subject.facet(
        BucketWebsite, satellite or subject.declared, "website", enabled=said is not None, redirects_to=text_of(host)
    )


def _replication(subject: _Subject) -> Facet:
    satellite = subject.satellite("aws_s3_bucket_replication_configuration")
    said = (
        satellite.blocks("rule") if satellite else blocks_of(subject.inline("replication_configuration") or {}, "rules")
    )
    targets: list[str] = []
    for one in said:
        rule = as_block(one)
        status = text_of(rule.get("status"))
        target = subject.world.relation(as_block(block_of(rule, "destination")).get("bucket"))
        for part in (status, target):
            why = why_unknown(part)
            if why is not None:
                return subject.facet(BucketReplication, satellite or subject.declared, destinations=Unknown(why))
        if status == "Enabled":
            targets.append(str(target))
    return subject.facet(BucketReplication, satellite or subject.declared, destinations=tuple(sorted(targets)))


_FACETS: Final[tuple[tuple[Callable[[_Subject], Facet], str], ...]] = (
    (_own_block, "aws_s3_bucket_public_access_block"),
    (_policy, "aws_s3_bucket_policy"),
    (_acl, "aws_s3_bucket_acl"),
    (_ownership, "aws_s3_bucket_ownership_controls"),
    (_encryption, "aws_s3_bucket_server_side_encryption_configuration"),
    (_versioning, "aws_s3_bucket_versioning"),
    (_logging, "aws_s3_bucket_logging"),
    (_lifecycle, "aws_s3_bucket_lifecycle_configuration"),
    (_object_lock, "aws_s3_bucket_object_lock_configuration"),
    (_website, "aws_s3_bucket_website_configuration"),
    (_replication, "aws_s3_bucket_replication_configuration"),
)
"""How each facet of a bucket is read, and the satellite resource that tells it."""
_SATELLITES: Final = tuple(type_ for _, type_ in _FACETS)

TYPES: Final = frozenset(
    {
        *_SATELLITES,
        *("aws_s3_bucket", "aws_s3_account_public_access_block"),
    }
)
YIELDS: Final[frozenset[type[Kind]]] = frozenset(
    {
        *(Bucket, AccountPublicAccessBlock, PublicAccessBlock),
        *(BucketPolicy, BucketAcl, OwnershipControls, BucketEncryption, BucketVersioning, BucketLogging),
        *(BucketLifecycle, ObjectLock, BucketWebsite, BucketReplication, BucketTags),
    }
)
