"""Who can become administrator; and that one changed condition closes the way."""

import json

import pytest

from scanner.model.access import Escalation
from scanner.model.account import Account
from scanner.reason.escalation.primitives import primitives
from tests.console import run
from tests.reason.account.accounts import (
    ACCOUNT,
    ADMIN,
    allow,
    arn,
    attached,
    deny,
    details,
    group,
    inventory_of,
    managed,
    organization,
    policy,
    role,
    trusting,
    user,
)

ADMINISTRATOR = role("boss", allow("*"))
FOR_LAMBDA = role("boss", allow("*"), trust=trusting({"Service": "lambda.amazonaws.com"}))
MAKES_FUNCTIONS = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])


def found(*rows, **calls):
    inventory = inventory_of(*rows, kinds=[Escalation], **calls)
    (account,) = inventory.listing(Account)
    return inventory.facet(Escalation, account.scope, account.id)


def hops(start, *rows, **calls):
    """Return (technique, target) of each hop from a principal; None if it cannot become administrator."""
    path = next((each for each in found(*rows, **calls).paths if each.start == start), None)
    return None if path is None else [(step.technique, step.target) for step in path.steps]


def above(answers):
    return {name.replace(":", "__"): said for name, said in answers.items()}


def test_every_technique_has_an_id_of_its_own_and_actions():
    every = primitives()
    assert 181 == len({each.id for each in every})
    assert all(group for each in every for group in each.actions)


def test_an_administrator_needs_no_hop():
    assert [] == hops("role/boss", ADMINISTRATOR)


@pytest.mark.parametrize(
    "statement",
    [
        allow("*", Bool={"aws:MultiFactorAuthPresent": "true"}),
        {"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"},
        allow(["iam:*", "s3:*", "ec2:*", "lambda:*", "secretsmanager:*", "dynamodb:*"]),
    ],
)
def test_administrative_access_is_what_policies_mean_and_not_how_they_are_written(statement):
    assert [] == hops("user/ana", user("ana", statement))


def test_power_over_everything_but_identities_is_not_administrative():
    power = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}
    assert hops("user/ana", user("ana", power)) is None


@pytest.mark.parametrize(
    "rows, technique",
    [
        ([user("ana", allow("iam:PutUserPolicy", arn("user/ana")))], "iam.put-user-policy-self"),
        ([user("ana", allow("iam:AttachUserPolicy", arn("user/${aws:username}")))], "iam.attach-user-policy-self"),
        (
            [
                user("ana", **attached(arn("policy/tools"))),
                managed("tools", allow("iam:CreatePolicyVersion", arn("policy/*"))),
            ],
            "iam.create-policy-version",
        ),
        (
            [
                user("ana", **attached(arn("policy/tools"))),
                managed("tools", allow("iam:SetDefaultPolicyVersion"), versions=[policy(allow("*"))]),
            ],
            "iam.set-default-policy-version",
        ),
        (
            [user("ana", groups=["devs"]), group("devs", allow("iam:PutGroupPolicy", arn("group/devs")))],
            "iam.put-group-policy",
        ),
        (
            [user("ana", allow("iam:AddUserToGroup")), group("admins", allow("*"))],
            "iam.add-user-to-group",
        ),
        (
            [
                user("ana", allow("*"), boundary=arn("policy/cap")),
                managed("cap", allow(["s3:*", "iam:DeleteUserPermissionsBoundary"])),
            ],
            "iam.delete-user-boundary",
        ),
        ([user("ana", allow(["iam:CreateRole", "iam:AttachRolePolicy"], arn("role/app-*")))], "iam.create-role-attach"),
    ],
)
def test_a_principal_gives_itself_everything(rows, technique):
    assert [(technique, "admin")] == hops("user/ana", *rows)


def test_a_policy_whose_removal_frees_a_principal_is_a_way():
    row = user("ana", allow("*"))
    row["UserPolicyList"].append(
        {"PolicyName": "brake", "PolicyDocument": policy(deny(["iam:Put*", "iam:Attach*", "iam:Create*", "iam:Set*"]))}
    )
    assert [("iam.detach-or-delete-deny", "admin")] == hops("user/ana", row)


def test_the_shortest_path_leads_through_roles_that_trust_one_another():
    rows = (
        user("ana", allow("sts:AssumeRole", arn("role/first"))),
        role("first", trust=trusting(arn("root"))),
        role("boss", allow("*"), trust=trusting(arn("role/first"))),
    )
    assert [("sts.assume-role", "role/first"), ("sts.assume-role", "role/boss")] == hops("user/ana", *rows)


PASSES = allow("iam:PassRole", arn("role/boss"), StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})
TO_INSTANCES = allow("iam:PassRole", arn("role/boss"), StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})
EXPIRED = allow("iam:PassRole", DateLessThan={"aws:CurrentTime": "2025-06-01T00:00:00Z"})
INTO_INSTANCES = allow(["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"])


def test_a_role_that_is_passed_to_a_function_is_a_way():
    rows = (user("ana", PASSES, MAKES_FUNCTIONS), FOR_LAMBDA)
    assert [("lambda.passrole-create-invoke", "role/boss")] == hops("user/ana", *rows)


def test_the_hop_names_statements_and_what_is_in_between():
    path = next(each for each in found(user("ana", PASSES, MAKES_FUNCTIONS), FOR_LAMBDA).paths if each.steps)
    assert "confirmed" == path.status
    assert "lambda.amazonaws.com" == path.steps[0].via
    assert ("own of user/ana: Statement[0]", "own of user/ana: Statement[1]") == path.steps[0].statements


@pytest.mark.parametrize(
    "what, rows, calls",
    [
        ("another service", (user("ana", TO_INSTANCES, MAKES_FUNCTIONS), FOR_LAMBDA), {}),
        ("another role", (user("ana", {**PASSES, "Resource": arn("role/app-*")}, MAKES_FUNCTIONS), FOR_LAMBDA), {}),
        ("a trust removed", (user("ana", PASSES, MAKES_FUNCTIONS), ADMINISTRATOR), {}),
        ("an action short", (user("ana", PASSES, allow("lambda:InvokeFunction")), FOR_LAMBDA), {}),
        (
            "a Deny in another policy",
            (
                user("ana", PASSES, MAKES_FUNCTIONS, groups=["braked"]),
                group("braked", deny("iam:PassRole", StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})),
                FOR_LAMBDA,
            ),
            {},
        ),
        (
            "a boundary",
            (
                user("ana", PASSES, MAKES_FUNCTIONS, boundary=arn("policy/cap")),
                managed("cap", allow("lambda:*")),
                FOR_LAMBDA,
            ),
            {},
        ),
        (
            "a service control policy",
            (user("ana", PASSES, MAKES_FUNCTIONS), FOR_LAMBDA),
            above(
                organization(
                    ("r-ab12", policy(allow("*"), deny("lambda:CreateFunction"))), (ACCOUNT, policy(allow("*")))
                )
            ),
        ),
        (
            "an expired date",
            (user("ana", EXPIRED, MAKES_FUNCTIONS), FOR_LAMBDA),
            {},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_changed_condition_closes_the_way(what, rows, calls):
    assert hops("user/ana", *rows, **calls) is None


def test_a_boundary_on_oneself_caps_what_one_gives_oneself():
    rows = (
        user("ana", allow("iam:PutUserPolicy"), boundary=arn("policy/cap")),
        managed("cap", allow(["iam:*", "s3:*"])),
    )
    assert ("iam.put-user-policy-self", "admin") not in (hops("user/ana", *rows) or [])


def test_keys_of_an_administrator_are_a_way_that_is_potential_while_credentials_are_unread():
    rows = (user("ana", allow("iam:CreateAccessKey", arn("user/zoe"))), user("zoe", allow("*")))
    (path,) = (each for each in found(*rows).paths if each.start == "user/ana")
    assert ("iam.create-access-key", "user/zoe", "potential") == (
        path.steps[0].technique,
        path.steps[0].target,
        path.status,
    )


def test_a_policy_that_was_not_read_makes_only_its_holders_undecided():
    told = found(user("ana", **attached(ADMIN)), user("bo", allow("s3:*")))
    assert ["user/ana"] == [start for start, _ in told.undecided]


def test_nobody_but_principals_of_the_account_is_no_way_from_outside():
    assert not [each for each in found(ADMINISTRATOR).paths if each.start.startswith("outside")]


def test_a_role_that_trusts_another_account_is_a_way_from_outside():
    rows = (role("boss", allow("*"), trust=trusting("arn:aws:iam::999999999999:root")),)
    paths = [each for each in found(*rows).paths if each.start.startswith("outside")]
    assert ["outside: account 999999999999"] == list(dict.fromkeys(each.start for each in paths))
    assert "role/boss" == paths[0].steps[0].target


def test_an_instance_that_carries_the_role_confirms_the_way_into_it():
    trust = trusting({"Service": "ec2.amazonaws.com"})
    profile = {"InstanceProfileName": "boss", "Arn": arn("instance-profile/boss"), "Roles": [{"RoleName": "boss"}]}
    rows = (
        user("ana", INTO_INSTANCES),
        role("boss", allow("*"), trust=trust, InstanceProfileList=[profile]),
    )
    machine = {
        "InstanceId": "i-0a1b2c3d4e5f60718",
        "State": {"Name": "running"},
        "IamInstanceProfile": {"Arn": profile["Arn"]},
    }
    instances = {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [machine]}]}
    (path,) = (each for each in found(*rows, ec2__DescribeInstances=instances).paths if each.steps)
    assert ("ec2.modify-user-data", "confirmed") == (path.steps[0].technique, path.status)
    assert path.steps[0].via.endswith("instance/i-0a1b2c3d4e5f60718")
    assert hops("user/ana", *rows, ec2__DescribeInstances={"Reservations": []}) != [
        ("ec2.modify-user-data", "role/boss")
    ]


FUNCTIONS = {
    "Functions": [
        {
            "FunctionName": "nightly",
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:nightly",
            "Role": arn("role/boss"),
        }
    ]
}
CHANGES_CODE = allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"])


def test_a_function_that_runs_with_the_role_confirms_the_way_into_it():
    rows = (user("ana", CHANGES_CODE), FOR_LAMBDA)
    (path,) = (each for each in found(*rows, lambda__ListFunctions=FUNCTIONS).paths if each.steps)
    assert ("lambda.update-code-invoke", "confirmed") == (path.steps[0].technique, path.status)
    assert path.steps[0].via.endswith(":function:nightly")


@pytest.mark.parametrize(
    "functions",
    [{"Functions": []}, {"Functions": [{**FUNCTIONS["Functions"][0], "Role": arn("role/other")}]}],
)
def test_no_function_with_the_role_is_no_way_into_it(functions):
    assert hops("user/ana", user("ana", CHANGES_CODE), FOR_LAMBDA, lambda__ListFunctions=functions) is None


def test_functions_that_were_not_listed_leave_the_way_potential():
    (path,) = (each for each in found(user("ana", CHANGES_CODE), FOR_LAMBDA).paths if each.steps)
    assert "potential" == path.status


def test_a_confirmed_path_is_told_before_a_shorter_one_that_is_potential():
    rows = (
        user("ana", allow(["lambda:UpdateFunctionCode"]), allow("sts:AssumeRole", arn("role/mid"))),
        role("mid", trust=trusting(arn("root"))),
        role("boss", allow("*"), trust=trusting(arn("role/mid"), {"Service": "lambda.amazonaws.com"})),
    )
    assert [("sts.assume-role", "role/mid"), ("sts.assume-role", "role/boss")] == hops("user/ana", *rows)


def test_a_long_chain_of_roles_is_followed_to_its_end():
    links = [role(f"r{number}", trust=trusting(arn(f"role/r{number - 1}"))) for number in range(1, 60)]
    rows = (role("r0"), *links, role("boss", allow("*"), trust=trusting(arn("role/r59"))))
    assert 60 == len(hops("role/r0", *rows))


def test_functions_are_not_known_where_no_region_was_read(tmp_path):
    place = tmp_path / ACCOUNT / "global"
    place.mkdir(parents=True)
    answer = details(user("ana", CHANGES_CODE), FOR_LAMBDA)["iam:GetAccountAuthorizationDetails"]
    (place / "iam.GetAccountAuthorizationDetails.json").write_text(json.dumps(answer))
    (path,) = json.loads(run("paths", "--from", tmp_path, "--format", "json").stdout)["paths"]
    assert "potential" == path["status"]
