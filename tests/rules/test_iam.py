import importlib
import json
from datetime import timedelta

import pytest

from rules.iam.access_key_unrotated import access_key_unrotated
from rules.iam.administrator_access_attached import administrator_access_attached
from rules.iam.administrator_lacks_mfa import administrator_lacks_mfa
from rules.iam.credentials_unused import credentials_unused
from rules.iam.initial_access_key_unused import initial_access_key_unused
from rules.iam.passwords_lack_character_classes import passwords_lack_character_classes
from rules.iam.policy_decrypts_with_any_key import policy_decrypts_with_any_key
from rules.iam.role_trusts_any_oidc_subject import role_trusts_any_oidc_subject
from rules.iam.role_trusts_everyone import role_trusts_everyone
from rules.iam.role_trusts_others_without_external_id import role_trusts_others_without_external_id
from rules.iam.role_unused import role_unused
from rules.iam.root_lacks_hardware_mfa import root_lacks_hardware_mfa
from rules.iam.root_lacks_mfa import root_lacks_mfa
from rules.iam.root_used_recently import root_used_recently
from rules.iam.service_role_trust_unscoped import service_role_trust_unscoped
from scanner.model.maybe import Reason
from scanner.testing import ACCOUNT, NOW, evidence_of, judge
from scanner.verdict import Fail, Pass, Skip, Undecided

ARN = f"arn:aws:iam::{ACCOUNT}:"
DETAILS = "iam:GetAccountAuthorizationDetails"
REPORT = "iam:GetCredentialReport"
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
DENIED = [{"parameters": {}, "error": "AccessDenied"}]


def verdict(rule, calls, id_=None, *, taken_at=NOW, **options):
    findings = judge(rule, evidence_of(calls, taken_at=taken_at), **options)
    (found,) = [one for one in findings if id_ is None or one.resource.id == id_]
    return found.outcome


def user(**more):
    return {"UserName": "alice", "Arn": f"{ARN}user/alice", **more}


def report(**cells):
    row = {"user": "alice", "arn": f"{ARN}user/alice", "access_key_2_active": "FALSE", **cells}
    return {"Content": f"{','.join(row)}\n{','.join(row.values())}\n"}


def ago(**span):
    return (NOW - timedelta(**span)).isoformat()


def with_credentials(**cells):
    return {DETAILS: {"UserDetailList": [user()]}, REPORT: report(**cells)}


def key(rotated, used="N/A", active="TRUE"):
    return {
        "access_key_1_active": active,
        "access_key_1_last_rotated": rotated,
        "access_key_1_last_used_date": used,
    }


def role(statement, **more):
    trust = {"Version": "2012-10-17", "Statement": statement}
    row = {"RoleName": "r", "Arn": f"{ARN}role/r", "Path": "/", "AssumeRolePolicyDocument": trust, **more}
    return {DETAILS: {"RoleDetailList": [row]}}


def allow(principal, condition=None):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole*", "Principal": principal}
    return statement if condition is None else {**statement, "Condition": condition}


@pytest.mark.parametrize("days,expected", [(45, Pass), (46, Fail)])
def test_a_password_is_unused_after_more_than_the_given_days(days, expected):
    cells = {"password_enabled": "TRUE", "password_last_used": ago(days=days), **key("N/A", active="FALSE")}
    assert isinstance(verdict(credentials_unused, with_credentials(**cells)), expected)


def test_a_password_that_was_never_used_counts_from_when_it_was_set():
    cells = {"password_enabled": "TRUE", "password_last_used": "no_information", "password_last_changed": ago(days=99)}
    found = verdict(credentials_unused, with_credentials(**cells, **key("N/A", active="FALSE")))
    assert isinstance(found, Fail)


def test_an_unused_key_fails_though_the_password_is_not_told():
    found = verdict(credentials_unused, with_credentials(**key(ago(days=99))))
    assert isinstance(found, Fail)
    assert [fact.value for fact in found.evidence] == ["access key 1"]


def test_an_inactive_key_is_not_an_unused_credential():
    cells = {"password_enabled": "FALSE", **key(ago(days=900), active="FALSE")}
    assert isinstance(verdict(credentials_unused, with_credentials(**cells)), Pass)


def test_the_age_of_a_key_is_undecided_if_nobody_says_when_the_evidence_was_taken():
    found = verdict(access_key_unrotated, with_credentials(**key(ago(days=900))), taken_at=None)
    assert isinstance(found, Undecided)


def test_a_user_that_the_report_leaves_out_is_undecided():
    calls = {DETAILS: {"UserDetailList": [user(), user(UserName="new")]}, REPORT: report(**key(ago(days=1)))}
    assert isinstance(verdict(access_key_unrotated, calls, "new"), Undecided)


@pytest.mark.parametrize("delay,expected", [(timedelta(seconds=2), Fail), (timedelta(days=1), Pass)])
def test_a_key_is_an_initial_one_only_if_it_was_made_with_its_user(delay, expected):
    made = NOW - timedelta(days=100)
    cells = {"user_creation_time": made.isoformat(), "password_enabled": "TRUE", **key((made + delay).isoformat())}
    assert isinstance(verdict(initial_access_key_unused, with_credentials(**cells)), expected)


def test_an_administrator_with_mfa_passes_though_the_policies_are_unknown():
    calls = with_credentials(password_enabled="TRUE", mfa_active="TRUE")
    calls[DETAILS]["UserDetailList"] = [
        user(AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": f"{ARN}policy/x"}])
    ]
    assert isinstance(verdict(administrator_lacks_mfa, calls), Pass)


def test_a_policy_that_is_not_told_leaves_open_who_is_an_administrator():
    calls = with_credentials(password_enabled="TRUE", mfa_active="FALSE")
    calls[DETAILS]["UserDetailList"] = [
        user(AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": f"{ARN}policy/x"}])
    ]
    found = verdict(administrator_lacks_mfa, calls)
    assert isinstance(found, Undecided)
    assert found.why.reason is Reason.UNRESOLVED


def test_a_policy_that_is_not_told_matters_not_where_another_one_makes_the_administrator():
    calls = with_credentials(password_enabled="TRUE", mfa_active="FALSE")
    calls[DETAILS] = {
        "UserDetailList": [
            user(GroupList=["g"], AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": f"{ARN}policy/x"}])
        ],
        "GroupDetailList": [
            {
                "GroupName": "g",
                "Arn": f"{ARN}group/g",
                "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": EVERYTHING}],
            }
        ],
    }
    assert isinstance(verdict(administrator_lacks_mfa, calls), Fail)


def test_a_root_user_whose_credentials_were_taken_away_needs_no_mfa():
    calls = {"iam:GetAccountSummary": {"SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 0}}}
    assert isinstance(verdict(root_lacks_mfa, calls), Skip)


def test_a_root_user_without_any_device_has_no_hardware_device_whatever_the_listing_says():
    calls = {"iam:GetAccountSummary": {"SummaryMap": {"AccountMFAEnabled": 0}}, "iam:ListVirtualMFADevices": DENIED}
    assert isinstance(verdict(root_lacks_hardware_mfa, calls), Fail)


@pytest.mark.parametrize("days,expected", [(29, Fail), (30, Pass)])
def test_use_of_root_is_recent_within_the_given_days(days, expected):
    cells = {"password_last_used": ago(days=days), **key("N/A", active="FALSE")}
    row = {"user": "<root_account>", "arn": f"{ARN}root"}
    assert isinstance(verdict(root_used_recently, {REPORT: report(**{**cells, **row})}), expected)


def test_use_of_a_root_key_counts_where_the_password_is_not_told():
    row = {"user": "<root_account>", "arn": f"{ARN}root", **key(ago(days=9), ago(days=1))}
    assert isinstance(verdict(root_used_recently, {REPORT: report(**row)}), Fail)


def test_the_classes_of_a_password_are_an_option():
    calls = {"iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 20, "RequireNumbers": True}}}
    calls["iam:GetAccountPasswordPolicy"]["PasswordPolicy"]["PasswordReusePrevention"] = 24
    assert isinstance(verdict(passwords_lack_character_classes, calls), Fail)
    assert isinstance(verdict(passwords_lack_character_classes, calls, classes=("numbers",)), Pass)


@pytest.mark.parametrize(
    "statement,expected",
    [
        ({"Action": "kms:D*"}, Fail),
        ({"Action": "KMS:decrypt"}, Fail),
        ({"NotAction": "iam:*"}, Fail),
        ({"NotAction": "kms:*"}, Pass),
        ({"Action": "*"}, Pass),
        (
            {"Action": "kms:Decrypt", "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}},
            Pass,
        ),
    ],
)
def test_an_action_is_granted_as_iam_matches_it(statement, expected):
    document = {"Statement": {"Effect": "Allow", "Resource": "*", **statement}}
    calls = {DETAILS: {"UserDetailList": [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": document}])]}}
    assert isinstance(verdict(policy_decrypts_with_any_key, calls), expected)


def test_a_policy_that_iam_would_not_accept_is_undecided():
    calls = {DETAILS: {"UserDetailList": [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": "{"}])]}}
    assert isinstance(verdict(policy_decrypts_with_any_key, calls), Undecided)


def administrators(*names, path="/"):
    held = [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
    return [
        {"RoleName": name, "Path": path, "Arn": f"{ARN}role{path}{name}", "AttachedManagedPolicies": held}
        for name in names
    ]


def test_holders_of_administrator_access_that_are_meant_are_left_out():
    calls = {DETAILS: {"RoleDetailList": administrators("break-glass")}}
    assert isinstance(verdict(administrator_access_attached, calls, except_for=("role/break-*",)), Pass)


def test_roles_of_identity_center_may_hold_administrator_access():
    calls = {DETAILS: {"RoleDetailList": administrators("Admin", path="/aws-reserved/sso.amazonaws.com/")}}
    assert isinstance(verdict(administrator_access_attached, calls), Pass)


def test_a_listing_that_breaks_off_after_an_exempted_holder_is_no_pass():
    calls = {DETAILS: {"RoleDetailList": [*administrators("break-glass"), {"Path": "/"}]}}
    found = verdict(administrator_access_attached, calls, except_for=("role/break-glass",))
    assert isinstance(found, Undecided)


def test_a_listing_that_breaks_off_after_a_holder_is_a_failure():
    calls = {DETAILS: {"RoleDetailList": [*administrators("ci"), {"Path": "/"}]}}
    assert isinstance(verdict(administrator_access_attached, calls), Fail)


@pytest.mark.parametrize(
    "condition,expected",
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, Pass),
        ({"ArnLike": {"aws:PrincipalArn": f"{ARN}role/*"}}, Pass),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}, Fail),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, Fail),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, Fail),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, Fail),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, Fail),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, Fail),
    ],
)
def test_everyone_is_limited_only_by_a_condition_that_fixes_who(condition, expected):
    assert isinstance(verdict(role_trusts_everyone, role(allow({"AWS": "*"}, condition))), expected)


def test_all_but_some_principals_are_everyone():
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": "999999999999"}}
    assert isinstance(verdict(role_trusts_everyone, role(statement)), Fail)


def test_a_service_linked_role_is_not_judged_for_its_trust():
    calls = role(allow({"AWS": "*"}), Path="/aws-service-role/x.amazonaws.com/")
    assert isinstance(verdict(role_trusts_everyone, calls), Skip)


def test_accounts_that_are_trusted_by_option_need_no_external_id():
    calls = role(allow({"AWS": ["arn:aws:iam::999999999999:role/x", "888888888888"]}))
    found = verdict(role_trusts_others_without_external_id, calls, trusted=("999999999999",))
    assert isinstance(found, Fail)
    assert [fact.value for fact in found.evidence] == ["888888888888"]


GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"


def federated(issuer, key_, *values, operator="StringLike"):
    principal = {"Federated": f"{ARN}oidc-provider/{issuer}"}
    return role(allow(principal, {operator: {f"{issuer}:{key_}": list(values)}}))


@pytest.mark.parametrize(
    "calls,expected",
    [
        (federated(GITHUB, "sub", "repo:example/*"), Pass),
        (federated(GITHUB, "sub", "repo:example*"), Fail),
        (federated(GITHUB, "sub", "re*"), Fail),
        (federated(GITHUB, "sub", "repo:example/shop:*", "repo:*"), Fail),
        (federated(GITHUB, "sub", "repo:example/shop:*", operator="ForAllValues:StringLike"), Fail),
        (federated(GITHUB, "repository_id", "123456"), Pass),
        (federated(GITHUB, "ref", "refs/heads/main"), Fail),
        (federated(GITLAB, "sub", "project_path:example/*"), Pass),
        (federated(GITLAB, "sub", "project_path:*"), Fail),
        (federated("oidc.eks.eu-west-1.amazonaws.com/id/ABC", "sub", "system:serviceaccount:shop:web"), Pass),
        (federated("oidc.eks.eu-west-1.amazonaws.com/id/ABC", "aud", "sts.amazonaws.com"), Fail),
        (role(allow({"Federated": "cognito-identity.amazonaws.com"})), Fail),
        (
            role(
                allow(
                    {"Federated": "cognito-identity.amazonaws.com"},
                    {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}},
                )
            ),
            Pass,
        ),
        (role(allow({"Federated": f"{ARN}saml-provider/okta"})), Pass),
    ],
    ids=lambda value: json.dumps(value)[-90:] if isinstance(value, dict) else value.__name__,
)
def test_a_subject_must_name_the_customer_of_a_shared_issuer(calls, expected):
    assert isinstance(verdict(role_trusts_any_oidc_subject, calls), expected)


@pytest.mark.parametrize(
    "source,expected",
    [("arn:aws:s3:::reports", Pass), (f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*", Pass), ("arn:aws:s3:::*", Fail)],
)
def test_a_source_arn_must_fix_the_account_or_the_resource(source, expected):
    calls = role(allow({"Service": "cloudtrail.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": source}}))
    assert isinstance(verdict(service_role_trust_unscoped, calls), expected)


def used(**more):
    return role(allow({"AWS": ACCOUNT}), CreateDate=ago(days=400), **more)


@pytest.mark.parametrize(
    "calls,expected",
    [
        (used(RoleLastUsed={"LastUsedDate": ago(days=90)}), Pass),
        (used(RoleLastUsed={"LastUsedDate": ago(days=91)}), Fail),
        (used(), Undecided),
        (used(RoleLastUsed={}), Fail),
    ],
)
def test_a_role_is_unused_after_more_than_the_given_days(calls, expected):
    assert isinstance(verdict(role_unused, calls), expected)


def test_a_new_role_may_wait_for_its_first_use():
    calls = role(allow({"AWS": ACCOUNT}), CreateDate=ago(days=3), RoleLastUsed={})
    assert isinstance(verdict(role_unused, calls), Pass)


def named(name):
    return getattr(importlib.import_module(f"rules.iam.{name}"), name)


@pytest.mark.parametrize(
    "name",
    [
        "attached_policy_allows_everything",
        "policy_allows_all_but_some",
        "policy_allows_whole_services",
        "policy_passes_roles_freely",
        "unattached_policy_allows_everything",
    ],
)
def test_what_aws_writes_into_its_own_policies_is_not_judged(name):
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.dumps(EVERYTHING)}
    row = {"PolicyName": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    calls = {DETAILS: {"Policies": [{**row, "AttachmentCount": 1, "PolicyVersionList": [version]}]}}
    assert isinstance(verdict(named(name), calls), Skip)


@pytest.mark.parametrize(
    "attachments,name,expected",
    [
        (1, "attached_policy_allows_everything", Fail),
        (1, "unattached_policy_allows_everything", Skip),
        (0, "attached_policy_allows_everything", Skip),
        (0, "unattached_policy_allows_everything", Fail),
        (None, "attached_policy_allows_everything", Undecided),
        (None, "unattached_policy_allows_everything", Undecided),
    ],
)
def test_one_of_two_rules_judges_a_policy_by_whether_it_is_attached(attachments, name, expected):
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.dumps(EVERYTHING)}
    row = {"PolicyName": "p", "Arn": f"{ARN}policy/p", "PolicyVersionList": [version], "AttachmentCount": attachments}
    assert isinstance(verdict(named(name), {DETAILS: {"Policies": [row]}}), expected)


@pytest.mark.parametrize(
    "name,cells",
    [
        ("user_signs_in_without_mfa", {"password_enabled": "FALSE", "mfa_active": "FALSE"}),
        ("user_calls_without_mfa", {"password_enabled": "TRUE", "mfa_active": "FALSE"}),
        ("user_calls_without_mfa", {"password_enabled": "FALSE", "mfa_active": "FALSE", **key("N/A", active="FALSE")}),
        ("initial_access_key_unused", {"password_enabled": "FALSE"}),
    ],
)
def test_a_user_without_the_credential_is_skipped(name, cells):
    assert isinstance(verdict(named(name), with_credentials(**cells)), Skip)


def test_an_administrator_who_cannot_sign_in_needs_no_mfa():
    calls = with_credentials(password_enabled="FALSE", mfa_active="FALSE", **key("N/A", active="FALSE"))
    calls[DETAILS]["UserDetailList"] = [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": EVERYTHING}])]
    assert isinstance(verdict(administrator_lacks_mfa, calls), Skip)


def test_a_deny_of_everything_makes_no_administrator():
    taken_back = {"Statement": [EVERYTHING["Statement"], {**EVERYTHING["Statement"], "Effect": "Deny"}]}
    calls = with_credentials(password_enabled="TRUE", mfa_active="FALSE")
    calls[DETAILS]["UserDetailList"] = [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": taken_back}])]
    assert isinstance(verdict(administrator_lacks_mfa, calls), Pass)


def test_a_password_of_its_own_is_no_defect_where_nobody_is_federated():
    calls = {**with_credentials(password_enabled="TRUE"), "iam:ListSAMLProviders": {"SAMLProviderList": []}}
    assert isinstance(verdict(named("user_signs_in_beside_federation"), calls), Skip)


@pytest.mark.parametrize("action,expected", [("s3:*", Pass), ("*", Undecided)])
def test_devices_that_are_not_told_matter_only_for_administrators(action, expected):
    document = {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}
    calls = {**with_credentials(mfa_active="TRUE"), "iam:ListVirtualMFADevices": DENIED}
    calls[DETAILS]["UserDetailList"] = [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": document}])]
    assert isinstance(verdict(named("administrator_uses_virtual_mfa"), calls), expected)


def test_read_only_access_for_everyone_is_shared():
    held = [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    found = verdict(named("role_shares_read_only_access"), role(allow("*"), AttachedManagedPolicies=held))
    assert isinstance(found, Fail)
    assert [fact.value for fact in found.evidence] == ["everyone"]


def test_read_only_access_within_the_account_is_not_shared():
    held = [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    calls = role(allow({"AWS": ACCOUNT}), AttachedManagedPolicies=held)
    assert isinstance(verdict(named("role_shares_read_only_access"), calls), Pass)


@pytest.mark.parametrize("path", ["/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_roles_that_aws_owns_may_be_unused(path):
    assert isinstance(verdict(role_unused, used(Path=path, RoleLastUsed={})), Skip)


@pytest.mark.parametrize("age,expected", [(90, Pass), (91, Fail)])
def test_passwords_expire_within_the_given_days(age, expected):
    calls = {"iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"ExpirePasswords": True, "MaxPasswordAge": age}}}
    assert isinstance(verdict(named("passwords_never_expire"), calls), expected)


def test_all_actions_but_none_are_all_actions():
    document = {"Statement": {"Effect": "Allow", "NotAction": [], "Resource": "*"}}
    calls = {DETAILS: {"UserDetailList": [user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": document}])]}}
    assert isinstance(verdict(named("policy_allows_all_but_some"), calls), Fail)
