from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.glob import matches
from scanner.model.iam import Group, Role, User
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All
from scanner.model.proof import proven
from scanner.remedies.iam import detach_iam_full_access


@rule("IAM-024", Severity.HIGH, controls=("iam-no-iamfullaccess",), remedy=detach_iam_full_access)
def iam_full_access_attached(
    account: Account, users: All[User], groups: All[Group], roles: All[Role], *, except_for: tuple[str, ...] = ()
) -> Verdict:
    """
    IAMFullAccess is attached to a principal of the account.

    Who may change every policy may give itself everything: IAMFullAccess is AdministratorAccess in one more step.
    Grant the few actions that are needed, with a permissions boundary for what may be created. The option
    `except_for` names holders that are meant (`role/identity-admin`; wildcards allowed).

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      GroupDetailList:
        - GroupName: ops
          Arn: arn:aws:iam::123456789012:group/ops
          AttachedManagedPolicies:
            - {PolicyName: IAMFullAccess, PolicyArn: "arn:aws:iam::aws:policy/IAMFullAccess"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      GroupDetailList:
        - GroupName: ops
          Arn: arn:aws:iam::123456789012:group/ops
          AttachedManagedPolicies:
            - {PolicyName: ViewOnlyAccess, PolicyArn: "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"}
    ```
    """
    holders = proven(
        holder.handle
        for holder in holders_of(aws_managed("IAMFullAccess", account.scope.partition), users, groups, roles)
        if not any(matches(pattern, holder.handle) for pattern in except_for)
    )
    if not holders:
        return PASS
    return Fail(f"IAMFullAccess is attached to {', '.join(sorted(holders))}", facts("holder", *holders))
