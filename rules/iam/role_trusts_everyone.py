from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.iam_trust import lets_in, lets_in_everyone


@rule("IAM-037", Severity.CRITICAL, controls=("iam-role-trust-specific",))
def role_trusts_everyone(role: Role) -> Verdict:
    """
    Role trusts everyone.

    Every AWS account in the world can assume the role and do what it may do: an external id is a word that may leak,
    no lock. Name the principals, or limit them by organization with aws:PrincipalOrgID.

    The trust policy is read literally: a Deny is not weighed yet.

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
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    open_ended = [statement.label for statement in lets_in(role) if lets_in_everyone(statement)]
    if not open_ended:
        return PASS
    return Fail(f"{role.name} can be assumed by every AWS account ({', '.join(open_ended)})", facts("principal", "*"))
