from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy
from scanner.remedies.iam_passwords import remember_former_passwords


@rule("IAM-047", Severity.LOW, controls=("iam-password-reuse",), remedy=remember_former_passwords)
def passwords_reusable(account: Account, policy: PasswordPolicy, *, reuse_prevention: int = 24) -> Verdict:
    """
    Password policy lets former passwords be used again.

    A password that leaked once stays dangerous as long as people may return to it. Where the account sets no policy AWS
    lets every former password be used again. The option tells how many former passwords must be refused; AWS
    remembers 24 at most.

    ```evidence bad
    iam:GetAccountPasswordPolicy:
      PasswordPolicy:
        MinimumPasswordLength: 14
        PasswordReusePrevention: 5
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
      minimum_password_length = 14
    }
    ```
    ```terraform good
    resource "aws_iam_account_password_policy" "all" {
      password_reuse_prevention = 24
    }
    ```
    """
    remembered = policy.reuse_prevention
    if isinstance(remembered, Absent):
        return Fail(f"passwords of {account.id} may be used again at once", facts("weak", "reuse"))
    if remembered >= reuse_prevention:
        return PASS
    return Fail(f"passwords of {account.id} may be used again after {remembered} others", facts("weak", "reuse"))
