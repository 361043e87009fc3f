"""Remedies for the account's password policy (IAM API Reference, UpdateAccountPasswordPolicy).

A parameter that is left out goes back to its default, so the policy is read, merged and written whole. Expiry is never
set here: it locks people and programs out.
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed
from scanner.model.account import Account
from scanner.model.iam import PasswordPolicy
from scanner.remedy import Becomes, Change, Lent, Safety, Snippet, Step, Write, remedy

_PARAMETERS: Final = (
    "MinimumPasswordLength",
    "RequireSymbols",
    "RequireNumbers",
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "AllowUsersToChangePassword",
    "MaxPasswordAge",
    "PasswordReusePrevention",
    "HardExpiry",
)
_LENGTH_WITHOUT_POLICY: Final = 8
"""What AWS asks for where the account has no policy; a policy that does not say asks for less."""
_CLASSES: Final = {
    "symbols": "RequireSymbols",
    "numbers": "RequireNumbers",
    "uppercase": "RequireUppercaseCharacters",
    "lowercase": "RequireLowercaseCharacters",
}


def _change(lent: Lent, policy: PasswordPolicy, title: str, **asked: Any) -> Iterator[Step]:
    look = lent.look(policy, ignoring=("ExpirePasswords",))
    before = lent.image(look)
    old = {} if before is None else before["PasswordPolicy"]
    kept = {name: old[name] for name in _PARAMETERS if old.get(name) not in (None, 0) or old.get(name) is False}
    merged = {"MinimumPasswordLength": _LENGTH_WITHOUT_POLICY, **kept, **asked}
    undo = _write("DeleteAccountPasswordPolicy", {}) if before is None else _write("UpdateAccountPasswordPolicy", kept)
    arguments = {_TERRAFORM[name]: value for name, value in merged.items()}
    yield Change(
        title=title,
        call=_write("UpdateAccountPasswordPolicy", merged),
        becomes=(Becomes(look, {"PasswordPolicy": {**old, **merged}}),),
        undo=(undo,),
        safety=Safety.A,
        why="it is asked of new passwords only; nobody is locked out",
        code=(Snippet(terraform="aws_iam_account_password_policy", arguments=arguments),),
    )


_TERRAFORM: Final = {
    "MinimumPasswordLength": "minimum_password_length",
    "RequireSymbols": "require_symbols",
    "RequireNumbers": "require_numbers",
    "RequireUppercaseCharacters": "require_uppercase_characters",
    "RequireLowercaseCharacters": "require_lowercase_characters",
    "AllowUsersToChangePassword": "allow_users_to_change_password",
    "MaxPasswordAge": "max_password_age",
    "PasswordReusePrevention": "password_reuse_prevention",
    "HardExpiry": "hard_expiry",
}


def _write(operation: str, parameters: dict[str, Any]) -> Write:
    needs = (Allowed(f"iam:{operation}"),)
    return Write(service="iam", operation=operation, region="global", parameters=parameters, needs=needs)


@remedy(Safety.A)
def ask_for_longer_passwords(
    lent: Lent, _account: Account, policy: PasswordPolicy, *, minimum_length: int = 14
) -> Iterator[Step]:
    """Ask for longer passwords, and leave the rest of the policy as it is."""
    title = f"Ask for passwords of {minimum_length} characters"
    return _change(lent, policy, title, MinimumPasswordLength=minimum_length)


@remedy(Safety.A)
def remember_former_passwords(
    lent: Lent, _account: Account, policy: PasswordPolicy, *, reuse_prevention: int = 24
) -> Iterator[Step]:
    """Refuse the passwords that a user had before, and leave the rest of the policy as it is."""
    title = f"Refuse the last {reuse_prevention} passwords of a user"
    return _change(lent, policy, title, PasswordReusePrevention=reuse_prevention)


@remedy(Safety.A)
def ask_for_character_classes(
    lent: Lent,
    _account: Account,
    policy: PasswordPolicy,
    *,
    classes: tuple[str, ...] = ("uppercase", "lowercase", "numbers", "symbols"),
) -> Iterator[Step]:
    """Ask for the classes of characters that the rule names, and leave the rest of the policy as it is."""
    asked = {_CLASSES[name]: True for name in classes if name in _CLASSES}
    return _change(lent, policy, f"Ask for {', '.join(classes)} in passwords", **asked)
