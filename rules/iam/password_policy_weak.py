from functools import partial

from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy
from scanner.model.proof import which


@rule(
    "IAM-014",
    Severity.MEDIUM,
    controls=(
        "iam-password-strong",
        "iam-password-min-length",
        "iam-password-reuse",
        "iam-password-uppercase",
        "iam-password-lowercase",
        "iam-password-number",
        "iam-password-symbol",
    ),
)
def password_policy_weak(
    account: Account,
    policy: PasswordPolicy,
    *,
    minimum_length: int = 14,
    reuse_prevention: int = 24,
    classes: tuple[str, ...] = ("uppercase", "lowercase", "numbers", "symbols"),
) -> Verdict:
    """
    Password policy is weak.

    Passwords that are short, or used again, are guessed. Where the account sets no policy AWS asks for eight
    characters of three classes and lets passwords be used again. Set a policy, or have no console passwords and sign
    in through IAM Identity Center. The options tell the least length, how many former passwords are refused, and
    which classes of characters are required.

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
    """
    weak = which(
        {
            "length": lambda: policy.minimum_length < minimum_length,
            "reuse": lambda: isinstance(policy.reuse_prevention, Absent) or policy.reuse_prevention < reuse_prevention,
            **{name: partial(_does_not_require, policy, name) for name in classes},
        }
    )
    if not weak:
        return PASS
    return Fail(f"the password policy of {account.id} is too weak in {', '.join(weak)}", facts("weak", *weak))


def _does_not_require(policy: PasswordPolicy, name: str) -> bool:
    return not getattr(policy, f"require_{name}")
