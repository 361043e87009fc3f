from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import User, UserCredentials


@rule("IAM-011", Severity.LOW, controls=("iam-user-single-active-key",))
def user_has_two_active_keys(user: User, own: UserCredentials) -> Verdict:
    """
    User has two active access keys.

    The second key is there to replace the first: once programs use the new one, the old one only adds risk. Make the
    older inactive, and delete it when nothing breaks.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-01-01T00:00:00+00:00,TRUE,2025-12-01T00:00:00+00:00
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-12-01T00:00:00+00:00,FALSE,N/A
    ```
    """
    active = own.active_keys
    if len(active) < 2:  # noqa: PLR2004 - two is what the rule is about
        return PASS
    return Fail(
        f"{user.name} has two active access keys", facts("credential", *(f"access key {key.slot}" for key in active))
    )
