from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import User, UserCredentials


@rule("IAM-006", Severity.LOW, controls=("iam-user-mfa-all",))
def user_calls_without_mfa(user: User, own: UserCredentials) -> Verdict:
    """
    User has access keys and no MFA device.

    Policies cannot ask for MFA of a user that has no device, so whoever finds an access key has all that it can do.
    Use a role in place of the keys; where a person holds them, add a device and ask for it with the condition
    aws:MultiFactorAuthPresent.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,FALSE,FALSE,TRUE,2025-12-01T00:00:00+00:00,FALSE
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_2_active
        alice,arn:aws:iam::123456789012:user/alice,FALSE,TRUE,TRUE,2025-12-01T00:00:00+00:00,FALSE
    ```
    """
    if own.mfa_active:
        return PASS
    if own.password_enabled:
        return Skip(f"{user.name} has a password, which is judged by its own rule")
    if not own.active_keys:
        return Skip(f"{user.name} has no credentials")
    return Fail(f"{user.name} has active access keys and no MFA device", facts("mfa", "none"))
