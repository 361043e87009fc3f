import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.policy import parse_policy
from scanner.reason.access.evaluate import Source, Stack, evaluate
from scanner.reason.access.principal import parse_principal
from scanner.reason.access.request import make_request
from scanner.reason.access.solve import Empty, Unsettled
from scanner.reason.access.statements import CompiledPolicy
from scanner.reason.lint.excess import Excess, new_access
from tests.reason.lint.examples import IDENTITY, RCP, RESOURCE, SCP, TRUST, allow, deny

HERE, THERE = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HERE}:role/x"
WITH_ID = {"Condition": {"StringEquals": {"sts:ExternalId": "x"}}}
OWN_FOLDER = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")


def document(*statements):
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def beyond(new, reference, kind=IDENTITY):
    return new_access(document(*new), document(*reference), kind)


def to(principal, **more):
    return allow(Principal=principal, **more)


def trust(principal, **more):
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}


def test_a_narrower_policy_allows_nothing_new():
    assert isinstance(beyond([allow("s3:GetObject")], [allow("s3:*", "*")]), Empty)


def test_new_access_is_shown_by_a_request_with_its_keys_and_statements():
    tagged = allow("s3:PutObject", Sid="Write", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    answer = beyond([allow("s3:GetObject"), tagged], [allow("s3:GetObject")])
    assert answer == Excess(
        who="the holder of the policy",
        action="s3:PutObject",
        resource="arn:aws:s3:::invoices/x",
        context={"aws:principaltag/team": ("red",)},
        statements=("Write",),
    )


@pytest.mark.parametrize(
    "action,resource",
    [("kms:Decrypt", f"arn:aws:kms:eu-west-1:{HERE}:key/a"), ("sts:AssumeRole", f"arn:aws:iam::{THERE}:role/a")],
)
def test_access_to_keys_and_roles_counts_though_they_must_agree(action, resource):
    answer = beyond([allow(action, resource)], [])
    assert isinstance(answer, Excess)
    assert answer.resource == resource


def test_a_lifted_denial_is_new_access():
    assert isinstance(beyond([allow("s3:*", "*")], [allow("s3:*", "*"), deny("s3:DeleteBucket", "*")]), Excess)


def test_an_equal_statement_with_a_variable_is_not_new():
    assert isinstance(beyond([OWN_FOLDER], [OWN_FOLDER]), Empty)


def test_what_a_variable_leaves_open_is_undecided_and_not_passed():
    narrower = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/x")
    assert isinstance(beyond([narrower], [OWN_FOLDER]), Unsettled)


def test_equal_statements_under_a_denial_of_the_reference_are_compared():
    assert isinstance(beyond([allow("s3:*", "*")], [allow("s3:*", "*"), deny("s3:*", "*")]), Excess)


@pytest.mark.parametrize(
    "new,reference,who",
    [
        (to("*"), to({"AWS": HERE}), "a role of any other account"),
        (to({"AWS": HERE}), to({"AWS": ROLE}), f"a role of account {HERE}"),
        (to({"AWS": [HERE, THERE]}), to({"AWS": HERE}), f"a role of account {THERE}"),
        (to({"Service": "sns.amazonaws.com"}), to({"AWS": HERE}), "sns.amazonaws.com"),
        (to({"CanonicalUser": "79a5"}), to({"AWS": HERE}), "79a5"),
        (
            to("*", Condition={"StringEquals": {"aws:PrincipalAccount": THERE}}),
            to({"AWS": HERE}),
            "a role of any other account",
        ),
        (
            to("*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{THERE}:role/*"}}),
            to({"AWS": HERE}),
            "a role of any other account",
        ),
        (to({"AWS": "AIDAIOSFODNN7EXAMPLE"}), to({"AWS": HERE}), "AIDAIOSFODNN7EXAMPLE"),
        (
            to("*"),
            to("*", Condition={"Null": {"aws:PrincipalArn": "false"}}),
            "anybody without credentials",
        ),
    ],
)
def test_the_new_caller_of_a_resource_is_named(new, reference, who):
    answer = beyond([new], [reference], RESOURCE)
    assert isinstance(answer, Excess)
    assert answer.who == who


@pytest.mark.parametrize(
    "new,reference",
    [
        (to({"AWS": ROLE}), to({"AWS": HERE})),
        (to({"AWS": HERE}), to({"AWS": f"arn:aws:iam::{HERE}:root"})),
        (to({"AWS": HERE}), to("*")),
        (to({"CanonicalUser": "79a5"}), to({"CanonicalUser": "79a5"}, Sid="same")),
        (to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), to("*")),
        (to("*", Condition={"StringEquals": {"aws:PrincipalAccount": HERE}}), to({"AWS": HERE})),
        (to("*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HERE}:role/y*"}}), to({"AWS": HERE})),
        (to("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}), to({"AWS": ROLE})),
    ],
)
def test_callers_that_the_reference_lets_in_are_not_new(new, reference):
    assert isinstance(beyond([new], [reference], RESOURCE), Empty)


def test_who_escapes_a_denial_by_not_principal_may_be_new():
    everybody = to("*")
    shut = deny(NotPrincipal={"AWS": [f"arn:aws:iam::{HERE}:root", ROLE]})
    assert isinstance(beyond([everybody], [everybody, shut], RESOURCE), Excess)
    assert isinstance(beyond([everybody, shut], [everybody], RESOURCE), Empty)


def test_a_trust_policy_without_its_external_id_lets_in_more():
    assert isinstance(beyond([trust({"AWS": HERE})], [trust({"AWS": HERE}, **WITH_ID)], TRUST), Excess)
    assert isinstance(beyond([trust({"AWS": HERE}, **WITH_ID)], [trust({"AWS": HERE})], TRUST), Empty)


@pytest.mark.parametrize("kind,more", [(SCP, {}), (RCP, {"Principal": "*"})])
def test_a_control_policy_of_denials_stands_beside_full_access(kind, more):
    one, both = [deny("s3:*", "*", **more)], [deny("s3:*", "*", **more), deny("sqs:*", "*", **more)]
    answer = beyond(one, both, kind)
    assert isinstance(answer, Excess)
    assert answer.action.startswith("sqs:")
    assert isinstance(beyond(both, one, kind), Empty)


def test_too_many_principals_are_undecided():
    many = to({"AWS": [f"{number:012}" for number in range(300)]})
    assert isinstance(beyond([many], [allow("s3:PutObject", Principal={"AWS": HERE})], RESOURCE), Unsettled)


ACTIONS = ("s3:GetObject", "s3:PutObject", "kms:Decrypt")
RESOURCES = ("arn:aws:s3:::b/a", "arn:aws:s3:::b/b", "arn:aws:kms:eu-west-1:111111111111:key/k")
PATTERNS = (*RESOURCES, "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/?")
STATEMENTS = st.builds(
    lambda make, action, resource, secure: make(
        action, resource, **({"Condition": {"Bool": {"aws:SecureTransport": secure}}} if secure else {})
    ),
    st.sampled_from([allow, allow, deny]),
    st.sampled_from([*ACTIONS, "s3:*", "*"]),
    st.sampled_from(PATTERNS),
    st.sampled_from([None, "true", "false"]),
)
POLICIES = st.lists(STATEMENTS, max_size=3)


def permits(policy, action, resource, secure):
    everything = document(allow("*", "*", Principal={"AWS": HERE}))
    stack = Stack(identity=(Source("i", CompiledPolicy(policy)),), resource=(Source("r", CompiledPolicy(everything)),))
    request = make_request(
        parse_principal(ROLE), action, resource, {"aws:SecureTransport": secure}, resource_account=HERE
    )
    return evaluate(stack, request).is_allowed


@settings(max_examples=60, deadline=None)
@given(POLICIES, POLICIES)
def test_nothing_new_means_that_no_request_tells_the_policies_apart(new, reference):
    answer = beyond(new, reference)
    before, after = document(*reference), document(*new)
    requests = [
        (action, resource, secure) for action in ACTIONS for resource in RESOURCES for secure in ("true", "false")
    ]
    differs = [request for request in requests if permits(after, *request) and not permits(before, *request)]
    if isinstance(answer, Empty):
        assert differs == []
    assert not isinstance(answer, Unsettled)
