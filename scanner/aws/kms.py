"""Reading KMS: keys, their policies and their grants (AWS KMS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.kind import Tags
from scanner.model.kms import Key, KeyGrant, KeyGrants, KeyPolicy
from scanner.model.maybe import Maybe
from scanner.reader import Page, Place, Reader, rows


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
)
