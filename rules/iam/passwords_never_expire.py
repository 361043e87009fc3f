from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy


@rule("IAM-015", Severity.LOW, controls=("iam-password-expiry-90d",))
def passwords_never_expire(account: Account, policy: PasswordPolicy, *, days: int = 90) -> Verdict:
    """
    Passwords do not expire.

    Some standards ask for it; others, such as NIST SP 800-63B, advise against forced changes where MFA is in use. If
    yours asks, set the greatest age; the option `days` tells it. Else waive this rule.

    ```evidence bad
    iam:GetAccountPasswordPolicy:
      PasswordPolicy: {MinimumPasswordLength: 14, ExpirePasswords: false}
    ```
    ```evidence good
    iam:GetAccountPasswordPolicy:
      PasswordPolicy: {MinimumPasswordLength: 14, ExpirePasswords: true, MaxPasswordAge: 90}
    ```
    ```terraform bad
    resource "aws_iam_account_password_policy" "all" {
      minimum_password_length = 14
    }
    ```
    ```terraform good
    resource "aws_iam_account_password_policy" "all" {
      max_password_age = 90
    }
    ```
    """
    if isinstance(policy.max_age, Absent):
        return Fail(f"passwords of {account.id} never expire", facts("expiry", "none"))
    if policy.max_age > days:
        return Fail(f"passwords of {account.id} expire after more than {days} days", facts("expiry", "late"))
    return PASS
