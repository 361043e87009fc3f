"""IAM in CloudFormation: principals, policies of every form, and what they are attached to."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.cloudformation.shapes import Document, Piece, Properties, Shape, each, encoded, reference
from scanner.iac.values import SYMBOLS, Value

_HOLDERS: Final = {"user": "aws_iam_user", "group": "aws_iam_group", "role": "aws_iam_role"}


def _held(noun: str, name: str, said: Properties) -> Iterator[Piece]:
    """Yield the policies that a principal holds."""
    terraform = _HOLDERS[noun]
    for number, one in enumerate(each(said.get("Policies"))):
        policy = one if isinstance(one, dict) else {}
        document = one if isinstance(one, SYMBOLS) else encoded(policy.get("PolicyDocument"))
        arguments = {noun: reference(name), "name": policy.get("PolicyName"), "policy": document}
        yield f"{terraform}_policy", f".Policies[{number}]", "Policies", arguments
    for number, arn in enumerate(each(said.get("ManagedPolicyArns"))):
        suffix = f".ManagedPolicyArns[{number}]"
        arguments = {noun: reference(name), "policy_arn": arn}
        yield f"{terraform}_policy_attachment", suffix, "ManagedPolicyArns", arguments


def _user(name: str, said: Properties) -> Iterator[Piece]:
    yield from _held("user", name, said)
    if said.get("Groups") is not None:
        arguments = {"user": reference(name), "groups": said.get("Groups")}
        yield "aws_iam_user_group_membership", ".Groups", "Groups", arguments


def _attached(name: str, said: Properties) -> Iterator[Piece]:
    """Yield to whom a managed policy is attached."""
    for noun, terraform in _HOLDERS.items():
        source = f"{noun.title()}s"
        for number, holder in enumerate(each(said.get(source))):
            arguments: dict[str, Value] = {noun: holder, "policy_arn": reference(name, "arn")}
            yield f"{terraform}_policy_attachment", f".{source}[{number}]", source, arguments


def _inline(_name: str, said: Properties) -> Iterator[Piece]:
    """Yield the inline policy that several principals hold, once for each."""
    for noun, terraform in _HOLDERS.items():
        source = f"{noun.title()}s"
        holders = [*each(said.get(source)), *each(said.get(f"{noun.title()}Name"))]
        for number, holder in enumerate(holders):
            arguments = {noun: holder, "name": said.get("PolicyName"), "policy": encoded(said.get("PolicyDocument"))}
            yield f"{terraform}_policy", f".{source}[{number}]", "PolicyDocument", arguments


def _control(name: str, said: Properties) -> Iterator[Piece]:
    """Yield what a control policy is attached to."""
    for number, target in enumerate(each(said.get("TargetIds"))):
        arguments = {"policy_id": reference(name), "target_id": target}
        yield "aws_organizations_policy_attachment", f".TargetIds[{number}]", "TargetIds", arguments


_POLICIES: Final = ("Policy", "UserPolicy", "RolePolicy", "GroupPolicy")
SHAPES: Final[dict[str, Shape]] = {
    "AWS::IAM::Role": Shape(
        type="aws_iam_role",
        arguments={
            "name": "RoleName",
            "path": "Path",
            "assume_role_policy": Document("AssumeRolePolicyDocument"),
            "permissions_boundary": "PermissionsBoundary",
        },
        beside=lambda name, said: _held("role", name, said),
    ),
    "AWS::IAM::User": Shape(
        type="aws_iam_user",
        arguments={"name": "UserName", "path": "Path", "permissions_boundary": "PermissionsBoundary"},
        beside=_user,
    ),
    "AWS::IAM::Group": Shape(
        type="aws_iam_group",
        arguments={"name": "GroupName", "path": "Path"},
        beside=lambda name, said: _held("group", name, said),
    ),
    "AWS::IAM::ManagedPolicy": Shape(
        type="aws_iam_policy",
        arguments={"name": "ManagedPolicyName", "path": "Path", "policy": Document("PolicyDocument")},
        beside=_attached,
        ref="arn",
    ),
    "AWS::IAM::InstanceProfile": Shape(
        type="aws_iam_instance_profile",
        arguments={"name": "InstanceProfileName", "path": "Path"},
        more=lambda said: {"role": next(iter(each(said.get("Roles"))), None)},
    ),
    "AWS::IAM::OIDCProvider": Shape(
        type="aws_iam_openid_connect_provider",
        arguments={"url": "Url", "client_id_list": "ClientIdList"},
        ref="arn",
    ),
    "AWS::IAM::SAMLProvider": Shape(type="aws_iam_saml_provider", arguments={"name": "Name"}, ref="arn"),
    "AWS::IAM::ServerCertificate": Shape(
        type="aws_iam_server_certificate", arguments={"name": "ServerCertificateName", "path": "Path"}
    ),
    "AWS::IAM::UserToGroupAddition": Shape(
        type="aws_iam_group_membership", arguments={"group": "GroupName", "users": "Users"}
    ),
    "AWS::Organizations::Policy": Shape(
        type="aws_organizations_policy",
        arguments={"name": "Name", "type": "Type", "content": Document("Content")},
        beside=_control,
    ),
    **{f"AWS::IAM::{name}": Shape(type="", exists=lambda _said: False, beside=_inline) for name in _POLICIES},
}
