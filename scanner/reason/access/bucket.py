"""Who reaches a bucket: by its policy, its ACL and its access points, under Block Public Access at every level.

Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage" (what each switch does, "The meaning of
public", access points), "Access control list overview" (which permission allows which action), "Controlling ownership
of objects", "Configuring IAM policies for using access points".

BlockPublicAcls and BlockPublicPolicy refuse new grants and leave those that are there, so they open or close nothing
here. IgnorePublicAcls voids public grants. RestrictPublicBuckets leaves a bucket or access point whose policy
Amazon S3 calls public to services and to its own account.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

import msgspec

from scanner.model.kind import All, Moment
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, all_of, any_of, known, unknown, why_unknown
from scanner.model.policy import PolicyDocument
from scanner.model.publicaccess import BucketAccess, Insiders, Openings
from scanner.model.s3 import (
    AccessPoint,
    AccessPointBlock,
    AccessPointPolicy,
    AccountPublicAccessBlock,
    BlockSwitches,
    Bucket,
    BucketAcl,
    BucketPolicy,
    MultiRegionAccessPoint,
    MultiRegionAccessPointBlock,
    MultiRegionAccessPointPolicy,
    OwnershipControls,
    PublicAccessBlock,
)
from scanner.reason.access.bucketacl import ACTIONS_OF_PERMISSIONS, foreign_grants, grants_as_policy
from scanner.reason.access.canonicalusers import canonical_users_in, placed, undecided_by
from scanner.reason.access.evaluate import Source
from scanner.reason.access.keys import Domain, fixed
from scanner.reason.access.outside import Outsiders, openings_of, openings_or_why, policy_in
from scanner.reason.access.public import Owned
from scanner.reason.access.request import account_of
from scanner.reason.access.s3_status import s3_policy_status_public
from scanner.reason.access.targets import target

_BUCKETS: Final = "arn:aws:s3:::x"
_OBJECTS: Final = "arn:aws:s3:::x/x"
_DELEGATE: Final = "s3:dataaccesspointaccount"


class _Levels(msgspec.Struct, frozen=True):
    """What bears on every way to a bucket."""

    bucket: Bucket
    policy: Maybe[PolicyDocument | Absent]
    own: PublicAccessBlock
    account: AccountPublicAccessBlock
    insiders: Insiders
    now: Moment
    owner: Mapping[str, str]
    """The account by its canonical user id, if that is known."""

    @property
    def arn(self) -> str:
        return f"arn:{self.bucket.scope.partition}:s3:::{self.bucket.id}"

    @property
    def targets(self) -> tuple[Owned, ...]:
        owner = self.bucket.scope.account
        return target(_BUCKETS, owner, self.arn), target(_OBJECTS, owner, f"{self.arn}/*")

    def is_restricted(self, point: BlockSwitches | None = None) -> bool:
        """Whether RestrictPublicBuckets is on at any level; raises `UnknownAsked`."""
        return any_of(
            *(lambda each=each: each.restrict_public_buckets for each in (self.own, self.account, point) if each)
        )

    def ignores_acls(self) -> bool:
        """Whether IgnorePublicAcls is on at any level; raises `UnknownAsked`."""
        return any_of(lambda: self.own.ignore_public_acls, lambda: self.account.ignore_public_acls)


class _Points(msgspec.Struct, frozen=True):
    """The access points of an account, of one region and of several, with what was read of each."""

    single: All[AccessPoint]
    single_policies: All[AccessPointPolicy]
    single_blocks: All[AccessPointBlock]
    multiple: All[MultiRegionAccessPoint]
    multiple_policies: All[MultiRegionAccessPointPolicy]
    multiple_blocks: All[MultiRegionAccessPointBlock]


def bucket_access(  # noqa: PLR0917 - each is a kind that the way of access rests on
    bucket: Bucket,
    policy: BucketPolicy,
    acl: BucketAcl,
    ownership: OwnershipControls,
    own: PublicAccessBlock,
    account: AccountPublicAccessBlock,
    points: All[AccessPoint],
    point_policies: All[AccessPointPolicy],
    point_blocks: All[AccessPointBlock],
    wide_points: All[MultiRegionAccessPoint],
    wide_policies: All[MultiRegionAccessPointPolicy],
    wide_blocks: All[MultiRegionAccessPointBlock],
    insiders: Insiders,
    now: Moment,
) -> BucketAccess:
    """Return who reaches a bucket besides its owner, by any way."""
    owner = _canonical_user(acl, bucket.scope.account)
    document = _placed(policy.document, owner)
    levels = _Levels(bucket, document, own, account, insiders, now, owner)
    direct = openings_or_why(levels.policy, levels.targets, levels.insiders, levels.now)
    found = _under_restriction(direct, levels.is_restricted, levels.policy).beside(_by_acl(levels, acl, ownership))
    every = _Points(points, point_policies, point_blocks, wide_points, wide_policies, wide_blocks)
    for way in _by_access_points(levels, direct, every):
        found = found.beside(way)
    found = found.beside(Outsiders(foreign=_canonical_users(document)))
    return BucketAccess(
        scope=bucket.scope,
        id=bucket.id,
        origin=policy.origin,
        public=found.public,
        foreign=found.foreign,
        deputies=found.deputies,
    )


def _canonical_user(acl: BucketAcl, account: str) -> Mapping[str, str]:
    """Return the account by its canonical user id, if the ACL tells it."""
    owner = acl.owner if why_unknown(acl.owner) is None else ""
    return {known(owner): account} if owner and not isinstance(owner, Absent) else {}


def _placed(document: Maybe[PolicyDocument | Absent], owner: Mapping[str, str]) -> Maybe[PolicyDocument | Absent]:
    """Write the owner's canonical user in a policy as the account that it is."""
    if why_unknown(document) is not None:
        return document
    policy = policy_in(document)
    return document if policy is None else placed(policy, owner)


def _canonical_users(document: Maybe[PolicyDocument | Absent]) -> Openings:
    """Return that other accounts may come in where a policy names canonical users: these do not tell their account."""
    try:
        policy = policy_in(document)
    except UnknownAsked as asked:
        return Openings(why=asked.why)
    named = canonical_users_in(msgspec.structs.replace(policy, statements=tuple(policy.allows))) if policy else ()
    return Openings(why=Why(Reason.UNMODELLED, undecided_by(tuple(sorted(named))))) if named else Openings()


def _under_restriction(
    found: Outsiders, is_restricted: Callable[[], bool], *policies: Maybe[PolicyDocument | Absent]
) -> Outsiders:
    """Weigh RestrictPublicBuckets: with a public policy only services stay, and no other policy is public then.

    What a policy that Amazon S3 does not call public opens to anybody from many addresses stays open, to these.
    """
    if not (found.public.known or found.public.why or found.foreign.known):
        return found
    try:
        restricted = is_restricted()
    except UnknownAsked as asked:
        return Outsiders(Openings(why=asked.why), Openings(why=asked.why), found.deputies)
    if not restricted:
        return found
    if any(_is_public(policy) for policy in policies):
        return Outsiders(deputies=found.deputies)
    still = Openings(found.public.known)
    return Outsiders(foreign=found.foreign.beside(still), deputies=found.deputies)


def _is_public(policy: Maybe[PolicyDocument | Absent]) -> bool:
    """Whether a policy is known and Amazon S3 calls it public."""
    if why_unknown(policy) is not None:
        return False
    document = policy_in(policy)
    return document is not None and s3_policy_status_public(document)


def _by_acl(levels: _Levels, acl: BucketAcl, ownership: OwnershipControls) -> Outsiders:
    """Return what the ACL grants, unless the bucket's policy is public and so restricted to its own account."""
    found = Outsiders(public=_public_grants(levels, acl, ownership), foreign=foreign_grants(acl, ownership))
    if not (found.public.known or found.foreign.known or found.public.why or found.foreign.why):
        return found
    try:
        shut = all_of(levels.is_restricted, lambda: policy_in(levels.policy) and _is_public(levels.policy))
    except UnknownAsked as asked:
        return Outsiders(_doubtful(found.public, asked.why), _doubtful(found.foreign, asked.why))
    return Outsiders() if shut else found


def _doubtful(openings: Openings, why: Why) -> Openings:
    return Openings(why=why) if openings.known or openings.why else openings


def _public_grants(levels: _Levels, acl: BucketAcl, ownership: OwnershipControls) -> Openings:
    try:
        if any_of(
            lambda: ownership.acls_disabled,
            levels.ignores_acls,
            lambda: not acl.to_public(*ACTIONS_OF_PERMISSIONS),
        ):
            return Openings()
        return openings_of(
            grants_as_policy(acl, levels.policy), levels.targets, levels.insiders, levels.now, "its ACL"
        ).public
    except UnknownAsked as asked:
        return Openings(why=asked.why)


def _by_access_points(levels: _Levels, direct: Outsiders, points: _Points) -> Iterator[Outsiders]:
    """Yield what is open through each access point: what both its policy and the bucket's allow.

    No access point matters if the bucket's policy lets nobody through one who may not come directly, not even by
    delegating to access points of its own account.
    """
    if (_are_none(points.single) and _are_none(points.multiple)) or direct.include(
        _through(levels, {_DELEGATE: fixed(levels.bucket.scope.account)})
    ):
        return
    yield from _each(levels, points.single, lambda point: _single(levels, point, points))
    yield from _each(levels, points.multiple, lambda point: _multiple(levels, point, points))


P = TypeVar("P", AccessPoint, MultiRegionAccessPoint)


def _each(levels: _Levels, points: All[P], way: Callable[[P], Outsiders]) -> Iterator[Outsiders]:
    try:
        for point in points:
            try:
                yield way(point)
            except UnknownAsked as asked:
                yield _under_restriction(Outsiders.unknown(asked.why), levels.is_restricted)
    except UnknownAsked as asked:
        yield _under_restriction(Outsiders.unknown(asked.why), levels.is_restricted)


def _are_none(points: All[P]) -> bool:
    """Whether the account is known to have no access points, as most have none."""
    try:
        return not points
    except UnknownAsked:
        return False


def _single(levels: _Levels, point: AccessPoint, points: _Points) -> Outsiders:
    """Return what an access point of one region opens. Raises `UnknownAsked`."""
    if point.bucket != levels.bucket.id:
        return Outsiders()
    document = policy_in(_row(points.single_policies, point).document)
    if document is None:
        return Outsiders()
    arn = f"arn:{point.scope.partition}:s3:{point.scope.region}:{point.scope.account}:accesspoint/{point.id}"
    origin = "VPC" if point.vpc else "Internet"
    way = _Way(f"access point {point.id}", arn, origin)
    return _by_access_point(levels, way, document, _row(points.single_blocks, point))


def _multiple(levels: _Levels, point: MultiRegionAccessPoint, points: _Points) -> Outsiders:
    """Return what an access point of several regions opens. Raises `UnknownAsked`."""
    if levels.bucket.id not in known(point.buckets):
        return Outsiders()
    document = policy_in(_row(points.multiple_policies, point).document)
    if document is None:
        return Outsiders()
    way = _Way(f"multi-region access point {point.id}", str(point.arn), "Internet")
    return _by_access_point(levels, way, document, _row(points.multiple_blocks, point))


class _Way(msgspec.Struct, frozen=True):
    """An access point as a way to a bucket; `origin` is `VPC` or `Internet`."""

    name: str
    arn: str
    origin: str


def _by_access_point(levels: _Levels, way: _Way, document: PolicyDocument, block: BlockSwitches) -> Outsiders:
    keys = {
        _DELEGATE: fixed(account_of(way.arn)),
        "s3:dataaccesspointarn": fixed(way.arn),
        "s3:accesspointnetworkorigin": fixed(way.origin),
    }
    own = placed(document, levels.owner)
    layer = Source.of(way.name, _about_bucket(own, way.arn, levels.arn))
    found = _through(levels, keys, ((layer,),), way.name)
    if (named := _canonical_users(own)) != Openings() and _through(levels, keys) != Outsiders():
        found = found.beside(Outsiders(foreign=named))
    if way.origin == "VPC":
        return Outsiders(foreign=found.foreign, deputies=found.deputies)
    return _under_restriction(found, lambda: levels.is_restricted(block), levels.policy, document)


def _through(
    levels: _Levels,
    keys: Mapping[str, Domain],
    layers: tuple[tuple[Source, ...], ...] = (),
    route: str = "access points",
) -> Outsiders:
    """Return what the bucket's policy and the layers together allow a request with these keys.

    A layer binds as a resource control policy does: it must allow as well.
    """
    targets = [msgspec.structs.replace(each, keys=keys, rcps=layers) for each in levels.targets]
    return openings_or_why(levels.policy, targets, levels.insiders, levels.now, route)


F = TypeVar("F", AccessPointPolicy, AccessPointBlock, MultiRegionAccessPointPolicy, MultiRegionAccessPointBlock)


def _row(facets: All[F], point: AccessPoint | MultiRegionAccessPoint) -> F:
    """Return the facet of an access point. Raises `UnknownAsked` if it was not read."""
    found = next((each for each in facets if (each.scope, each.id) == (point.scope, point.id)), None)
    return found or known(unknown(Reason.NOT_COLLECTED, f"nothing was read of access point {point.id}"))


def _about_bucket(document: PolicyDocument, point_arn: str, bucket_arn: str) -> PolicyDocument:
    """Write the policy of an access point as one about its bucket, whose objects have names of their own.

    `…:accesspoint/reports/object/KEY` is the object KEY; a pattern with a wildcard before the name is about all.
    """
    return msgspec.structs.replace(
        document,
        statements=tuple(
            msgspec.structs.replace(
                statement,
                resources=_translated(statement.resources, point_arn, bucket_arn),
                not_resources=_translated(statement.not_resources, point_arn, bucket_arn),
            )
            for statement in document.statements
        ),
    )


def _translated(patterns: tuple[str, ...] | None, point_arn: str, bucket_arn: str) -> tuple[str, ...] | None:
    if patterns is None:
        return None
    return tuple(
        f"{bucket_arn}{pattern.removeprefix(point_arn).replace('/object/', '/', 1)}"
        if pattern.startswith(point_arn)
        else "*"
        for pattern in patterns
        if pattern.startswith(point_arn) or "*" in pattern or "?" in pattern
    )
