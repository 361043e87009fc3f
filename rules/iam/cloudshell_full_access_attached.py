from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.glob import matches
from scanner.model.iam import Group, Role, User
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All
from scanner.model.proof import proven
from scanner.remedies.iam import detach_cloudshell_full_access


@rule("IAM-025", Severity.LOW, controls=("iam-cloudshell-full-access",), remedy=detach_cloudshell_full_access)
def cloudshell_full_access_attached(
    account: Account, users: All[User], groups: All[Group], roles: All[Role], *, except_for: tuple[str, ...] = ()
) -> Verdict:
    """
    AWSCloudShellFullAccess is attached to a principal of the account.

    CloudShell is a machine with internet access, root rights and file transfer: a way to carry data out that no proxy
    sees. Grant CloudShell without `cloudshell:GetFileDownloadUrls` and `cloudshell:GetFileUploadUrls` to those who
    need it. The option `except_for` names holders that are meant (wildcards allowed).

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      GroupDetailList:
        - GroupName: ops
          Arn: arn:aws:iam::123456789012:group/ops
          AttachedManagedPolicies:
            - {PolicyName: AWSCloudShellFullAccess, PolicyArn: "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"}
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
        for holder in holders_of(aws_managed("AWSCloudShellFullAccess", account.scope.partition), users, groups, roles)
        if not any(matches(pattern, holder.handle) for pattern in except_for)
    )
    if not holders:
        return PASS
    return Fail(f"AWSCloudShellFullAccess is attached to {', '.join(sorted(holders))}", facts("holder", *holders))
