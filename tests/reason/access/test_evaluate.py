from typing import ClassVar

import pytest

from tests.reason.access.requests import (
    ELSEWHERE,
    FEDERATED_USER,
    FULL,
    HERE,
    KEY,
    OBJECT,
    ROLE,
    ROOT,
    SESSION,
    USER,
    allow,
    asked,
    decided,
    deny,
    policy,
)

NOTHING = policy(allow("ec2:*"))
EVERYONE = {"AWS": "*"}


def _to(*names):
    return {"Principal": {"AWS": list(names)}}


def test_nothing_is_allowed_by_default():
    assert decided() == "implicit-deny:identity"


def test_an_identity_policy_suffices_in_the_account():
    assert decided(identity=[allow("s3:get*")]) == "allowed"


def test_an_explicit_deny_wins_over_every_allow():
    assert decided(identity=[allow(), deny("s3:*")], grants=[allow(**_to(USER))]) == "explicit-deny:identity"


def test_the_deciding_statements_are_named():
    reply = asked(identity_policies=[FULL, policy(deny(Sid="no"), deny("ec2:*"), deny("s3:*"))])
    assert reply["statements"] == [
        {"policy": "identity_policies[1]", "sid": "no", "index": 0, "effect": "Deny"},
        {"policy": "identity_policies[1]", "index": 2, "effect": "Deny"},
    ]


@pytest.mark.parametrize(
    "principal,named,limits,expected",
    [
        (USER, USER, {}, "allowed"),
        (USER, USER, {"boundary": [NOTHING]}, "allowed"),
        (USER, USER, {"session_policies": [NOTHING]}, "implicit-deny:session"),
        (ROLE, ROLE, {}, "allowed"),
        (ROLE, ROLE, {"boundary": [NOTHING]}, "implicit-deny:boundary"),
        (ROLE, ROLE, {"session_policies": [NOTHING]}, "implicit-deny:session"),
        (SESSION, ROLE, {}, "allowed"),
        (SESSION, ROLE, {"boundary": [NOTHING]}, "implicit-deny:boundary"),
        (SESSION, ROLE, {"boundary": [FULL], "session_policies": [FULL]}, "allowed"),
        (SESSION, ROLE.replace("Worker", "Other"), {}, "implicit-deny:identity"),
        (SESSION, SESSION, {"boundary": [NOTHING], "session_policies": [NOTHING]}, "allowed"),
        (SESSION, SESSION.replace("job", "other"), {}, "implicit-deny:identity"),
        (ROLE, SESSION, {}, "implicit-deny:identity"),
        (FEDERATED_USER, FEDERATED_USER, {}, "allowed"),
        (USER, "*", {"boundary": [NOTHING]}, "allowed"),
        (SESSION, "*", {"boundary": [NOTHING], "session_policies": [NOTHING]}, "allowed"),
        (USER, HERE, {}, "implicit-deny:identity"),
        (USER, ROOT, {}, "implicit-deny:identity"),
        (USER, ROOT, {"identity_policies": [FULL]}, "allowed"),
        (USER, USER.replace("team/", ""), {}, "implicit-deny:identity"),
        (USER, USER, {"scps": [[NOTHING]]}, "implicit-deny:scp"),
    ],
)
def test_what_a_resource_policy_alone_grants_in_the_account_depends_on_whom_it_names(
    principal, named, limits, expected
):
    assert decided(principal=principal, grants=[allow(**_to(named))], **limits) == expected


def test_a_told_role_arn_decides_whether_a_pathed_role_is_meant():
    line = {"principal": SESSION, "grants": [allow(**_to(ROLE))]}
    assert decided(**line, context={"aws:PrincipalArn": ROLE}) == "allowed"
    assert decided(**line, context={"aws:PrincipalArn": ROLE.replace("app", "web")}) == "implicit-deny:identity"


def test_a_unique_id_names_the_principal_that_has_it():
    line = {"principal": SESSION, "grants": [allow(**_to("AROAEXAMPLE"))]}
    assert decided(**line, context={"aws:userid": "AROAEXAMPLE:job"}) == "allowed"
    assert decided(**line, context={"aws:userid": "AROAOTHER:job"}) == "implicit-deny:identity"


@pytest.mark.parametrize(
    "line,expected",
    [
        ({"identity_policies": [FULL]}, "implicit-deny:resource"),
        ({"grants": [allow(**_to(USER))]}, "implicit-deny:identity"),
        ({"grants": [allow(**_to(HERE))], "identity_policies": [FULL]}, "allowed"),
        ({"grants": [allow(Principal="*")], "identity_policies": [FULL]}, "allowed"),
        ({"grants": [allow(**_to(ELSEWHERE))], "identity_policies": [FULL]}, "implicit-deny:resource"),
        (
            {"grants": [allow(**_to(USER))], "identity_policies": [FULL], "boundary": [NOTHING]},
            "implicit-deny:boundary",
        ),
        (
            {
                "principal": SESSION,
                "grants": [allow(**_to(SESSION))],
                "identity_policies": [FULL],
                "session_policies": [NOTHING],
            },
            "implicit-deny:session",
        ),
        ({"principal": ROOT, "grants": [allow(**_to(HERE))]}, "allowed"),
    ],
)
def test_across_accounts_both_sides_must_allow(line, expected):
    assert decided(resource_account=ELSEWHERE, **line) == expected


def test_the_account_in_the_resource_arn_counts_when_none_is_told():
    queue = f"arn:aws:sqs:eu-west-1:{ELSEWHERE}:q"
    line = {"action": "sqs:SendMessage", "resource": queue, "resource_account": None}
    assert decided(identity=[allow()], **line) == "implicit-deny:resource"


def test_a_boundary_caps_identity_policies():
    assert decided(identity=[allow()], boundary=[NOTHING]) == "implicit-deny:boundary"
    assert decided(identity=[allow()], boundary=[policy(deny(), allow())]) == "explicit-deny:boundary"
    assert decided(boundary=[FULL]) == "implicit-deny:identity"


def test_session_policies_cap_identity_policies_together():
    line = {"principal": SESSION, "identity": [allow()]}
    assert decided(**line, session_policies=[NOTHING]) == "implicit-deny:session"
    assert decided(**line, session_policies=[NOTHING, FULL]) == "allowed"


def test_a_federated_user_without_session_policies_has_no_identity_permissions():
    assert decided(principal=FEDERATED_USER, identity=[allow()]) == "implicit-deny:session"
    assert decided(principal=FEDERATED_USER, identity=[allow()], session_policies=[FULL]) == "allowed"


def test_a_caller_may_be_given_by_its_type():
    assert decided(principal={"aws": USER}, identity=[allow()]) == "allowed"


def test_the_root_user_needs_no_policy_in_its_account():
    assert decided(principal=ROOT) == "allowed"
    assert decided(principal=HERE) == "allowed"
    assert decided(principal=ROOT, scps=[[NOTHING]]) == "implicit-deny:scp"
    assert decided(principal=ROOT, grants=[deny(Principal="*")]) == "explicit-deny:resource"


class TestWhatNoPolicyDecides:
    NONE: ClassVar = {"action": "sts:getCallerIdentity", "resource": "*"}

    @pytest.mark.parametrize("principal", [USER, SESSION, ROOT, FEDERATED_USER])
    def test_every_caller_of_an_account_may_ask_who_it_is(self, principal):
        line = {**self.NONE, "principal": principal, "scps": [[policy(deny())]], "boundary": [NOTHING]}
        assert decided(**line) == "allowed"
        assert decided(**line, identity=[deny("sts:*")]) == "allowed"

    def test_an_anonymous_caller_has_nobody_to_ask_about(self):
        assert decided(**self.NONE, principal="anonymous") == "implicit-deny:resource"

    def test_an_endpoint_lets_no_more_through_than_its_policy_says(self):
        assert decided(**self.NONE, endpoint_policies=[NOTHING]) == "implicit-deny:endpoint"
        assert decided(**self.NONE, endpoint_policies=[policy(allow("sts:*"), deny())]) == "explicit-deny:endpoint"
        assert decided(**self.NONE, endpoint_policies=[FULL]) == "allowed"

    def test_a_session_token_is_for_users_and_root(self):
        line = {"action": "sts:GetSessionToken", "resource": "*", "identity": [deny()]}
        assert decided(**line) == "allowed"
        assert decided(**line, principal=ROOT) == "allowed"
        assert decided(**line, principal=SESSION) == "explicit-deny:identity"

    @pytest.mark.parametrize("action", ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3express:DeleteBucketPolicy"])
    def test_no_bucket_policy_locks_its_owners_root_out(self, action):
        line = {"action": action, "resource": "arn:aws:s3:::bucket", "grants": [deny(Principal="*")]}
        assert decided(**line, principal=ROOT) == "allowed"
        assert decided(**line, principal=ROOT, scps=[[policy(deny())]]) == "explicit-deny:scp"
        assert decided(**line, identity=[allow()]) == "explicit-deny:resource"
        assert decided(**line, principal=ROOT, resource_account=ELSEWHERE) == "explicit-deny:resource"


class TestServiceControlPolicies:
    def test_every_level_must_allow(self):
        assert decided(identity=[allow()], scps=[[FULL], [FULL]]) == "allowed"
        assert decided(identity=[allow()], scps=[[FULL], [NOTHING]]) == "implicit-deny:scp"
        assert decided(identity=[allow()], scps=[[FULL], []]) == "implicit-deny:scp"

    def test_one_allow_in_a_level_suffices(self):
        assert decided(identity=[allow()], scps=[[NOTHING, FULL]]) == "allowed"

    def test_a_deny_at_any_level_wins(self):
        assert decided(identity=[allow()], scps=[[FULL], [FULL, policy(deny("s3:*"))]]) == "explicit-deny:scp"

    def test_they_grant_nothing(self):
        assert decided(scps=[[FULL]]) == "implicit-deny:identity"

    def test_the_management_account_is_exempt(self):
        assert decided(identity=[allow()], scps=[[NOTHING]], management_account=HERE) == "allowed"

    @pytest.mark.parametrize(
        "principal",
        [
            f"arn:aws:iam::{HERE}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            f"arn:aws:sts::{HERE}:assumed-role/AWSServiceRoleForECS/x",
        ],
    )
    def test_service_linked_roles_are_exempt(self, principal):
        assert decided(principal=principal, identity=[allow()], scps=[[policy(deny())]]) == "allowed"

    def test_services_and_anonymous_callers_have_none(self):
        line = {"grants": [allow(Principal="*")], "scps": [[NOTHING]]}
        assert decided(principal="anonymous", **line) == "allowed"
        assert decided(principal={"service": "logs.amazonaws.com"}, **line) == "allowed"


class TestResourceControlPolicies:
    OUTSIDE = policy(
        {**deny("s3:*"), "Principal": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}}
    )
    FULL = policy({**allow(), "Principal": "*"})

    def test_a_deny_wins(self):
        line = {"identity": [allow()], "rcps": [[self.FULL], [self.FULL, self.OUTSIDE]]}
        assert decided(**line, context={"aws:PrincipalOrgID": "o-2"}) == "explicit-deny:rcp"
        assert decided(**line, context={"aws:PrincipalOrgID": "o-1"}) == "allowed"

    def test_a_level_with_denies_only_has_the_full_access_that_aws_attaches(self):
        assert decided(identity=[allow()], rcps=[[self.OUTSIDE]], context={"aws:PrincipalOrgID": "o-1"}) == "allowed"

    def test_a_level_that_shows_its_allows_must_have_one_that_matches(self):
        only_kms = policy({**allow("kms:*"), "Principal": "*"})
        assert decided(identity=[allow()], rcps=[[self.FULL], [only_kms]]) == "implicit-deny:rcp"

    def test_they_bear_on_callers_from_anywhere(self):
        line = {"grants": [allow(Principal="*")], "rcps": [[policy({**deny(), "Principal": "*"})]]}
        assert decided(principal="*", **line) == "explicit-deny:rcp"
        assert decided(principal=ROOT, **line) == "explicit-deny:rcp"
        assert decided(principal={"service": "logs.amazonaws.com"}, **line) == "explicit-deny:rcp"

    @pytest.mark.parametrize(
        "exempt",
        [
            {"management_account": HERE},
            {"action": "ec2:StartInstances", "resource": f"arn:aws:ec2:eu-west-1:{HERE}:instance/i-1"},
            {"principal": f"arn:aws:iam::{HERE}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"},
            {"action": "kms:RetireGrant", "resource": KEY, "grants": [allow(**_to(ROOT))]},
            {
                "action": "kms:Decrypt",
                "resource": f"arn:aws:kms:eu-west-1:{HERE}:alias/aws/s3",
                "grants": [allow(**_to(ROOT))],
            },
        ],
    )
    def test_what_they_do_not_restrict(self, exempt):
        assert decided(identity=[allow()], rcps=[[policy({**deny(), "Principal": "*"})]], **exempt) == "allowed"


class TestEndpointPolicies:
    def test_they_must_allow_too(self):
        only = policy({**allow(resource="arn:aws:s3:::other/*"), "Principal": "*"})
        assert decided(identity=[allow()], endpoint_policies=[only]) == "implicit-deny:endpoint"
        assert decided(identity=[allow()], endpoint_policies=[policy({**allow(), "Principal": "*"})]) == "allowed"

    def test_they_may_name_principals(self):
        mine = policy({**allow(), **_to(HERE)})
        assert decided(identity=[allow()], endpoint_policies=[mine]) == "allowed"
        theirs = policy({**allow(), **_to(ELSEWHERE)})
        assert decided(identity=[allow()], endpoint_policies=[theirs]) == "implicit-deny:endpoint"


class TestTrustPolicies:
    TARGET = f"arn:aws:iam::{HERE}:role/Target"

    def _assume(self, named, **line):
        trust = {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole"}
        return decided(
            **{"action": "sts:AssumeRole", "resource": self.TARGET, "resource_account": None, "grants": [trust]} | line
        )

    def test_naming_a_caller_of_the_account_suffices(self):
        assert self._assume({"AWS": USER}) == "allowed"
        assert self._assume({"AWS": ROLE}, principal=SESSION) == "allowed"

    def test_naming_the_account_needs_an_identity_allow(self):
        assert self._assume({"AWS": ROOT}) == "implicit-deny:identity"
        assert self._assume({"AWS": ROOT}, identity=[allow("sts:*")]) == "allowed"

    def test_an_identity_allow_alone_does_not_suffice(self):
        assert self._assume({"AWS": ELSEWHERE}, identity=[allow()]) == "implicit-deny:resource"

    def test_across_accounts_both_sides_must_allow(self):
        far = {"resource": f"arn:aws:iam::{ELSEWHERE}:role/Target"}
        assert self._assume({"AWS": USER}, **far) == "implicit-deny:identity"
        assert self._assume({"AWS": USER}, identity=[allow()], **far) == "allowed"

    def test_services_and_identity_providers_are_trusted_by_name(self):
        provider = f"arn:aws:iam::{HERE}:oidc-provider/token.example.com"
        assert self._assume({"Service": "ec2.amazonaws.com"}, principal={"service": "ec2.amazonaws.com"}) == "allowed"
        lambda_ = {"service": "lambda.amazonaws.com"}
        assert self._assume({"Service": "ec2.amazonaws.com"}, principal=lambda_) == "implicit-deny:resource"
        assert self._assume({"Federated": provider}, principal={"federated": provider}) == "allowed"
        assert self._assume({"Federated": provider}, principal=USER) == "implicit-deny:resource"

    def test_the_root_user_cannot_assume_roles(self):
        assert self._assume({"AWS": ROOT}, principal=ROOT) == "implicit-deny:identity"


class TestKeys:
    LINE: ClassVar = {"action": "kms:Decrypt", "resource": KEY, "resource_account": None}

    def test_an_identity_policy_alone_does_not_suffice(self):
        assert decided(**self.LINE, identity=[allow()]) == "implicit-deny:resource"

    def test_a_key_policy_that_names_the_account_lets_identity_policies_decide(self):
        grants = [allow("kms:*", **_to(ROOT))]
        assert decided(**self.LINE, grants=grants) == "implicit-deny:identity"
        assert decided(**self.LINE, grants=grants, identity=[allow("kms:Decrypt")]) == "allowed"
        assert decided(**self.LINE, grants=grants, principal=ROOT) == "allowed"

    def test_a_key_policy_that_names_the_caller_suffices(self):
        assert decided(**self.LINE, grants=[allow("kms:Decrypt", **_to(USER))]) == "allowed"

    def test_not_even_root_may_without_the_key_policy(self):
        assert decided(**self.LINE, principal=ROOT, grants=[allow(**_to(USER))]) == "implicit-deny:resource"

    def test_actions_on_no_key_are_left_to_identity_policies(self):
        assert decided(action="kms:ListKeys", resource="*", identity=[allow()]) == "allowed"

    def test_the_callers_account_is_known_to_key_policies(self):
        own = {"Condition": {"StringEquals": {"kms:CallerAccount": HERE}}}
        assert decided(**self.LINE, grants=[allow(Principal="*", **own)]) == "allowed"

    def test_a_key_behind_an_alias_is_authorised_as_the_key(self):
        alias = f"arn:aws:kms:eu-west-1:{HERE}:alias/app"
        line = {**self.LINE, "resource": alias, "grants": [allow("kms:*", **_to(ROOT))]}
        assert decided(**line, identity=[allow(resource=alias)]) == "implicit-deny:identity"
        by_alias = {"Condition": {"StringEquals": {"kms:RequestAlias": "alias/app"}}}
        assert decided(**line, identity=[allow(resource=f"arn:aws:kms:*:{HERE}:key/*", **by_alias)]) == "allowed"

    def test_the_alias_itself_is_managed_by_identity_policies(self):
        alias = f"arn:aws:kms:eu-west-1:{HERE}:alias/app"
        assert decided(action="kms:DeleteAlias", resource=alias, identity=[allow(resource=alias)]) == "allowed"

    @pytest.mark.parametrize(
        "grant,expected",
        [
            ({"GranteePrincipal": USER, "Operations": ["Decrypt"]}, "allowed"),
            ({"GranteePrincipal": USER, "Operations": ["Encrypt"]}, "implicit-deny:resource"),
            ({"GranteePrincipal": ROLE, "Operations": ["Decrypt"]}, "implicit-deny:resource"),
            (
                {
                    "GranteePrincipal": USER,
                    "Operations": ["Decrypt"],
                    "Constraints": {"EncryptionContextSubset": {"Dept": "it"}},
                },
                "allowed",
            ),
            (
                {
                    "GranteePrincipal": USER,
                    "Operations": ["Decrypt"],
                    "Constraints": {"EncryptionContextSubset": {"Dept": "hr"}},
                },
                "implicit-deny:resource",
            ),
            (
                {
                    "GranteePrincipal": USER,
                    "Operations": ["Decrypt"],
                    "Constraints": {"EncryptionContextEquals": {"Dept": "it"}},
                },
                "implicit-deny:resource",
            ),
        ],
    )
    def test_a_grant_stands_for_the_key_policy(self, grant, expected):
        context = {"kms:EncryptionContext:dept": "it", "kms:EncryptionContext:app": "x"}
        assert decided(**self.LINE, kms_grants=[grant], context=context) == expected

    def test_a_grant_is_for_its_key_only(self):
        grant = {"GranteePrincipal": USER, "Operations": ["Decrypt"]}
        assert decided(**self.LINE, kms_grants=[grant | {"KeyId": KEY}]) == "allowed"
        assert decided(**self.LINE, kms_grants=[grant | {"KeyId": "9999"}]) == "implicit-deny:resource"

    def test_a_grant_for_a_source_holds_for_that_source(self):
        source = f"arn:aws:ec2:eu-west-1:{HERE}:volume/v"
        grant = {"GranteePrincipal": USER, "Operations": ["Decrypt"], "Constraints": {"SourceArn": source}}
        assert decided(**self.LINE, kms_grants=[grant], context={"aws:SourceArn": source}) == "allowed"
        assert decided(**self.LINE, kms_grants=[grant]) == "implicit-deny:resource"

    def test_the_retiring_principal_may_retire_a_grant(self):
        grant = {"GranteePrincipal": ROLE, "RetiringPrincipal": USER, "Operations": ["Decrypt"]}
        line = {**self.LINE, "action": "kms:RetireGrant", "kms_grants": [grant]}
        assert decided(**line) == "allowed"
        assert decided(**line, principal=ROLE) == "implicit-deny:resource"

    def test_a_grant_to_another_account_needs_an_identity_allow(self):
        far = KEY.replace(HERE, ELSEWHERE)
        line = {**self.LINE, "resource": far, "kms_grants": [{"GranteePrincipal": USER, "Operations": ["Decrypt"]}]}
        assert decided(**line) == "implicit-deny:identity"
        assert decided(**line, identity=[allow()]) == "allowed"


class TestWhoIsMeant:
    @pytest.mark.parametrize("everyone", ["*", EVERYONE])
    def test_everyone_includes_anonymous_callers(self, everyone):
        assert decided(principal="anonymous", grants=[allow(Principal=everyone)]) == "allowed"
        assert decided(principal="*", grants=[allow(Principal={"AWS": HERE})]) == "implicit-deny:resource"

    def test_everyone_includes_services(self):
        assert decided(principal={"service": "s3.amazonaws.com"}, grants=[deny(Principal="*")]) == (
            "explicit-deny:resource"
        )

    def test_a_service_has_no_use_for_identity_policies(self):
        assert decided(principal={"service": "s3.amazonaws.com"}, identity=[allow()]) == "implicit-deny:resource"

    def test_an_allow_with_not_principal_reaches_all_others(self):
        statement = allow(NotPrincipal={"AWS": USER})
        assert decided(principal="anonymous", grants=[statement]) == "allowed"
        assert decided(principal=ROLE, grants=[statement]) == "allowed"
        assert decided(principal=USER, grants=[statement]) == "implicit-deny:identity"

    @pytest.mark.parametrize(
        "principal,listed,expected",
        [
            (USER, [USER, ROOT], "allowed"),
            (USER, [USER, HERE], "allowed"),
            (USER, [USER], "explicit-deny:resource"),
            (USER, [ROOT], "explicit-deny:resource"),
            (ROLE, [ROLE, ROOT], "allowed"),
            (SESSION, [SESSION, ROLE, ROOT], "allowed"),
            (SESSION, [ROLE, ROOT], "explicit-deny:resource"),
            (SESSION, [SESSION, ROOT], "explicit-deny:resource"),
            (ROOT, [ROOT], "allowed"),
            (USER, ["*"], "allowed"),
        ],
    )
    def test_a_deny_with_not_principal_spares_whom_it_lists_with_account_and_role(self, principal, listed, expected):
        line = {"principal": principal, "identity": [allow()], "grants": [deny(NotPrincipal={"AWS": listed})]}
        assert decided(**line) == expected

    def test_a_deny_with_not_principal_never_spares_a_caller_with_a_boundary(self):
        line = {"identity": [allow()], "grants": [deny(NotPrincipal={"AWS": [USER, ROOT]})]}
        assert decided(**line, boundary=[FULL]) == "explicit-deny:resource"

    def test_a_deny_with_not_principal_spares_a_listed_service(self):
        line = {"principal": {"service": "logs.amazonaws.com"}}
        grants = [allow(Principal="*"), deny(NotPrincipal={"Service": "logs.amazonaws.com"})]
        assert decided(**line, grants=grants) == "allowed"
        assert decided(principal={"federated": "accounts.google.com"}, grants=grants) == "explicit-deny:resource"


class TestActionsAndResources:
    @pytest.mark.parametrize(
        "statement,expected",
        [
            (allow("S3:GETOBJECT"), "allowed"),
            (allow("s3:Get?bject"), "allowed"),
            (allow("s3:List*, s3:Get*"), "allowed"),
            (allow("s3:GetObjectAcl"), "implicit-deny:identity"),
            (allow(resource="arn:aws:s3:::BUCKET/key"), "implicit-deny:identity"),
            (allow(resource="arn:aws:s3:::b*/k?y"), "allowed"),
            (allow(resource="arn:aws:s3"), "allowed"),
            (allow(resource="arn:aws:sqs"), "implicit-deny:identity"),
            (allow(resource="arn:aws:s3*"), "allowed"),
            (allow(resource="arn:aws:s3:::bucket"), "implicit-deny:identity"),
            (allow(resource=[]), "implicit-deny:identity"),
            ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "allowed"),
            ({"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}, "implicit-deny:identity"),
            ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::other/*"}, "allowed"),
            ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::bucket/*"}, "implicit-deny:identity"),
            (allow(resource="arn:aws:s3:::bucket/${aws:username, 'x'}"), "implicit-deny:identity"),
        ],
    )
    def test_they_match_as_documented(self, statement, expected):
        assert decided(identity=[statement]) == expected

    def test_an_action_without_resource_is_covered_by_a_star_only(self):
        line = {"action": "s3:ListAllMyBuckets", "resource": "*"}
        assert decided(**line, identity=[allow()]) == "allowed"
        assert decided(**line, identity=[allow(resource="arn:aws:s3:::*")]) == "implicit-deny:identity"

    def test_an_action_nobody_knows_is_an_action_like_another(self):
        assert decided(action="novel:DoIt", resource="*", identity=[allow("novel:*")]) == "allowed"


class TestWhatFollowsFromTheCaller:
    @pytest.mark.parametrize(
        "principal,key,value",
        [
            (USER, "aws:PrincipalArn", USER),
            (USER, "aws:PrincipalAccount", HERE),
            (USER, "aws:PrincipalType", "User"),
            (USER, "aws:username", "alice"),
            (USER, "aws:ResourceAccount", HERE),
            (USER, "s3:ResourceAccount", HERE),
            (USER, "aws:PrincipalIsAWSService", "false"),
            (ROLE, "aws:PrincipalArn", ROLE),
            (SESSION, "aws:PrincipalArn", f"arn:aws:iam::{HERE}:role/Worker"),
            (SESSION, "aws:PrincipalType", "AssumedRole"),
            (ROOT, "aws:PrincipalType", "Account"),
            (ROOT, "aws:userid", HERE),
            (FEDERATED_USER, "aws:userid", f"{HERE}:carol"),
            (FEDERATED_USER, "aws:PrincipalType", "FederatedUser"),
            ("*", "aws:PrincipalType", "Anonymous"),
            ("*", "aws:userid", "anonymous"),
            ("*", "aws:PrincipalAccount", "anonymous"),
            ({"federated": "accounts.google.com"}, "aws:FederatedProvider", "accounts.google.com"),
            ({"service": "s3.amazonaws.com"}, "aws:PrincipalIsAWSService", "true"),
            ({"service": "s3.amazonaws.com"}, "aws:PrincipalServiceName", "s3.amazonaws.com"),
        ],
    )
    def test_a_key_is_filled(self, principal, key, value):
        grants = [allow(Principal="*", Condition={"StringEquals": {key: value}})]
        assert decided(principal=principal, grants=grants, session_policies=[FULL]) == "allowed"

    @pytest.mark.parametrize(
        "principal,key",
        [
            (USER, "aws:userid"),
            (USER, "aws:SecureTransport"),
            (USER, "aws:SourceIp"),
            (USER, "aws:PrincipalOrgID"),
            (USER, "aws:CurrentTime"),
            (SESSION, "aws:username"),
            ("*", "aws:PrincipalArn"),
            ("*", "aws:PrincipalIsAWSService"),
            ({"service": "s3.amazonaws.com"}, "aws:PrincipalAccount"),
        ],
    )
    def test_a_key_is_not_made_up(self, principal, key):
        grants = [allow(Principal="*", Condition={"Null": {key: "true"}})]
        assert decided(principal=principal, grants=grants) == "allowed"

    def test_a_told_key_stands(self):
        grants = [allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalAccount": ELSEWHERE}})]
        assert decided(grants=grants, context={"AWS:principalaccount": ELSEWHERE}) == "allowed"


def test_the_resource_is_the_one_of_the_request():
    assert asked(resource=OBJECT, identity=[allow(resource=OBJECT)])["decision"] == "allowed"


class TestCanonicalUsers:
    ME, OTHER = "a" * 64, "b" * 64
    NAMED: ClassVar = {"Principal": {"CanonicalUser": ME}}
    FROM_ELSEWHERE: ClassVar = {"resource_account": ELSEWHERE, "identity": [allow()]}

    @pytest.mark.parametrize(
        "told, line, expected",
        [
            (ME, {"grants": [allow(**NAMED)]}, "allowed"),
            (OTHER, {"grants": [allow(**NAMED)]}, "implicit-deny:resource"),
            ("", {"grants": [allow(**NAMED)]}, "implicit-deny:resource"),
            (ME, {"grants": [allow(**_to(HERE)), deny(**NAMED)]}, "explicit-deny:resource"),
            (OTHER, {"grants": [allow(**_to(HERE)), deny(**NAMED)]}, "allowed"),
            (ME, {"grants": [allow(**NAMED)], "identity": []}, "implicit-deny:identity"),
            (ME, {"grants": [allow(NotPrincipal={"CanonicalUser": ME})]}, "implicit-deny:resource"),
        ],
    )
    def test_a_canonical_user_is_the_account_that_has_this_id(self, told, line, expected):
        assert decided(principal_canonical_user=told, **self.FROM_ELSEWHERE | line) == expected

    def test_a_deny_with_not_principal_spares_the_account_by_its_canonical_user(self):
        spared = {"NotPrincipal": {"CanonicalUser": self.ME, "AWS": USER}}
        line = {"identity": [allow()], "grants": [deny(**spared)]}
        assert decided(principal_canonical_user=self.ME, **line) == "allowed"
        assert decided(principal_canonical_user=self.OTHER, **line) == "explicit-deny:resource"

    @pytest.mark.parametrize(
        "line",
        [
            {"identity": [allow()], "grants": [deny(**NAMED)]},
            {**FROM_ELSEWHERE, "grants": [allow(**NAMED)]},
            {**FROM_ELSEWHERE, "grants": [allow(**_to(HERE)), deny(**NAMED)]},
        ],
    )
    def test_a_decision_hangs_on_no_canonical_user_of_whichever_account(self, line):
        assert asked(**line)["error"].startswith(
            f"principal_canonical_user: is needed, since a policy names canonical user {self.ME}"
        )

    @pytest.mark.parametrize(
        "line, expected",
        [
            ({"identity": [allow()], "grants": [allow(**NAMED)]}, "allowed"),
            ({"identity": [allow()], "grants": [deny("s3:PutObject", **NAMED)]}, "allowed"),
            ({"grants": [allow(**NAMED)]}, "implicit-deny:identity"),
            ({"grants": [deny(**NAMED), deny(Principal="*")]}, "explicit-deny:resource"),
            ({"principal": "anonymous", "grants": [allow(**NAMED)]}, "implicit-deny:resource"),
            (
                {"principal": {"service": "sns.amazonaws.com"}, "grants": [allow(Principal="*"), deny(**NAMED)]},
                "allowed",
            ),
        ],
    )
    def test_what_no_case_changes_is_decided(self, line, expected):
        assert decided(**line) == expected

    def test_very_many_canonical_users_are_not_tried_one_by_one(self):
        many = [deny(Principal={"CanonicalUser": f"{number:064}"}) for number in range(3_000)]
        assert "2999 more" in asked(identity=[allow()], grants=many)["error"]
