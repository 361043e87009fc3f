from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import SamlProvider, User, UserCredentials
from scanner.model.kind import All


@rule("IAM-046", Severity.LOW, controls=("iam-central-identity",))
def user_signs_in_beside_federation(user: User, own: UserCredentials, providers: All[SamlProvider]) -> Verdict:
    """
    User signs in with a password of its own although people are federated.

    Who leaves is removed from the central directory, and this password stays. Delete the password, and let the person
    sign in like everybody else. Emergency users are the exception: waive the rule for them.

    People are federated where the account has a SAML provider; IAM Identity Center makes one in each account it serves.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:ListSAMLProviders:
      SAMLProviderList: [{Arn: "arn:aws:iam::123456789012:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled
        alice,arn:aws:iam::123456789012:user/alice,TRUE
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice"}]
    iam:ListSAMLProviders:
      SAMLProviderList: [{Arn: "arn:aws:iam::123456789012:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"}]
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled
        alice,arn:aws:iam::123456789012:user/alice,FALSE
    ```
    """
    if not own.password_enabled:
        return PASS
    if not providers:
        return Skip("no federation is set up in the account")
    return Fail(f"{user.name} has a console password although people are federated", facts("password", "enabled"))
