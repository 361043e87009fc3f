from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.publicaccess import RoleAccess


@rule("IAM-039", Severity.HIGH, controls=("iam-role-trust-specific",))
def role_trusts_any_oidc_subject(role: Role, access: RoleAccess) -> Verdict:
    """
    Role trusts every subject of an OpenID Connect issuer.

    GitHub, GitLab, HCP Terraform and their like sign tokens for all their customers. A trust policy that checks only
    the audience, or a subject such as `repo:*`, lets anybody's pipeline assume the role. Fix the subject, at least as
    far as your organization's name.

    The whole trust policy is weighed, denials and conditions included.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ci
          Path: /
          Arn: arn:aws:iam::123456789012:role/ci
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRoleWithWebIdentity
              Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
              Condition: {StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}}
    ```

    A subject that fits every repository:
    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ci
          Path: /
          Arn: arn:aws:iam::123456789012:role/ci
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRoleWithWebIdentity
              Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
              Condition: {StringLike: {"token.actions.githubusercontent.com:sub": "repo:*"}}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ci
          Path: /
          Arn: arn:aws:iam::123456789012:role/ci
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRoleWithWebIdentity
              Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
              Condition: {StringLike: {"token.actions.githubusercontent.com:sub": "repo:example/shop:*"}}
    ```
    ```terraform bad
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = {
            Federated = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"
          }
          Action = "sts:AssumeRoleWithWebIdentity"
          Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } }
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = {
            Federated = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"
          }
          Action = "sts:AssumeRoleWithWebIdentity"
          Condition = {
            StringEquals = {
              "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
              "token.actions.githubusercontent.com:sub" = "repo:org/app:ref:refs/heads/main"
            }
          }
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    shared = access.public.where(lambda opening: bool(opening.party))
    issuers = sorted({one.party for one in (*shared, *access.any_subject.every)})
    if issuers:
        return Fail(f"{role.name} can be assumed by every subject of {', '.join(issuers)}", facts("issuer", *issuers))
    return PASS
