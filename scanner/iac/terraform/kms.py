"""KMS as Terraform declares it: keys with their policies and grants.

A key that is given no policy has one that leaves it to the policies of its own account (AWS KMS Developer Guide,
"Default key policy").
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, aspect, policy_told, row, undeclared_holder
from scanner.iac.values import list_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.kms import Key, KeyGrant, KeyGrants, KeyPolicy
from scanner.model.maybe import Absent, Maybe, Unknown, why_unknown
from scanner.model.policy import parse_policy

_KEYS: Final = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")
_POLICY: Final = PolicyBeside("aws_kms_key_policy", "key_id")
_GRANT: Final = "aws_kms_grant"


def _key(world: World, one: Declared) -> Iterator[Kind]:
    aliases = world.referring("target_key_id", "aws_kms_alias")(world.id(one))
    yield Key(**row(world, one) | {"name": world.id(aliases[0]) if aliases else world.id(one)})
    document, at, argument = policy_told(world, one, _POLICY)
    if why_unknown(document) is None and isinstance(document, Absent):
        document = _own_account(world.account)
    yield KeyPolicy(scope=world.scope(one), id=world.id(one), origin=at.source(argument), document=document)
    yield aspect(KeyGrants, world, one, None, grants=_grants(world, one))


def _own_account(account: str) -> Any:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return parse_policy({"Version": "2012-10-17", "Statement": [statement]})


def _grants(world: World, key: Declared) -> Maybe[tuple[KeyGrant, ...]]:
    found: list[KeyGrant] = []
    for one in world.referring("key_id", _GRANT)(world.id(key)):
        if one.perhaps is not None:
            return Unknown(one.perhaps)
        grantee = world.spelled(one.get("grantee_principal"))
        why = why_unknown(grantee)
        if why is not None:
            return Unknown(why)
        operations = tuple(str(operation) for operation in list_of(one.get("operations")))
        found.append(KeyGrant(world.id(one), str(grantee), operations))
    return tuple(found)


READINGS: Final = (
    Reading(types=_KEYS, yields=(Key, KeyPolicy, KeyGrants), read=_key, beside=(_GRANT, "aws_kms_alias")),
    undeclared_holder(Key, KeyPolicy, _POLICY, *_KEYS),
)
