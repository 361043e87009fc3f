from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.account import Account, AlternateContact, BillingContact, OperationsContact, SecurityContact
from scanner.model.proof import which


@rule("ACCOUNT-003", Severity.LOW, controls=("account-contacts-distinct",))
def contacts_identical(
    account: Account, security: SecurityContact, billing: BillingContact, operations: OperationsContact
) -> Verdict:
    """
    Security, billing and operations contacts are the same.

    One mailbox for bills, outages and abuse is one that nobody reads in time. Give each to the people who act on it.

    ```evidence bad
    account:GetAlternateContact:
      - parameters: {AlternateContactType: SECURITY}
        response: {AlternateContact: {EmailAddress: it@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: BILLING}
        response: {AlternateContact: {EmailAddress: it@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: OPERATIONS}
        response: {AlternateContact: {EmailAddress: ops@example.com, PhoneNumber: "+1 555 0100"}}
    ```
    ```evidence good
    account:GetAlternateContact:
      - parameters: {AlternateContactType: SECURITY}
        response: {AlternateContact: {EmailAddress: security@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: BILLING}
        response: {AlternateContact: {EmailAddress: billing@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: OPERATIONS}
        response: {AlternateContact: {EmailAddress: ops@example.com, PhoneNumber: "+1 555 0100"}}
    ```
    ```terraform bad
    resource "aws_account_alternate_contact" "security" {
      alternate_contact_type = "SECURITY"
      name                   = "Boss"
      title                  = "Boss"
      email_address          = "boss@example.com"
      phone_number           = "+31 20 555 0100"
    }

    resource "aws_account_alternate_contact" "billing" {
      alternate_contact_type = "BILLING"
      name                   = "Boss"
      title                  = "Boss"
      email_address          = "boss@example.com"
      phone_number           = "+31 20 555 0100"
    }

    resource "aws_account_alternate_contact" "operations" {
      alternate_contact_type = "OPERATIONS"
      name                   = "Boss"
      title                  = "Boss"
      email_address          = "boss@example.com"
      phone_number           = "+31 20 555 0100"
    }
    ```
    ```terraform good
    resource "aws_account_alternate_contact" "security" {
      alternate_contact_type = "SECURITY"
      name                   = "Security team"
      title                  = "On call"
      email_address          = "security@example.com"
      phone_number           = "+31 20 555 0100"
    }

    resource "aws_account_alternate_contact" "billing" {
      alternate_contact_type = "BILLING"
      name                   = "Finance"
      title                  = "Invoices"
      email_address          = "billing@example.com"
      phone_number           = "+31 20 555 0100"
    }

    resource "aws_account_alternate_contact" "operations" {
      alternate_contact_type = "OPERATIONS"
      name                   = "Operations"
      title                  = "On call"
      email_address          = "operations@example.com"
      phone_number           = "+31 20 555 0100"
    }
    ```
    """
    shared = which(
        {
            "security and billing": lambda: _are_same(security, billing),
            "security and operations": lambda: _are_same(security, operations),
            "billing and operations": lambda: _are_same(billing, operations),
        }
    )
    if shared:
        return Fail(f"{account.id} has the same contact for {', for '.join(shared)}", facts("shared", *shared))
    if sum(isinstance(contact.email, Absent) for contact in (security, billing, operations)) > 1:
        return Skip(f"{account.id} has fewer than two alternate contacts")
    return PASS


def _are_same(one: AlternateContact, other: AlternateContact) -> bool:
    if isinstance(one.email, Absent) or isinstance(other.email, Absent):
        return False
    return known(one.email).lower() == known(other.email).lower()
