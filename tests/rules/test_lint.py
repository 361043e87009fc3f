import json

import pytest

from rules.iam.policy_has_errors import policy_has_errors
from rules.iam.policy_looser_than_it_looks import policy_looser_than_it_looks
from rules.iam.policy_passes_roles_freely import policy_passes_roles_freely
from rules.iam.policy_untidy import policy_untidy
from rules.iam.trust_policy_has_errors import trust_policy_has_errors
from rules.iam.trust_policy_looser_than_it_looks import trust_policy_looser_than_it_looks
from rules.iam.trust_policy_untidy import trust_policy_untidy
from rules.s3.bucket_policy_has_errors import bucket_policy_has_errors
from scanner.testing import ACCOUNT, evidence_of, judge
from scanner.verdict import Fact, Fail, Pass, Skip, Undecided

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = f"arn:aws:iam::{ACCOUNT}:"
PASS_ANY = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
POLICY_RULES = [policy_has_errors, policy_looser_than_it_looks, policy_passes_roles_freely, policy_untidy]
TRUST_RULES = [trust_policy_has_errors, trust_policy_looser_than_it_looks, trust_policy_untidy]


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def customer(*statements, arn=f"{ARN}policy/p"):
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.dumps(document(*statements))}
    row = {"PolicyName": "p", "Arn": arn, "AttachmentCount": 1, "PolicyVersionList": [version]}
    return {DETAILS: {"Policies": [row]}}


def role(*statements, path="/", inline=()):
    row = {"RoleName": "r", "Path": path, "Arn": f"{ARN}role{path}r", "AssumeRolePolicyDocument": document(*statements)}
    policies = [{"PolicyName": "p", "PolicyDocument": document(*inline)}] if inline else []
    return {DETAILS: {"RoleDetailList": [{**row, "RolePolicyList": policies}]}}


def bucket(**answer):
    return {
        "s3:ListBuckets": {"Buckets": [{"Name": "invoices", "BucketRegion": "eu-west-1"}]},
        "s3:GetBucketPolicy": [{"parameters": {"Bucket": "invoices"}, **answer}],
    }


def verdict(rule, calls):
    [finding] = judge(rule, evidence_of(calls))
    return finding.outcome


@pytest.mark.parametrize("rule", POLICY_RULES)
def test_the_writing_of_policies_that_aws_manages_is_not_judged(rule):
    bad = [PASS_ANY, PASS_ANY, {"Effect": "Allow", "Action": "s3:Got", "Resource": "*"}]
    assert isinstance(verdict(rule, customer(*bad, arn="arn:aws:iam::aws:policy/p")), Skip)


def test_an_inline_policy_is_judged_like_a_managed_one():
    calls = role(inline=[{"Effect": "Allow", "Action": "s3:Got", "Resource": "*"}])
    assert isinstance(verdict(policy_has_errors, calls), Fail)


def test_the_evidence_names_each_finding_by_code_and_place():
    wrong = {"Effect": "Allow", "Action": ["s3:Got", "s3:Put"], "Resource": "*"}
    outcome = verdict(policy_has_errors, customer(wrong))
    assert outcome.evidence == (
        Fact("finding", "INVALID_ACTION at $.Statement[0].Action[0]"),
        Fact("finding", "INVALID_ACTION at $.Statement[0].Action[1]"),
    )
    assert outcome.message.endswith("(INVALID_ACTION at $.Statement[0].Action[0]), and 1 more")


def test_roles_passed_freely_are_told_by_their_own_rule_only():
    calls = customer(PASS_ANY)
    assert isinstance(verdict(policy_passes_roles_freely, calls), Fail)
    assert isinstance(verdict(policy_looser_than_it_looks, calls), Pass)


def test_a_policy_that_denies_passing_roles_passes_none():
    assert isinstance(verdict(policy_passes_roles_freely, customer(PASS_ANY, {**PASS_ANY, "Effect": "Deny"})), Pass)


@pytest.mark.parametrize("rule", [policy_passes_roles_freely, policy_untidy])
def test_an_administrator_is_not_blamed_for_handing_out_roles_as_well(rule):
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert isinstance(verdict(rule, customer(everything)), Pass)


@pytest.mark.parametrize("rule", TRUST_RULES)
def test_the_trust_of_a_role_that_a_service_owns_is_not_judged(rule):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "AROAIOSFODNN7EXAMPLE"}}
    assert isinstance(verdict(rule, role(trust, path="/aws-service-role/es.amazonaws.com/")), Skip)


def test_a_bucket_without_a_policy_has_nothing_wrong_with_it():
    assert isinstance(verdict(bucket_policy_has_errors, bucket(error="NoSuchBucketPolicy")), Pass)


def test_a_bucket_policy_that_could_not_be_read_is_undecided():
    assert isinstance(verdict(bucket_policy_has_errors, bucket(error="AccessDenied")), Undecided)


def test_an_action_of_another_service_has_no_effect_in_a_bucket_policy():
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sqs:SendMessage", "Resource": "*"}
    calls = bucket(response={"Policy": json.dumps(document(statement))})
    outcome = verdict(bucket_policy_has_errors, calls)
    assert outcome.evidence == (Fact("finding", "UNSUPPORTED_ACTION_IN_POLICY at $.Statement[0].Action[0]"),)
