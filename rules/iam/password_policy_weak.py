from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy


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
    required = {
        "uppercase": policy.require_uppercase,
        "lowercase": policy.require_lowercase,
        "numbers": policy.require_numbers,
        "symbols": policy.require_symbols,
    }
    missing = [name for name in classes if not required[name]]
    if policy.minimum_length < minimum_length:
        missing.append("length")
    if isinstance(policy.reuse_prevention, Absent) or policy.reuse_prevention < reuse_prevention:
        missing.append("reuse")
    if not missing:
        return PASS
    return Fail(f"the password policy of {account.id} is too weak in {', '.join(missing)}", facts("weak", *missing))
