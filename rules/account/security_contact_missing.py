from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account, SecurityContact


@rule("ACCOUNT-001", Severity.MEDIUM, controls=("account-security-contact",))
def security_contact_missing(account: Account, security: SecurityContact) -> Verdict:
    """
    Account has no security contact.

    When AWS sees a leaked key or abuse it writes to the security contact; without one the mail goes to the owner of
    the root user and waits there. Set one, best a list that several people read.

    ```evidence bad
    account:GetAlternateContact:
      - parameters: {AlternateContactType: SECURITY}
        error: ResourceNotFoundException
    ```
    ```evidence good
    account:GetAlternateContact:
      - parameters: {AlternateContactType: SECURITY}
        response: {AlternateContact: {EmailAddress: security@example.com, PhoneNumber: "+1 555 0100"}}
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
    resource "aws_account_alternate_contact" "security" {
      alternate_contact_type = "SECURITY"
      name                   = "Security team"
      title                  = "On call"
      email_address          = "security@example.com"
      phone_number           = "+31 20 555 0100"
    }
    ```
    """
    if isinstance(security.email, Absent):
        return Fail(f"{account.id} has no security contact", facts("contact", "none"))
    return PASS
