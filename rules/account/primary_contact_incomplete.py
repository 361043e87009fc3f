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
