import pytest

from scanner.aws.account import READERS
from scanner.evidence import Answer, Failure
from scanner.model.account import BillingContact, OperationsContact, PrimaryContact, SecurityContact
from scanner.model.kind import Scope
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.plan import read, step_for

ACCOUNT = Scope("aws", "123456789012")


def reading(kind, answer):
    reader = next(reader for reader in READERS if reader.yields == (kind,))
    return read(step_for(reader, ACCOUNT, None), answer)


@pytest.mark.parametrize(
    "kind,type_",
    [(SecurityContact, "SECURITY"), (BillingContact, "BILLING"), (OperationsContact, "OPERATIONS")],
)
def test_each_alternate_contact_is_asked_by_its_type(kind, type_):
    reader = next(reader for reader in READERS if reader.yields == (kind,))
    assert reader.request == {"AlternateContactType": type_}


def test_an_alternate_contact_tells_email_and_phone():
    said = {"Name": "Desk", "Title": "-", "EmailAddress": "sec@example.com", "PhoneNumber": "+1"}
    (contact,) = reading(SecurityContact, Answer(({"AlternateContact": said},))).rows
    assert (contact.email, contact.phone) == ("sec@example.com", "+1")


@pytest.mark.parametrize("kind", [SecurityContact, BillingContact, OperationsContact])
def test_an_alternate_contact_that_is_not_set_is_absent(kind):
    failure = Failure("ResourceNotFoundException", "No contact of the inputted alternate contact type found.")
    result = reading(kind, Answer((), complete=False, failure=failure))
    assert result.gap is None
    assert result.rows[0].email == ABSENT


def test_a_contact_that_may_not_be_read_is_unknown_rather_than_absent():
    failure = Failure("AccessDeniedException", "no", Reason.DENIED)
    result = reading(SecurityContact, Answer((), complete=False, failure=failure))
    assert why_unknown(result.rows[0].email).reason is Reason.DENIED
    assert result.gap.why.reason is Reason.DENIED


def test_the_primary_contact_tells_name_and_phone():
    said = {"FullName": "Example Ltd", "PhoneNumber": "+1", "City": "X", "CountryCode": "DE", "PostalCode": "1"}
    (contact,) = reading(PrimaryContact, Answer(({"ContactInformation": said},))).rows
    assert (contact.full_name, contact.phone) == ("Example Ltd", "+1")
