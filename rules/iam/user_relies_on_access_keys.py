from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import User, UserCredentials


@rule("IAM-013", Severity.LOW, controls=("iam-no-long-term-keys",))
def user_relies_on_access_keys(user: User, own: UserCredentials) -> Verdict:
    """
    User has long-term access keys.

    Keys that do not expire are the credentials that leak most. Programs in AWS get theirs from a role; pipelines from
    OpenID Connect; machines elsewhere from IAM Roles Anywhere; people from IAM Identity Center.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,TRUE,2025-12-01T00:00:00+00:00,FALSE,N/A
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated
        alice,arn:aws:iam::123456789012:user/alice,FALSE,N/A,FALSE,N/A
    ```
    """
    active = [f"access key {key.slot}" for key in own.active_keys]
    if not active:
        return PASS
    return Fail(
        f"{user.name} has {len(active)} active access {'key' if len(active) == 1 else 'keys'}",
        facts("credential", *active),
    )
