import pytest

from rules.account.alternate_contacts_missing import alternate_contacts_missing
from rules.account.contacts_identical import contacts_identical
from scanner.testing import evidence_of, judge
from scanner.verdict import Fail, Skip, Undecided


def contacts(**mails):
    said = [
        {"parameters": {"AlternateContactType": name}, "response": {"AlternateContact": {"EmailAddress": mail}}}
        if mail
        else {"parameters": {"AlternateContactType": name}, "error": "ResourceNotFoundException"}
        for name, mail in mails.items()
    ]
    return evidence_of({"account:GetAlternateContact": said})


def verdict(rule, evidence):
    (finding,) = judge(rule, evidence)
    return finding.outcome


def test_addresses_that_differ_only_in_case_are_the_same():
    found = verdict(contacts_identical, contacts(SECURITY="IT@example.com", BILLING="it@example.com", OPERATIONS=None))
    assert isinstance(found, Fail)
    assert [fact.value for fact in found.evidence] == ["security and billing"]


@pytest.mark.parametrize("billing", [None, ""])
def test_fewer_than_two_contacts_are_not_compared(billing):
    found = verdict(contacts_identical, contacts(SECURITY="a@example.com", BILLING=billing, OPERATIONS=None))
    assert isinstance(found, Skip)


def test_contacts_that_were_not_read_are_undecided_rather_than_missing():
    assert isinstance(verdict(alternate_contacts_missing, contacts(BILLING="a@example.com")), Undecided)


def test_a_contact_that_is_missing_fails_though_the_other_was_not_read():
    found = verdict(alternate_contacts_missing, contacts(OPERATIONS=None))
    assert isinstance(found, Fail)
    assert [fact.value for fact in found.evidence] == ["operations"]
