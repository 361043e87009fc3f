from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.iam_grants import aws_managed
from scanner.model.iam_trust import lets_in, lets_in_everyone, other_accounts


@rule("IAM-041", Severity.MEDIUM, controls=("iam-role-cross-account-readonly",))
def role_shares_read_only_access(role: Role) -> Verdict:
    """
    Role gives other accounts ReadOnlyAccess.

    ReadOnlyAccess reads data, not only settings: objects in buckets, items in tables, messages in queues. For audits
    attach SecurityAudit or ViewOnlyAccess, which read settings.

    The trust policy is read literally: a Deny is not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: auditor
          Path: /
          Arn: arn:aws:iam::123456789012:role/auditor
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
          AttachedManagedPolicies:
            - {PolicyName: ReadOnlyAccess, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: auditor
          Path: /
          Arn: arn:aws:iam::123456789012:role/auditor
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
          AttachedManagedPolicies:
            - {PolicyName: SecurityAudit, PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit"}
    ```
    """
    if aws_managed("ReadOnlyAccess", role.scope.partition) not in role.attached_policies:
        return PASS
    trust = lets_in(role)
    others = {account for statement in trust for account in other_accounts(statement, role.scope.account)}
    if any(lets_in_everyone(statement) for statement in trust):
        others.add("everyone")
    if not others:
        return PASS
    return Fail(f"{role.name} gives ReadOnlyAccess to {', '.join(sorted(others))}", facts("account", *others))
