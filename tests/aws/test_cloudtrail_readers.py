"""Which events selectors record, as the CloudTrail User Guide says."""

import pytest

from scanner.aws.cloudtrail import READERS
from scanner.model.cloudtrail import DataSelector, ManagementSelector, RegionTrails, Trail, TrailSelectors
from scanner.model.kind import Api
from scanner.reader import Place
from scanner.testing import ACCOUNT
from tests.kinds import HERE, OTHER_REGION

TRAILS, _, SELECTORS = READERS
ARN = f"arn:aws:cloudtrail:{HERE.region}:{ACCOUNT}:trail/all"


def read(reader, page, parent=None):
    return list(reader.parse((page,), Place(HERE, Api("cloudtrail:x", HERE), parent)))


def row(arn, **more):
    return {"Name": arn.rpartition("/")[2], "TrailARN": arn, **more}


def test_a_trail_is_told_where_it_is_at_home_and_seen_wherever_it_records():
    abroad = f"arn:aws:cloudtrail:{OTHER_REGION}:{ACCOUNT}:trail/other"
    found = read(TRAILS, {"trailList": [row(ARN), row(abroad)]})
    (seen,) = [one for one in found if isinstance(one, RegionTrails)]
    assert seen.arns == (ARN, abroad)
    assert [one.id for one in found if isinstance(one, Trail)] == ["all"]


def test_the_trail_of_an_organization_belongs_to_the_management_account():
    (_, trail) = read(TRAILS, {"trailList": [row(ARN.replace(ACCOUNT, "999999999999"))]})
    assert trail.scope.account == "999999999999"


def selectors(page) -> TrailSelectors:
    (trail,) = [one for one in read(TRAILS, {"trailList": [row(ARN)]}) if isinstance(one, Trail)]
    (found,) = read(SELECTORS, page, trail)
    return found


def basic(**more):
    return {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, **more}]}


def advanced(*fields):
    names = ({"Field": name, **said} for name, said in fields)
    return {"AdvancedEventSelectors": [{"FieldSelectors": list(names)}]}


MANAGEMENT = ("eventCategory", {"Equals": ["Management"]})
DATA = ("eventCategory", {"Equals": ["Data"]})
OBJECTS = ("resources.type", {"Equals": ["AWS::S3::Object"]})


@pytest.mark.parametrize(
    "page,wanted",
    [
        ({}, ManagementSelector(True, True)),
        (basic(), ManagementSelector(True, True)),
        (basic(ReadWriteType="ReadOnly"), ManagementSelector(True, False)),
        (
            basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
            ManagementSelector(True, True, ("kms.amazonaws.com",)),
        ),
        (advanced(MANAGEMENT), ManagementSelector(True, True)),
        (advanced(MANAGEMENT, ("readOnly", {"Equals": ["false"]})), ManagementSelector(False, True)),
        (advanced(MANAGEMENT, ("readOnly", {"NotEquals": ["false"]})), ManagementSelector(True, False)),
        (
            advanced(MANAGEMENT, ("eventSource", {"NotEquals": ["kms.amazonaws.com"]})),
            ManagementSelector(True, True, ("kms.amazonaws.com",)),
        ),
        (
            advanced(MANAGEMENT, ("eventSource", {"Equals": ["iam.amazonaws.com"]})),
            ManagementSelector(True, True, ("*",)),
        ),
        (
            advanced(MANAGEMENT, ("eventName", {"StartsWith": ["Put"]})),
            ManagementSelector(True, True, ("*",)),
        ),
    ],
)
def test_management_events(page, wanted):
    assert selectors(page).management == (wanted,)


def resources(*values, kind="AWS::S3::Object"):
    return [{"Type": kind, "Values": list(values)}]


@pytest.mark.parametrize(
    "page,wanted",
    [
        (basic(DataResources=resources("arn:aws:s3")), DataSelector("AWS::S3::Object", True, True, False)),
        (basic(DataResources=resources("arn:aws:s3:::")), DataSelector("AWS::S3::Object", True, True, False)),
        (
            basic(DataResources=resources("arn:aws:s3:::b/")),
            DataSelector("AWS::S3::Object", True, True, True, ("arn:aws:s3:::b/",)),
        ),
        (
            basic(DataResources=resources("arn:aws:lambda", kind="AWS::Lambda::Function")),
            DataSelector("AWS::Lambda::Function", True, True, False),
        ),
        (advanced(DATA, OBJECTS), DataSelector("AWS::S3::Object", True, True, False)),
        (
            advanced(DATA, OBJECTS, ("resources.ARN", {"StartsWith": ["arn:aws:s3:::b/"]})),
            DataSelector("AWS::S3::Object", True, True, True, ("arn:aws:s3:::b/",)),
        ),
        (
            advanced(DATA, OBJECTS, ("eventName", {"Equals": ["DeleteObject"]})),
            DataSelector("AWS::S3::Object", True, True, True),
        ),
    ],
)
def test_data_events(page, wanted):
    assert selectors(page).data == (wanted,)


def test_only_data_events_is_no_management_event():
    assert selectors(advanced(DATA, OBJECTS)).management == ()
    assert selectors(basic(IncludeManagementEvents=False)).management == ()
