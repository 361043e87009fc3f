"""Trails of other regions and of the organization, and what of them is not known."""

import msgspec
import pytest

from rules.cloudtrail.management_events_unrecorded import management_events_unrecorded
from rules.kms.rotation_off import rotation_off
from scanner.evidence import Answer, Evidence, Key, canonical
from scanner.model.kind import Scope
from scanner.page import page_of
from scanner.testing import ACCOUNT, NOW, REGION, example_evidence, judge

MANAGEMENT = "999999999999"
GOOD = next(one for one in page_of(management_events_unrecorded).examples if one.kind == "good")


def as_seen_from(viewer: str, owner: str, **row) -> Evidence:
    """Return the evidence of a trail in the region of the tests."""
    arn = f"arn:aws:cloudtrail:{REGION}:{owner}:trail/all"
    trail = {"Name": "all", "TrailARN": arn, "HomeRegion": REGION, "S3BucketName": "b", "IsMultiRegionTrail": True}
    evidence = Evidence(targets=(Scope("aws", viewer), Scope("aws", viewer, REGION)), taken_at=NOW)
    said = {
        ("DescribeTrails", ""): {"trailList": [trail | row]},
        ("GetTrailStatus", canonical({"Name": arn})): {"IsLogging": True},
        ("GetEventSelectors", canonical({"TrailName": arn})): {
            "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
        },
    }
    for (operation, request), page in said.items():
        evidence.answers[Key("aws", viewer, REGION, "cloudtrail", operation, request)] = Answer((page,))
    return evidence


def status(evidence, rule=management_events_unrecorded):
    return {finding.resource.scope.account: finding.status for finding in judge(rule, evidence)}


def test_the_organizations_trail_counts_for_a_member():
    assert status(as_seen_from(ACCOUNT, MANAGEMENT, IsOrganizationTrail=True)) == {ACCOUNT: "pass"}


def test_the_trail_of_another_account_that_does_not_record_this_one_does_not_count():
    both = as_seen_from(MANAGEMENT, MANAGEMENT)
    other = as_seen_from(ACCOUNT, ACCOUNT, IsMultiRegionTrail=False)
    merged = msgspec.structs.replace(
        both, targets=(*both.targets, *other.targets), answers={**both.answers, **other.answers}
    )
    assert status(merged) == {MANAGEMENT: "pass", ACCOUNT: "fail"}


def test_a_trail_at_home_in_a_region_that_was_not_read_leaves_the_verdict_open():
    evidence = as_seen_from(ACCOUNT, ACCOUNT)
    for page in (answer.pages[0] for answer in evidence.answers.values()):
        for row in page.get("trailList", ()):
            row["TrailARN"] = row["TrailARN"].replace(REGION, "us-east-1")
    assert status(evidence) == {ACCOUNT: "undecided"}


def test_a_trail_that_records_reads_and_another_that_records_writes_do_not_make_one():
    evidence = example_evidence(GOOD)
    for answer in evidence.answers.values():
        for row in answer.pages[0].get("EventSelectors", ()):
            row["ReadWriteType"] = "ReadOnly"
    assert status(evidence) == {ACCOUNT: "fail"}


@pytest.mark.parametrize(
    "details",
    [
        {"KeyManager": "AWS"},
        {"KeySpec": "RSA_2048"},
        {"Origin": "EXTERNAL"},
        {"KeyState": "PendingDeletion"},
        {"MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}},
    ],
)
def test_a_key_that_kms_cannot_rotate_is_left_out(details):
    evidence = example_evidence(next(one for one in page_of(rotation_off).examples if one.kind == "bad"))
    for answer in evidence.answers.values():
        answer.pages[0].get("KeyMetadata", {}).update(details)
    (finding,) = judge(rotation_off, evidence)
    assert finding.status == "skip"
