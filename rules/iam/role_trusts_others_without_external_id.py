from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.publicaccess import RoleAccess


@rule("IAM-038", Severity.MEDIUM, controls=("iam-role-confused-deputy",))
def role_trusts_others_without_external_id(role: Role, access: RoleAccess, *, trusted: tuple[str, ...] = ()) -> Verdict:
    """
    Role trusts another account without an external id.

    A company that acts in many customers' accounts can be led by one customer to act in another's. An external id
    that it chose for you closes that way. Accounts of your own need none: those of this scan are left out, and the
    option `trusted` names others; a trust that is limited by organization or to a principal by condition is left out
    too.

    The whole trust policy is weighed, denials and conditions included.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: partner
          Path: /
          Arn: arn:aws:iam::123456789012:role/partner
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: partner
          Path: /
          Arn: arn:aws:iam::123456789012:role/partner
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
              Condition: {StringEquals: {"sts:ExternalId": 7c1e9f}}
    ```

    The account itself:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: partner
          Path: /
          Arn: arn:aws:iam::123456789012:role/partner
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "123456789012"}
    ```
    ```terraform bad
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = { AWS = "arn:aws:iam::999999999999:root" }
          Action = "sts:AssumeRole"
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
          Principal = { AWS = "arn:aws:iam::999999999999:root" }
          Action = "sts:AssumeRole"
          Condition = { StringEquals = { "sts:ExternalId" = "5f3c1d" } }
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    found = access.without_external_id.where(lambda opening: not opening.trusted and opening.party not in trusted)
    if found:
        others = sorted({opening.party or opening.who for opening in found})
        return Fail(f"{role.name} trusts {', '.join(others)} without an external id", facts("account", *others))
    return PASS
