"""IAM as Terraform declares it: principals, policies of every form, attachments, profiles, providers, password policy."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.managed_policies import managed_policy
from scanner.iac.values import SYMBOLS, Hole, Value, first_hole, flag_of, int_of, list_of, number_of, text_of
from scanner.iac.world import World, not_told, tags_of, unknown_if
from scanner.model.iam import (
    Group,
    InstanceProfile,
    OidcProvider,
    PasswordPolicy,
    Policy,
    PolicyForm,
    PolicyVersion,
    Role,
    SamlProvider,
    ServerCertificate,
    User,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown

_PLAIN_LENGTH: Final = 8
"""Least length of passwords that Terraform sets where it is not told (provider documentation)."""
_HOLDERS: Final = {"user": "aws_iam_user", "group": "aws_iam_group", "role": "aws_iam_role"}
_AWS_POLICY: Final = "arn:aws:iam::aws:policy/"


def kinds(world: World) -> Iterator[Kind]:
    """Yield everything of IAM that is declared."""
    attached = _attachments(world)
    inline = _inline_policies(world)
    for policies in inline.values():
        yield from policies
    yield from _managed(world, attached)
    for noun, kind in (("user", User), ("group", Group), ("role", Role)):
        for one in world.of_type(_HOLDERS[noun]):
            yield _principal(world, one, kind, attached, inline)
    for one in world.of_type("aws_iam_instance_profile"):
        yield InstanceProfile(
            **_place(world, one),
            tags=tags_of(one),
            unique_id=not_told("its id"),
            path=text_of(one.get("path") or "/"),
            roles=world.relations(one.get("role") if one.get("role") is not None else one.get("roles")),
        )
    yield from _others(world)


def _place(world: World, one: Declared) -> dict[str, Any]:
    native_id = world.id(one)
    name = text_of(one.get("name"))
    return {
        "scope": world.whole(),
        "id": native_id,
        "origin": one.source(),
        "arn": world.arn(one),
        "name": native_id if why_unknown(name) is not None or isinstance(name, Absent) else name,
    }


class _Attachments:
    """Which managed policies are attached to which principals, and where that is not wholly known."""

    def __init__(self) -> None:
        self.arns: dict[tuple[str, str], list[str]] = {}
        self.unknown: dict[tuple[str, str], Unknown] = {}

    def of(self, noun: str, native_id: str) -> Maybe[tuple[str, ...]]:
        """Return the ARNs attached to a principal."""
        if (noun, native_id) in self.unknown:
            return self.unknown[(noun, native_id)]
        return tuple(dict.fromkeys(self.arns.get((noun, native_id), ())))

    def uses(self, arn: str) -> int:
        """Return to how many principals a policy is attached."""
        return sum(arn in arns for arns in self.arns.values())

    def add(self, noun: str, holder: str, policy: Maybe[Any]) -> None:
        """Attach a policy, or note that one that is not known is attached."""
        why = why_unknown(policy)
        if why is not None:
            self.unknown[(noun, holder)] = Unknown(why)
        elif policy:
            self.arns.setdefault((noun, holder), []).append(str(policy))


def _attachments(world: World) -> _Attachments:
    found = _Attachments()
    for noun, type_ in _HOLDERS.items():
        for one in world.of_type(f"{type_}_policy_attachment"):
            found.add(noun, world.named(one.get(noun)), _policy_id(world, one.get("policy_arn")))
        for one in world.of_type(f"{type_}_policy_attachments_exclusive"):
            for arn in list_of(one.get("policy_arns")):
                found.add(noun, world.named(one.get(f"{noun}_name")), _policy_id(world, arn))
    for one in world.of_type("aws_iam_policy_attachment"):
        for noun in _HOLDERS:
            for holder in list_of(one.get(f"{noun}s")):
                found.add(noun, world.named(holder), _policy_id(world, one.get("policy_arn")))
    for one in world.of_type("aws_iam_role"):
        said = one.get("managed_policy_arns")
        for arn in [said] if isinstance(said, SYMBOLS) else list_of(said):
            found.add("role", world.id(one), _policy_id(world, arn))
    return found


def _policy_id(world: World, value: Value) -> Maybe[Any]:
    """Return the id of a managed policy by whatever names it."""
    if isinstance(value, Hole) and world.at(value.target) is not None:
        return world.named(value)
    hole = first_hole(value)
    if hole is not None and not hole.is_concrete:
        return hole.unknown()
    return str(value) if isinstance(value, str) else world.named(value)


def _inline_policies(world: World) -> dict[str, list[Policy]]:
    """Return the inline policies by the handles of those that hold them."""
    found: dict[str, list[Policy]] = {}
    for noun, type_ in _HOLDERS.items():
        for one in world.of_type(f"{type_}_policy"):
            holder = f"{noun}/{world.named(one.get(noun))}"
            found.setdefault(holder, []).append(_inline(world, one, holder, one.values, one.address))
    for one in world.of_type("aws_iam_role"):
        holder = f"role/{world.id(one)}"
        for number, block in enumerate(one.blocks("inline_policy")):
            said = as_block(block)
            if said:
                address = f"{one.address}.inline_policy[{number}]"
                found.setdefault(holder, []).append(_inline(world, one, holder, said, address))
    return found


def _inline(world: World, one: Declared, holder: str, said: Mapping[str, Value], address: str) -> Policy:
    name = said.get("name")
    shown = name if isinstance(name, str) and name else address
    return Policy(
        scope=world.whole(),
        id=f"{holder}/{shown}",
        origin=one.source("policy"),
        arn=ABSENT,
        name=shown,
        tags={},
        form=PolicyForm.INLINE,
        path=ABSENT,
        document=unknown_if(one.perhaps, world.policy(said.get("policy"))),
        versions=(),
        holder=holder,
        attachments=1,
        boundary_uses=0,
        created=ABSENT,
        updated=ABSENT,
    )


def _managed(world: World, attached: _Attachments) -> Iterator[Policy]:
    boundaries = [one.get("permissions_boundary") for one in world.of_type("aws_iam_role", "aws_iam_user")]
    bounding = [world.named(value) for value in boundaries]
    for one in world.of_type("aws_iam_policy"):
        native_id = world.id(one)
        document = world.policy(one.get("policy"))
        yield Policy(
            **{**_place(world, one), "origin": one.source("policy")},
            tags=tags_of(one),
            form=PolicyForm.CUSTOMER_MANAGED,
            path=text_of(one.get("path") or "/"),
            document=document,
            versions=(PolicyVersion("v1", is_default=True, created=ABSENT, document=document),),
            holder=ABSENT,
            attachments=attached.uses(native_id),
            boundary_uses=bounding.count(native_id),
            created=not_told("when it was made"),
            updated=not_told("when it was changed"),
        )


def _principal(
    world: World,
    one: Declared,
    kind: type[User | Group | Role],
    attached: _Attachments,
    inline: Mapping[str, list[Policy]],
) -> User | Group | Role:
    native_id, noun = world.id(one), kind.noun
    said: dict[str, Any] = {
        **_place(world, one),
        "tags": tags_of(one),
        "unique_id": not_told("its id"),
        "path": text_of(one.get("path") or "/"),
        "created": not_told("when it was made"),
        "inline_policies": tuple(policy.id for policy in inline.get(f"{noun}/{native_id}", ())),
        "attached_policies": attached.of(noun, native_id),
    }
    if kind is User:
        return User(
            **said, groups=_groups_of(world, native_id), boundary=world.relation(one.get("permissions_boundary"))
        )
    if kind is Group:
        return Group(**said)
    profiles = (world.id(profile) for profile in world.referring("role", "aws_iam_instance_profile")(native_id))
    return Role(
        **said,
        trust=world.policy(one.get("assume_role_policy")),
        boundary=world.relation(one.get("permissions_boundary")),
        last_used=not_told("when it was last used"),
        last_used_region=not_told("where it was last used"),
        instance_profiles=tuple(profiles),
    )


def _groups_of(world: World, user: str) -> Maybe[tuple[str, ...]]:
    found: list[str] = []
    for one in world.referring("user", "aws_iam_user_group_membership")(user):
        groups = world.relations(one.get("groups"))
        why = why_unknown(groups)
        if why is not None:
            return Unknown(why)
        found += groups
    for one in world.of_type("aws_iam_group_membership"):
        users = world.relations(one.get("users"))
        why = why_unknown(users)
        if why is not None:
            return Unknown(why)
        if user in users:
            found.append(world.named(one.get("group")))
    return tuple(found)


def _others(world: World) -> Iterator[Kind]:
    place: dict[str, Any] = {"scope": world.whole(), "arn": ABSENT}
    for one in world.of_type("aws_iam_openid_connect_provider"):
        issuer = text_of(one.get("url"))
        yield OidcProvider(**place, id=world.id(one), origin=one.source(), name=_issuer(issuer), tags=tags_of(one))
    for one in world.of_type("aws_iam_saml_provider"):
        yield SamlProvider(
            **place,
            id=world.id(one),
            origin=one.source(),
            name=text_of(one.get("name")),
            tags=tags_of(one),
            valid_until=not_told("until when it is valid"),
        )
    for one in world.of_type("aws_iam_server_certificate"):
        yield ServerCertificate(
            **place,
            id=world.id(one),
            origin=one.source(),
            name=text_of(one.get("name")),
            tags=tags_of(one),
            path=text_of(one.get("path") or "/"),
            uploaded=not_told("when it was uploaded"),
            expires=not_told("when it expires"),
        )
    for one in world.of_type("aws_iam_account_password_policy"):
        yield _password_policy(world, one)


def _issuer(url: Maybe[str | Absent]) -> Maybe[str | Absent]:
    return url if why_unknown(url) is not None or not isinstance(url, str) else url.removeprefix("https://")


def _password_policy(world: World, one: Declared) -> PasswordPolicy:
    def flag(name: str, *, default: bool) -> Maybe[bool]:
        found: Maybe[bool] = unknown_if(one.perhaps, flag_of(one.get(name), default=default))
        return found

    return PasswordPolicy(
        scope=world.whole(),
        id=world.account,
        origin=one.source(),
        custom=True,
        minimum_length=int_of(one.get("minimum_password_length"), _PLAIN_LENGTH),
        require_uppercase=flag("require_uppercase_characters", default=False),
        require_lowercase=flag("require_lowercase_characters", default=False),
        require_numbers=flag("require_numbers", default=False),
        require_symbols=flag("require_symbols", default=False),
        reuse_prevention=_positive(one.get("password_reuse_prevention")),
        max_age=_positive(one.get("max_password_age")),
        hard_expiry=flag("hard_expiry", default=False),
        users_may_change=flag("allow_users_to_change_password", default=True),
    )


def _positive(value: Value) -> Maybe[int | Absent]:
    return ABSENT if value in (0, "0") else number_of(value)


def undeclared(world: World) -> Iterator[Kind]:
    """Yield the policies of AWS that are attached."""
    attached = _attachments(world)
    arns: Iterable[str] = dict.fromkeys(
        arn for arns in attached.arns.values() for arn in arns if arn.startswith(_AWS_POLICY)
    )
    for arn in arns:
        yield Policy(
            scope=world.whole(),
            id=arn,
            origin=world.origin(),
            arn=arn,
            name=arn.rpartition("/")[2],
            tags={},
            form=PolicyForm.AWS_MANAGED,
            path=arn.removeprefix("arn:aws:iam::aws:policy").rpartition("/")[0] + "/",
            document=managed_policy(arn),
            versions=(),
            holder=ABSENT,
            attachments=attached.uses(arn),
            boundary_uses=0,
            created=not_told("when it was made"),
            updated=not_told("when it was changed"),
        )


TYPES: Final = frozenset(
    {
        *_HOLDERS.values(),
        *(f"{type_}_{rest}" for type_ in _HOLDERS.values() for rest in ("policy", "policy_attachment")),
        *(f"{type_}_policy_attachments_exclusive" for type_ in _HOLDERS.values()),
        *("aws_iam_policy", "aws_iam_policy_attachment", "aws_iam_instance_profile", "aws_iam_group_membership"),
        *("aws_iam_user_group_membership", "aws_iam_openid_connect_provider", "aws_iam_saml_provider"),
        *("aws_iam_server_certificate", "aws_iam_account_password_policy"),
    }
)
YIELDS: Final[frozenset[type[Kind]]] = frozenset(
    {User, Group, Role, Policy, InstanceProfile, OidcProvider, SamlProvider, PasswordPolicy}
)
