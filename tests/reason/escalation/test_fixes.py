"""The change that is said to close a path closes it, and is the smallest of those tried."""

import json

import pytest

from scanner.model.access import AccountAccess, Workloads
from scanner.model.account import Account
from scanner.model.iam import Policy, UserCredentials
from scanner.reason.escalation.derive import examine
from scanner.reason.escalation.fixes import Fixes
from scanner.testing import ACCOUNT
from tests.console import run
from tests.reason.account.accounts import (
    allow,
    arn,
    attached,
    deny,
    details,
    inventory_of,
    managed,
    role,
    trusting,
    user,
)

BOSS = role("boss", allow("*"), trust=trusting(arn("user/ana")))


def found_in(*rows):
    inventory = inventory_of(*rows, kinds=[AccountAccess, Workloads, UserCredentials])
    (account,) = inventory.listing(Account)
    return examine(
        inventory.facet(AccountAccess, account.scope, account.id),
        inventory.every(Policy, account),
        inventory.every(UserCredentials, account),
        inventory.facet(Workloads, account.scope, account.id),
        inventory.moment,
    )


def fix_of(start, *rows):
    found = found_in(*rows)
    return Fixes(found.search).fix(next(each for each in found.paths if each.start == start))


@pytest.mark.parametrize(
    "expected, rows",
    [
        ("deny iam:PutUserPolicy in own of user/ana", [user("ana", allow("iam:PutUserPolicy"))]),
        ("take own of user/ana from user/ana", [user("ana", allow("iam:*"))]),
        ("take user/ana out of the trust policy of role/boss", [user("ana"), BOSS]),
        (
            "deny iam:AttachUserPolicy in tools",
            [
                user("ana", **attached(arn("policy/tools"))),
                managed("tools", allow("iam:AttachUserPolicy"), allow("s3:*")),
            ],
        ),
    ],
)
def test_the_smallest_change_that_closes_the_path_is_told(expected, rows):
    assert expected == fix_of("user/ana", *rows)


def test_the_change_that_is_told_leaves_no_way_when_it_is_made():
    closed = user("ana", allow("iam:PutUserPolicy"), deny("iam:PutUserPolicy"))
    told = found_in(closed)
    assert not [each for each in told.paths if each.start == "user/ana"]


def test_several_ways_take_several_changes():
    rows = [
        user("ana", allow("iam:PutUserPolicy"), **attached(arn("policy/tools"))),
        managed("tools", allow("iam:AttachUserPolicy")),
    ]
    expected = "deny iam:PutUserPolicy in own of user/ana; deny iam:AttachUserPolicy in tools"
    assert expected == fix_of("user/ana", *rows)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / ACCOUNT / "global"
    place.mkdir(parents=True)

    def record(*rows):
        answer = details(*rows)["iam:GetAccountAuthorizationDetails"]
        (place / "iam.GetAccountAuthorizationDetails.json").write_text(json.dumps(answer))
        return tmp_path

    return record


def test_paths_are_told_as_json_with_hops_and_fix(folder):
    rows = (user("ana"), user("bo", allow("s3:*")), BOSS)
    done = run("paths", "--from", folder(*rows), "--format", "json")
    told = json.loads(done.stdout)
    assert 1 == done.returncode
    assert ["boss"] == [each["id"] for each in told["administrators"]]
    (path,) = told["paths"]
    assert ("user", "ana", "role", "boss") == (
        path["start"]["kind"],
        path["start"]["id"],
        path["end"]["kind"],
        path["end"]["id"],
    )
    assert ["sts.assume-role"] == [hop["technique"] for hop in path["hops"]]
    assert "take user/ana out of the trust policy of role/boss" == path["fix"]


def test_no_path_exits_with_zero_where_all_principals_were_read(folder):
    assert 0 == run("paths", "--from", folder(user("bo", allow("s3:*")), role("boss", allow("*")))).returncode


def test_a_hostile_name_cannot_end_a_label_of_the_diagram(folder):
    hostile = user('a"]; click n0 "http', allow("iam:PutUserPolicy"))
    done = run("paths", "--from", folder(hostile), "--format", "mermaid")
    assert 1 == done.stdout.count('["user/')
    assert "click n0 _http" in done.stdout


def test_changes_are_searched_for_as_many_paths_as_asked(folder):
    rows = (user("ana", allow("iam:PutUserPolicy")), user("bo", allow("iam:PutUserPolicy")))
    done = run("paths", "--from", folder(*rows), "--format", "json", "--fixes", 1)
    assert [True, False] == ["fix" in path for path in json.loads(done.stdout)["paths"]]
