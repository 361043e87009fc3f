from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.publicaccess import RoleAccess, sentences
from scanner.remedies.policies import distrust_everyone


@rule("IAM-037", Severity.CRITICAL, controls=("iam-role-trust-specific",), remedy=distrust_everyone)
def role_trusts_everyone(role: Role, access: RoleAccess) -> Verdict:
    """
    Role trusts everyone.

    Every AWS account in the world can assume the role and do what it may do: an external id is a word that may leak,
    no lock. Name the principals, or limit them by organization with aws:PrincipalOrgID.

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
              Principal: {AWS: "*"}
    ```

    An external id does not limit who may ask:
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
              Principal: "*"
              Condition: {StringEquals: {"sts:ExternalId": hello}}
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
              Principal: {AWS: "arn:aws:iam::123456789012:role/ci"}
    ```

    Limited to an organization:
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
              Principal: {AWS: "*"}
              Condition: {StringEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
    ```
    ```terraform bad
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    found = access.public.where(lambda opening: not opening.party)
    if found:
        return Fail(f"{role.name} is open: {sentences(found)}", facts("principal", *(one.who for one in found)))
    return PASS
