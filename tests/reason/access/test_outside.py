"""Whom a policy lets in, by sort, with what configuration trusts left out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.access import Held
from scanner.model.kind import Api, Moment, Scope
from scanner.model.maybe import ABSENT, Reason, UnknownAsked, unknown
from scanner.model.policy import parse_policy
from scanner.model.publicaccess import Insiders, Opening, Openings, Trusted, atoms, sentences
from scanner.reason.access.outside import openings_of, openings_or_why
from scanner.reason.access.targets import shortened, target

HERE, OTHER = "123456789012", "210987654321"
PLACE = Scope("aws", HERE)
NOW = Moment(datetime(2026, 1, 1, tzinfo=UTC))
QUEUE = target("arn:aws:sqs:x:x:x", HERE, f"arn:aws:sqs:eu-west-1:{HERE}:orders")
KEY = target("arn:aws:kms:x:x:key/x", HERE, f"arn:aws:kms:eu-west-1:{HERE}:key/k")
NOBODY_MEANT = ((), (), ())


UNTOLD = unknown(Reason.NOT_COLLECTED, "nobody asked")


def trusting(accounts=(), organizations=(), networks=(), own=UNTOLD, rcps=()):
    where = {"scope": PLACE, "id": HERE, "origin": Api("none", PLACE)}
    trusted = Trusted(**where, accounts=accounts, organizations=organizations, networks=networks)
    return Insiders(**where, trusted=trusted, organization=own, rcps=rcps)


def allow(condition=None, **changes):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*", **changes}
    return statement | ({"Condition": condition} if condition else {})


def opened(*statements, of=QUEUE, trusted=None, now=NOW):
    policy = parse_policy({"Version": "2012-10-17", "Statement": list(statements)})
    found = openings_of(policy, [of], trusted or trusting(), now)
    return tuple(tuple(one.who for one in sort.known) for sort in (found.public, found.foreign, found.deputies))


def test_no_policy_opens_nothing():
    assert openings_of(ABSENT, [QUEUE], trusting(), NOW).public.every == ()


def test_anyone_includes_any_account_and_is_told_once():
    assert opened(allow()) == (("anyone, without credentials",), (), ())


def test_a_service_that_refuses_unsigned_requests_is_open_to_accounts_at_most():
    assert opened(allow(Action="kms:Decrypt"), of=KEY) == (("any AWS account",), (), ())


def test_a_denial_of_unknown_accounts_that_spares_unsigned_requests_closes_a_key_but_not_a_queue():
    spared = {"StringNotEquals": {"aws:PrincipalAccount": HERE}, "Null": {"aws:PrincipalArn": "false"}}
    denial = allow(spared, Effect="Deny", Action="*")
    assert opened(allow(Action="kms:Decrypt"), denial, of=KEY) == NOBODY_MEANT
    assert opened(allow(), denial)[0] == ("anyone, without credentials",)


@pytest.mark.parametrize("principal", [HERE, f"arn:aws:iam::{HERE}:root", f"arn:aws:iam::{HERE}:role/x"])
def test_the_owners_own_identities_are_no_outsiders(principal):
    assert opened(allow(Principal={"AWS": principal})) == NOBODY_MEANT


def test_a_trusted_account_is_found_and_marked():
    policy = parse_policy({"Statement": allow(Principal={"AWS": OTHER})})
    (marked,) = openings_of(policy, [QUEUE], trusting(accounts=(OTHER,)), NOW).foreign.known
    assert (marked.party, marked.trusted) == (OTHER, True)


def test_a_service_for_whomever_it_acts_is_a_deputy_unless_its_source_is_fixed():
    service = {"Service": "s3.amazonaws.com"}
    assert opened(allow(Principal=service))[2] == ("s3.amazonaws.com acting for any account",)
    assert opened(allow({"StringEquals": {"aws:SourceAccount": HERE}}, Principal=service)) == NOBODY_MEANT


@pytest.mark.parametrize(
    "trusted,expected",
    [
        (trusting(own="o-named"), ()),
        (trusting(own="o-own"), ("any account of organization o-named",)),
        (trusting(own="o-own", organizations=("o-named",)), ()),
        (trusting(own=ABSENT), ("any account of organization o-named",)),
        (trusting(), ()),
        (trusting(organizations=("o-own",)), ("any account of organization o-named",)),
        (trusting(organizations=("o-own", "o-named")), ()),
    ],
    ids=["own", "another's", "trusted", "in none", "own unknown", "own unknown, others trusted", "unknown but trusted"],
)
def test_members_of_an_organization_are_foreign_unless_it_is_known(trusted, expected):
    named = allow({"StringEquals": {"aws:PrincipalOrgID": "o-named"}})
    assert opened(named, trusted=trusted) == ((), expected, ())


def test_few_addresses_are_foreign_unless_they_are_trusted():
    office = allow({"IpAddress": {"aws:SourceIp": ["203.0.113.0/25", "192.0.2.0/24"]}})
    told = ("anyone, without credentials from few addresses",)
    assert opened(office)[1] == told
    assert opened(office, trusted=trusting(networks=("203.0.113.0/24",)))[1] == told
    assert opened(office, trusted=trusting(networks=("203.0.113.0/24", "192.0.2.0/24"))) == NOBODY_MEANT


def test_trusted_networks_close_nothing_that_is_open_to_the_world():
    assert opened(allow(), trusted=trusting(networks=("203.0.113.0/24",)))[0] == ("anyone, without credentials",)


def test_a_statement_that_is_over_opens_nothing():
    until = allow({"DateLessThan": {"aws:CurrentTime": "2025-12-31T00:00:00Z"}})
    since = allow({"DateGreaterThan": {"aws:EpochTime": "1767139200"}})
    assert opened(until) == NOBODY_MEANT
    assert opened(since)[0] == ("anyone, without credentials",)


def test_an_unknown_time_matters_only_to_a_policy_that_asks_for_it():
    timeless = Moment(unknown(Reason.NOT_COLLECTED, "nobody said when"))
    assert opened(allow(), now=timeless)[0] == ("anyone, without credentials",)
    with pytest.raises(UnknownAsked):
        opened(allow({"DateLessThan": {"aws:CurrentTime": "2025-12-31T00:00:00Z"}}), now=timeless)


def test_an_unknown_policy_leaves_every_sort_unknown():
    found = openings_or_why(unknown(Reason.DENIED, "no"), [QUEUE], trusting(), NOW)
    for sort in (found.public, found.foreign, found.deputies):
        with pytest.raises(UnknownAsked):
            _ = sort.every


def test_an_action_that_works_on_other_resources_is_not_opened():
    assert opened(allow(Action="sqs:ListQueues")) == NOBODY_MEANT


def test_an_action_that_the_catalogue_does_not_know_is_not_lost():
    assert opened(allow(Action="sqs:InventedYesterday"))[0] == ("anyone, without credentials",)


def test_an_opening_says_who_may_do_what_with_an_example():
    opening = Opening("anyone", ("a:A", "a:B", "a:C", "a:D", "a:E"), "its policy", "a:A on x")
    assert "anyone may a:A, a:B, a:C, a:D and 1 more by its policy (for example a:A on x)" == sentences((opening,))
    assert "anyone: a:E" in atoms((opening,))


def test_a_known_opening_decides_though_more_may_be_open():
    why = unknown(Reason.DENIED, "no")
    opening = Opening("anyone", ("s3:Get*",), "its policy", "x")
    with pytest.raises(UnknownAsked) as asked:
        _ = bool(why)
    partly = Openings((opening,), asked.value.why)
    assert partly.where(lambda one: one.allows("s3:get")) == (opening,)
    with pytest.raises(UnknownAsked):
        partly.where(lambda one: one.allows("s3:put"))


ALL = ("s3:GetObject", "s3:GetBucketAcl", "s3:PutObject", "s3:ListBucket", "s3:ListBucketVersions")


@given(st.sets(st.sampled_from(ALL)))
def test_a_shortened_set_covers_its_actions_and_no_others(chosen):
    opening = Opening("x", shortened(chosen, ALL), "", "")
    assert chosen == {action for action in ALL if opening.covers(action)}


def test_all_of_a_family_is_written_as_one():
    assert ("s3:Get*", "s3:PutObject") == shortened({"s3:GetObject", "s3:GetBucketAcl", "s3:PutObject"}, ALL)
    assert ("s3:*",) == shortened(ALL, ALL)


def guarded(*statements, name="perimeter"):
    """Trust nobody but one's organization, under a resource control policy of the root with these statements."""
    document = parse_policy({"Version": "2012-10-17", "Statement": list(statements)})
    return trusting(own="o-mine", rcps=((Held("p-1", name, document),),))


def refusing(**condition):
    return {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}


OUTSIDERS = refusing(
    StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-mine"}, BoolIfExists={"aws:PrincipalIsAWSService": "false"}
)
DEPUTIES = refusing(
    StringNotEqualsIfExists={"aws:SourceOrgID": "o-mine"},
    Null={"aws:SourceAccount": "false"},
    Bool={"aws:PrincipalIsAWSService": "true"},
)
TO_A_SERVICE = allow(Principal={"Service": "s3.amazonaws.com"})
TO_AN_ACCOUNT = allow(Principal={"AWS": OTHER})


def test_a_resource_control_policy_keeps_outsiders_from_what_a_policy_opens():
    assert opened(allow(), trusted=guarded(OUTSIDERS, DEPUTIES)) == NOBODY_MEANT
    assert opened(TO_AN_ACCOUNT, trusted=guarded(OUTSIDERS)) == NOBODY_MEANT
    assert opened(TO_A_SERVICE, trusted=guarded(DEPUTIES)) == NOBODY_MEANT


def test_a_resource_control_policy_about_others_leaves_the_opening():
    assert opened(TO_A_SERVICE, trusted=guarded(OUTSIDERS))[2] == ("s3.amazonaws.com acting for any account",)
    of_another_service = {**OUTSIDERS, "Action": "s3:*"}
    assert opened(TO_AN_ACCOUNT, trusted=guarded(of_another_service))[1] == (f"account {OTHER}",)


def test_resource_control_policies_do_not_bear_on_services_that_have_none():
    topic = target("arn:aws:sns:x:x:x", HERE, f"arn:aws:sns:eu-west-1:{HERE}:news")
    to_account = allow(Action="sns:Publish", Principal={"AWS": OTHER})
    assert opened(to_account, of=topic, trusted=guarded(OUTSIDERS))[1] == (f"account {OTHER}",)


def test_a_resource_control_policy_that_was_not_read_leaves_open_what_a_policy_opens_and_no_more():
    trusted = trusting(own="o-mine", rcps=((Held("p-1", "perimeter", UNTOLD),),))
    with pytest.raises(UnknownAsked):
        opened(allow(), trusted=trusted)
    assert opened(allow(Principal={"AWS": HERE}), trusted=trusted) == NOBODY_MEANT


def test_a_star_for_services_is_every_service():
    assert opened(allow(Principal={"Service": "*"}))[0] == ("any AWS service acting for any account",)
