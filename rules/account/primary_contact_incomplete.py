from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account, PrimaryContact
from scanner.model.proof import which


@rule("ACCOUNT-004", Severity.LOW, controls=("account-contact-details",))
def primary_contact_incomplete(account: Account, contact: PrimaryContact) -> Verdict:
    """
    Account has no complete primary contact.

    Who cannot sign in as root any more proves to be the owner by these details, and AWS calls this number. Whether
    they are up to date only their owner can tell; that they are there is checked here.

    ```evidence bad
    account:GetContactInformation:
      - parameters: {}
        error: ResourceNotFoundException
    ```
    ```evidence good
    account:GetContactInformation:
      ContactInformation: {FullName: Example Ltd, PhoneNumber: "+49 30 5550100"}
    ```
    ```terraform bad
    resource "aws_account_primary_contact" "account" {
      full_name     = ""
      address_line1 = "Main Street 1"
      city          = "Amsterdam"
      country_code  = "NL"
      postal_code   = "1000 AA"
      phone_number  = ""
    }
    ```
    ```terraform good
    resource "aws_account_primary_contact" "account" {
      full_name     = "Example B.V."
      address_line1 = "Main Street 1"
      city          = "Amsterdam"
      country_code  = "NL"
      postal_code   = "1000 AA"
      phone_number  = "+31205550100"
    }
    ```
    """
    missing = which(
        {
            "name": lambda: isinstance(contact.full_name, Absent),
            "phone number": lambda: isinstance(contact.phone, Absent),
        }
    )
    if not missing:
        return PASS
    return Fail(f"the primary contact of {account.id} has no {' and no '.join(missing)}", facts("missing", *missing))
