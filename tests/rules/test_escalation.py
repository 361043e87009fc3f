"""The rules about administrators: what is potential or unread is never a pass, and what does not matter is no doubt."""

import pytest

from rules.iam.outsider_can_become_administrator import outsider_can_become_administrator
from rules.iam.role_is_administrator import role_is_administrator
from rules.iam.user_can_become_administrator import user_can_become_administrator
from rules.iam.user_is_administrator import user_is_administrator
from scanner.testing import evidence_of, judge
from tests.reason.account.accounts import (
    ADMIN,
    NO_ORGANIZATION,
    allow,
    arn,
    attached,
    deny,
    details,
    role,
    trusting,
    user,
)

TAKES_KEYS = allow("iam:CreateAccessKey", arn("user/zoe"))


def status(rule, name, *rows, **options):
    found = judge(rule, evidence_of(NO_ORGANIZATION | details(*rows)), **options)
    return next(one.status for one in found if name in {one.resource.id, ""})


def test_a_way_whose_prerequisite_was_not_read_is_undecided():
    rows = (user("ana", TAKES_KEYS), user("zoe", allow("*")))
    assert "undecided" == status(user_can_become_administrator, "ana", *rows)


def test_an_unread_policy_leaves_its_holder_undecided_and_others_alone():
    rows = (user("ana", **attached(ADMIN)), user("bo", allow("s3:GetObject")))
    assert "undecided" == status(user_can_become_administrator, "ana", *rows)
    assert "pass" == status(user_can_become_administrator, "bo", *rows)


def test_an_unread_policy_does_not_matter_where_everything_is_denied():
    assert "pass" == status(user_is_administrator, "ana", user("ana", deny("*"), **attached(ADMIN)))


def test_an_administrator_has_nothing_to_become():
    assert "pass" == status(user_can_become_administrator, "ana", user("ana", allow("*")))


@pytest.mark.parametrize("options, expected", [({}, "fail"), ({"except_for": ("role/break-*",)}, "skip")])
def test_administrators_that_are_meant_are_left_out(options, expected):
    assert expected == status(role_is_administrator, "break-glass", role("break-glass", allow("*")), **options)


def test_a_role_that_identity_center_owns_is_not_judged():
    path = "/aws-reserved/sso.amazonaws.com/"
    assert "skip" == status(role_is_administrator, "admin", role("admin", allow("*"), Path=path))


@pytest.mark.parametrize("options, expected", [({}, "fail"), ({"trusted_accounts": ("999999999999",)}, "pass")])
def test_trusted_accounts_are_no_outsiders(options, expected):
    boss = role("boss", allow("*"), trust=trusting("arn:aws:iam::999999999999:root"))
    assert expected == status(outsider_can_become_administrator, "123456789012", boss, **options)
