from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.glob import matches
from scanner.model.iam import Group, Role, User
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All
from scanner.model.proof import proven
from scanner.remedies.iam import name_administrators


@rule("IAM-023", Severity.MEDIUM, controls=("iam-no-admin-managed-policy",), remedy=name_administrators)
def administrator_access_attached(
    account: Account, users: All[User], groups: All[Group], roles: All[Role], *, except_for: tuple[str, ...] = ()
) -> Verdict:
    """
    AdministratorAccess is attached to a principal of the account.

    Each holder can do everything. Administrators should come through IAM Identity Center, whose own roles are not
    counted here; everybody else needs less. The option `except_for` names those that are meant (`role/break-glass`;
    wildcards allowed).

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      GroupDetailList:
        - GroupName: ops
          Arn: arn:aws:iam::123456789012:group/ops
          AttachedManagedPolicies:
            - {PolicyName: AdministratorAccess, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}
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
        for holder in holders_of(aws_managed("AdministratorAccess", account.scope.partition), users, groups, roles)
        if not (isinstance(holder, Role) and holder.is_identity_center)
        and not any(matches(pattern, holder.handle) for pattern in except_for)
    )
    if not holders:
        return PASS
    return Fail(f"AdministratorAccess is attached to {', '.join(sorted(holders))}", facts("holder", *holders))
