"""`casemate can` and `casemate who-can` on recorded evidence."""

import json
import shutil

import pytest

from scanner.testing import ACCOUNT
from tests.console import run
from tests.reason.account.accounts import ADMIN, allow, arn, attached, details, role, trusting, user

TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("evidence")
    place = root / ACCOUNT / "global"
    place.mkdir(parents=True)
    rows = (
        user("ana", allow("dynamodb:*", Bool={"aws:MultiFactorAuthPresent": "true"})),
        user("bo", allow("s3:*")),
        user("cleo", **attached(ADMIN)),
        role("ops", allow("*"), trust=trusting(arn("user/bo"))),
        role("partner", trust=trusting("arn:aws:iam::999999999999:root")),
    )
    answer = details(*rows)["iam:GetAccountAuthorizationDetails"]
    (place / "iam.GetAccountAuthorizationDetails.json").write_text(json.dumps(answer))
    return root


def asked(folder, *arguments):
    done = run(*arguments, "--from", folder, "--format", "json")
    return done.returncode, json.loads(done.stdout)


def test_a_conditional_answer_is_allowed_and_names_its_condition(folder):
    code, answer = asked(folder, "can", "user/ana", "dynamodb:GetItem", TABLE)
    assert (0, "allowed") == (code, answer["decision"])
    assert ["aws:MultiFactorAuthPresent"] == [each["key"] for each in answer["conditions"]]


def test_told_context_meets_the_condition(folder):
    said = ("--context", "aws:multifactorauthpresent=true")
    code, answer = asked(folder, "can", "user/ana", "dynamodb:GetItem", TABLE, *said)
    assert (0, "allowed", []) == (code, answer["decision"], answer["conditions"])


def test_context_that_contradicts_the_condition_is_a_refusal(folder):
    said = ("--context", "aws:multifactorauthpresent=false")
    assert 1 == asked(folder, "can", "user/ana", "dynamodb:GetItem", TABLE, *said)[0]


def test_a_refusal_exits_with_one_and_says_where_it_was_made(folder):
    code, answer = asked(folder, "can", arn("user/bo"), "dynamodb:GetItem", TABLE)
    assert (1, "implicit-deny", "identity") == (code, answer["decision"], answer["blocked_by"])


def test_what_hangs_on_an_unread_policy_exits_with_three(folder):
    code, answer = asked(folder, "can", "user/cleo", "dynamodb:GetItem", TABLE)
    assert (3, "undecided") == (code, answer["decision"])
    assert ADMIN in answer["reason"]


def test_who_can_lists_the_root_user_and_each_principal_with_its_answer(folder):
    code, answer = asked(folder, "who-can", "dynamodb:GetItem", TABLE)
    found = {each["principal"].rpartition(":")[2]: each["decision"] for each in answer["principals"]}
    assert 3 == code
    assert {"root": "allowed", "user/ana": "allowed", "user/cleo": "undecided", "role/ops": "allowed"} == found


def test_an_organization_that_cannot_be_seen_is_said(folder):
    _, answer = asked(folder, "can", "role/ops", "dynamodb:GetItem", TABLE)
    assert any("organization" in each for each in answer["given"])


@pytest.mark.parametrize("arguments", [("role/nobody", "s3:GetObject"), ("role/ops", "GetObject")])
def test_what_cannot_be_asked_is_a_usage_error(folder, arguments):
    done = run("can", *arguments, "--from", folder)
    assert (2, "") == (done.returncode, done.stdout)


def test_who_can_lists_outsiders_that_the_policy_of_the_resource_lets_in(folder):
    _, answer = asked(folder, "who-can", "sts:AssumeRole", arn("role/partner"))
    assert ["account 999999999999"] == [each["principal"] for each in answer["principals"]]
    assert "arn:aws:iam::999999999999:" in answer["principals"][0]["witness"]["context"]["aws:principalarn"][0]


def test_a_session_of_a_role_is_asked_about_by_its_own_arn(folder):
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ana"
    code, answer = asked(folder, "can", session, "dynamodb:GetItem", TABLE)
    assert (0, "allowed") == (code, answer["decision"])
    assert [arn("role/ops")] == answer["witness"]["context"]["aws:principalarn"]
    assert 2 == run("can", session.replace(ACCOUNT, "999999999999"), "s3:GetObject", "--from", folder).returncode


@pytest.mark.parametrize("denied, expected", [("me", (1, "explicit-deny")), ("other", (0, "allowed"))])
def test_the_listing_of_buckets_tells_which_canonical_user_the_account_is(folder, tmp_path, denied, expected):
    place = tmp_path / ACCOUNT / "global"
    shutil.copytree(folder / ACCOUNT / "global", place)
    statement = {**allow("s3:*"), "Effect": "Deny", "Principal": {"CanonicalUser": denied}}
    buckets = {"Owner": {"ID": "me"}, "Buckets": [{"Name": "reports", "BucketRegion": "eu-west-1"}]}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    (place / "s3.ListBuckets.json").write_text(json.dumps(buckets))
    answer = {"parameters": {"Bucket": "reports"}, "response": {"Policy": text}}
    (place / "s3.GetBucketPolicy.json").write_text(json.dumps([answer]))
    code, answer = asked(tmp_path, "can", "user/bo", "s3:GetObject", "arn:aws:s3:::reports/k")
    assert expected == (code, answer["decision"])
