from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import User, UserCredentials


@rule("IAM-005", Severity.HIGH, controls=("iam-user-mfa-console", "iam-user-mfa-all"))
def user_signs_in_without_mfa(user: User, own: UserCredentials) -> Verdict:
    """
    User signs in to the console without MFA.

    A password alone is phished, guessed or found in another site's leak. Give the user an MFA device, best a passkey
    or security key; better, let people sign in through IAM Identity Center and delete the password.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,FALSE
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,TRUE
    ```
    """
    if own.mfa_active:
        return PASS
    if not own.password_enabled:
        return Skip(f"{user.name} has no console password")
    return Fail(f"{user.name} signs in with a password alone", facts("mfa", "none"))
