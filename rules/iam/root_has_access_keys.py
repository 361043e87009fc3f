from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import AccountSummary


@rule("IAM-001", Severity.CRITICAL, controls=("iam-root-no-access-keys",))
def root_has_access_keys(account: Account, summary: AccountSummary) -> Verdict:
    """
    Root user has access keys.

    An access key of the root user can do everything in the account, for ever, from anywhere, and no policy of the
    account limits it. Delete the key; let programs use roles.

    ```evidence bad
    iam:GetAccountSummary:
      SummaryMap: {AccountAccessKeysPresent: 1}
    ```
    ```evidence good
    iam:GetAccountSummary:
      SummaryMap: {AccountAccessKeysPresent: 0}
    ```
    """
    if summary.root_access_keys:
        return Fail(f"the root user of {account.id} has an access key", facts("credential", "root access key"))
    return PASS
