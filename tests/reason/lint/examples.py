"""For every code a policy that has the finding, and one that comes close and has it not."""

import json
from typing import Any

from scanner.reason.lint.codes import PolicyKind

IDENTITY, RESOURCE, TRUST, SCP, RCP = PolicyKind
ACCOUNT = "123456789012"
OBJECTS = "arn:aws:s3:::invoices/*"


def policy(*statements: Any, version: str | None = "2012-10-17") -> str:
    head = {} if version is None else {"Version": version}
    return json.dumps({**head, "Statement": list(statements)})


def said(effect: str, action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def allow(action: Any = "s3:GetObject", resource: Any = OBJECTS, **more: Any) -> dict[str, Any]:
    return said("Allow", action, resource, **more)


def deny(action: Any = "s3:GetObject", resource: Any = OBJECTS, **more: Any) -> dict[str, Any]:
    return said("Deny", action, resource, **more)


def when(operator: str, key: str, value: Any, *, effect: str = "Allow", action: Any = "s3:GetObject") -> str:
    return policy(said(effect, action, OBJECTS, Condition={operator: {key: value}}))


def without(*elements: str, **more: Any) -> str:
    return policy({name: value for name, value in {**allow(), **more}.items() if name not in elements})


def to(principal: Any, action: str = "s3:GetObject", **more: Any) -> str:
    return policy(allow(action, Principal=principal, **more))


def trusts(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> str:
    return policy({"Effect": "Allow", "Action": action, "Principal": principal, **more})


def on(resource: str, action: str = "s3:*") -> str:
    return policy(allow(action, resource))


def except_for(element: str, value: Any, **more: Any) -> str:
    return policy({name: each for name, each in {**allow(**more), f"Not{element}": value}.items() if name != element})


ROLES = f"arn:aws:iam::{ACCOUNT}:role/*"
BUILD = f"arn:aws:iam::{ACCOUNT}:role/build"
LINKED = "arn:aws:iam::*:role/aws-service-role/es.amazonaws.com/*"
ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
TAG = {"StringEquals": {"aws:ResourceTag/team": "x"}}
NOT_BOTH = {"NotAction": "s3:PutObject", "NotResource": "arn:aws:s3:::secret/*"}
LONG = "x" * 6_200

BY_TOKEN = "sts:AssumeRoleWithWebIdentity"
GITHUB = "token.actions.githubusercontent.com"
KEY_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id"
NO_SERVICE = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
SERVICE = {"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}
TOLD = {"Null": {"aws:SourceAccount": "false"}}


def guards(condition: dict[str, Any]) -> str:
    return policy(deny("s3:*", "*", Principal="*", Condition=condition))


EXAMPLES: list[tuple[str, PolicyKind, str, str]] = [
    ("ARN_ACCOUNT_NOT_ALLOWED", IDENTITY, on(f"arn:aws:s3::{ACCOUNT}:invoices"), on("arn:aws:s3:::invoices")),
    (
        "ARN_REGION_NOT_ALLOWED",
        IDENTITY,
        on(f"arn:aws:iam:eu-west-1:{ACCOUNT}:role/a", "iam:GetRole"),
        on(f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/a"),
    ),
    ("DATA_TYPE_MISMATCH", IDENTITY, without(Sid=5), without(Sid="5")),
    (
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        IDENTITY,
        policy(allow(Condition={"StringEquals": {"aws:userid": "a", "aws:UserId": "b"}})),
        policy(allow(Condition={"StringEquals": {"aws:userid": "a"}, "StringLike": {"aws:UserId": "b"}})),
    ),
    ("EMPTY_VARIABLE", IDENTITY, on("arn:aws:s3:::b/${}"), on("arn:aws:s3:::b/${*}")),
    ("INVALID_ACTION", IDENTITY, on(OBJECTS, "s3:GetObjct"), on(OBJECTS, "S3:getobject")),
    ("INVALID_ACTION", IDENTITY, on(OBJECTS, "s3:Got*"), on(OBJECTS, "s3:?etObject")),
    ("INVALID_ACTION", IDENTITY, on(OBJECTS, "GetObject"), on(OBJECTS, "s3:GetObject, s3:PutObject")),
    (
        "INVALID_ARN_ACCOUNT",
        IDENTITY,
        on("arn:aws:iam::1234:role/a", "iam:GetRole"),
        on("arn:aws:iam::aws:policy/a", "iam:GetPolicy"),
    ),
    ("INVALID_ARN_PREFIX", IDENTITY, on("aws:s3:::invoices"), on("*:s3:::invoices")),
    (
        "INVALID_ARN_REGION",
        IDENTITY,
        on(f"arn:aws:sqs:europe:{ACCOUNT}:q", "sqs:*"),
        on(f"arn:aws:sqs:eu-*:{ACCOUNT}:q", "sqs:*"),
    ),
    (
        "INVALID_ARN_RESOURCE",
        IDENTITY,
        on(f"arn:aws:iam::{ACCOUNT}:roles/a", "iam:*"),
        on(f"arn:aws:iam::{ACCOUNT}:r*/a", "iam:*"),
    ),
    ("INVALID_ARN_SERVICE_CASE", IDENTITY, on("arn:aws:S3:::invoices"), on("arn:aws:s3:::Invoices")),
    (
        "INVALID_CONDITION_DATA_TYPE",
        IDENTITY,
        when("StringEquals", "aws:userid", ["a", 1]),
        when("StringEquals", "aws:userid", ["a", "1"]),
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        IDENTITY,
        when("StringEquals", "userid", "a"),
        when("StringEquals", "aws:userid", "a"),
    ),
    (
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        IDENTITY,
        when("Bool", "aws:SecureTransport", ["true", "false"]),
        when("Bool", "aws:SecureTransport", ["true"]),
    ),
    (
        "INVALID_CONDITION_OPERATOR",
        IDENTITY,
        when("StringMatches", "aws:userid", "a"),
        when("stringequals", "aws:userid", "a"),
    ),
    (
        "INVALID_CONDITION_OPERATOR",
        IDENTITY,
        when("ForSomeValues:StringEquals", "aws:TagKeys", "a"),
        when("foranyvalue:stringequals", "aws:TagKeys", "a"),
    ),
    ("INVALID_EFFECT", IDENTITY, without(Effect="allow"), without(Effect="Allow")),
    (
        "INVALID_GLOBAL_CONDITION_KEY",
        IDENTITY,
        when("StringEquals", "aws:PrincipalOrg", "o-1"),
        when("StringEquals", "AWS:principalorgid", "o-1"),
    ),
    ("INVALID_PARTITION", IDENTITY, on("arn:amazon:s3:::invoices"), on("arn:aws*:s3:::invoices")),
    ("INVALID_POLICY_ELEMENT", IDENTITY, without(Actions="s3:*"), without()),
    (
        "INVALID_POLICY_ELEMENT",
        IDENTITY,
        json.dumps({"Version": "2012-10-17", "Statements": [], "Statement": []}),
        json.dumps({"Version": "2012-10-17", "Id": "a", "Statement": []}),
    ),
    ("INVALID_PRINCIPAL_FORMAT", RESOURCE, to("123456789012"), to({"AWS": "123456789012"})),
    ("INVALID_PRINCIPAL_FORMAT", RESOURCE, to({"AWS": "alice"}), to({"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"})),
    ("INVALID_PRINCIPAL_KEY", RESOURCE, to({"Aws": ACCOUNT}), to({"AWS": ACCOUNT})),
    (
        "INVALID_REGION",
        IDENTITY,
        when("StringEquals", "aws:RequestedRegion", "ireland"),
        when("StringEquals", "aws:RequestedRegion", "eu-west-1"),
    ),
    ("INVALID_SERVICE", IDENTITY, on("arn:aws:s33:::invoices"), on("arn:aws:s3:::invoices")),
    (
        "INVALID_SERVICE",
        IDENTITY,
        when("StringEquals", "s33:prefix", "a"),
        when("StringEquals", "token.example.com:sub", "a"),
    ),
    (
        "INVALID_SERVICE_CONDITION_KEY",
        IDENTITY,
        when("StringEquals", "s3:prefixes", "a"),
        when("StringEquals", "s3:ExistingObjectTag/team", "a"),
    ),
    ("INVALID_SERVICE_IN_ACTION", IDENTITY, on(OBJECTS, "s33:GetObject"), on(OBJECTS, "S3:GetObject")),
    (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        RESOURCE,
        to({"Service": "sns"}, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        to({"Service": "sns.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ),
    (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        IDENTITY,
        when("StringEquals", "kms:ViaService", "s3.amazonaws.com"),
        when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"),
    ),
    (
        "INVALID_VARIABLE_FOR_OPERATOR",
        IDENTITY,
        when("NumericEquals", "s3:max-keys", "${aws:userid}"),
        when("StringEquals", "s3:prefix", "${aws:userid}"),
    ),
    ("INVALID_VERSION", IDENTITY, policy(allow(), version="2012-10-18"), policy(allow(), version="2008-10-17")),
    ("JSON_SYNTAX_ERROR", IDENTITY, "{", policy(allow())),
    (
        "JSON_SYNTAX_ERROR",
        IDENTITY,
        '{"Version": "2012-10-17", "Statement": {"Sid": "a", "Sid": "b"}}',
        policy(allow(Sid="a")),
    ),
    ("MISSING_ACTION", IDENTITY, without("Action"), without("Action", NotAction="s3:*")),
    ("MISSING_ARN_FIELD", IDENTITY, on("arn:aws:s3:invoices"), on("arn:aws:s3:*")),
    (
        "MISSING_ARN_REGION",
        IDENTITY,
        on(f"arn:aws:sqs::{ACCOUNT}:q", "sqs:*"),
        on(f"arn:aws:sqs:*:{ACCOUNT}:q", "sqs:*"),
    ),
    ("MISSING_BRACE_IN_VARIABLE", IDENTITY, on("arn:aws:s3:::b/${aws:username"), on("arn:aws:s3:::b/$aws:username")),
    ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", RCP, on(f"arn:aws:s3:::{LONG}"), policy(deny(Principal="*"))),
    (
        "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        IDENTITY,
        when("StringLike", "aws:SourceArn", "arn:aws:sns:*"),
        when("ArnLike", "aws:SourceArn", "arn:aws:sns:*"),
    ),
    ("MISSING_EFFECT", IDENTITY, without("Effect"), without("Sid")),
    ("MISSING_PRINCIPAL", RESOURCE, without(), except_for("Principal", {"AWS": ACCOUNT})),
    ("MISSING_QUALIFIER", IDENTITY, when("StringEquals", "aws:TagKeys", "a"), when("Null", "aws:TagKeys", "true")),
    (
        "MISSING_QUOTE_IN_VARIABLE",
        IDENTITY,
        on("arn:aws:s3:::b/${aws:username, x}"),
        on("arn:aws:s3:::b/${aws:username, 'x'}"),
    ),
    ("MISSING_RESOURCE", IDENTITY, without("Resource"), except_for("Resource", OBJECTS)),
    ("MISSING_STATEMENT", IDENTITY, '{"Version": "2012-10-17"}', policy(allow())),
    (
        "MISSING_TAG_KEY_IN_CONDITION",
        IDENTITY,
        when("StringEquals", "aws:ResourceTag", "a"),
        when("StringEquals", "aws:ResourceTag/a", "a"),
    ),
    ("NULL_WITH_IF_EXISTS", IDENTITY, when("NullIfExists", "aws:userid", "true"), when("Null", "aws:userid", "true")),
    ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", SCP, on(f"arn:aws:s3:::{LONG}"), policy(allow())),
    (
        "PRIVATE_IP_ADDRESS",
        IDENTITY,
        when("IpAddress", "aws:SourceIp", "10.1.0.0/16"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS",
        IDENTITY,
        when("NotIpAddress", "aws:SourceIp", "10.1.0.0/16"),
        when("NotIpAddress", "aws:VpcSourceIp", "10.1.0.0/16"),
    ),
    (
        "RCP_SYNTAX_ERROR_ACTION",
        RCP,
        policy(deny("*", "*", Principal="*")),
        policy(deny("s3:*", "*", Principal="*")),
    ),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        TRUST,
        policy({"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": ACCOUNT}}),
        trusts({"AWS": ACCOUNT}),
    ),
    ("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", TRUST, trusts("*"), trusts({"AWS": "*"})),
    ("RCP_SYNTAX_ERROR_ALLOW", RCP, policy(allow(Principal="*")), policy(allow("*", "*", Principal="*"))),
    ("RCP_SYNTAX_ERROR_NOTACTION", RCP, except_for("Action", "s3:*", Principal="*"), policy(deny(Principal="*"))),
    ("RCP_SYNTAX_ERROR_PRINCIPAL", RCP, policy(deny(Principal={"AWS": ACCOUNT})), policy(deny(Principal="*"))),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        TRUST,
        trusts({"AWS": ACCOUNT}, NotResource="*"),
        trusts({"AWS": ACCOUNT}),
    ),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        TRUST,
        trusts({"AWS": ACCOUNT}, Resource="*"),
        trusts({"AWS": ACCOUNT}),
    ),
    ("SCP_SYNTAX_ERROR_PRINCIPAL", SCP, policy(deny(Principal="*")), policy(deny())),
    ("UNIQUE_SIDS_REQUIRED", IDENTITY, policy(allow(Sid="a"), deny(Sid="a")), policy(allow(Sid="a"), deny(Sid="A"))),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        TRUST,
        trusts({"AWS": ACCOUNT}, "sts:Get*"),
        trusts({"AWS": ACCOUNT}, "sts:Assume*"),
    ),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        TRUST,
        trusts({"AWS": ACCOUNT}, "s3:GetObject"),
        trusts({"AWS": ACCOUNT}, "sts:TagSession"),
    ),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        RESOURCE,
        to({"AWS": ACCOUNT}, "sqs:SendMessage"),
        to({"AWS": ACCOUNT}, "s3:GetObject"),
    ),
    (
        "RCP_SYNTAX_ERROR_ACTION",
        RCP,
        policy(deny("ec2:RunInstances", "*", Principal="*")),
        policy(deny("s3:GetObject", "*", Principal="*")),
    ),
    ("UNSUPPORTED_ELEMENT_COMBINATION", IDENTITY, without(NotAction="s3:*"), without("Action", NotAction="s3:*")),
    (
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        IDENTITY,
        when("ArnLike", "aws:ARN", "arn:aws:iam::1*"),
        when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1*"),
    ),
    ("UNSUPPORTED_PRINCIPAL", IDENTITY, to({"AWS": ACCOUNT}), policy(allow())),
    (
        "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        RESOURCE,
        policy(allow("s3:*", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", Principal={"AWS": ACCOUNT})),
        to({"AWS": ACCOUNT}),
    ),
    ("UNSUPPORTED_SID", IDENTITY, without(Sid="my statement"), without(Sid="MyStatement1")),
    (
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        IDENTITY,
        on("arn:aws:s3:::b/${aws: username}"),
        on("arn:aws:s3:::b/${aws:username, 'x'}"),
    ),
    (
        "UNSUPPORTED_SYMBOL_IN_VARIABLE",
        IDENTITY,
        on("arn:aws:s3:::b/${aws:user{name}"),
        on("arn:aws:s3:::b/${aws:PrincipalTag/my-team}"),
    ),
    (
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        TRUST,
        trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}),
        trusts({"AWS": "*"}),
    ),
    (
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        TRUST,
        trusts({"Service": "*.amazonaws.com"}),
        trusts({"Service": "ec2.amazonaws.com"}),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        IDENTITY,
        on(OBJECTS, "s3:${aws:username}"),
        on("arn:aws:s3:::${aws:username}/*"),
    ),
    ("VARIABLE_UNSUPPORTED_IN_ELEMENT", TRUST, trusts({"AWS": "${aws:username}"}), trusts({"AWS": ACCOUNT})),
    (
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        IDENTITY,
        policy(allow(resource="arn:aws:s3:::b/${aws:username}"), version="2008-10-17"),
        on("arn:aws:s3:::b/${aws:username}"),
    ),
    (
        "ALLOW_WITH_NOT_PRINCIPAL",
        RESOURCE,
        except_for("Principal", {"AWS": ACCOUNT}),
        except_for("Principal", {"AWS": ACCOUNT}, Effect="Deny"),
    ),
    (
        "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        IDENTITY,
        except_for("Action", "s3:*", Effect="Deny", Condition=TAG),
        policy(deny("ec2:StopInstances", "*", Condition=TAG)),
    ),
    (
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        IDENTITY,
        policy(deny("s3:ListAllMyBuckets", "*", Condition=TAG)),
        policy(deny("s3:ListAllMyBuckets", "*", Condition={"StringNotEquals": TAG["StringEquals"]})),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        IDENTITY,
        when("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-1"),
        when("ForAllValues:StringEquals", "aws:TagKeys", "a"),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        IDENTITY,
        when("ForAllValues:StringEquals", "s3:prefix", "a"),
        when("ForAnyValue:StringEquals", "aws:PrincipalOrgID", "o-1"),
    ),
    (
        "MISSING_PAIRED_CONDITION_KEYS",
        IDENTITY,
        when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        policy(
            allow(
                Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}
            )
        ),
    ),
    (
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        IDENTITY,
        policy({"Effect": "Allow", **NOT_BOTH}),
        policy({"Effect": "Allow", **NOT_BOTH, "NotAction": "iam:Pass*"}),
    ),
    (
        "PASS_ROLE_WITH_NOT_RESOURCE",
        IDENTITY,
        except_for("Resource", BUILD, action="iam:PassRole"),
        on(BUILD, "iam:PassRole"),
    ),
    (
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        IDENTITY,
        except_for("Resource", BUILD, action="iam:P*"),
        except_for("Resource", BUILD, action="iam:G*"),
    ),
    ("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", IDENTITY, on("*", "iam:*"), on(BUILD, "iam:*")),
    (
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        IDENTITY,
        on(ROLES, "iam:PassRole"),
        on(f"arn:aws:iam::{ACCOUNT}:role/ci-*", "iam:PassRole"),
    ),
    (
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        IDENTITY,
        on("*", "iam:PassRole"),
        policy(allow("iam:PassRole", "*", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})),
    ),
    (
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        IDENTITY,
        except_for("Action", "s3:*", resource="*"),
        except_for("Action", "iam:*", resource="*"),
    ),
    (
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        RESOURCE,
        to({"Service": "sns.amazonaws.com"}),
        to({"Service": "sns.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:a"}}),
    ),
    (
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        IDENTITY,
        policy({"Effect": "Allow", **NOT_BOTH}),
        policy({"Effect": "Allow", **NOT_BOTH, "NotAction": "iam:*"}),
    ),
    (
        "CREATE_SLR_WITH_NOT_RESOURCE",
        IDENTITY,
        except_for("Resource", BUILD, action="iam:CreateServiceLinkedRole"),
        on(LINKED, "iam:CreateServiceLinkedRole"),
    ),
    (
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        IDENTITY,
        except_for("Resource", BUILD, action="iam:Create*"),
        except_for("Resource", BUILD, action="iam:CreateU*"),
    ),
    ("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", IDENTITY, on("*", "iam:Create*"), on(LINKED, "iam:Create*")),
    (
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        IDENTITY,
        on("arn:aws:iam::*:role/aws-service-role/*", "iam:CreateServiceLinkedRole"),
        on(LINKED, "iam:CreateServiceLinkedRole"),
    ),
    (
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        IDENTITY,
        except_for("Action", "s3:*", resource="*"),
        except_for("Action", "iam:Create*", resource="*"),
    ),
    (
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        IDENTITY,
        when("StringEquals", "aws:SourceOwner", ACCOUNT),
        when("StringEquals", "aws:SourceAccount", ACCOUNT),
    ),
    (
        "INVALID_DATE_VALUE",
        IDENTITY,
        when("DateLessThan", "aws:CurrentTime", "1767225600"),
        when("DateLessThan", "aws:EpochTime", "1767225600"),
    ),
    ("INVALID_ROLE_REFERENCE", TRUST, trusts({"AWS": "AROAIOSFODNN7EXAMPLE"}), trusts({"AWS": BUILD})),
    (
        "INVALID_USER_REFERENCE",
        TRUST,
        trusts({"AWS": "AIDAIOSFODNN7EXAMPLE"}),
        trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:user/AIDA"}),
    ),
    ("MISSING_VERSION", IDENTITY, policy(allow(), version=None), policy(allow(), version="2008-10-17")),
    ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", IDENTITY, on(f"arn:aws:s3:::{LONG}"), policy(allow()) + " " * 7_000),
    (
        "RESOURCE_ARN_MISMATCH",
        IDENTITY,
        on("arn:aws:s3:::invoices", "s3:GetObject"),
        on("arn:aws:s3:::invoices*", "s3:GetObject"),
    ),
    ("RESOURCE_ARN_MISMATCH", IDENTITY, on(OBJECTS, "ec2:DescribeInstances"), on("*", "ec2:DescribeInstances")),
    (
        "TYPE_MISMATCH",
        IDENTITY,
        when("StringEquals", "aws:SourceIp", "203.0.113.7"),
        when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a"),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        IDENTITY,
        when("Bool", "aws:SecureTransport", "yes"),
        when("Bool", "aws:SecureTransport", "True"),
    ),
    (
        "TYPE_MISMATCH_DATE",
        IDENTITY,
        when("DateLessThan", "aws:CurrentTime", "tomorrow"),
        when("DateLessThan", "aws:CurrentTime", "2026-01-31T12:00:00Z"),
    ),
    (
        "TYPE_MISMATCH_IP_RANGE",
        IDENTITY,
        when("IpAddress", "aws:SourceIp", "203.0.113.0/33"),
        when("IpAddress", "aws:SourceIp", "2001:db8::/32"),
    ),
    (
        "TYPE_MISMATCH_NUMBER",
        IDENTITY,
        when("NumericLessThan", "s3:max-keys", "ten"),
        when("NumericLessThan", "s3:max-keys", 10),
    ),
    (
        "TYPE_MISMATCH_STRING",
        IDENTITY,
        when("BinaryEquals", "aws:userid", "not base64!"),
        when("BinaryEquals", "aws:userid", "QmluYXJ5"),
    ),
    (
        "UNIQUE_SIDS_RECOMMENDED",
        RESOURCE,
        policy(allow(Sid="a", Principal={"AWS": ACCOUNT}), deny(Sid="a", Principal="*")),
        policy(allow(Sid="a", Principal={"AWS": ACCOUNT}), deny(Principal="*")),
    ),
    (
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        IDENTITY,
        when("StringEquals", "s3:prefix", "home/*"),
        when("StringEquals", "s3:prefix", "home/${*}"),
    ),
    (
        "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        IDENTITY,
        except_for("Action", "s3:*", Condition=TAG),
        except_for("Action", "s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}}),
    ),
    (
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        IDENTITY,
        policy(allow("s3:ListAllMyBuckets", "*", Condition=TAG)),
        policy(allow("ec2:StopInstances", "*", Condition=TAG)),
    ),
    ("EMPTY_ARRAY_ACTION", IDENTITY, without(Action=[]), without("Action", NotAction=[])),
    ("EMPTY_ARRAY_CONDITION", IDENTITY, when("StringEquals", "s3:prefix", []), when("StringEquals", "s3:prefix", "")),
    (
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        IDENTITY,
        when("ForAllValues:StringEquals", "aws:TagKeys", []),
        when("ForAllValues:StringEquals", "aws:TagKeys", ["a"]),
    ),
    (
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        IDENTITY,
        when("ForAnyValue:StringEquals", "aws:TagKeys", []),
        when("ForAnyValue:StringEquals", "aws:TagKeys", ["a"]),
    ),
    (
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        IDENTITY,
        when("StringEqualsIfExists", "s3:prefix", []),
        when("StringEquals", "s3:prefix", []),
    ),
    ("EMPTY_ARRAY_PRINCIPAL", RESOURCE, to({"AWS": []}), to({"AWS": [], "Service": "ec2.amazonaws.com"})),
    ("EMPTY_ARRAY_RESOURCE", IDENTITY, without(Resource=[]), without(Resource=["*"])),
    ("EMPTY_OBJECT_CONDITION", IDENTITY, without(Condition={}), without("Condition")),
    ("EMPTY_OBJECT_CONDITION", IDENTITY, without(Condition={"StringEquals": {}}), without(Condition=ORG)),
    ("EMPTY_OBJECT_PRINCIPAL", RESOURCE, to({}), to({"AWS": ACCOUNT})),
    ("EMPTY_SID_VALUE", IDENTITY, without(Sid=""), without(Sid="a")),
    (
        "IMPROVE_IP_RANGE",
        IDENTITY,
        when("IpAddress", "aws:SourceIp", "203.0.113.7/24"),
        when("IpAddress", "aws:SourceIp", "203.0.113.7"),
    ),
    (
        "NULL_WITH_QUALIFIER",
        IDENTITY,
        when("ForAnyValue:Null", "aws:TagKeys", "true"),
        when("Null", "aws:TagKeys", "true"),
    ),
    (
        "PRIVATE_IP_ADDRESS_SUBSET",
        IDENTITY,
        when("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]),
        when("IpAddress", "aws:SourceIp", ["0.0.0.0/0"]),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        IDENTITY,
        when("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]),
        when("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"]),
    ),
    (
        "REDUNDANT_ACTION",
        IDENTITY,
        policy(allow(["s3:Get*", "s3:getobject"])),
        policy(allow(["s3:Get*", "s3:*Object"])),
    ),
    (
        "REDUNDANT_ACTION",
        IDENTITY,
        policy(allow(["s3:GetObject", "s3:GetObject"])),
        policy(allow(["s3:GetObjec?", "s3:GetObjec*"][:1])),
    ),
    (
        "REDUNDANT_CONDITION_VALUE_NUM",
        IDENTITY,
        when("NumericLessThan", "aws:MultiFactorAuthAge", ["2700", "3600"]),
        when("NumericEquals", "s3:max-keys", ["1", "2"]),
    ),
    (
        "REDUNDANT_RESOURCE",
        IDENTITY,
        policy(allow(resource=["arn:aws:s3:::b*", "arn:aws:s3:::bc/x"])),
        policy(allow(resource=["arn:aws:s3:::b*", "arn:aws:s3:::Bc/x"])),
    ),
    ("REDUNDANT_STATEMENT", IDENTITY, policy(allow(Sid="a"), allow(Sid="b")), policy(allow(), deny())),
    ("WILDCARD_IN_SERVICE_NAME", IDENTITY, on("*", "s?:GetObject"), on("*", "*")),
    ("WILDCARD_IN_SERVICE_NAME", IDENTITY, on("arn:aws:s*:::invoices"), on("arn:aws:s3:::*")),
    ("FEDERATED_PRINCIPAL_NOT_SUPPORTED", RESOURCE, to({"Federated": "accounts.google.com"}), to({"AWS": ACCOUNT})),
    (
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        TRUST,
        trusts({"Federated": "google"}, BY_TOKEN),
        trusts({"Federated": "accounts.google.com"}, BY_TOKEN),
    ),
    (
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        TRUST,
        trusts({"Federated": f"arn:aws:iam::{ACCOUNT}:user/a"}, BY_TOKEN),
        trusts({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/a"}, "sts:AssumeRoleWithSAML"),
    ),
    (
        "INVALID_KMS_KEY_VALUE",
        IDENTITY,
        when("StringEquals", KEY_ID, "alias/a", action="s3:PutObject"),
        when("StringEquals", KEY_ID, f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/a", action="s3:PutObject"),
    ),
    (
        "INVALID_VPC_FORMAT",
        IDENTITY,
        when("StringEquals", "aws:SourceVpc", "vpc-1"),
        when("StringEquals", "aws:SourceVpc", "vpc-11223344556677889"),
    ),
    (
        "INVALID_VPCE_FORMAT",
        IDENTITY,
        when("StringEquals", "aws:SourceVpce", "vpc-12345678"),
        when("StringEquals", "aws:SourceVpce", "vpce-12345678"),
    ),
    (
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        TRUST,
        trusts({"Federated": "cognito-identity.amazonaws.com"}),
        trusts({"Federated": "cognito-identity.amazonaws.com"}, BY_TOKEN),
    ),
    (
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        TRUST,
        trusts({"AWS": ACCOUNT}, "sts:AssumeRoleWithSAML"),
        trusts({"AWS": ACCOUNT}, "sts:TagSession"),
    ),
    (
        "MISSING_ACTION_FOR_CONDITION_KEY",
        TRUST,
        trusts({"AWS": ACCOUNT}, Condition={"StringEquals": {"aws:RequestTag/team": "a"}}),
        trusts({"AWS": ACCOUNT}, "sts:*", Condition={"StringEquals": {"aws:RequestTag/team": "a"}}),
    ),
    (
        "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        TRUST,
        trusts({"Service": "rolesanywhere.amazonaws.com"}),
        policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "rolesanywhere.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            }
        ),
    ),
    (
        "MISSING_ARN_ACCOUNT",
        IDENTITY,
        on("arn:aws:sqs:eu-west-1::q", "sqs:*"),
        on("arn:aws:sqs:eu-west-1:*:q", "sqs:*"),
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        IDENTITY,
        when("StringEquals", "s3:prefix", "a", action="s3:GetObject"),
        when("StringEquals", "s3:ExistingObjectTag/team", "a", action="s3:GetObject"),
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        IDENTITY,
        when("StringEquals", "s3:prefix", "a", action="s3:GetObject"),
        when("StringEquals", "s3:prefix", "a", action="s3:Get*"),
    ),
    (
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        RESOURCE,
        to({"Service": "sns.amazonaws.com"}, Condition=ORG),
        to({"Service": "sns.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceOrgID": "o-1"}}),
    ),
    (
        "VARIABLE_USAGE_TOO_PERMISSIVE",
        RESOURCE,
        to({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalTag/a}"}}),
        to({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalTag/b": "${aws:PrincipalTag/a}"}}),
    ),
    (
        "WILDCARD_USAGE_TOO_PERMISSIVE",
        IDENTITY,
        when("StringLike", "aws:ResourceAccount", "1234*"),
        when("StringLike", "aws:ResourceAccount", ACCOUNT),
    ),
    (
        "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
        IDENTITY,
        policy(allow("dynamodb:GetItem", "*", Condition={"ForAllValues:StringEquals": {"dynamodb:Attributes": "a"}})),
        policy(
            allow(
                "dynamodb:GetItem",
                "*",
                Condition={
                    "ForAllValues:StringEquals": {"dynamodb:Attributes": "a"},
                    "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
                },
            )
        ),
    ),
    (
        "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        TRUST,
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"ForAnyValue:StringEquals": {f"{GITHUB}:aud": "a"}}),
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"StringEquals": {f"{GITHUB}:aud": "a"}}),
    ),
    (
        "CONFIRM_AUDIENCE_CLAIM_TYPE",
        TRUST,
        trusts(
            {"Federated": "id.example.com"}, BY_TOKEN, Condition={"ForAnyValue:StringLike": {"id.example.com:aud": "a"}}
        ),
        trusts({"Federated": "id.example.com"}, BY_TOKEN, Condition={"StringLike": {"id.example.com:aud": "a"}}),
    ),
    (
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        TRUST,
        trusts({"Federated": "id.example.com"}, BY_TOKEN),
        trusts({"Federated": "id.example.com"}, BY_TOKEN, Condition={"StringEquals": {"id.example.com:sub": "a"}}),
    ),
    (
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        TRUST,
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"StringEquals": {f"{GITHUB}:aud": "a"}}),
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"StringEquals": {f"{GITHUB}:sub": "repo:a/b:ref:c"}}),
    ),
    (
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        TRUST,
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"StringLike": {f"{GITHUB}:sub": "repo:a/*"}}),
        trusts({"Federated": GITHUB}, BY_TOKEN, Condition={"StringLike": {f"{GITHUB}:sub": "repo:a/b:ref:c"}}),
    ),
    (
        "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        IDENTITY,
        when("StringLike", "s3:prefix", "private/*", effect="Deny", action="s3:ListBucket"),
        when("StringNotLike", "s3:prefix", "public/*", effect="Deny", action="s3:ListBucket"),
    ),
    (
        "UNTRUSTWORTHY_CONDITION_KEY",
        IDENTITY,
        when("StringLike", "aws:Referer", "https://example.com/*"),
        when("StringLike", "aws:userid", "AROAEXAMPLE:*"),
    ),
    (
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        RESOURCE,
        to({"Service": "sns.amazonaws.com"}, Condition={"StringEquals": {"aws:Referer": ACCOUNT}}),
        to({"Service": "sns.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ),
    (
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        RESOURCE,
        policy(allow(Principal={"AWS": ACCOUNT}, Sid="x" * 20_500)),
        policy(allow(Principal={"AWS": ACCOUNT}, Sid="x" * 10_000)),
    ),
    (
        "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        TRUST,
        trusts({"AWS": ACCOUNT}, Sid="x" * 2_048),
        trusts({"AWS": ACCOUNT}, Sid="x" * 1_000),
    ),
    (
        "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
        RCP,
        guards({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}),
        guards({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, **NO_SERVICE}),
    ),
    (
        "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        RCP,
        guards({"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"}, **TOLD}),
        guards({"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"}, **TOLD, **SERVICE}),
    ),
    (
        "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        RCP,
        guards({"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"}, **SERVICE}),
        guards({"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"}, **TOLD, **SERVICE}),
    ),
    (
        "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
        IDENTITY,
        policy(deny("*", "*", Condition={"StringNotEquals": {"aws:VpceOrgID": "o-1"}})),
        policy(deny("s3:*", "*", Condition={"StringNotEquals": {"aws:VpceOrgID": "o-1"}})),
    ),
    (
        "EQUIVALENT_TO_NULL_FALSE",
        IDENTITY,
        when("StringLike", "aws:PrincipalTag/a", "*"),
        when("StringLike", "aws:PrincipalTag/a", "b*"),
    ),
    (
        "EQUIVALENT_TO_NULL_TRUE",
        IDENTITY,
        when("StringNotLike", "aws:PrincipalTag/a", "*"),
        when("StringNotEquals", "aws:PrincipalTag/a", "*"),
    ),
    (
        "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        IDENTITY,
        when("StringLikeIfExists", "aws:PrincipalTag/a", "*"),
        when("StringLikeIfExists", "aws:PrincipalTag/a", "b*"),
    ),
    (
        "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        IDENTITY,
        when("ForAnyValue:StringNotLike", "aws:TagKeys", "*"),
        when("ForAllValues:StringNotLike", "aws:TagKeys", "*"),
    ),
    (
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        TRUST,
        trusts({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/x/a", f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"]}),
        trusts({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/x/a", f"arn:aws:sts::{ACCOUNT}:assumed-role/c/b"]}),
    ),
    (
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        RESOURCE,
        to({"AWS": "*"}, Condition={"StringEquals": {"s3:ResourceAccount": ACCOUNT}}),
        to({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}),
    ),
]
