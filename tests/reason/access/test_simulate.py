import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli.simulate import simulate
from scanner.reason.access.simulate import MAX_LINE, answer, answers
from tests.reason.access.requests import FULL, HERE, OBJECT, USER, allow, asked, decided, policy


def test_the_answer_names_request_decision_statements_and_blocker():
    line = {"id": "r1", "scps": [[FULL], [policy(allow("ec2:*"))]], "identity": [allow(Sid="all")]}
    assert asked(**line) == {"id": "r1", "decision": "implicit-deny", "statements": [], "blocked_by": "scp"}
    assert asked(**line | {"scps": [[FULL]]}) == {
        "id": "r1",
        "decision": "allowed",
        "statements": [
            {"policy": "scps[0][0]", "index": 0, "effect": "Allow"},
            {"policy": "identity_policies[0]", "sid": "all", "index": 0, "effect": "Allow"},
        ],
    }


@pytest.mark.parametrize("identifier", [7, "x", None, {"a": [1]}])
def test_the_id_comes_back_as_it_was(identifier):
    assert asked(id=identifier)["id"] == identifier


def test_policies_may_be_json_texts():
    assert decided(identity_policies=[json.dumps(FULL)]) == "allowed"


def test_a_grant_of_a_key_is_named():
    line = {
        "action": "kms:Decrypt",
        "resource": f"arn:aws:kms:eu-west-1:{HERE}:key/1",
        "kms_grants": [{"grantee_principal": USER, "operations": ["Decrypt"]}],
    }
    assert asked(**line)["statements"] == [{"policy": "kms_grants[0]", "effect": "Allow"}]


def test_null_and_empty_members_are_as_if_absent():
    empty = dict.fromkeys(("boundary", "session_policies", "scps", "rcps", "endpoint_policies", "kms_grants"))
    assert decided(identity=[allow()], **empty, resource_policy=None, context=None) == "allowed"
    assert decided(identity=[allow()], **{name: [] for name in empty}) == "allowed"


def test_members_that_are_not_known_are_listed():
    assert asked(scp=[], note="x")["ignored"] == ["note", "scp"]


@pytest.mark.parametrize(
    "line,error",
    [
        ({"identity_policies": [FULL, {"Statement": [{"Effect": "Allow"}]}]}, "identity_policies[1].Statement[0]: "),
        ({"scps": [[FULL], [FULL, "{"]]}, "scps[1][1]: "),
        ({"resource_policy": {"Statement": [], "X": 1}}, "resource_policy: "),
        ({"resource_policy": policy(allow())}, "resource_policy.Statement[0]: "),
        ({"identity_policies": [policy({**allow(), "Principal": "*"})]}, "identity_policies[0].Statement[0]: "),
        ({"boundary": [policy({"Effect": "Allow", "Action": "*"})]}, "boundary[0].Statement[0]: "),
        ({"identity_policies": [7]}, "identity_policies[0]: "),
        ({"identity_policies": {}}, "Expected `array | null`, got `object` - at `$.identity_policies`"),
        ({"action": 7}, "Expected `str`, got `int` - at `$.action`"),
        ({"action": "GetObject"}, "action: "),
        ({"principal": "alice"}, "principal: "),
        ({"principal": {"service": "a", "federated": "b"}}, "principal: "),
        ({"principal": f"arn:aws:iam::{HERE}:group/g"}, "principal: "),
        ({"principal_account": "444455556666"}, "principal_account: "),
        ({"context": {"k": {"a": 1}}}, "Expected "),
        ({"kms_grants": [{"Operations": []}]}, "kms_grants[0].GranteePrincipal: "),
        ({"kms_grants": [{"GranteePrincipal": USER, "Operations": "Decrypt"}]}, "kms_grants[0].Operations: "),
        (
            {"kms_grants": [{"GranteePrincipal": USER, "Operations": [], "Constraints": 7}]},
            "kms_grants[0].Constraints: ",
        ),
        (
            {"kms_grants": [{"GranteePrincipal": USER, "Operations": [], "Constraints": {"Novel": {}}}]},
            "kms_grants[0].Constraints: ",
        ),
        (
            {
                "kms_grants": [
                    {"GranteePrincipal": USER, "Operations": [], "Constraints": {"EncryptionContextEquals": {"a": 1}}}
                ]
            },
            "kms_grants[0].Constraints: ",
        ),
        ({"resource": "x" * 40_000}, "resource: "),
        ({"context": {"k": "x" * 40_000}}, "context.k: "),
        ({"context": {"k": ["x"] * 1_001}}, "context.k: "),
        ({"context": {"aws:RequestTag/A": "x", "aws:requesttag/a": "y"}}, "context.aws:requesttag/a: "),
        ({"principal": "arn:aws:iam::111122223333:user"}, "principal: "),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_member(line, error):
    reply = asked(**line)
    assert reply["id"] == 1
    assert reply["error"].startswith(error)


@pytest.mark.parametrize(
    "line", [b"", b"nope", b"[]", b"{}", b"\xff", b"[" * 200_000, b'{"id":1,"id":' + b"[" * 100_000]
)
def test_a_line_that_is_no_request_is_an_error(line):
    assert "error" in json.loads(answer(line))


def test_the_rest_goes_on_after_an_error():
    good = json.dumps({"id": 2, "principal": USER, "action": "s3:GetObject", "resource": OBJECT}).encode()
    replies = [json.loads(reply) for reply in answers([b"nope\n", b"\n", good, b"x" * (MAX_LINE + 1), good])]
    assert ["error" in reply for reply in replies] == [True, False, True, False]


def test_the_command_reads_a_file(tmp_path):
    file = tmp_path / "requests.jsonl"
    file.write_text(json.dumps({"id": 1, "principal": USER, "action": "s3:GetObject", "resource": OBJECT}) + "\n\nnope")
    result = CliRunner().invoke(simulate, [str(file)])
    assert result.exit_code == 0
    assert [json.loads(line).get("decision") for line in result.stdout.splitlines()] == ["implicit-deny", None]


def test_the_command_reads_standard_input():
    result = CliRunner().invoke(simulate, [], input=b"y" * (MAX_LINE + 5) + b"\nnope\n")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path):
    assert CliRunner().invoke(simulate, [str(tmp_path / "none")]).exit_code == 2


_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text("aws:*?${},'/-2012 \x00é", max_size=12),
        st.sampled_from(
            ["*", "Allow", "Deny", "2012-10-17", "s3:GetObject", USER, OBJECT, "${aws:username}", "10.0.0.0/8"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *("Version", "Statement", "Effect", "Action", "Resource", "Principal", "Condition", "AWS", "Bool"),
                    *(
                        "StringLike",
                        "DateEquals",
                        "NumericEquals",
                        "BinaryEquals",
                        "IpAddress",
                        "ArnLike",
                        "k",
                        "Service",
                    ),
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
_STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": st.just("*"), "Resource": st.just("*")},
    optional={
        "Condition": st.dictionaries(
            st.sampled_from(
                ["Bool", "StringLike", "DateLessThan", "NumericEquals", "BinaryEquals", "IpAddress", "ArnLike"]
            ),
            st.dictionaries(st.just("k"), _JSON, max_size=1),
            max_size=2,
        )
    },
)
_LINES = st.fixed_dictionaries(
    {"principal": st.one_of(st.just(USER), _JSON), "action": st.one_of(st.just("s3:GetObject"), _JSON)},
    optional={
        "resource": st.one_of(st.just(OBJECT), _JSON),
        "context": st.one_of(st.dictionaries(st.just("k"), _JSON), _JSON),
        "identity_policies": st.lists(st.one_of(_JSON, _STATEMENTS.map(policy)), max_size=2),
        "resource_policy": _JSON,
        "scps": st.lists(st.lists(_JSON, max_size=2), max_size=2),
        "kms_grants": _JSON,
    },
)


@given(_LINES)
def test_any_line_is_answered_with_a_decision_or_an_error(line):
    reply = json.loads(answer(json.dumps({"id": 3, "resource": OBJECT} | line)))
    assert reply["id"] == 3
    assert ("decision" in reply) != ("error" in reply)


@given(st.binary(max_size=60))
def test_any_bytes_are_answered(line):
    assert "error" in json.loads(answer(line))
