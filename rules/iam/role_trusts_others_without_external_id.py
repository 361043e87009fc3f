from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import Role
from scanner.model.iam_trust import fixes_principal, lets_in, needs_external_id, other_accounts
from scanner.model.kind import EVERYWHERE, All


@rule("IAM-038", Severity.MEDIUM, controls=("iam-role-confused-deputy",))
def role_trusts_others_without_external_id(
    role: Role, scanned: Annotated[All[Account], EVERYWHERE], *, trusted: tuple[str, ...] = ()
) -> Verdict:
    """
    Role trusts another account without an external id.

    A company that acts in many customers' accounts can be led by one customer to act in another's. An external id
    that it chose for you closes that way. Accounts of your own need none: those of this scan are left out, and the
    option `trusted` names others; a trust that is limited by organization or to a principal by condition is left out
    too.

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
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    named = {
        account
        for statement in lets_in(role)
        if not (needs_external_id(statement) or fixes_principal(statement))
        for account in other_accounts(statement, role.scope.account)
        if account not in trusted
    }
    others = sorted(named - {account.id for account in scanned}) if named else []
    if not others:
        return PASS
    return Fail(f"{role.name} trusts {', '.join(others)} without an external id", facts("account", *others))
