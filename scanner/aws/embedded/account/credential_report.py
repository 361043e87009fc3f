"""The credential report of Harbour Books: moto's has no root user, and dates everything today.

Columns: IAM User Guide, "Get credential reports for your AWS account".
"""

import csv
from io import StringIO
from typing import Final

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.identity import PEOPLE, Key, Person
from scanner.aws.embedded.answers import Answer

_ABSENT: Final = "N/A"
_KEY_COLUMNS: Final = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS: Final = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in _KEY_COLUMNS),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)


def _flag(value: bool) -> str:  # noqa: FBT001 - it writes a flag
    return str(value).lower()


def _key(aws: Aws, number: int, keys: tuple[Key, ...]) -> dict[str, str]:
    if number > len(keys):
        values = ("false", *[_ABSENT] * (len(_KEY_COLUMNS) - 1))
    else:
        key = keys[number - 1]
        used = (_ABSENT,) * 3 if key.used is None else (aws.days_ago(key.used), MAIN_REGION, "s3")
        values = (_flag(key.active), aws.days_ago(key.age), *used)
    return dict(zip((f"access_key_{number}_{column}" for column in _KEY_COLUMNS), values, strict=True))


def _row(aws: Aws, person: Person) -> dict[str, str]:
    has_password = person.password_age is not None
    never = "no_information" if has_password else _ABSENT
    return {
        "user": person.name,
        "arn": f"arn:aws:iam::{ACCOUNT_ID}:user/{person.name}",
        "user_creation_time": aws.days_ago(person.age),
        "password_enabled": _flag(has_password),
        "password_last_used": never if person.password_used is None else aws.days_ago(person.password_used),
        "password_last_changed": _ABSENT if person.password_age is None else aws.days_ago(person.password_age),
        "password_next_rotation": _ABSENT,
        "mfa_active": _flag(person.has_mfa),
    } | _shared(aws, person.keys)


def _root(aws: Aws) -> dict[str, str]:
    return {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{ACCOUNT_ID}:root",
        "user_creation_time": aws.days_ago(1200),
        "password_enabled": "not_supported",
        "password_last_used": aws.days_ago(3),
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": "true",
    } | _shared(aws, (Key(1100, used=430),))


def _shared(aws: Aws, keys: tuple[Key, ...]) -> dict[str, str]:
    certificates = {name: "false" if name.endswith("active") else _ABSENT for name in COLUMNS if name[:4] == "cert"}
    return _key(aws, 1, keys) | _key(aws, 2, keys) | certificates


def _report(aws: Aws) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow(_root(aws))
    writer.writerows(_row(aws, person) for person in sorted(PEOPLE, key=lambda person: person.name))
    return text.getvalue()


def seed_credential_report(aws: Aws) -> None:
    """Seed the report, and what else shows the root user: it has an access key and a virtual MFA device."""
    iam = aws.client("iam", MAIN_REGION)
    summary = iam.get_account_summary()["SummaryMap"]
    devices = [
        {name: device[name] for name in ("SerialNumber", "User", "EnableDate")}
        for device in iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    ]
    root_device = {
        "SerialNumber": f"arn:aws:iam::{ACCOUNT_ID}:mfa/root-account-mfa-device",
        "EnableDate": aws.days_ago(1190),
        "User": {
            "Path": "/",
            "UserName": "root",
            "UserId": ACCOUNT_ID,
            "Arn": f"arn:aws:iam::{ACCOUNT_ID}:root",
            "CreateDate": aws.days_ago(1200),
        },
    }
    report = {"Content": _report(aws).encode(), "ReportFormat": "text/csv", "GeneratedTime": aws.days_ago(0)}
    certificate = {
        "Path": "/",
        "ServerCertificateName": "shop-2019",
        "ServerCertificateId": "ASCACASEMATEEXAMPLE01",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:server-certificate/shop-2019",
        "UploadDate": aws.days_ago(1150),
        "Expiration": aws.days_ago(55),
    }
    answers = {
        "GetCredentialReport": report,
        "GetAccountSummary": {"SummaryMap": summary | {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 1}},
        "ListServerCertificates": {"ServerCertificateMetadataList": [certificate], "IsTruncated": False},
    }
    aws.answer(*(Answer("iam", name, response, account=ACCOUNT_ID) for name, response in answers.items()))
    listed = {"VirtualMFADevices": [root_device, *devices], "IsTruncated": False}
    aws.answer(Answer("iam", "ListVirtualMFADevices", listed, account=ACCOUNT_ID))
