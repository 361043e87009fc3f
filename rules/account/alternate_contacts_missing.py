from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account, BillingContact, OperationsContact
from scanner.model.proof import which


@rule("ACCOUNT-002", Severity.LOW, controls=("account-contact-details",))
def alternate_contacts_missing(account: Account, billing: BillingContact, operations: OperationsContact) -> Verdict:
    """
    Account has no billing or operations contact.

    AWS announces outages, retirements and unpaid bills to these contacts; without them it reaches only the owner of
    the root user. Set both, best to lists that several people read.

    ```evidence bad
    account:GetAlternateContact:
      - parameters: {AlternateContactType: BILLING}
        response: {AlternateContact: {EmailAddress: billing@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: OPERATIONS}
        error: ResourceNotFoundException
    ```
    ```evidence good
    account:GetAlternateContact:
      - parameters: {AlternateContactType: BILLING}
        response: {AlternateContact: {EmailAddress: billing@example.com, PhoneNumber: "+1 555 0100"}}
      - parameters: {AlternateContactType: OPERATIONS}
        response: {AlternateContact: {EmailAddress: ops@example.com, PhoneNumber: "+1 555 0100"}}
    ```
    ```terraform bad
    resource "aws_account_alternate_contact" "billing" {
      alternate_contact_type = "BILLING"
      name                   = "Finance"
      title                  = "Invoices"
      email_address          = "billing@example.com"
      phone_number           = "+31 20 555 0100"
    }
    ```
    ```terraform good
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
    missing = which(
        {
            "billing": lambda: isinstance(billing.email, Absent),
            "operations": lambda: isinstance(operations.email, Absent),
        }
    )
    if not missing:
        return PASS
    return Fail(f"{account.id} has no {' and no '.join(missing)} contact", facts("contact", *missing))
