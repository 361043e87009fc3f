from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.policy import parse_policy
from scanner.reason.access.evaluate import Source, Stack, evaluate
from scanner.reason.access.grants import parse_grant
from scanner.reason.access.keys import ABSENT, Domain, fixed
from scanner.reason.access.principal import parse_principal
from scanner.reason.access.request import make_request
from scanner.reason.access.solve import (
    Empty,
    Shape,
    Unsettled,
    Witness,
    find_allowed_actions,
    find_excess,
    find_request,
)
from tests.reason.access.policies import ALIAS_ARN, ROLE_ARN, SPECIAL_ACTIONS, TRIED, WORLDS, policies, special_policies
from tests.reason.access.requests import (
    ELSEWHERE,
    FEDERATED_USER,
    FULL,
    HERE,
    KEY,
    ROLE,
    ROOT,
    SESSION,
    USER,
    allow,
    deny,
    policy,
)


def _sources(name, *documents):
    return tuple(Source.of(f"{name}[{index}]", parse_policy(each)) for index, each in enumerate(documents))


def _shape(principal=USER, **more):
    return Shape(parse_principal(principal), resource_account=HERE, **more)


def _ask(*statements, shape=None, version="2012-10-17"):
    return find_request(Stack(identity=_sources("i", policy(*statements, version=version))), shape or _shape())


def _is_allowed_somewhere(stack, principal, worlds):
    return any(
        evaluate(stack, make_request(principal, action, resource, world, resource_account=HERE)).is_allowed
        for action, resource in TRIED
        for world in worlds
    )


@settings(max_examples=60, deadline=None)
@given(policies(), st.randoms(use_true_random=False))
def test_no_request_is_allowed_where_the_answer_is_empty(document, random):
    stack = Stack(identity=_sources("i", document))
    shape = _shape()
    answer = find_request(stack, shape)
    assert not isinstance(answer, Unsettled)
    if isinstance(answer, Empty):
        assert not _is_allowed_somewhere(stack, shape.principal, random.sample(WORLDS, 40))
    else:
        assert evaluate(stack, answer.request).is_allowed


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([USER, ROLE, SESSION, ROOT, FEDERATED_USER, "anonymous"]),
    policies(),
    st.one_of(st.none(), policies()),
    st.one_of(st.none(), policies()),
    st.one_of(st.none(), policies(st.sampled_from(["*", USER, ROLE, SESSION, HERE, ELSEWHERE]))),
    st.one_of(st.none(), policies()),
    st.sampled_from([HERE, ELSEWHERE]),
    st.randoms(use_true_random=False),
)
def test_stacks_are_solved_as_they_are_evaluated(who, identity, boundary, session, resource, scp, owner, random):
    principal = parse_principal(who)
    stack = Stack(
        identity=_sources("i", identity),
        boundary=_sources("b", boundary) if boundary else (),
        session=_sources("s", session) if session else (),
        resource=_sources("r", resource) if resource else (),
        scps=(_sources("o", FULL), _sources("p", scp)) if scp else (),
    )
    answer = find_request(stack, Shape(principal, resource_account=owner))
    assert not isinstance(answer, Unsettled)
    if isinstance(answer, Empty):
        for world in random.sample(WORLDS, 25):
            for action, target in TRIED:
                request = make_request(principal, action, target, world, resource_account=owner)
                assert not evaluate(stack, request).is_allowed


@settings(max_examples=40, deadline=None)
@given(policies(), policies(), st.randoms(use_true_random=False))
def test_containment_agrees_with_evaluation(new, reference, random):
    shape = _shape()
    answer = find_excess(_sources("n", new), _sources("r", reference), shape)
    assert not isinstance(answer, Unsettled)
    one, other = Stack(identity=_sources("n", new)), Stack(identity=_sources("r", reference))
    if isinstance(answer, Witness):
        assert evaluate(one, answer.request).is_allowed
        assert not evaluate(other, answer.request).is_allowed
        return
    for world in random.sample(WORLDS, 25):
        for action, target in TRIED:
            request = make_request(shape.principal, action, target, world, resource_account=HERE)
            assert not evaluate(one, request).is_allowed or evaluate(other, request).is_allowed


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([USER, ROLE, SESSION, ROOT, FEDERATED_USER, "anonymous", {"service": "s3.amazonaws.com"}]),
    special_policies(),
    st.one_of(st.none(), special_policies()),
    st.one_of(
        st.none(),
        special_policies(
            st.one_of(
                st.sampled_from(["*", {"Service": "s3.amazonaws.com"}]),
                st.sampled_from([USER, ROLE, SESSION, HERE, ELSEWHERE]).map(lambda name: {"AWS": name}),
            )
        ),
    ),
    st.one_of(st.none(), special_policies(st.just("*"))),
    st.sampled_from([HERE, ELSEWHERE]),
    st.sampled_from(["", HERE, ELSEWHERE]),
)
def test_roles_and_keys_are_solved_as_they_are_evaluated(who, identity, boundary, resource, rcp, owner, management):
    principal = parse_principal(who)
    stack = Stack(
        identity=_sources("i", identity),
        boundary=_sources("b", boundary) if boundary else (),
        resource=_sources("r", resource) if resource else (),
        rcps=(_sources("o", policy(allow(Principal="*"))), _sources("p", rcp)) if rcp else (),
        management_account=management,
    )
    answer = find_request(stack, Shape(principal, actions=tuple(SPECIAL_ACTIONS), resource_account=owner))
    assert not isinstance(answer, Unsettled)
    if isinstance(answer, Empty):
        for action, target in product(SPECIAL_ACTIONS, ["*", KEY, ALIAS_ARN, ROLE_ARN]):
            request = make_request(principal, action, target, {}, resource_account=owner)
            assert not evaluate(stack, request).is_allowed


def test_a_policy_exceeds_no_policy_that_is_wider():
    narrow = _sources("n", policy(allow("s3:Get*", "arn:aws:s3:::b/*")))
    wide = _sources("w", policy(allow("s3:*"), deny("s3:Put*")))
    assert isinstance(find_excess(narrow, wide, _shape()), Empty)
    answer = find_excess(wide, narrow, _shape())
    assert isinstance(answer, Witness)


@pytest.mark.parametrize("action,resource", [("kms:Decrypt", KEY), ("sts:AssumeRole", ROLE_ARN)])
def test_access_that_the_resource_must_delegate_is_seen_as_new(action, resource):
    new = _sources("n", policy(allow(action, resource)))
    assert isinstance(find_excess(new, _sources("r", policy(allow("s3:*"))), _shape()), Witness)
    assert isinstance(find_excess(new, new, _shape()), Empty)


def test_an_empty_answer_names_the_statements_that_close_it():
    answer = _ask(allow("s3:*"), deny("s3:*"))
    assert isinstance(answer, Empty)
    assert [(source, statement.index) for source, statement in answer.closing] == [("i[0]", 0), ("i[0]", 1)]


def test_a_deny_on_part_of_the_resources_leaves_the_rest():
    answer = _ask(allow("s3:GetObject", "arn:aws:s3:::b/*"), deny("s3:*", "arn:aws:s3:::b/?*"))
    assert isinstance(answer, Witness)
    assert answer.request.resource == "arn:aws:s3:::b/"


def test_only_what_the_shape_asks_about_is_found():
    shape = _shape(
        actions=("s3:Put*",), resources=("arn:aws:s3:::b/*",), keys={"aws:secureTransport".lower(): fixed("true")}
    )
    assert isinstance(_ask(allow("s3:Get*"), shape=shape), Empty)
    assert isinstance(_ask(allow(resource="arn:aws:s3:::c/*"), shape=shape), Empty)
    insecure = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert isinstance(_ask(allow(**insecure), shape=shape), Empty)
    assert isinstance(_ask(allow(), deny(**insecure), shape=shape), Witness)


def test_a_family_of_keys_shares_a_domain():
    tagged = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}}
    assert isinstance(_ask(allow(**tagged), shape=_shape()), Witness)
    assert isinstance(_ask(allow(**tagged), shape=_shape(families={"aws:principaltag/": ABSENT})), Empty)


def test_a_key_that_is_always_there_is_in_the_witness():
    there = {"aws:sourceip": Domain(may_be_absent=False, usual=("203.0.113.7",))}
    inside = {"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    assert isinstance(
        _ask(allow(), deny(Condition={"Null": {"aws:SourceIp": "false"}}), shape=_shape(keys=there)), Empty
    )
    answer = _ask(allow(), deny(**inside), shape=_shape(keys=there))
    assert answer.request.context["aws:sourceip"] == ("203.0.113.7",)


def test_a_variable_of_the_caller_is_exact():
    own = allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")
    shape = _shape(resources=("arn:aws:s3:::home/bob/*",))
    assert isinstance(_ask(own, shape=shape), Empty)
    assert isinstance(_ask(own, shape=_shape(resources=("arn:aws:s3:::home/alice/*",))), Witness)


def test_a_variable_of_an_open_key_is_tried_and_else_unsettled():
    same = {"Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}
    red = _shape(keys={"aws:resourcetag/team": fixed("red")})
    assert isinstance(_ask(allow(**same)), Witness)
    assert isinstance(_ask(allow(**same), shape=red), Witness)
    joined = {"Condition": {"StringEquals": {"aws:ResourceTag/team": "team-${aws:PrincipalTag/team}"}}}
    assert isinstance(_ask(allow(**joined), shape=red), Unsettled)


def test_a_variable_may_stand_for_a_boolean():
    statement = allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "${aws:PrincipalTag/mfa}"}})
    tagged = _shape(keys={"aws:principaltag/mfa": fixed("True")})
    answer = _ask(statement, shape=tagged)
    assert isinstance(answer, Witness)
    assert answer.request.context["aws:multifactorauthpresent"] == ("True",)
    assert isinstance(_ask(statement, shape=_shape(keys={"aws:principaltag/mfa": fixed("maybe")})), Empty)


@pytest.mark.parametrize(
    "principal,action",
    [(SESSION, "sts:GetCallerIdentity"), (ROOT, "sts:GetSessionToken"), (ROOT, "s3:PutBucketPolicy")],
)
def test_what_no_policy_decides_is_found_where_it_is_named(principal, action):
    stack = Stack(resource=_sources("r", policy({**deny(), "Principal": "*"})))
    assert isinstance(find_request(stack, _shape(principal, actions=(action,))), Witness)
    assert isinstance(find_request(stack, _shape(SESSION, actions=("sts:*",))), Empty)


def test_what_needs_no_permission_is_no_new_access():
    assert isinstance(find_excess(_sources("n", policy(allow("sts:GetCallerIdentity"))), (), _shape()), Empty)


def test_in_2008_a_variable_is_text():
    assert isinstance(_ask(allow("s3:*", "arn:aws:s3:::${aws:x}"), version="2008-10-17"), Witness)


def test_too_many_combinations_are_unsettled():
    denies = [
        deny(Condition={"StringEquals": {f"k{one}": "x", f"k{one + 1}": "y", f"k{one + 2}": "z"}}) for one in range(40)
    ]
    walls = {f"k{one}": Domain(may_be_absent=False, usual=("x",)) for one in range(42)}
    answer = _ask(allow(), *denies, deny(Condition={"StringLike": {"k0": "*"}}), shape=_shape(keys=walls))
    assert isinstance(answer, Empty | Unsettled)


def test_every_allowed_action_is_listed_with_its_answer():
    found = find_allowed_actions(
        Stack(
            identity=_sources(
                "i", policy(allow(["sqs:SendMessage", "sqs:Novel", "sqs:ReceiveMessage"]), deny("sqs:Rec*"))
            )
        ),
        _shape(),
    )
    assert sorted(action for each in found for action in each.actions) == ["sqs:SendMessage", "sqs:novel"]
    assert all(isinstance(each.answer, Witness) for each in found)


def test_a_key_needs_its_key_policy():
    shape = _shape(actions=("kms:Decrypt",), resources=(KEY,))
    identity = _sources("i", FULL)
    assert isinstance(find_request(Stack(identity=identity), shape), Empty)
    delegated = _sources("k", policy(allow("kms:*", Principal={"AWS": ROOT})))
    assert isinstance(find_request(Stack(identity=identity, resource=delegated), shape), Witness)
    granted = parse_grant({"GranteePrincipal": USER, "Operations": ["Decrypt"]})
    assert isinstance(find_request(Stack(grants=(granted,)), shape), Witness)


@pytest.mark.parametrize("limit", ["boundary", "session", "endpoint"])
def test_every_cap_counts(limit):
    stack = Stack(identity=_sources("i", FULL), **{limit: _sources(limit, policy(allow("ec2:*")))})
    shape = _shape(actions=("s3:*",))
    assert isinstance(find_request(stack, shape), Empty)


def test_resource_control_policies_count_for_services_that_have_them():
    wall = _sources("r", policy({**deny(), "Principal": "*"}))
    stack = Stack(identity=_sources("i", FULL), rcps=(wall,))
    assert isinstance(find_request(stack, _shape(actions=("s3:*",))), Empty)
    assert isinstance(find_request(stack, _shape(actions=("ec2:*",))), Witness)


@pytest.mark.parametrize(
    "allowed, asked, action",
    [
        (f"arn:aws:ssm:*:{HERE}:document/x", f"arn:aws:ssm:*:{HERE}:managed-instance/*", "ssm:SendCommand"),
        ("arn:aws:sqs:*:orders", f"arn:aws:sqs:*:{HERE}:other-*", "sqs:SendMessage"),
    ],
)
def test_no_name_is_made_up_that_holds_the_fields_of_another_arn(allowed, asked, action):
    shape = _shape(actions=(action,), resources=(asked,))
    assert isinstance(_ask(allow(action, allowed), shape=shape), Empty)
    assert isinstance(_ask(allow(action, asked), shape=shape), Witness)


def test_a_key_of_an_object_may_have_a_colon():
    shape = _shape(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",))
    found = _ask(allow("s3:GetObject", "arn:aws:s3:::b/x:*"), shape=shape)
    assert found.request.resource.startswith("arn:aws:s3:::b/x:")
