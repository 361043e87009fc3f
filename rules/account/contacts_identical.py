from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.account import Account, BillingContact, OperationsContact, SecurityContact


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
    """
    said: dict[str, list[str]] = {}
    for name, contact in (("security", security), ("billing", billing), ("operations", operations)):
        if not isinstance(contact.email, Absent):
            said.setdefault(known(contact.email).lower(), []).append(name)
    shared = [" and ".join(names) for names in said.values() if len(names) > 1]
    if shared:
        return Fail(f"{account.id} has one contact for {'; '.join(shared)}", facts("shared", *shared))
    if len(said) < 2:  # noqa: PLR2004 - fewer than two contacts cannot be compared
        return Skip(f"{account.id} has fewer than two alternate contacts")
    return PASS
