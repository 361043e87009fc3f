"""Every technique is a way by itself, and one changed condition closes it: all of them together in one account a change."""

from collections.abc import Callable
from functools import cache

import pytest

from scanner.model.access import Escalation, EscalationPath
from scanner.model.account import Account
from scanner.reason.escalation.primitives import Primitive, primitives
from tests.reason.account.accounts import (
    ACCOUNT,
    allow,
    arn,
    attached,
    deny,
    group,
    inventory_of,
    managed,
    organization,
    policy,
    role,
    trusting,
    user,
)

PROFILE = {"InstanceProfileName": "boss", "Arn": arn("instance-profile/boss"), "Roles": [{"RoleName": "boss"}]}
OWN_ACCOUNT_MANAGES = {
    "organizations:DescribeOrganization": {
        "Organization": {"Id": "o-exampleorg1", "FeatureSet": "ALL", "MasterAccountId": ACCOUNT}
    }
}
NO_HOPS = {"data", "retired", "outsider"}
WITH_OWN_SETTING = {
    "own-role",
    "own-group",
    "join-group",
    "own-boundary",
    "own-deny",
    "role-boundary",
    "identity-center",
}
"""Ways that need more of the actor or the account than the account below has; they are tested each by itself."""
TECHNIQUES = {each.id: each for each in primitives() if each.way not in NO_HOPS | WITH_OWN_SETTING}
SERVICES = sorted({service for each in primitives() for service in each.services})
PROVIDERS = [{"Federated": arn("saml-provider/x")}, {"Federated": arn("oidc-provider/x")}]
TRUST = trusting(*({"Service": service} for service in SERVICES), arn("root"), *PROVIDERS)


def actions_of(technique: Primitive) -> list[str]:
    return [group[0] for group in technique.actions]


def name_of(technique: str) -> str:
    return technique.replace(".", "-")


def paths(*rows, **calls) -> dict[str, EscalationPath]:
    answers = {name.replace(":", "__"): said for name, said in calls.items()}
    inventory = inventory_of(*rows, kinds=[Escalation], **answers)
    (account,) = inventory.listing(Account)
    return {path.start: path for path in inventory.facet(Escalation, account.scope, account.id).paths}


def everyone(
    row: Callable[..., dict] = user, *, trust=TRUST, above=None, condition=None, resource="*"
) -> dict[str, EscalationPath]:
    """Return the paths of an account in which each technique has a user who may do exactly what it takes."""
    holders = [
        row(name_of(each.id), allow(actions_of(each), resource, **(condition or {})), **attached(arn("policy/own")))
        for each in TECHNIQUES.values()
    ]
    return paths(
        *holders,
        role("boss", allow("*"), trust=trust, InstanceProfileList=[PROFILE]),
        user("zoe", allow("*")),
        role("mid", trust=trusting(arn("root")) if trust is TRUST else None, **attached(arn("policy/mid"))),
        managed("own", allow("s3:ListAllMyBuckets"), versions=[policy(allow("*"))]),
        managed("mid", allow("s3:ListAllMyBuckets")),
        managed("cap", allow("s3:*")),
        **(above or {}),
    )


@cache
def unchanged() -> dict[str, EscalationPath]:
    return everyone()


def of(technique: str) -> str:
    return f"user/{name_of(technique)}"


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_what_a_technique_takes_is_a_way(technique):
    """It may be told as another that takes no more than these actions."""
    path = unchanged()[of(technique)]
    taken = {action for group in TECHNIQUES_BY_ID[path.steps[0].technique].actions for action in group}
    assert set(actions_of(TECHNIQUES[technique])) & taken or path.steps[0].technique == "sts.assume-role"


TECHNIQUES_BY_ID = {each.id: each for each in primitives()}


def denied(name, *statements, **more):
    row = user(name, *statements, **more)
    actions = [action for statement in statements for action in statement["Action"]]
    row["UserPolicyList"].append({"PolicyName": "brake", "PolicyDocument": policy(deny(actions))})
    return row


def bounded(name, *statements, **more):
    return user(name, *statements, boundary=arn("policy/cap"), **more)


GUARD = organization(
    ("r-ab12", policy(allow("*"), deny([action for each in TECHNIQUES.values() for action in actions_of(each)]))),
    (ACCOUNT, policy(allow("*"))),
)
CHANGES = {
    "a Deny in another policy": lambda: everyone(denied),
    "a boundary": lambda: everyone(bounded),
    "a service control policy": lambda: everyone(above=GUARD),
    "an expired date": lambda: everyone(condition={"DateLessThan": {"aws:CurrentTime": "2025-06-01T00:00:00Z"}}),
    "another resource": lambda: everyone(resource="arn:aws:s3:::elsewhere"),
    "another region": lambda: everyone(condition={"StringEquals": {"aws:PrincipalAccount": "999999999999"}}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_condition_closes_every_way(change):
    left = {path.start: path.described for path in CHANGES[change]().values() if path.start.startswith("user/")}
    assert {} == {start: way for start, way in left.items() if start != "user/zoe"}


PASSES = {"pass", "pass-where-open"}
PASSING = [technique for technique, each in TECHNIQUES.items() if each.way in PASSES]


def test_no_role_is_passed_to_a_service_that_it_does_not_trust():
    left = everyone(trust=trusting({"Service": "nobody.amazonaws.com"}))
    assert [] == [technique for technique in PASSING if of(technique) in left]


def test_no_role_is_passed_to_another_service_than_the_policy_names():
    def only_to_nobody(name, statement, **more):
        passing = allow("iam:PassRole", StringEquals={"iam:PassedToService": "nobody.amazonaws.com"})
        others = allow([action for action in statement["Action"] if action != "iam:PassRole"])
        return user(name, passing, others, **more)

    left = everyone(only_to_nobody)
    taken = {technique: left[of(technique)].steps[0].technique for technique in PASSING if of(technique) in left}
    assert {} == {technique: way for technique, way in taken.items() if TECHNIQUES_BY_ID[way].way in PASSES}


def test_a_role_gives_itself_everything():
    for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy"):
        path = paths(role("app", allow(action, arn("role/app"))))["role/app"]
        assert [("admin", "confirmed")] == [(step.target, step.status) for step in path.steps]


@pytest.mark.parametrize("action", ["iam:PutGroupPolicy", "iam:AttachGroupPolicy"])
def test_members_give_their_group_everything_and_others_do_not(action):
    rows = (user("ana", groups=["devs"]), user("bo", allow(action)), group("devs", allow(action)))
    assert ["user/ana"] == list(paths(*rows))


@pytest.mark.parametrize(
    "action, boundary",
    [
        ("iam:DeleteUserPermissionsBoundary", allow(["s3:*", "iam:DeleteUserPermissionsBoundary"])),
        ("iam:PutUserPermissionsBoundary", allow(["s3:*", "iam:PutUserPermissionsBoundary"])),
    ],
)
def test_a_boundary_that_may_be_taken_off_bounds_nobody(action, boundary):
    rows = (user("ana", allow("*"), boundary=arn("policy/cap")), managed("cap", boundary))
    assert "admin" == paths(*rows)["user/ana"].steps[0].target
    kept = deny(action)
    assert {} == paths(user("ana", allow("*"), kept, boundary=arn("policy/cap")), managed("cap", boundary))


IDENTITY_CENTER = [each for each in primitives() if each.way == "identity-center"]


@pytest.mark.parametrize("technique", IDENTITY_CENTER, ids=lambda each: each.id)
def test_identity_center_is_a_way_from_the_account_that_manages_it_alone(technique):
    row = user("ana", allow(actions_of(technique)))
    (step,) = paths(row, **OWN_ACCOUNT_MANAGES)["user/ana"].steps
    assert (technique.id, "potential") == (step.technique, step.status)
    assert {} == paths(row)


def test_instances_are_launched_only_by_who_may_use_everything_that_they_are_made_of():
    boss = role("boss", allow("*"), trust=TRUST, InstanceProfileList=[PROFILE])
    parts = ("instance", "image", "volume", "network-interface", "subnet", "security-group")

    def way(*kinds):
        resources = [f"arn:aws:ec2:*:*:{kind}/*" for kind in kinds]
        return paths(user("ana", allow("iam:PassRole"), allow("ec2:RunInstances", resources)), boss).get("user/ana")

    assert "confirmed" == way(*parts).status
    assert [None] * len(parts) == [way(*(kind for kind in parts if kind != missing)) for missing in parts]


@pytest.mark.parametrize(
    "document", ["arn:aws:ssm:*::document/AWS-RunShellScript", f"arn:aws:ssm:*:{ACCOUNT}:document/x"]
)
def test_commands_are_sent_by_who_may_use_a_document_on_an_instance(document):
    boss = role("boss", allow("*"), trust=TRUST, InstanceProfileList=[PROFILE])
    instances = "arn:aws:ec2:*:*:instance/*"
    both = paths(user("ana", allow("ssm:SendCommand", [instances, document])), boss)
    assert "ssm.send-command" == both["user/ana"].steps[0].technique
    for alone in (instances, document):
        assert "user/ana" not in paths(user("ana", allow("ssm:SendCommand", alone)), boss)
