from functools import partial

from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy
from scanner.model.proof import which
from scanner.remedies.iam_passwords import ask_for_character_classes


@rule(
    "IAM-048",
    Severity.MEDIUM,
    controls=(
        "iam-password-strong",
        "iam-password-uppercase",
        "iam-password-lowercase",
        "iam-password-number",
        "iam-password-symbol",
    ),
    remedy=ask_for_character_classes,
)
def passwords_lack_character_classes(
    account: Account,
    policy: PasswordPolicy,
    *,
    classes: tuple[str, ...] = ("uppercase", "lowercase", "numbers", "symbols"),
) -> Verdict:
    """
    Password policy asks for too few classes of characters.

    Passwords of one class of characters are guessed sooner. Where the account sets no policy AWS asks for three of the
    four classes. The option tells which classes the policy must require.

    ```evidence bad
    iam:GetAccountPasswordPolicy:
      PasswordPolicy:
        MinimumPasswordLength: 14
        PasswordReusePrevention: 24
        RequireUppercaseCharacters: true
        RequireLowercaseCharacters: true
        RequireNumbers: true
        RequireSymbols: false
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
    resource "aws_iam_account_password_policy" "this" {
      minimum_password_length      = 14
      require_lowercase_characters = true
      require_uppercase_characters = false
      require_numbers              = true
      require_symbols              = true
    }
    ```
    ```terraform good
    resource "aws_iam_account_password_policy" "this" {
      minimum_password_length      = 14
      require_lowercase_characters = true
      require_uppercase_characters = true
      require_numbers              = true
      require_symbols              = true
    }
    ```
    """
    missing = which({name: partial(_does_not_require, policy, name) for name in classes})
    if not missing:
        return PASS
    return Fail(f"passwords of {account.id} need no {', no '.join(missing)}", facts("weak", *missing))


def _does_not_require(policy: PasswordPolicy, name: str) -> bool:
    return not getattr(policy, f"require_{name}")
