"""Reading KMS: keys, what they are, their rotation, policies and grants (AWS KMS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.kind import Tags, instant
from scanner.model.kms import Key, KeyDetails, KeyGrant, KeyGrants, KeyPolicy, KeyRotation
from scanner.model.maybe import ABSENT, Absent, Maybe
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows


def _keys(pages: tuple[Page, ...], at: Place) -> Iterator[Key]:
    tags: Maybe[Tags] = not_told("ListResourceTags")
    for row in rows(pages, "Keys"):
        arn = row["KeyArn"]
        yield Key(
            scope=scope_of(arn, at), id=row["KeyId"], origin=at.origin, arn=arn, name=not_told("ListAliases"), tags=tags
        )


def _grants(pages: tuple[Page, ...], at: Place) -> Iterator[KeyGrants]:
    found = tuple(
        KeyGrant(row["GrantId"], row.get("GranteePrincipal") or "", tuple(row.get("Operations") or ()))
        for row in rows(pages, "Grants")
    )
    yield KeyGrants(scope=at.parent.scope, id=at.parent.id, origin=at.origin, grants=found)


def _details(pages: tuple[Page, ...], at: Place) -> Iterator[KeyDetails]:
    row = only(pages)["KeyMetadata"]
    multi_region = row.get("MultiRegionConfiguration") or {}
    yield KeyDetails(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        manager=row.get("KeyManager") or not_told("DescribeKey"),
        state=row.get("KeyState") or not_told("DescribeKey"),
        spec=row.get("KeySpec") or row.get("CustomerMasterKeySpec") or not_told("DescribeKey"),
        usage=row.get("KeyUsage") or not_told("DescribeKey"),
        material=row.get("Origin") or not_told("DescribeKey"),
        replica=multi_region.get("MultiRegionKeyType") == "REPLICA",
        deletion_at=instant(row["DeletionDate"]) if row.get("DeletionDate") else ABSENT,
    )


def _rotation_of(details: KeyDetails) -> Parameters | Absent:
    return {"KeyId": details.id} if details.rotates else ABSENT


def _rotation(pages: tuple[Page, ...], at: Place) -> Iterator[KeyRotation]:
    page = only(pages)
    yield KeyRotation(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        enabled=bool(page.get("KeyRotationEnabled")),
        period_days=given(page, "RotationPeriodInDays"),
    )


READERS: Final = (
    Reader(
        service="kms",
        operation="ListKeys",
        actions=("kms:ListKeys",),
        yields=(Key,),
        parse=_keys,
        request={"Limit": 1000},
    ),
    policy_reader(
        "kms:GetKeyPolicy",
        KeyPolicy,
        Key,
        lambda key: {"KeyId": key.id, "PolicyName": "default"},
        told_in="Policy",
    ),
    Reader(
        service="kms",
        operation="ListGrants",
        actions=("kms:ListGrants",),
        yields=(KeyGrants,),
        parse=_grants,
        parent=Key,
        request=lambda key: {"KeyId": key.id, "Limit": 100},
        bare=False,
    ),
    Reader(
        service="kms",
        operation="DescribeKey",
        actions=("kms:DescribeKey",),
        yields=(KeyDetails,),
        parse=_details,
        parent=Key,
        request=lambda key: {"KeyId": key.id},
        bare=False,
    ),
    Reader(
        service="kms",
        operation="GetKeyRotationStatus",
        actions=("kms:GetKeyRotationStatus",),
        yields=(KeyRotation,),
        parse=_rotation,
        parent=KeyDetails,
        request=_rotation_of,
        bare=False,
    ),
)
