"""Of which rows the details are asked, and what becomes of those that are not."""

import msgspec
import pytest

from scanner.aws import fetch
from scanner.aws.ec2 import READERS
from scanner.evidence import Answer, Evidence
from scanner.inventory import Inventory
from scanner.model.ec2 import SnapshotGrantees
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, why_unknown
from scanner.plan import Plan

REGION = Scope("aws", "123456789012", "eu-west-1")
ONE_IS_ASKED = [
    msgspec.structs.replace(reader, most=1) if SnapshotGrantees in reader.yields else reader for reader in READERS
]


def answered(session, step):
    """Two snapshots, each shared with another account."""
    if step.reader.operation == "DescribeSnapshots":
        return Answer(({"Snapshots": [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]},))
    return Answer(({"CreateVolumePermissions": [{"UserId": "210987654321"}]},))


def collected(monkeypatch, readers):
    monkeypatch.setattr(fetch, "call_once", answered)
    evidence = Evidence(targets=(REGION,), taken_at=None, tool="test")
    fetch.fetch(Plan.of((), readers, kinds=[SnapshotGrantees]), {REGION.account: None}, evidence, lambda *_: None)
    return evidence


@pytest.fixture
def inventory_of_one(monkeypatch):
    plan = Plan.of((), ONE_IS_ASKED, kinds=[SnapshotGrantees])
    return lambda readers: Inventory.of(plan, collected(monkeypatch, readers))


def test_beyond_its_most_a_call_is_not_made_and_what_it_would_tell_is_unknown(inventory_of_one):
    inventory = inventory_of_one(ONE_IS_ASKED)
    first, second = sorted(inventory.listing(SnapshotGrantees), key=lambda one: one.id)
    assert ("210987654321",) == first.shared_with
    assert Reason.NOT_COLLECTED is why_unknown(second.shared_with).reason
    assert [("ec2:DescribeSnapshotAttribute", "snap-2")] == [(gap.call, gap.subject) for gap in inventory.gaps]


def test_what_was_recorded_is_read_also_beyond_what_would_be_asked(inventory_of_one):
    inventory = inventory_of_one(READERS)
    assert {("210987654321",)} == {one.shared_with for one in inventory.listing(SnapshotGrantees)}
    assert [] == inventory.gaps
