"""Reading IAM: principals and policies in one call, and the account's settings (IAM API Reference)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from scanner.aws.document import policy_from
from scanner.aws.iam_report import credentials
from scanner.model.iam import (
    AccountSummary,
    Group,
    InstanceProfile,
    KeyId,
    OidcProvider,
    PasswordPolicy,
    Policy,
    PolicyForm,
    PolicyVersion,
    Role,
    RootCredentials,
    SamlProvider,
    ServerCertificate,
    User,
    UserAccessKeys,
    UserCredentials,
    VirtualMfaDevice,
)
from scanner.model.kind import Kind, Scope, instant, tags_from
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown
from scanner.model.policy import PolicyDocument
from scanner.reader import Page, Place, Preparation, Reader, given, only, rows

_PAGE: Final = 1000
"""Largest page of every IAM listing."""
_ROOT_DEVICE: Final = ":mfa/root-account-mfa-device"
_PLAIN_LENGTH: Final = 8
"""Least length of a password where the account sets no policy (IAM User Guide, "Default password policy")."""
_UNSAID_LENGTH: Final = 6
"""Least length where a policy was set that does not say (UpdateAccountPasswordPolicy)."""


def _document(said: Any) -> PolicyDocument | Absent | Unknown:
    """Read a document. IAM answers it URL-encoded (RFC 3986); clients decode it, but recordings may not have."""
    return policy_from(unquote(said) if isinstance(said, str) and said.startswith("%7B") else said)


def _when(row: Mapping[str, Any], key: str) -> Any:
    said = given(row, key)
    return said if isinstance(said, Absent) else instant(said)


def _owner(at: Place, arn: str) -> Scope:
    """Return the scope of the account in the ARN; policies that AWS manages count to the account that uses them."""
    account = arn.split(":")[4]
    return Scope(at.scope.partition, account) if account.isdigit() else at.scope


def _place(at: Place, native_id: str, arn: str, name: str) -> dict[str, Any]:
    """Return the fields that every resource has, its tags aside."""
    return {"scope": _owner(at, arn), "id": native_id, "origin": at.origin, "arn": arn, "name": name}


def _inline(at: Place, holder: str, principal: Any, key: str) -> list[Policy]:
    return [
        Policy(
            scope=_owner(at, principal["Arn"]),
            id=f"{holder}/{row['PolicyName']}",
            origin=at.origin,
            arn=ABSENT,
            name=row["PolicyName"],
            tags=_tags(principal),
            form=PolicyForm.INLINE,
            path=ABSENT,
            document=_document(row.get("PolicyDocument")),
            versions=(),
            holder=holder,
            attachments=1,
            boundary_uses=0,
            created=ABSENT,
            updated=ABSENT,
        )
        for row in principal.get(key) or ()
    ]


def _tags(row: Mapping[str, Any]) -> Any:
    return tags_from(row.get("Tags") or ())


def _boundary(row: Mapping[str, Any]) -> Any:
    return given(row.get("PermissionsBoundary") or {}, "PermissionsBoundaryArn")


def _principal(at: Place, row: Any, noun: str, inline: Iterable[Policy]) -> dict[str, Any]:
    """Return the fields that users, groups and roles share; `noun` is `User`, `Group` or `Role`."""
    return {
        **_place(at, row[f"{noun}Name"], row["Arn"], row[f"{noun}Name"]),
        "tags": _tags(row),
        "unique_id": given(row, f"{noun}Id"),
        "path": given(row, "Path"),
        "created": _when(row, "CreateDate"),
        "inline_policies": tuple(policy.id for policy in inline),
        "attached_policies": tuple(one["PolicyArn"] for one in row.get("AttachedManagedPolicies") or ()),
    }


def _details(pages: tuple[Page, ...], at: Place) -> Iterator[Kind]:
    for row in rows(pages, "UserDetailList"):
        inline = _inline(at, f"user/{row['UserName']}", row, "UserPolicyList")
        yield from inline
        yield User(
            **_principal(at, row, "User", inline), groups=tuple(row.get("GroupList") or ()), boundary=_boundary(row)
        )
    for row in rows(pages, "GroupDetailList"):
        inline = _inline(at, f"group/{row['GroupName']}", row, "GroupPolicyList")
        yield from inline
        yield Group(**_principal(at, row, "Group", inline))
    for row in rows(pages, "RoleDetailList"):
        yield from _role(at, row)
    for row in rows(pages, "Policies"):
        if _is_used(row):
            yield _managed(at, row)


def _role(at: Place, row: Any) -> Iterator[Kind]:
    inline = _inline(at, f"role/{row['RoleName']}", row, "RolePolicyList")
    yield from inline
    profiles = row.get("InstanceProfileList") or ()
    for profile in profiles:
        yield InstanceProfile(
            **_place(at, profile["InstanceProfileName"], profile["Arn"], profile["InstanceProfileName"]),
            tags=unknown(Reason.NOT_COLLECTED, "told by ListInstanceProfileTags"),
            unique_id=given(profile, "InstanceProfileId"),
            path=given(profile, "Path"),
            roles=tuple(one["RoleName"] for one in profile.get("Roles") or ()),
        )
    used = row.get("RoleLastUsed")
    unsaid = unknown(Reason.NOT_COLLECTED, "the answer does not tell when the role was last used")
    yield Role(
        **_principal(at, row, "Role", inline),
        trust=_document(row.get("AssumeRolePolicyDocument")),
        boundary=_boundary(row),
        last_used=unsaid if used is None else _when(used, "LastUsedDate"),
        last_used_region=unsaid if used is None else given(used, "Region"),
        instance_profiles=tuple(profile["InstanceProfileName"] for profile in profiles),
    )


def _is_used(row: Any) -> bool:
    """Leave out the policies of AWS that nothing in the account uses: some answers list all of them."""
    of_account = row["Arn"].split(":")[4].isdigit()
    return bool(of_account or row.get("AttachmentCount", 1) or row.get("PermissionsBoundaryUsageCount", 1))


def _managed(at: Place, row: Any) -> Policy:
    of_account = row["Arn"].split(":")[4].isdigit()
    versions = tuple(
        PolicyVersion(
            id=one["VersionId"],
            is_default=bool(one.get("IsDefaultVersion", one["VersionId"] == row.get("DefaultVersionId"))),
            created=_when(one, "CreateDate"),
            document=_document(one.get("Document")),
        )
        for one in row.get("PolicyVersionList") or ()
    )
    in_force = [version.document for version in versions if version.is_default]
    return Policy(
        **_place(at, row["Arn"], row["Arn"], row["PolicyName"]),
        tags=unknown(Reason.NOT_COLLECTED, "told by ListPolicyTags") if of_account else {},
        form=PolicyForm.CUSTOMER_MANAGED if of_account else PolicyForm.AWS_MANAGED,
        path=given(row, "Path"),
        document=in_force[0]
        if in_force
        else unknown(Reason.NOT_COLLECTED, "the answer does not hold the version in force"),
        versions=versions,
        holder=ABSENT,
        attachments=_count(row, "AttachmentCount"),
        boundary_uses=_count(row, "PermissionsBoundaryUsageCount"),
        created=_when(row, "CreateDate"),
        updated=_when(row, "UpdateDate"),
    )


def _count(row: Mapping[str, Any], key: str) -> Maybe[int]:
    said = row.get(key)
    return unknown(Reason.NOT_COLLECTED, f"the answer has no {key}") if said is None else int(said)


def _summary(pages: tuple[Page, ...], at: Place) -> Iterator[AccountSummary]:
    entries: dict[str, int] = dict(only(pages).get("SummaryMap") or {})
    told = {name: int(count) for name, count in entries.items()}

    def has(key: str) -> Maybe[bool]:
        return told[key] > 0 if key in told else unknown(Reason.NOT_COLLECTED, f"the summary has no {key}")

    yield AccountSummary(
        scope=at.scope,
        id=at.scope.account,
        origin=at.origin,
        root_mfa=has("AccountMFAEnabled"),
        root_access_keys=has("AccountAccessKeysPresent"),
        root_password=told.get("AccountPasswordPresent", 1) > 0,
        root_certificates=has("AccountSigningCertificatesPresent"),
        entries=told,
    )


def _password_policy(pages: tuple[Page, ...], at: Place) -> Iterator[PasswordPolicy]:
    said = only(pages).get("PasswordPolicy")
    custom = said is not None
    said = said or {}
    yield PasswordPolicy(
        scope=at.scope,
        id=at.scope.account,
        origin=at.origin,
        custom=custom,
        minimum_length=int(said.get("MinimumPasswordLength", _UNSAID_LENGTH if custom else _PLAIN_LENGTH)),
        require_uppercase=bool(said.get("RequireUppercaseCharacters")),
        require_lowercase=bool(said.get("RequireLowercaseCharacters")),
        require_numbers=bool(said.get("RequireNumbers")),
        require_symbols=bool(said.get("RequireSymbols")),
        reuse_prevention=said.get("PasswordReusePrevention") or ABSENT,
        max_age=said.get("MaxPasswordAge") or ABSENT,
        hard_expiry=bool(said.get("HardExpiry")),
        users_may_change=bool(said.get("AllowUsersToChangePassword")),
    )


def _devices(pages: tuple[Page, ...], at: Place) -> Iterator[VirtualMfaDevice]:
    for row in rows(pages, "VirtualMFADevices"):
        serial, user = row["SerialNumber"], row.get("User") or {}
        yield VirtualMfaDevice(
            **_place(at, serial, serial, serial.rpartition("/")[2]),
            tags=_tags(row),
            user=given(user, "UserName"),
            of_root=serial.endswith(_ROOT_DEVICE) or str(user.get("Arn", "")).endswith(":root"),
            enabled=_when(row, "EnableDate"),
        )


def _certificates(pages: tuple[Page, ...], at: Place) -> Iterator[ServerCertificate]:
    for row in rows(pages, "ServerCertificateMetadataList"):
        yield ServerCertificate(
            **_place(at, row["ServerCertificateName"], row["Arn"], row["ServerCertificateName"]),
            tags=unknown(Reason.NOT_COLLECTED, "told by ListServerCertificateTags"),
            path=given(row, "Path"),
            uploaded=_when(row, "UploadDate"),
            expires=_when(row, "Expiration"),
        )


def _saml(pages: tuple[Page, ...], at: Place) -> Iterator[SamlProvider]:
    for row in rows(pages, "SAMLProviderList"):
        yield SamlProvider(
            **_place(at, row["Arn"], row["Arn"], row["Arn"].partition("/")[2]),
            tags=unknown(Reason.NOT_COLLECTED, "told by ListSAMLProviderTags"),
            valid_until=_when(row, "ValidUntil"),
        )


def _oidc(pages: tuple[Page, ...], at: Place) -> Iterator[OidcProvider]:
    for row in rows(pages, "OpenIDConnectProviderList"):
        yield OidcProvider(
            **_place(at, row["Arn"], row["Arn"], row["Arn"].partition("/")[2]),
            tags=unknown(Reason.NOT_COLLECTED, "told by GetOpenIDConnectProvider"),
        )


def _access_keys(pages: tuple[Page, ...], at: Place) -> Iterator[UserAccessKeys]:
    found = tuple(
        KeyId(row["AccessKeyId"], instant(row["CreateDate"]), row["Status"] == "Active")
        for row in rows(pages, "AccessKeyMetadata")
    )
    yield UserAccessKeys(scope=at.parent.scope, id=at.parent.id, origin=at.origin, keys=found)


def _listing(operation: str, parse: Any, *kinds: type[Kind], **more: Any) -> Reader:
    return Reader(
        service="iam",
        operation=operation,
        actions=(f"iam:{operation}",),
        yields=kinds,
        parse=parse,
        regional=False,
        **more,
    )


READERS: Final = (
    _listing(
        "GetAccountAuthorizationDetails",
        _details,
        *(Policy, User, Group, Role, InstanceProfile),
        request={"MaxItems": _PAGE},
    ),
    _listing(
        "GetCredentialReport",
        credentials,
        *(UserCredentials, RootCredentials),
        after=Preparation("GenerateCredentialReport", ("iam:GenerateCredentialReport",), "State", "COMPLETE"),
    ),
    _listing("GetAccountSummary", _summary, AccountSummary),
    _listing("GetAccountPasswordPolicy", _password_policy, PasswordPolicy, absent=frozenset({"NoSuchEntity"})),
    _listing("ListVirtualMFADevices", _devices, VirtualMfaDevice, request={"MaxItems": _PAGE}),
    _listing("ListServerCertificates", _certificates, ServerCertificate, request={"MaxItems": _PAGE}),
    _listing("ListSAMLProviders", _saml, SamlProvider),
    _listing("ListOpenIDConnectProviders", _oidc, OidcProvider),
    _listing(
        "ListAccessKeys",
        _access_keys,
        UserAccessKeys,
        parent=User,
        request=lambda user: {"UserName": user.id},
        bare=False,
    ),
)
