from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy
from scanner.remedies.iam_passwords import ask_for_longer_passwords


@rule("IAM-014", Severity.MEDIUM, controls=("iam-password-min-length",), remedy=ask_for_longer_passwords)
def passwords_too_short(account: Account, policy: PasswordPolicy, *, minimum_length: int = 14) -> Verdict:
    """
    Password policy lets passwords be short.

    Short passwords are guessed. Where the account sets no policy AWS asks for eight characters. Set a policy with the
    least length that the option tells, or have no console passwords and sign in through IAM Identity Center.

    ```evidence bad
    iam:GetAccountPasswordPolicy:
      PasswordPolicy:
        MinimumPasswordLength: 8
        PasswordReusePrevention: 24
        RequireUppercaseCharacters: true
        RequireLowercaseCharacters: true
        RequireNumbers: true
        RequireSymbols: true
    ```

    No policy at all:
    ```evidence bad
    iam:GetAccountPasswordPolicy:
      - parameters: {}
        error: NoSuchEntity
    ```
    ```evidence good
    iam:GetAccountPasswordPolicy:
      PasswordPolicy:
        MinimumPasswordLength: 14
        PasswordReusePrevention: 24
        RequireUppercaseCharacters: true
        RequireLowercaseCharacters: true
        RequireNumbers: true
        RequireSymbols: true
    ```
    ```terraform bad
    resource "aws_iam_account_password_policy" "all" {
      minimum_password_length = 8
    }
    ```
    ```terraform good
    resource "aws_iam_account_password_policy" "all" {
      minimum_password_length = 14
    }
    ```
    """
    if policy.minimum_length >= minimum_length:
        return PASS
    return Fail(f"passwords of {account.id} may have {policy.minimum_length} characters", facts("weak", "length"))
