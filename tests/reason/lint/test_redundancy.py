from hypothesis import given
from hypothesis import strategies as st

from scanner.model.policy import parse_policy
from scanner.reason.access.catalogue import Actions
from scanner.reason.lint.check import lint_document
from tests.reason.lint.examples import IDENTITY, allow

PATTERNS = st.sampled_from(
    ["Get*", "Get*Acl", "G*", "*Object", "GetObject", "getobject", "GetObjec?", "Put?*", "Put*", "*", "**"]
)


def redundant(actions):
    document = parse_policy({"Version": "2012-10-17", "Statement": allow(actions, "*")})
    paths = {found.path for found in lint_document(document, IDENTITY) if found.code == "REDUNDANT_ACTION"}
    return {index for index in range(len(actions)) if f"$.Statement[0].Action[{index}]" in paths}


@given(st.lists(PATTERNS.map("s3:{}".format), min_size=1, max_size=6))
def test_a_policy_without_its_redundant_actions_covers_the_same(actions):
    gone = redundant(actions)
    kept = [action for index, action in enumerate(actions) if index not in gone]
    assert Actions().mask(kept) == Actions().mask(actions)


def test_of_two_equal_actions_the_later_is_redundant():
    assert redundant(["s3:GetObject", "s3:PutObject", "s3:getobject"]) == {2}


def test_a_question_mark_does_not_include_a_star():
    assert redundant(["s3:Get?bject", "s3:Get*bject"]) == {0}
