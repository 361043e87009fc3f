"""Reading the credential report (IAM User Guide, "Generate credential reports for your AWS account")."""

import base64
import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.model.iam import AccessKey, Credentials, RootCredentials, SigningCertificate, UserCredentials
from scanner.model.kind import Scope, instant
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown, why_unknown
from scanner.reader import Page, Place, only

_ROOT: Final = "<root_account>"
_NOTHING: Final = frozenset({"N/A", "no_information", ""})
_FLAGS: Final = {"TRUE": True, "FALSE": False}
_SLOTS: Final = (1, 2)


def credentials(pages: tuple[Page, ...], at: Place) -> Iterator[Credentials]:
    """Yield the credentials of the root user and of every user. Raises ValueError for what is no such report."""
    for row in _table(str(only(pages)["Content"])):
        name = row["user"]
        scope = Scope(at.scope.partition, row["arn"].split(":")[4])
        kind, native_id = (RootCredentials, scope.account) if name == _ROOT else (UserCredentials, name)
        yield kind(
            scope=scope,
            id=native_id,
            origin=at.origin,
            created=_given(row, "user_creation_time"),
            password_enabled=_flag(row, "password_enabled"),
            password_last_used=_when(row, "password_last_used"),
            password_last_changed=_when(row, "password_last_changed"),
            password_next_rotation=_when(row, "password_next_rotation"),
            mfa_active=_flag(row, "mfa_active"),
            access_keys=_keys(row),
            certificates=_certificates(row),
        )


def _table(content: str) -> Iterator[dict[str, str]]:
    """Yield the rows. The content is base64, or the CSV itself if it was decoded before it was kept."""
    text = content if content.startswith("user,") else base64.b64decode(content, validate=True).decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text), restval="")
    try:
        if not {"user", "arn"} <= set(reader.fieldnames or ()):
            raise ValueError("the credential report has no columns user and arn")
        yield from reader
    except csv.Error as error:
        raise ValueError(f"the credential report is not CSV: {error}") from error


def _said(row: Mapping[str, str], column: str) -> Any:
    """Return the text of a cell, `ABSENT`, or an `Unknown`."""
    text = row.get(column)
    if text is None:
        return unknown(Reason.NOT_COLLECTED, f"the credential report has no column {column}")
    if text == "not_supported":
        return unknown(Reason.NOT_COLLECTED, f"the credential report does not support {column} of this user")
    return ABSENT if text in _NOTHING else text


def _when(row: Mapping[str, str], column: str) -> Any:
    said = _said(row, column)
    return said if why_unknown(said) is not None or isinstance(said, Absent) else instant(said)


def _given(row: Mapping[str, str], column: str) -> Any:
    """Return a time that every such credential has."""
    said = _when(row, column)
    if why_unknown(said) is None and isinstance(said, Absent):
        return unknown(Reason.NOT_COLLECTED, f"the credential report does not tell {column}")
    return said


def _flag(row: Mapping[str, str], column: str) -> Maybe[bool]:
    said = _said(row, column)
    flag = None if why_unknown(said) is not None else _FLAGS.get(str(said).upper())
    return unknown(Reason.NOT_COLLECTED, f"the credential report does not tell {column}") if flag is None else flag


def _exists(row: Mapping[str, str], active: str, rotated: str) -> bool:
    """Whether there is such a credential: an inactive one still has the time of its last change."""
    return row.get(active, "").upper() == "TRUE" or row.get(rotated, "N/A") not in _NOTHING


def _keys(row: Mapping[str, str]) -> Maybe[tuple[AccessKey, ...]]:
    if not {"access_key_1_active", "access_key_2_active"} <= row.keys():
        return unknown(Reason.NOT_COLLECTED, "the credential report does not tell the access keys")
    return tuple(
        AccessKey(
            slot=slot,
            active=_flag(row, f"access_key_{slot}_active"),
            last_rotated=_given(row, f"access_key_{slot}_last_rotated"),
            last_used=_when(row, f"access_key_{slot}_last_used_date"),
            last_used_region=_said(row, f"access_key_{slot}_last_used_region"),
            last_used_service=_said(row, f"access_key_{slot}_last_used_service"),
        )
        for slot in _SLOTS
        if _exists(row, f"access_key_{slot}_active", f"access_key_{slot}_last_rotated")
    )


def _certificates(row: Mapping[str, str]) -> Maybe[tuple[SigningCertificate, ...]]:
    if not {"cert_1_active", "cert_2_active"} <= row.keys():
        return unknown(Reason.NOT_COLLECTED, "the credential report does not tell the signing certificates")
    return tuple(
        SigningCertificate(
            slot=slot, active=_flag(row, f"cert_{slot}_active"), last_rotated=_when(row, f"cert_{slot}_last_rotated")
        )
        for slot in _SLOTS
        if _exists(row, f"cert_{slot}_active", f"cert_{slot}_last_rotated")
    )
