"""Whether condition keys are used as what they tell allows: which can be made up, which no wildcard may loosen.

Source: IAM User Guide, "IAM policy validation check reference" and "AWS global condition context keys" (sensitive
condition keys); Amazon S3 User Guide, "Amazon S3 condition key examples"; Organizations User Guide, "RCP syntax".
"""

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Condition, Quantifier, Statement
from scanner.reason.access.conditions import NEGATIONS
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of_condition, quoted
from scanner.reason.lint.reference import actions, keys_of
from scanner.reason.lint.resources import has_wildcard

_SENSITIVE: Final = frozenset(
    {
        *("aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid"),
        *("aws:sourceaccount", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce"),
        *("aws:vpceaccount", "aws:vpceorgid"),
    }
)
_FORMS: Final = {"aws:sourcevpc": "vpc", "aws:sourcevpce": "vpce"}
_KMS_KEYS: Final = frozenset({"s3:x-amz-server-side-encryption-aws-kms-key-id"})
_KMS_ARN: Final = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/.+")
_SPOOFED: Final = frozenset({"aws:referer", "aws:useragent"})
_OF_PRINCIPALS: Final = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:userid"}
)
_OF_SOURCES: Final = frozenset({"aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceaccount", "aws:sourcearn"})
_OF_ENDPOINT_OWNERS: Final = frozenset({"aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"})
_OF_THE_RESOURCE: Final = frozenset(
    {"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"}
)
_OF_THE_ENVIRONMENT: Final = frozenset(
    {
        *("codebuild:buildarn", "codebuild:projectarn", "ec2:instanceid", "ec2:roledelivery", "ec2:sourceinstancearn"),
        *("lambda:sourcefunctionarn", "ssm:sourceinstancearn", "glue:credentialissuingservice", "ecs:taskarn"),
    }
)
"""Keys with the prefix of a service that tell where a call comes from, so that calls of any service carry them."""
_IS_SERVICE: Final = "aws:principalisawsservice"
_MOST_PAIRS: Final = 2_000
"""Pairs of an action and a key compared in one statement; a policy within AWS's quotas has fewer."""
_PLACEHOLDER: Final = re.compile(r"\$\{.*|<.*")


def key_use_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with the use of condition keys."""
    for condition in statement.conditions:
        key, path = condition.key.lower(), path_of_condition(statement, condition)
        yield from _value_findings(condition, key, path, subject)
        yield from _wildcard_findings(condition, path)
        yield from _place_findings(statement, subject, condition, path)
        yield from _action_findings(statement, condition, path)
    if subject.kind is PolicyKind.RCP and not statement.allows:
        yield from _guard_findings(statement)


def _value_findings(condition: Condition, key: str, path: str, subject: Subject) -> Iterator[LintFinding]:
    form = _FORMS.get(key)
    for index, value in enumerate(condition.values if condition.operator != "Null" else ()):
        place = f"{path}[{index}]"
        is_plain = "${" not in value and not has_wildcard(value)
        if form is not None and is_plain and not re.fullmatch(rf"{form}-(?:[0-9a-z]{{8}}|[0-9a-z]{{17}})", value):
            yield finding(
                f"INVALID_{form.upper()}_FORMAT", place, f"{quoted(value)} is not {form}- and 8 or 17 letters or digits"
            )
        if key in _KMS_KEYS and is_plain and not _KMS_ARN.fullmatch(value):
            yield finding("INVALID_KMS_KEY_VALUE", place, f"{quoted(value)} is not the ARN of a key")
        if key in _SENSITIVE and "Like" in condition.operator and has_wildcard(value) and "${" not in value:
            yield finding(
                "WILDCARD_USAGE_TOO_PERMISSIVE", place, f"{condition.key} tells whose something is: no wildcard is safe"
            )
        if key in _SENSITIVE and "${" in value and subject.kind in {PolicyKind.RESOURCE, PolicyKind.TRUST}:
            yield finding(
                "VARIABLE_USAGE_TOO_PERMISSIVE", place, f"the caller may choose what {quoted(value)} stands for"
            )
    if key in _SPOOFED:
        yield finding("UNTRUSTWORTHY_CONDITION_KEY", path, f"every caller may send whatever {condition.key} it likes")


def _wildcard_findings(condition: Condition, path: str) -> Iterator[LintFinding]:
    """Yield what a lone wildcard makes of a condition."""
    if "Like" not in condition.operator or "*" not in condition.values:
        return
    negated = condition.operator in NEGATIONS
    ranges_over_all = condition.quantifier is Quantifier.FOR_ALL_VALUES
    if not negated and (condition.if_exists or ranges_over_all):
        yield finding("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", path, "it always holds; leave it out")
    elif not negated:
        yield finding("EQUIVALENT_TO_NULL_FALSE", path, f'it holds where {condition.key} is there: say "Null": "false"')
    elif condition.quantifier is Quantifier.FOR_ANY_VALUE and not condition.if_exists:
        yield finding("REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION", path, "it never holds")
    else:
        yield finding(
            "EQUIVALENT_TO_NULL_TRUE", path, f'it holds where {condition.key} is not there: say "Null": "true"'
        )


def _place_findings(statement: Statement, subject: Subject, condition: Condition, path: str) -> Iterator[LintFinding]:
    key = condition.key.lower()
    if subject.kind is PolicyKind.RESOURCE and key in _OF_THE_RESOURCE:
        yield finding(
            "IRRELEVANT_CONDITION_KEY_IN_POLICY", path, f"{condition.key} is always that of the policy's own resource"
        )
    named = statement.principals
    if statement.allows and named is not None and named.service and not (named.aws or named.federated):
        if key in _OF_PRINCIPALS:
            yield finding(
                "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
                path,
                f"calls of services do not carry {condition.key}",
            )
        elif key in _SPOOFED:
            yield finding(
                "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
                path,
                f"compare aws:SourceArn, aws:SourceAccount or the organization in place of {condition.key}",
            )
    is_negated = condition.operator in NEGATIONS
    if key == "s3:prefix" and condition.operator.startswith("String") and statement.allows is is_negated:
        yield finding("S3_PREFIX_IN_NEGATIVE_CONTEXT", path, "a request with a shorter prefix lists the same objects")
    if key in _OF_ENDPOINT_OWNERS and "*" in (statement.actions or ("*",)):
        yield finding(
            "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
            path,
            f"not every service tells {condition.key}: name the actions of those that do",
        )
    if key == "dynamodb:attributes" and statement.allows and not _asks(statement, "dynamodb:select"):
        yield finding(
            "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
            path,
            "a request that names no attributes gets them all: compare dynamodb:Select with SPECIFIC_ATTRIBUTES",
        )


def _asks(statement: Statement, key: str) -> bool:
    return any(condition.key.lower() == key for condition in statement.conditions)


def _action_findings(statement: Statement, condition: Condition, path: str) -> Iterator[LintFinding]:
    """Yield the actions, of those spelled out, whose requests never carry a key of their service."""
    prefix = condition.key.lower().partition(":")[0]
    known = {} if condition.key.lower() in _OF_THE_ENVIRONMENT else actions(prefix)
    blind = []
    for action in (statement.actions or ())[: _MOST_PAIRS // len(statement.conditions) + 1] if known else ():
        own, _, name = action.lower().partition(":")
        entry = known.get(name) if own == prefix else None
        if entry is not None and not any(_is(key, condition.key) for key in keys_of(prefix, entry)):
            blind.append(action)
    if blind:
        yield finding(
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
            path,
            f"requests for {', '.join(blind[:5])} never carry {condition.key}: put them into a statement of their own",
        )


def _is(listed: str, key: str) -> bool:
    """Whether a key of the reference is this one; what follows a slash or a placeholder there is for a policy to say."""
    own, slash, _ = key.lower().partition("/")
    stem, has_name, _ = _PLACEHOLDER.sub("/", listed.lower()).partition("/")
    return own.startswith(stem) if has_name and not slash else own == stem


def _guard_findings(statement: Statement) -> Iterator[LintFinding]:
    """Yield the keys of a resource control policy that also bear on callers that they are not about."""
    told = {condition.key.lower() for condition in statement.conditions}
    nulls = {condition.key.lower() for condition in statement.conditions if condition.operator == "Null"}
    for condition in statement.conditions:
        key, path = condition.key.lower(), path_of_condition(statement, condition)
        if condition.operator == "Null":
            continue
        if (key in _OF_PRINCIPALS or key.startswith("aws:principaltag/")) and _IS_SERVICE not in told:
            yield finding(
                "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
                path,
                'services have no such key: add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}',
            )
        if key in _OF_SOURCES and _IS_SERVICE not in told:
            yield finding(
                "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
                path,
                'only services have such a key: add "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}',
            )
        if key in {"aws:sourceorgid", "aws:sourceorgpaths"} and not nulls & {"aws:sourceaccount", "aws:sourcearn"}:
            yield finding(
                "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
                path,
                'not every service tells for whom it calls: add "Null": {"aws:SourceAccount": "false"}',
            )
