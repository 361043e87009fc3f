import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.policy import parse_policy
from scanner.reason.access.evaluate import Decision, Source
from scanner.reason.access.keys import fixed
from scanner.reason.access.public import Archetype, Owned, is_public, publicly_accessible
from scanner.reason.access.s3_status import s3_policy_status_public
from scanner.reason.access.solve import Unsettled
from scanner.reason.access.sourceaddresses import Counted
from tests.reason.access.requests import ELSEWHERE, HERE, allow, deny, policy

BUCKET = "arn:aws:s3:::bucket"
OWNED = Owned(HERE, resources=(BUCKET, f"{BUCKET}/*"), actions=("s3:*",))
ROLE_OWNED = Owned(HERE, resources=(f"arn:aws:iam::{HERE}:role/R",), actions=("sts:AssumeRole*",))
GITHUB = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"


def _get(**condition):
    return allow("s3:GetObject", f"{BUCKET}/*", Principal="*", **({"Condition": condition} if condition else {}))


def _judge(*statements, owned=OWNED):
    return publicly_accessible(parse_policy(policy(*statements)), owned)


def _trust(principal, **condition):
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
        "Condition": condition,
    }


NOT_FROM_VPC = deny("s3:*", Principal="*", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})
NOT_OF_ORG = deny("s3:*", Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}})


@pytest.mark.parametrize(
    "statements",
    [
        [_get()],
        [allow("s3:*", Principal={"AWS": "*"})],
        [allow("s3:*", NotPrincipal={"AWS": f"arn:aws:iam::{HERE}:root"})],
        [_get(StringLike={"aws:SourceVpc": "vpc-*"})],
        [_get(StringLike={"aws:PrincipalOrgID": "o-*"})],
        [_get(StringLike={"aws:PrincipalAccount": "1*"})],
        [_get(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/admin-*"})],
        [_get(ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:*"})],
        [_get(Bool={"aws:PrincipalIsAWSService": "true"})],
        [_get(StringEquals={"aws:ResourceAccount": HERE})],
        [_get(StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"})],
        [_get(IpAddress={"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]})],
        [_get(IpAddress={"aws:SourceIp": "0.0.0.0/1"}), _get(IpAddress={"aws:SourceIp": "128.0.0.0/1"})],
        [_get(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})],
        [_get(IpAddress={"aws:SourceIp": "2001::/16"})],
        [_get(StringEqualsIfExists={"aws:PrincipalOrgID": "o-mine"})],
        [_get(StringEqualsIfExists={"aws:SourceVpce": "vpce-1"})],
        [_get(IpAddressIfExists={"aws:SourceIp": "203.0.113.0/24"})],
        [_get(**{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": ["o-mine/r/ou/"]}})],
        [_get(Bool={"aws:SecureTransport": "true"})],
        [_get(StringEquals={"aws:Referer": "https://example.com"})],
        [_get(StringNotEquals={"aws:PrincipalAccount": ELSEWHERE})],
        [_get(Null={"aws:PrincipalArn": "true"})],
        [_get(), deny("s3:*", f"{BUCKET}/private/*", Principal="*")],
        [_get(), deny("s3:*", Principal={"AWS": ELSEWHERE})],
        [_get(), deny("s3:*", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
    ],
)
def test_a_policy_that_lets_in_nobody_in_particular_is_public(statements):
    found = _judge(*statements)
    assert found.is_public is True
    assert all(each.witness.outcome.decision is Decision.ALLOWED for each in found.exposures)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [allow("s3:*", Principal={"AWS": f"arn:aws:iam::{HERE}:root"})],
        [_get(), NOT_FROM_VPC],
        [_get(), NOT_OF_ORG],
        [allow("s3:*", Principal="*"), deny("s3:*", NotPrincipal={"AWS": HERE})],
        [_get(StringEquals={"aws:SourceVpc": "vpc-1"})],
        [_get(StringEquals={"aws:PrincipalOrgID": "o-mine"})],
        [_get(StringEquals={"aws:SourceAccount": HERE})],
        [_get(StringEquals={"aws:PrincipalAccount": HERE})],
        [_get(ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{HERE}:*"})],
        [_get(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{HERE}:role/*"})],
        [_get(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-mine/*"}})],
        [_get(IpAddress={"aws:SourceIp": "203.0.113.0/24"})],
        [_get(IpAddress={"aws:SourceIp": "9.0.0.0/8"})],
        [_get(IpAddress={"aws:SourceIp": "10.0.0.0/7"})],
        [_get(IpAddress={"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]})],
        [_get(StringEquals={"aws:userid": "AROAEXAMPLE1:x"})],
        [_get(StringLike={"aws:userid": "AROAEXAMPLE1:*"})],
        [_get(StringLike={"s3:DataAccessPointArn": f"arn:aws:s3:*:{HERE}:accesspoint/*"})],
        [_get(StringEquals={"aws:PrincipalTag/team": "x", "aws:PrincipalOrgID": "o-mine"})],
        [allow("s3:GetObject", "arn:aws:s3:::elsewhere/*", Principal="*")],
        [allow("sqs:SendMessage", Principal="*")],
        [_get(), deny("s3:*", Principal="*")],
        [
            _get(Bool={"aws:SecureTransport": "true"}),
            deny(Principal="*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        ],
    ],
)
def test_a_policy_that_lets_in_only_whom_it_names_is_not_public(statements):
    assert _judge(*statements).is_public is False


@pytest.mark.parametrize(
    "trust,expected",
    [
        (_trust({"Federated": "graph.facebook.com"}), True),
        (_trust({"Federated": "graph.facebook.com"}, StringEquals={"graph.facebook.com:app_id": "1"}), False),
        (_trust({"Federated": GITHUB}), True),
        (_trust({"Federated": GITHUB},
                StringEquals={"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}), True),
        (_trust({"Federated": GITHUB},
                StringLike={"token.actions.githubusercontent.com:sub": "repo:*"}), True),
        (_trust({"Federated": GITHUB},
                StringLike={"token.actions.githubusercontent.com:sub": "repo:mine/*"}), False),
        (_trust({"Federated": f"arn:aws:iam::{HERE}:saml-provider/Mine"}), False),
        (_trust({"Service": "ec2.amazonaws.com"}), False),
        (_trust({"AWS": "*"}), True),
        (_trust({"AWS": "*"}, StringEquals={"sts:ExternalId": "x"}), True),
        (_trust({"AWS": ELSEWHERE}), False),
    ],
)  # fmt: skip
def test_a_trust_policy_is_public_if_anybody_can_get_the_role(trust, expected):
    assert _judge(trust, owned=ROLE_OWNED).is_public is expected


def test_an_exposure_says_who_what_and_with_which_request():
    found = _judge(_get())
    first = found.exposures[0]
    assert (first.archetype, first.who) == (Archetype.ANONYMOUS, "anyone, without credentials")
    assert first.actions == ("s3:GetObject",)
    assert first.witness.request.resource.startswith(f"{BUCKET}/")
    assert {each.archetype for each in found.exposures} == {Archetype.ANONYMOUS, Archetype.ANY_ACCOUNT}


def test_all_actions_of_a_service_are_named_together():
    assert [each.actions for each in _judge(allow(Principal="*")).exposures] == [("s3:*",), ("s3:*",)]


def test_few_addresses_are_narrow_and_counted():
    found = _judge(_get(IpAddress={"aws:SourceIp": "203.0.113.0/24"}))
    assert found.public == ()
    assert {each.sources for each in found.exposures} == {Counted(256, 0)}


def test_a_named_account_is_external_not_public():
    found = _judge(allow("s3:GetObject", Principal={"AWS": ELSEWHERE}))
    assert [(each.archetype, each.who) for each in found.exposures] == [
        (Archetype.EXTERNAL_ACCOUNT, f"account {ELSEWHERE}")
    ]
    trusted = Owned(HERE, trusted=frozenset({ELSEWHERE}), actions=("s3:*",))
    assert _judge(allow("s3:GetObject", Principal={"AWS": ELSEWHERE}), owned=trusted).exposures == ()


def test_a_named_caller_is_external_as_itself():
    name = f"arn:aws:iam::{ELSEWHERE}:role/Partner"
    found = _judge(allow("s3:GetObject", Principal={"AWS": name}))
    assert [each.witness.request.principal.name for each in found.exposures] == [name]


def test_a_named_account_is_external_from_wherever_the_policy_lets_it_in():
    through = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}
    found = _judge(allow("s3:GetObject", Principal={"AWS": ELSEWHERE}, **through))
    assert {each.who for each in found.exposures} == {f"account {ELSEWHERE}"}
    of_us = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-mine"}}}
    owned = Owned(HERE, actions=("s3:*",), organization="o-mine")
    assert _judge(allow("s3:GetObject", Principal={"AWS": ELSEWHERE}, **of_us), owned=owned).exposures == ()


def test_an_account_that_a_condition_names_is_external():
    found = _judge(_get(StringEquals={"aws:PrincipalAccount": ELSEWHERE, "aws:PrincipalType": "AssumedRole"}))
    assert {each.who for each in found.exposures} == {f"account {ELSEWHERE}"}


def test_another_organization_is_external():
    found = _judge(_get(StringEquals={"aws:PrincipalOrgID": "o-theirs"}), owned=Owned(HERE, organization="o-mine"))
    assert {each.who for each in found.exposures} == {"any account of organization o-theirs"}
    own = _judge(_get(StringEquals={"aws:PrincipalOrgID": "o-mine"}), owned=Owned(HERE, organization="o-mine"))
    assert own.exposures == ()


def test_a_service_without_a_source_is_a_confused_deputy():
    service = {"Service": "cloudtrail.amazonaws.com"}
    found = _judge(allow("s3:PutObject", Principal=service))
    assert [(each.archetype, each.is_public) for each in found.exposures] == [(Archetype.CONFUSED_DEPUTY, False)]
    bound = {"Condition": {"StringEquals": {"aws:SourceAccount": HERE}}}
    assert _judge(allow("s3:PutObject", Principal=service, **bound)).exposures == ()


def test_a_resource_control_policy_can_close_it():
    but_services = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    wall = deny("s3:*", Principal="*", Condition=but_services)
    level = (Source.of("rcps[0][0]", parse_policy(policy(wall))),)
    owned = Owned(HERE, actions=("s3:*",), rcps=(level,))
    assert {each.archetype for each in _judge(_get(), owned=owned).exposures} == {Archetype.ANY_SERVICE}


def test_known_keys_narrow_the_question():
    until = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    assert _judge(_get(**until)).is_public is True
    now = Owned(HERE, actions=("s3:*",), keys={"aws:currenttime": fixed("2024-05-05T00:00:00Z")})
    assert _judge(_get(**until), owned=now).is_public is False


def test_what_cannot_be_decided_is_not_called_closed():
    related = {"StringEquals": {"aws:ResourceTag/a": "x-${aws:PrincipalTag/b}"}}
    owned = Owned(HERE, actions=("s3:*",), keys={"aws:resourcetag/a": fixed("red")})
    found = _judge(_get(**related), owned=owned)
    assert found.is_public is None
    assert found.undecided


def test_the_short_question_gives_one_witness():
    assert is_public(parse_policy(policy(_get())), OWNED) is not None
    assert is_public(parse_policy(policy(_get(), NOT_OF_ORG)), OWNED) is None
    related = {"StringEquals": {"s3:prefix": "${aws:PrincipalTag/a}/x", "aws:PrincipalTag/a": "${s3:prefix}"}}
    assert isinstance(is_public(parse_policy(policy(_get(**related))), OWNED), Unsettled)


_LONG_GLOBS = [_get(), *(deny("s3:*", "arn:aws:s3:::*" + "?" * n + "a*" + "b?" * n, Principal="*") for n in range(40))]
_SUBSETS = [
    allow("s3:*", "*a" + "?" * 40, Principal="*"),
    deny("s3:*", [f"*{'ab'[n % 2]}{'?' * n}" for n in range(50)], Principal="*"),
]
_CLAUSES = [
    _get(Null={f"k{n}": "false" for n in range(9)}),
    *(
        deny(Principal="*", Condition={"StringLike": {f"k{n % 9}": "a*", f"k{(n * 5 + 1) % 9}": f"*{n}"}})
        for n in range(60)
    ),
]
_MANY_ACCOUNTS = [allow(f"s3:*{n}*", Principal={"AWS": [f"{n:06}{m:06}" for m in range(9)]}) for n in range(30)]
_MANY_VARIABLES = [_get(StringLike={f"k{n}": f"${{aws:PrincipalTag/a{n}}}x" for n in range(30)})]


@pytest.mark.parametrize(
    "statements, expected",
    [(_LONG_GLOBS, True), (_SUBSETS, None), (_CLAUSES, True), (_MANY_ACCOUNTS, False), (_MANY_VARIABLES, None)],
)
def test_a_hostile_policy_gets_an_answer(statements, expected):
    assert _judge(*statements, owned=Owned(HERE, actions=("s3:*",))).is_public is expected


_KEYS = st.sampled_from(
    [
        *("aws:SourceIp", "aws:SourceVpc", "aws:SourceArn", "aws:SourceAccount", "aws:PrincipalOrgID"),
        *("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgPaths", "aws:SecureTransport", "aws:userid"),
        *("aws:PrincipalTag/x", "s3:prefix", "aws:CurrentTime", "graph.facebook.com:app_id", "aws:PrincipalType"),
    ]
)
_VALUES = st.sampled_from(
    [
        *("*", "?", "", "o-mine", "o-*", "vpc-1", "vpc-*", HERE, ELSEWHERE, "1*", "????????????", "true", "false"),
        *("10.0.0.0/8", "9.0.0.0/7", "::/0", "2020-01-01", "7", "AROAX:*", "${aws:username}", "${aws:PrincipalTag/y}"),
        *(f"arn:aws:iam::{HERE}:role/*", "arn:aws:iam::*:role/x", "arn:*", f"arn:aws:sns:*:{HERE}:*", "o-mine/*"),
    ]
)
_OPERATOR_NAMES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(
        [
            *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "ArnLike"),
            *(
                "ArnNotEquals",
                "IpAddress",
                "NotIpAddress",
                "Bool",
                "NumericLessThan",
                "DateGreaterThan",
                "BinaryEquals",
            ),
        ]
    ),
    st.sampled_from(["", "", "IfExists"]),
)
_WHO = st.one_of(
    st.just("*"),
    st.dictionaries(
        st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]),
        st.sampled_from(
            [
                *(
                    "*",
                    HERE,
                    ELSEWHERE,
                    f"arn:aws:iam::{ELSEWHERE}:group/g",
                    f"arn:aws:iam::{ELSEWHERE}:user/u",
                    "AIDAX",
                ),
                *("s3.amazonaws.com", "graph.facebook.com", GITHUB, "arn:aws:iam::cloudfront:user/x", "nonsense"),
            ]
        ),
        max_size=2,
    ),
)


@st.composite
def _any_statement(draw):
    conditions = {}
    for _ in range(draw(st.integers(0, 3))):
        conditions.setdefault(draw(_OPERATOR_NAMES), {})[draw(_KEYS)] = draw(st.lists(_VALUES, max_size=2))
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"])): draw(_WHO),
        "Action": draw(st.sampled_from(["s3:GetObject", "s3:*", "*"])),
        "Resource": draw(st.sampled_from(["*", f"{BUCKET}/*", BUCKET, "arn:aws:s3:::${aws:username}"])),
        "Condition": conditions,
    }


@settings(max_examples=80, deadline=None)
@given(st.lists(_any_statement(), max_size=4))
def test_any_policy_is_judged_and_a_deny_of_everything_closes_it(statements):
    found = _judge(*statements)
    assert all(each.witness.outcome.is_allowed for each in found.exposures)
    assert "the evaluator refuses the request that was found" not in found.undecided
    assert _judge(*statements, deny(Principal="*")).exposures == ()


@settings(max_examples=80, deadline=None)
@given(st.lists(_any_statement(), max_size=2))
def test_what_strangers_can_reach_is_what_s3_calls_public(statements):
    found = _judge(*statements)
    if any(each.archetype in {Archetype.ANONYMOUS, Archetype.ANY_ACCOUNT} for each in found.public):
        assert s3_policy_status_public(parse_policy(policy(*statements)))
