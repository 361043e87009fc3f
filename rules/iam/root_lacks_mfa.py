from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import AccountSummary


@rule("IAM-002", Severity.CRITICAL, controls=("iam-root-mfa",))
def root_lacks_mfa(account: Account, summary: AccountSummary) -> Verdict:
    """
    Root user signs in without MFA.

    Whoever learns the password, or can read the mailbox that resets it, owns the account. Give the root user an MFA
    device, better two. In an organization the root credentials of member accounts can be taken away altogether, which
    is better still.

    ```evidence bad
    iam:GetAccountSummary:
      SummaryMap: {AccountMFAEnabled: 0, AccountPasswordPresent: 1}
    ```
    ```evidence good
    iam:GetAccountSummary:
      SummaryMap: {AccountMFAEnabled: 1, AccountPasswordPresent: 1}
    ```
    """
    if summary.root_mfa:
        return PASS
    if not summary.root_password:
        return Skip("the root user has no password to sign in with")
    return Fail(f"the root user of {account.id} signs in without MFA", facts("mfa", "none"))
