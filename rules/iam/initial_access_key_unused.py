from datetime import timedelta

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.iam import User, UserCredentials
from scanner.remedies.iam import deactivate_initial_keys


@rule("IAM-012", Severity.LOW, controls=("iam-user-no-initial-access-key",), remedy=deactivate_initial_keys)
def initial_access_key_unused(user: User, own: UserCredentials, *, minutes: int = 5) -> Verdict:
    """
    User got an access key at its creation and never used it.

    A key that was made together with a console user, by habit, is needed by nobody and lies in some mail or file.
    Delete it; make keys only for who asks for one and says why. The option `minutes` tells how soon after its user a
    key was made with it.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,user_creation_time,password_enabled,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,2025-03-01T10:00:00+00:00,TRUE,TRUE,2025-03-01T10:00:02+00:00,N/A,FALSE
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,user_creation_time,password_enabled,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,2025-03-01T10:00:00+00:00,TRUE,TRUE,2025-05-01T10:00:00+00:00,N/A,FALSE
    ```
    """
    if not own.password_enabled:
        return Skip(f"{user.name} has no console password")
    initial = [
        f"access key {key.slot}"
        for key in own.active_keys
        if not key.last_used and known(key.last_rotated) - known(own.created) < timedelta(minutes=minutes)
    ]
    if not initial:
        return PASS
    return Fail(
        f"{user.name} has never used {' and '.join(initial)}, made with the user", facts("credential", *initial)
    )
