from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.iam import User, UserCredentials
from scanner.model.kind import Moment


@rule("IAM-010", Severity.MEDIUM, controls=("iam-access-key-rotation-90d",))
def access_key_unrotated(user: User, own: UserCredentials, now: Moment, *, days: int = 90) -> Verdict:
    """
    User has an access key that was not rotated.

    An access key works until somebody deletes it: in every laptop, image and log that it ever got into. Replace it,
    or better the need for it, by a role. The option `days` is the greatest age.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-01-01T00:00:00+00:00,FALSE,N/A
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-12-01T00:00:00+00:00,FALSE,N/A
    ```

    An old key that is inactive:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,FALSE,2025-01-01T00:00:00+00:00,FALSE,N/A
    ```
    """
    old = [f"access key {key.slot}" for key in own.active_keys if now.days_since(known(key.last_rotated)) > days]
    if not old:
        return PASS
    return Fail(f"{user.name} has not rotated {' and '.join(old)} for more than {days} days", facts("credential", *old))
