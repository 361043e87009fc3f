from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import User, UserCredentials
from scanner.model.kind import Moment
from scanner.model.proof import which
from scanner.remedies.iam import deactivate_unused_keys


@rule(
    "IAM-009",
    Severity.MEDIUM,
    controls=("iam-unused-credentials-45d", "iam-unused-credentials-90d"),
    remedy=deactivate_unused_keys,
)
def credentials_unused(user: User, own: UserCredentials, now: Moment, *, days: int = 45) -> Verdict:
    """
    User has credentials that nobody uses.

    A password or key that nobody uses is missed by nobody when it is stolen. Remove the password, make the key
    inactive, and delete both, or the user, when nothing breaks. The option `days` tells how long is too long; what
    was never used counts from when it was set.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-10-01T00:00:00+00:00,FALSE,N/A,N/A,FALSE
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-12-30T00:00:00+00:00,FALSE,N/A,N/A,FALSE
    ```

    A key that was made lately and waits for its first use:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,FALSE,N/A,TRUE,2025-12-20T00:00:00+00:00,N/A,FALSE
    ```
    """
    unused = which(
        {
            "password": lambda: own.password_enabled and now.days_since(own.password_last_seen) > days,
            "access key 1": lambda: _is_unused(own, 1, now, days),
            "access key 2": lambda: _is_unused(own, 2, now, days),
        }
    )
    if not unused:
        return PASS
    return Fail(
        f"{user.name} has not used its {' and '.join(unused)} for more than {days} days", facts("credential", *unused)
    )


def _is_unused(own: UserCredentials, slot: int, now: Moment, days: int) -> bool:
    return any(key.slot == slot and key.active and now.days_since(key.last_seen) > days for key in own.access_keys)
