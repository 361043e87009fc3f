import pytest

from scanner.model.policy import parse_policy
from scanner.reason.access.catalogue import UNLISTED, Actions, is_listed, resource_patterns, summary


def _names(patterns, *, spelled=()):
    actions = Actions.of(spelled)
    return set(actions.spellings(actions.mask(patterns)))


@pytest.mark.parametrize(
    "pattern, expected",
    [
        ("sts:GetCallerIdentity", {"sts:GetCallerIdentity"}),
        ("STS:getcalleridentity", {"sts:GetCallerIdentity"}),
        ("sts:GetCaller*", {"sts:GetCallerIdentity"}),
        ("s?s:GetCallerIdentity", {"sts:GetCallerIdentity"}),
        ("novel:*", set()),
        ("sts:Novel", set()),
    ],
)
def test_a_pattern_covers_the_actions_it_matches(pattern, expected):
    assert _names([pattern]) == expected


def test_only_a_whole_service_covers_the_actions_that_are_not_listed():
    assert f"sts:{UNLISTED}" in _names(["sts:*"])
    assert f"sts:{UNLISTED}" in _names(["*"])
    assert f"sts:{UNLISTED}" not in _names(["sts:?*"])


def test_an_action_that_is_spelled_out_is_a_symbol_of_its_own():
    assert _names(["sts:Nov*"], spelled=["sts:Novel", "sts:Other", "sts:*"]) == {"sts:novel"}


def test_a_negation_covers_the_rest():
    statement = parse_policy({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}).statements[0]
    actions = Actions()
    covered = actions.covered(statement)
    assert covered & actions.mask(["s3:*"]) == 0
    assert covered | actions.mask(["s3:*"]) == actions.everything


@pytest.mark.parametrize("patterns", [("*",), ("sts:*",), ("sqs:*", "sts:*"), ("sts:GetCallerIdentity",)])
def test_a_set_is_written_shortly(patterns):
    actions = Actions()
    assert summary(actions, actions.mask(patterns)) == patterns


@pytest.mark.parametrize(
    "action, expected",
    [
        ("iam:PassRole", ("arn:*:iam::*:role/*",)),
        ("s3:ListAllMyBuckets", ("*",)),
    ],
)
def test_an_action_has_the_resources_it_is_authorised_on(action, expected):
    assert resource_patterns(action) == expected


def test_whether_an_action_is_known_can_be_asked():
    assert is_listed("S3:getobject")
    assert not is_listed("s3:Novel")
    assert not is_listed(f"s3:{UNLISTED}")
