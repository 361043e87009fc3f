"""Random policies, and the requests that they are tried with."""

from itertools import product

from hypothesis import strategies as st

from tests.reason.access.requests import HERE, KEY, policy

_ACTIONS = st.sampled_from(["s3:GetObject", "s3:*", "*", "s3:PutObject", "ec2:*", "novel:Act", "s3:Get*"])
_RESOURCES = st.sampled_from(["*", "a*", "*b", "ab", "?", "a?b", "b*"])
_CONDITIONS = st.one_of(
    st.tuples(
        st.sampled_from(
            [
                "StringEquals",
                "StringNotEquals",
                "StringLike",
                "StringNotLike",
                "StringEqualsIfExists",
                "ForAllValues:StringLike",
                "ForAnyValue:StringNotEquals",
            ]
        ),
        st.sampled_from(["k", "m"]),
        st.lists(st.sampled_from(["a", "b", "a*", "*"]), min_size=1, max_size=2),
    ),
    st.tuples(st.just("Null"), st.sampled_from(["k", "m"]), st.sampled_from(["true", "false"])),
    st.tuples(
        st.sampled_from(["NumericLessThan", "NumericGreaterThanEquals"]), st.just("n"), st.sampled_from(["1", "3"])
    ),
    st.tuples(st.sampled_from(["IpAddress", "NotIpAddress"]), st.just("ip"), st.sampled_from(["10.0.0.0/8", "::/0"])),
)


@st.composite
def _statements(draw, principals=None):
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(st.lists(_ACTIONS, min_size=1, max_size=2)),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(
            st.lists(_RESOURCES, min_size=1, max_size=2)
        ),
        "Condition": {},
    }
    for operator, key, values in draw(st.lists(_CONDITIONS, max_size=2)):
        statement["Condition"].setdefault(operator, {})[key] = values
    if principals is not None:
        statement["Principal"] = {"AWS": draw(principals)}
    return statement


def policies(principals=None):
    return st.lists(_statements(principals), min_size=1, max_size=4).map(lambda statements: policy(*statements))


WORLDS = [
    {"k": k, "m": m, "n": n, "ip": ip}
    for k, m, n, ip in product(
        [None, "a", "ab", "c", ["a", "c"]],
        [None, "a", "c"],
        [None, "0", "2", "3"],
        [None, "10.0.0.1", "9.0.0.1", "::1"],
    )
]
TRIED = [
    (action, resource)
    for action in (
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "ec2:RunInstances",
        "novel:Act",
        "sts:DecodeAuthorizationMessage",
    )
    for resource in ("*", "ab", "b", "aab", "c", "bc")
]


ROLE_ARN = f"arn:aws:iam::{HERE}:role/Target"
ALIAS_ARN = f"arn:aws:kms:eu-west-1:{HERE}:alias/a"
SPECIAL_ACTIONS = [
    "sts:AssumeRole",
    "kms:Decrypt",
    "kms:ListKeys",
    "kms:CreateAlias",
    "kms:RetireGrant",
    "s3:GetObject",
]
SPECIAL_RESOURCES = ["*", KEY, ALIAS_ARN, ROLE_ARN, "arn:aws:kms:*", f"*:{HERE}:*"]


@st.composite
def special_policies(draw, principals=None):
    statements = []
    for _ in range(draw(st.integers(1, 3))):
        statement = {
            "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
            "Action": draw(st.sampled_from([*SPECIAL_ACTIONS, "*", "kms:*", "sts:*"])),
            draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(st.sampled_from(SPECIAL_RESOURCES)),
        }
        if principals is not None:
            statement["Principal"] = draw(principals)
        statements.append(statement)
    return policy(*statements)
