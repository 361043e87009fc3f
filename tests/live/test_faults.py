"""Whatever AWS does instead of answering: it is in the report, and never a pass."""

from collections.abc import Callable

import botocore.session
import pytest

from rules.s3.public_access_unblocked import public_access_unblocked
from scanner.aws.calls import call_once
from scanner.aws.embedded import MAIN_REGION
from scanner.aws.live import collect
from scanner.aws.readers import READERS
from scanner.aws.session import Access, Session
from scanner.inventory import Inventory
from scanner.model.kind import Scope
from scanner.model.maybe import Reason
from scanner.plan import Plan, step_for
from scanner.reader import Reader
from scanner.testing import ACCOUNT
from tests.console import report_of, run
from tests.faults import FaultyAws

FAULTS: dict[str, tuple[Callable[[FaultyAws, str, str], object], str]] = {
    "denied": (lambda aws, service, call: aws.deny(service, call), "Denied"),
    "throttled out": (lambda aws, service, call: aws.throttle(service, call), "Throttled"),
    "server error": (lambda aws, service, call: aws.break_down(service, call), "Failed"),
    "lost response": (lambda aws, service, call: aws.lose_response(service, call), "Failed"),
    "malformed body": (lambda aws, service, call: aws.malform(service, call), "Failed"),
    "a page of HTML": (lambda aws, service, call: aws.answer_html(service, call), "Failed"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "rule, service, call",
    [
        ("S3-001", "s3", "ListBuckets"),
        ("S3-001", "s3", "GetPublicAccessBlock"),
        ("S3-023", "s3", "GetBucketPolicy"),
        ("VPC-*", "ec2", "DescribeSecurityGroups"),
        ("IAM-*", "iam", "GetAccountAuthorizationDetails"),
    ],
)
def test_a_call_that_fails_is_a_gap_and_its_verdicts_are_undecided(faulty, faulty_env, fault, rule, service, call):
    inject, reason = FAULTS[fault]
    inject(faulty, service, call)
    done = run("scan", "--rule", rule, "--region", MAIN_REGION, "--format", "json", "--all", env=faulty_env)
    report = report_of(done)
    assert done.returncode in (1, 3)
    told = {(gap["call"], gap["reason"]) for gap in report["gaps"]}
    if (fault, call) == ("a page of HTML", "GetBucketPolicy"):
        reason = "Unresolved"  # its answer is the bare document, so HTML is one that is malformed
        told = {
            (f"{service}:{call}", finding["reason"])
            for finding in report["findings"]
            if finding["status"] == "undecided"
        }
    assert (f"{service}:{call}", reason) in told
    assert report["summary"]["total"]["undecided"] > 0
    for name, status in ((finding["rule"], finding["status"]) for finding in report["findings"]):
        if name == rule:
            assert status in {"undecided", "skip"} or call == "GetBucketPolicy"


def test_with_nothing_at_the_threshold_a_gap_is_exit_code_3_unless_allowed_or_accepted(faulty, faulty_env, tmp_path):
    faulty.deny("s3", "ListBuckets")
    arguments = ("scan", "--rule", "S3-023", "--region", MAIN_REGION, "--quiet")
    assert run(*arguments, env=faulty_env).returncode == 3
    assert run(*arguments, "--allow-gaps", env=faulty_env).returncode == 0
    accepted = tmp_path / "casemate.toml"
    accepted.write_text('[[accept_gap]]\nsource = "s3:ListBuckets"\nowner = "me"\nreason = "no"\nuntil = 2099-01-01\n')
    assert run(*arguments, "--config", accepted, env=faulty_env).returncode == 0
    accepted.write_text('[[accept_gap]]\nsource = "s3:ListBuckets"\nowner = "me"\nreason = "no"\nuntil = 2020-01-01\n')
    assert run(*arguments, "--config", accepted, env=faulty_env).returncode == 3


def test_everything_denied_is_incomplete_and_never_clean(faulty, faulty_env):
    for service in sorted({reader.service for reader in READERS}):
        faulty.deny(service, "*")
    done = run("scan", "--format", "json", env=faulty_env)
    report = report_of(done)
    assert done.returncode == 3
    assert report["summary"]["total"]["pass"] == 0
    assert report["summary"]["total"]["fail"] == 0
    assert report["score"]["posture"] < 10
    assert "ec2:DescribeRegions" in {gap["call"] for gap in report["gaps"]}


def test_a_passing_fault_is_retried_and_leaves_no_trace(faulty, faulty_env):
    faulty.throttle("s3", "ListBuckets", times=2)
    faulty.lose_response("ec2", "DescribeVpcs", times=1)
    done = run(
        "scan",
        "--rule",
        "S3-001",
        "--rule",
        "VPC-*",
        "--region",
        MAIN_REGION,
        "--format",
        "json",
        env=faulty_env | {"AWS_MAX_ATTEMPTS": "6"},
    )
    assert report_of(done)["gaps"] == []


def test_every_page_of_a_listing_is_read(faulty, faulty_env):
    faulty.page("iam", "GetAccountAuthorizationDetails", size=3)
    faulty.page("ec2", "DescribeSecurityGroups", size=2)
    arguments = ("scan", "--service", "iam", "--service", "vpc", "--region", MAIN_REGION, "--format", "json", "--all")
    paged = report_of(run(*arguments, env=faulty_env))
    whole = report_of(run(*arguments, env=faulty_env | {"AWS_ENDPOINT_URL": faulty_env["AWS_ENDPOINT_URL"]}))
    assert paged["gaps"] == []
    assert [one["fingerprint"] for one in paged["findings"]] == [one["fingerprint"] for one in whole["findings"]]
    assert sum(call.operation == "GetAccountAuthorizationDetails" for call in faulty.calls) > 5


def test_a_region_that_is_not_enabled_is_a_gap(faulty, faulty_env):
    faulty.fail("ec2", "*", code="AuthFailure", region="ap-east-1")
    done = run("scan", "--rule", "VPC-*", "--region", "ap-east-1", "--format", "json", env=faulty_env)
    assert done.returncode == 3
    assert {gap["reason"] for gap in report_of(done)["gaps"]} == {"NotEnabled"}


def test_an_account_without_a_support_plan_is_not_subscribed(faulty, faulty_env):
    faulty.deny("trustedadvisor", "*")
    faulty.unsubscribe("support", "*")
    report = report_of(run("scan", "--service", "advisor", "--format", "json", env=faulty_env))
    assert "NotSubscribed" in {gap["reason"] for gap in report["gaps"]}
    assert report["summary"]["total"]["pass"] == 0
    assert report["exit"]["code"] == 3


def test_an_answer_that_does_not_come_in_time_is_a_failure(faulty, faulty_env, monkeypatch):
    for name, value in faulty_env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("scanner.aws.session.READ_TIMEOUT", 0.3)
    faulty.delay("s3", "ListBuckets", seconds=1.5)
    evidence = collect(
        Access(regions=(MAIN_REGION,)), Plan.of([public_access_unblocked], READERS), lambda *_: None, "test"
    )
    inventory = Inventory.of(Plan.of([public_access_unblocked], READERS), evidence)
    assert [(gap.call, gap.why.reason) for gap in inventory.gaps] == [("s3:ListBuckets", Reason.FAILED)]
    assert "ReadTimeoutError" in inventory.gaps[0].why.detail


def test_a_service_that_a_region_does_not_have_is_told_apart_from_an_outage():
    session = Session(botocore.session.Session(), "aws", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    reader = Reader(service="inspector2", operation="ListFindings", actions=(), yields=(), parse=lambda *_: ())
    unreachable = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (unreachable | {"AWS_MAX_ATTEMPTS": "1"}).items():
            patch.setenv(name, value)
        lacking = next(iter(session.offered("ec2") - session.offered("inspector2")))
        told = {
            region: call_once(session, step_for(reader, Scope("aws", ACCOUNT, region), None)).failure
            for region in (lacking, MAIN_REGION)
        }
    assert (told[lacking].code, told[lacking].reason) == ("ServiceAbsent", Reason.NOT_ENABLED)
    assert (told[MAIN_REGION].code, told[MAIN_REGION].reason) == ("EndpointConnectionError", Reason.FAILED)


def test_expired_credentials_are_told_as_such(faulty, faulty_env):
    faulty.fail(
        "sts", "GetCallerIdentity", code="ExpiredToken", message="The security token included in the request is expired"
    )
    done = run("scan", env=faulty_env)
    assert (done.returncode, done.stdout) == (2, "")
    assert "AWS refused the credentials: ExpiredToken" in done.stderr
    assert "Renew them" in done.stderr
    assert "Traceback" not in done.stderr
