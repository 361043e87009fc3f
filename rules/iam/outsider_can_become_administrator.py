from scanner import PASS, Fail, Severity, Undecided, Verdict, facts, known, rule
from scanner.model.access import AccountAccess, Escalation
from scanner.model.account import Account
from scanner.model.maybe import Reason, Why


@rule("IAM-104", Severity.HIGH, controls=("iam-no-privilege-escalation", "iam-role-trust-specific"))
def outsider_can_become_administrator(
    account: Account, escalation: Escalation, access: AccountAccess, *, trusted_accounts: tuple[str, ...] = ()
) -> Verdict:
    """
    Someone outside of the account can become its administrator.

    A role that is administrator, or can become it, may be assumed from outside: by another account, by users of an
    identity provider, or by anybody. Narrow the trust policy to the principal that is meant, or take from the role
    what leads on. The option `trusted_accounts` names accounts that are as good as one's own.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: partner
          Path: /
          Arn: arn:aws:iam::123456789012:role/partner
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::999999999999:root"}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: manage
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:AttachRolePolicy", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: partner
          Path: /
          Arn: arn:aws:iam::123456789012:role/partner
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::999999999999:root"}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: manage
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:ListRoles", Resource: "*"}
    ```
    """
    paths = [
        path
        for path in escalation.paths
        if path.is_from_outside and not any(account_id in path.start for account_id in trusted_accounts)
    ]
    if confirmed := [path for path in paths if path.status == "confirmed"]:
        ways = facts("way", *(f"{path.start} {path.steps[0].target}" for path in confirmed))
        return Fail(f"administrator can be reached from {confirmed[0].start}, by {confirmed[0].described}", ways)
    if paths:
        return Undecided(Why(Reason.UNRESOLVED, f"perhaps from {paths[0].start}, by {paths[0].described}"))
    unread = [*known(access.unread), *(reason for _, reason in escalation.undecided)]
    if unread:
        return Undecided(Why(Reason.NOT_COLLECTED, f"policies of {account.id} that matter were not read: {unread[0]}"))
    return PASS
