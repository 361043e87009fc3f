from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import Group, Role, User
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All
from scanner.model.proof import proven


@rule("IAM-042", Severity.LOW, controls=("iam-support-role",))
def support_role_missing(account: Account, users: All[User], groups: All[Group], roles: All[Role]) -> Verdict:
    """
    Nobody is given access to AWS Support.

    In an incident somebody must be able to open a case at once, without the root user or an administrator. Attach
    AWSSupportAccess to a role that those who answer incidents may assume.

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
            - {PolicyName: AWSSupportAccess, PolicyArn: "arn:aws:iam::aws:policy/AWSSupportAccess"}
    ```
    """
    if proven(holders_of(aws_managed("AWSSupportAccess", account.scope.partition), users, groups, roles)):
        return PASS
    return Fail(f"nobody holds AWSSupportAccess in {account.id}", facts("holder", "none"))
