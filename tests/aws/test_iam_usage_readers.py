"""When principals last used services: asked for, waited for, fetched; and what stays unknown where that is refused."""

from types import SimpleNamespace

import pytest

from scanner.aws.calls import call_once
from scanner.aws.iam_usage import READERS
from scanner.model.kind import Scope
from scanner.plan import step_for
from scanner.registry import load_rules
from scanner.testing import ACCOUNT, evidence_of, judge
from tests.reason.account.accounts import allow, arn, details, role

RULE = next(rule for rule in load_rules() if rule.name == "role_holds_unused_permissions")
JOB = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
OLD = {"CreateDate": "2024-01-01T00:00:00+00:00"}
ASKED = {
    "iam:GenerateServiceLastAccessedDetails": [{"parameters": {"Arn": arn("role/app")}, "response": {"JobId": JOB}}]
}


def used(**last):
    rows = [
        {"ServiceName": name, "ServiceNamespace": name} | ({"LastAuthenticated": f"{at}T00:00:00Z"} if at else {})
        for name, at in last.items()
    ]
    page = {"JobStatus": "COMPLETED", "ServicesLastAccessed": rows}
    return ASKED | {"iam:GetServiceLastAccessedDetails": [{"parameters": {"JobId": JOB}, "response": page}]}


def judged(calls, row=None):
    (finding,) = judge(RULE, evidence_of(details(row or role("app", allow("*"), **OLD)) | calls))
    return finding


@pytest.mark.parametrize(
    "calls, expected",
    [
        (used(s3="2025-12-20", ec2=None), "fail"),
        (used(s3="2025-12-20", ec2="2025-01-01"), "fail"),
        (used(s3="2025-12-20", ec2="2025-12-01"), "pass"),
        (used(s3=None, ec2=None), "skip"),
        (used(), "pass"),
        ({}, "undecided"),
        (
            {
                "iam:GenerateServiceLastAccessedDetails": [
                    {"parameters": {"Arn": arn("role/app")}, "error": "AccessDenied"}
                ]
            },
            "undecided",
        ),
        (
            ASKED | {"iam:GetServiceLastAccessedDetails": [{"parameters": {"JobId": JOB}, "error": "Throttling"}]},
            "undecided",
        ),
    ],
)
def test_services_that_were_not_called_are_unused_and_what_is_refused_is_not_known(calls, expected):
    assert expected == judged(calls).status


def test_the_finding_tells_how_many_services_of_how_many():
    assert "app used 1 of 2 services in 90 days, but not ec2" == judged(used(s3="2025-12-20", ec2=None)).outcome.message


def test_young_roles_and_those_of_services_are_left_alone():
    assert "skip" == judged(used(ec2=None), role("app", CreateDate="2025-12-20T00:00:00+00:00")).status
    owned = role("app", Path="/aws-service-role/x.amazonaws.com/", **OLD)
    assert "skip" == judged({}, owned).status


class Slow:
    """A client whose report takes a few questions, or fails."""

    meta = SimpleNamespace(region_name="us-east-1", service_model=None, method_to_api_mapping={})

    def __init__(self, *statuses):
        self.left = list(statuses)

    def get_service_last_accessed_details(self, **asked):
        assert {"JobId": JOB} == asked
        return {"JobStatus": self.left.pop(0), "ServicesLastAccessed": []}

    def can_paginate(self, _):
        return True

    def get_paginator(self, _):
        return SimpleNamespace(_output_token=[], _input_token=[])


def answered(client):
    limiter = SimpleNamespace(passed=lambda: None)
    session = SimpleNamespace(
        account=ACCOUNT,
        home="us-east-1",
        client=lambda *_: client,
        limiters=SimpleNamespace(of=lambda *_: limiter),
        lacks=lambda *_: False,
    )
    scope = Scope("aws", ACCOUNT)
    return call_once(session, step_for(READERS[1], scope, SimpleNamespace(job=JOB)))


def test_a_report_is_waited_for(monkeypatch):
    monkeypatch.setattr("scanner.aws.calls.time.sleep", lambda _: None)
    answer = answered(Slow("IN_PROGRESS", "IN_PROGRESS", "COMPLETED"))
    assert ["COMPLETED"] == [page["JobStatus"] for page in answer.pages]
    assert answer.complete


def test_a_report_that_fails_is_a_failure_and_no_empty_report(monkeypatch):
    monkeypatch.setattr("scanner.aws.calls.time.sleep", lambda _: None)
    answer = answered(Slow("IN_PROGRESS", "FAILED"))
    assert ("NotReady", ()) == (answer.failure.code, answer.pages)
