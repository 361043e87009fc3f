"""KMS as Terraform declares it: keys with their policies and grants.

A key that is given no policy has one that leaves it to the policies of its own account (AWS KMS Developer Guide,
"Default key policy").
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, aspect, policy_told, row, text_or, undeclared_holder
from scanner.iac.values import flag_of, list_of, number_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.kms import Key, KeyDetails, KeyGrant, KeyGrants, KeyPolicy, KeyRotation
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown
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
    yield _details(world, one)
    rotates = flag_of(one.get("enable_key_rotation"), default=False)
    period = one.get("rotation_period_in_days")
    yield aspect(KeyRotation, world, one, None, "enable_key_rotation", enabled=rotates, period_days=number_of(period))
    yield KeyPolicy(scope=world.scope(one), id=world.id(one), origin=at.source(argument), document=document)
    yield aspect(KeyGrants, world, one, None, grants=_grants(world, one))


def _details(world: World, one: Declared) -> KeyDetails:
    store = one.get("custom_key_store_id") or one.get("xks_key_id")
    material = "EXTERNAL" if "external" in one.type else "AWS_CLOUDHSM" if store else "AWS_KMS"
    enabled = flag_of(one.get("is_enabled" if one.type == "aws_kms_key" else "enabled"), default=True)
    why = why_unknown(enabled)
    made: KeyDetails = aspect(
        KeyDetails,
        world,
        one,
        None,
        manager="CUSTOMER",
        state=Unknown(why) if why is not None else "Enabled" if enabled else "Disabled",
        spec=text_or(one.get("customer_master_key_spec"), "SYMMETRIC_DEFAULT"),
        usage=text_or(one.get("key_usage"), "ENCRYPT_DECRYPT"),
        material=material,
        replica="replica" in one.type,
        deletion_at=ABSENT,
    )
    return made


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
    Reading(
        types=_KEYS,
        yields=(Key, KeyDetails, KeyRotation, KeyPolicy, KeyGrants),
        read=_key,
        beside=(_GRANT, "aws_kms_alias"),
    ),
    undeclared_holder(Key, KeyPolicy, _POLICY, *_KEYS),
)
