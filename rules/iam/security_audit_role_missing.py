from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import Group, Role, User
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All
from scanner.model.proof import proven


@rule("IAM-043", Severity.LOW, controls=("iam-security-audit-role",))
def security_audit_role_missing(account: Account, users: All[User], groups: All[Group], roles: All[Role]) -> Verdict:
    """
    Nobody is given the rights of an auditor.

    Who checks the account's security should read its settings without reading its data and without changing anything.
    Attach SecurityAudit to a role for that; this scanner can run with it.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: app
          Arn: arn:aws:iam::123456789012:role/app
          AttachedManagedPolicies:
            - {PolicyName: AmazonS3ReadOnlyAccess, PolicyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: helper
          Arn: arn:aws:iam::123456789012:role/helper
          AttachedManagedPolicies:
            - {PolicyName: SecurityAudit, PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit"}
    ```
    """
    if proven(holders_of(aws_managed("SecurityAudit", account.scope.partition), users, groups, roles)):
        return PASS
    return Fail(f"nobody holds SecurityAudit in {account.id}", facts("holder", "none"))
