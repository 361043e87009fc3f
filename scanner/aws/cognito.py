"""Reading Cognito: identity pools, the roles that they hand out, user pools (Amazon Cognito API References)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.cognito import IdentityPool, IdentityPoolRoles, UserPool
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 60


def _pools(pages: tuple[Page, ...], at: Place) -> Iterator[IdentityPool]:
    place = at.scope
    for row in rows(pages, "IdentityPools"):
        native_id = row["IdentityPoolId"]
        yield IdentityPool(
            scope=place,
            id=native_id,
            origin=at.origin,
            arn=f"arn:{place.partition}:cognito-identity:{place.region}:{place.account}:identitypool/{native_id}",
            name=given(row, "IdentityPoolName"),
            tags=not_told("ListTagsForResource"),
        )


def _roles(pages: tuple[Page, ...], at: Place) -> Iterator[IdentityPoolRoles]:
    page = only(pages)
    found = list((page.get("Roles") or {}).values())
    for mapping in (page.get("RoleMappings") or {}).values():
        rules = (mapping.get("RulesConfiguration") or {}).get("Rules") or ()
        found += [rule["RoleARN"] for rule in rules]
    yield IdentityPoolRoles(scope=at.parent.scope, id=at.parent.id, origin=at.origin, roles=tuple(dict.fromkeys(found)))


def _user_pools(pages: tuple[Page, ...], at: Place) -> Iterator[UserPool]:
    place = at.scope
    for row in rows(pages, "UserPools"):
        yield UserPool(
            scope=place,
            id=row["Id"],
            origin=at.origin,
            arn=f"arn:{place.partition}:cognito-idp:{place.region}:{place.account}:userpool/{row['Id']}",
            name=given(row, "Name"),
            tags=not_told("ListTagsForResource"),
        )


READERS: Final = (
    Reader(
        service="cognito-identity",
        operation="ListIdentityPools",
        actions=("cognito-identity:ListIdentityPools",),
        yields=(IdentityPool,),
        parse=_pools,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="cognito-identity",
        operation="GetIdentityPoolRoles",
        actions=("cognito-identity:GetIdentityPoolRoles",),
        yields=(IdentityPoolRoles,),
        parse=_roles,
        parent=IdentityPool,
        request=lambda pool: {"IdentityPoolId": pool.id},
        bare=False,
    ),
    Reader(
        service="cognito-idp",
        operation="ListUserPools",
        actions=("cognito-idp:ListUserPools",),
        yields=(UserPool,),
        parse=_user_pools,
        request={"MaxResults": _PAGE},
    ),
)
