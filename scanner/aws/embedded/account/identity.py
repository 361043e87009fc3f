"""The identities of Harbour Books: who they are, what they may do, and how old their credentials are."""

from typing import Any, Final

import msgspec

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.documents import allow, assumed_by, document
from scanner.aws.embedded.account_settings import last_accessed_job
from scanner.aws.embedded.answers import Amendment, Answer

PARTNER_ACCOUNT: Final = "999988887777"
_MANAGED: Final = "arn:aws:iam::aws:policy"
_OWN: Final = f"arn:aws:iam::{ACCOUNT_ID}"
GITHUB: Final = "token.actions.githubusercontent.com"


class Key(msgspec.Struct, frozen=True):
    """An access key: its age in days, and how many days ago it was last used, if ever."""

    age: int
    used: int | None = None
    active: bool = True


class Person(msgspec.Struct, frozen=True):
    """A user. `password_used` counts days; nothing means never. `password_age` nothing means no console password."""

    name: str
    age: int
    password_age: int | None = None
    password_used: int | None = None
    has_mfa: bool = False
    keys: tuple[Key, ...] = ()
    groups: tuple[str, ...] = ()
    managed: tuple[str, ...] = ()
    inline: dict[str, str] = {}


_ESCALATE: Final = document(
    allow(["lambda:CreateFunction", "lambda:InvokeFunction", "iam:PassRole"], "*"),
    allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::harbour-books-catalogue/*"),
)
PEOPLE: Final = (
    Person("mara.lindqvist", 900, password_age=400, password_used=2, managed=(f"{_MANAGED}/AdministratorAccess",)),
    Person(
        "tom.okafor",
        800,
        password_age=60,
        password_used=1,
        has_mfa=True,
        keys=(Key(410, used=3), Key(760, used=500, active=False)),
        groups=("operators",),
    ),
    Person("deploy-bot", 700, keys=(Key(690, used=0), Key(205)), inline={"deploy": _ESCALATE}),
    Person("old.contractor", 640, password_age=640, password_used=520, keys=(Key(640, used=300),), groups=("editors",)),
    Person("new.hire", 120, password_age=120, groups=("editors",)),
    Person("reports", 300, keys=(Key(30, used=1),), managed=(f"{_MANAGED}/ReadOnlyAccess",)),
    Person("auditor", 45, keys=(Key(45, used=0),), managed=(f"{_MANAGED}/SecurityAudit",)),
)

_POLICIES: Final = {
    "everything-for-batch": document(allow("*", "*")),
    "catalogue-uploads": document(allow(["s3:PutObject"], "arn:aws:s3:::harbour-books-catalogue/uploads/*")),
    "old-migration": document(allow(["iam:*", "sts:AssumeRole"], "*")),
}

_ROLES: Final[dict[str, tuple[str, tuple[str, ...], dict[str, str]]]] = {
    "web-server": (assumed_by({"Service": "ec2.amazonaws.com"}), (), {"publish": _ESCALATE}),
    "legacy-batch": (
        assumed_by({"Service": "ec2.amazonaws.com"}),
        (f"{_OWN}:policy/everything-for-batch",),
        {},
    ),
    "lambda-admin": (assumed_by({"Service": "lambda.amazonaws.com"}), (f"{_MANAGED}/AdministratorAccess",), {}),
    "book-import": (
        assumed_by({"Service": "lambda.amazonaws.com"}),
        (f"{_MANAGED}/service-role/AWSLambdaBasicExecutionRole", f"{_OWN}:policy/catalogue-uploads"),
        {},
    ),
    "partner-access": (
        assumed_by({"AWS": f"arn:aws:iam::{PARTNER_ACCOUNT}:root"}),
        (f"{_MANAGED}/AmazonS3ReadOnlyAccess",),
        {},
    ),
    "shared-reader": (assumed_by({"AWS": "*"}), (f"{_MANAGED}/AmazonEC2ReadOnlyAccess",), {}),
    "github-deploy": (
        assumed_by(
            {"Federated": f"{_OWN}:oidc-provider/{GITHUB}"},
            action="sts:AssumeRoleWithWebIdentity",
            condition={"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}},
        ),
        (f"{_MANAGED}/PowerUserAccess",),
        {},
    ),
    "flow-logs": (
        assumed_by({"Service": "vpc-flow-logs.amazonaws.com"}),
        (),
        {"write": document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*"))},
    ),
    "forgotten": (assumed_by({"AWS": f"{_OWN}:root"}), (f"{_MANAGED}/AmazonRDSFullAccess",), {}),
}
_ROLE_AGES: Final = {"forgotten": (950, None), "web-server": (500, 0), "partner-access": (870, 210)}
_GROUPS: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "operators": ((f"{_MANAGED}/PowerUserAccess",), {}),
    "editors": ((), {"catalogue": document(allow(["s3:*"], "arn:aws:s3:::harbour-books-*"))}),
    "abandoned": ((f"{_MANAGED}/IAMFullAccess",), {}),
}


def role_arn(name: str) -> str:
    """Return the ARN of a role of the account."""
    return f"{_OWN}:role/{name}"


def seed_identity(aws: Aws) -> dict[str, list[str]]:
    """Create the identities; the ids of each user's access keys, in the order of `PEOPLE`."""
    iam = aws.client("iam", MAIN_REGION)
    iam.create_account_alias(AccountAlias="harbour-books")
    iam.update_account_password_policy(MinimumPasswordLength=6, RequireNumbers=True, AllowUsersToChangePassword=True)
    for name, policy in _POLICIES.items():
        iam.create_policy(PolicyName=name, PolicyDocument=policy)
    iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    _create_groups(iam)
    _create_roles(aws, iam)
    return {person.name: _create_person(aws, iam, person) for person in PEOPLE}


def _create_groups(iam: Any) -> None:
    for name, (managed, inline) in _GROUPS.items():
        iam.create_group(GroupName=name)
        for arn in managed:
            iam.attach_group_policy(GroupName=name, PolicyArn=arn)
        for policy_name, policy in inline.items():
            iam.put_group_policy(GroupName=name, PolicyName=policy_name, PolicyDocument=policy)


def _create_roles(aws: Aws, iam: Any) -> None:
    for name, (trust, managed, inline) in _ROLES.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        for arn in managed:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for policy_name, policy in inline.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=policy)
        age, used = _ROLE_AGES.get(name, (400, 1))
        last_used = {} if used is None else {"LastUsedDate": aws.days_ago(used), "Region": MAIN_REGION}
        ages = {"CreateDate": aws.days_ago(age), "RoleLastUsed": last_used}
        aws.amend(Amendment("iam", ("Role", "RoleDetail"), {"RoleName": name}, ages))
    for profile in ("web-server", "legacy-batch"):
        iam.create_instance_profile(InstanceProfileName=profile)
        iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=profile)


def _create_person(aws: Aws, iam: Any, person: Person) -> list[str]:
    iam.create_user(UserName=person.name)
    for group in person.groups:
        iam.add_user_to_group(GroupName=group, UserName=person.name)
    for arn in person.managed:
        iam.attach_user_policy(UserName=person.name, PolicyArn=arn)
    for name, policy in person.inline.items():
        iam.put_user_policy(UserName=person.name, PolicyName=name, PolicyDocument=policy)
    if person.has_mfa:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=person.name)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(
            UserName=person.name, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
    _date_user(aws, iam, person)
    return [_create_key(aws, iam, person.name, key) for key in person.keys]


def _date_user(aws: Aws, iam: Any, person: Person) -> None:
    number = PEOPLE.index(person)
    dates = {"CreateDate": aws.days_ago(person.age), "UserId": f"AIDAHARBOURBOOKS{number:04}"}
    if person.password_age is not None:
        iam.create_login_profile(UserName=person.name, Password="Harbour!Books1")  # noqa: S106 - of no real account
        aged = {"CreateDate": aws.days_ago(person.password_age)}
        aws.amend(Amendment("iam", ("LoginProfile",), {"UserName": person.name}, aged))
    aws.amend(Amendment("iam", ("User", "UserDetail"), {"UserName": person.name}, dates))
    if person.password_used is not None:
        used = {"PasswordLastUsed": aws.days_ago(person.password_used)}
        aws.amend(Amendment("iam", ("User",), {"UserName": person.name}, used))
    aws.answer(_last_accessed(aws, person))


def _create_key(aws: Aws, iam: Any, user: str, key: Key) -> str:
    identifier: str = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    if not key.active:
        iam.update_access_key(UserName=user, AccessKeyId=identifier, Status="Inactive")
    aged = {"CreateDate": aws.days_ago(key.age)}
    aws.amend(Amendment("iam", ("AccessKeyMetadata",), {"AccessKeyId": identifier}, aged))
    used: dict[str, Any] = {"ServiceName": "N/A", "Region": "N/A"}
    if key.used is not None:
        used = {"ServiceName": "s3", "Region": MAIN_REGION, "LastUsedDate": aws.days_ago(key.used)}
    aws.answer(
        Answer(
            "iam",
            "GetAccessKeyLastUsed",
            {"UserName": user, "AccessKeyLastUsed": used},
            account=ACCOUNT_ID,
            where={"AccessKeyId": identifier},
        )
    )
    return identifier


def _last_accessed(aws: Aws, person: Person) -> Answer:
    arn = f"{_OWN}:user/{person.name}"
    uses = [key.used for key in person.keys if key.used is not None]
    unused = {"ServiceName": "AWS Lambda", "ServiceNamespace": "lambda", "TotalAuthenticatedEntities": 0}
    services = [unused]
    if uses:
        services.append(
            {
                "ServiceName": "Amazon S3",
                "ServiceNamespace": "s3",
                "LastAuthenticated": aws.days_ago(min(uses)),
                "LastAuthenticatedEntity": arn,
                "LastAuthenticatedRegion": MAIN_REGION,
                "TotalAuthenticatedEntities": 1,
            }
        )
    response = {
        "JobStatus": "COMPLETED",
        "JobType": "SERVICE_LEVEL",
        "JobCreationDate": aws.days_ago(0),
        "JobCompletionDate": aws.days_ago(0),
        "ServicesLastAccessed": services,
        "IsTruncated": False,
    }
    return Answer(
        "iam",
        "GetServiceLastAccessedDetails",
        response,
        account=ACCOUNT_ID,
        where={"JobId": last_accessed_job(arn)},
    )
