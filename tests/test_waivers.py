"""Waivers hold for exactly what they name, until their last day; a malformed one has no effect and is named."""

from datetime import UTC, datetime

import pytest

from rules.s3.public_access_unblocked import public_access_unblocked
from scanner.findings import waive
from scanner.testing import evidence_of, judge
from scanner.waivers import parse_waivers

NOW = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
WHOLE = {"rule": "S3-001", "resource": "logs", "owner": "platform", "reason": "a log bucket", "until": "2026-06-30"}
OPEN = evidence_of(
    {
        "s3:ListBuckets": {"Buckets": [{"Name": "logs"}, {"Name": "catalogs"}]},
        "s3:GetPublicAccessBlock": [
            {"parameters": {"Bucket": name}, "error": "NoSuchPublicAccessBlockConfiguration"}
            for name in ("logs", "catalogs")
        ],
        "s3control:GetPublicAccessBlock": [
            {"parameters": {"AccountId": "123456789012"}, "error": "NoSuchPublicAccessBlockConfiguration"}
        ],
    }
)


def waived(**changes: object) -> set[str]:
    findings = judge(public_access_unblocked, OPEN)
    waivers, _ = parse_waivers([{**WHOLE, **changes}], NOW)
    waive(findings, waivers)
    return {finding.resource.id for finding in findings if finding.waiver}


@pytest.mark.parametrize(
    "changes, names",
    [
        ({}, {"logs"}),
        ({"resource": "log"}, set()),
        ({"resource": "*log*"}, {"logs", "catalogs"}),
        ({"resource": "arn:aws:s3:::logs"}, {"logs"}),
        ({"resource": "[lc]ogs"}, set()),
        ({"rule": "S3-002"}, set()),
        ({"resource": "", "account": "123456789012"}, {"logs", "catalogs"}),
        ({"resource": "", "account": "999999999999"}, set()),
        ({"resource": "", "region": "global"}, {"logs", "catalogs"}),
        ({"until": "2026-06-29"}, set()),
    ],
)
def test_a_waiver_covers_what_it_names_and_nothing_else(changes, names):
    assert names == waived(**changes)


def test_a_waiver_may_name_one_fingerprint():
    print_of_logs = next(one.fingerprint for one in judge(public_access_unblocked, OPEN) if one.resource.id == "logs")
    assert waived(resource="", fingerprint=print_of_logs) == {"logs"}


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"owner": ""}, "lacks owner"),
        ({"reason": None}, "lacks reason"),
        ({"until": "soon"}, "no date"),
        ({"until": "2026-06-29"}, "expired on 2026-06-29"),
        ({"account": "1"}, "exactly one"),
        ({"resource": ""}, "exactly one"),
        ({"resorce": "x"}, "unknown key 'resorce'"),
        ({"owner": 3}, "owner that is no text"),
    ],
)
def test_a_waiver_without_effect_is_named_with_its_reason(changes, says):
    active, notes = parse_waivers([{**WHOLE, **changes}], NOW)
    assert active == ()
    assert says in notes[0].problem


def test_what_is_no_table_is_named_too():
    assert parse_waivers(["S3-001"], NOW)[1][0].problem == "is not a table"


def test_an_undecided_finding_cannot_be_waived():
    findings = judge(public_access_unblocked, evidence_of({"s3:ListBuckets": {"Buckets": [{"Name": "logs"}]}}))
    waive(findings, parse_waivers([WHOLE], NOW)[0])
    assert [(one.status, one.waiver) for one in findings] == [("undecided", None)]
