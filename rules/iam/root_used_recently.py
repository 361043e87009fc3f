from datetime import datetime

from scanner import PASS, Absent, Fail, Maybe, Severity, Verdict, any_of, facts, known, rule
from scanner.model.account import Account
from scanner.model.iam import RootCredentials
from scanner.model.kind import Moment


def _is_recent(used: Maybe[datetime | Absent], now: Moment, days: int) -> bool:
    return not isinstance(used, Absent) and now.days_since(known(used)) < days


@rule("IAM-004", Severity.MEDIUM, controls=("iam-root-not-used",))
def root_used_recently(account: Account, root: RootCredentials, now: Moment, *, days: int = 30) -> Verdict:
    """
    Root user was used recently.

    Nothing limits the root user and nobody's name stands behind it, so it is for the few tasks that only it can do.
    Sign in as somebody; keep its password and devices sealed, and treat each use as an event. The option `days` tells
    what is recent.

    ```evidence bad
    iam:GetCredentialReport:
      Content: |
        user,arn,password_last_used,access_key_1_active,access_key_1_last_used_date,access_key_2_active
        <root_account>,arn:aws:iam::123456789012:root,2025-12-20T10:00:00+00:00,false,N/A,false
    ```
    ```evidence good
    iam:GetCredentialReport:
      Content: |
        user,arn,password_last_used,access_key_1_active,access_key_1_last_used_date,access_key_2_active
        <root_account>,arn:aws:iam::123456789012:root,2025-06-01T10:00:00+00:00,false,N/A,false
    ```

    Never used:
    ```evidence good
    iam:GetCredentialReport:
      Content: |
        user,arn,password_last_used,access_key_1_active,access_key_1_last_used_date,access_key_2_active
        <root_account>,arn:aws:iam::123456789012:root,no_information,false,N/A,false
    ```
    """
    if any_of(
        lambda: _is_recent(root.password_last_used, now, days),
        lambda: any(_is_recent(key.last_used, now, days) for key in root.access_keys),
    ):
        return Fail(f"the root user of {account.id} was used in the last {days} days", facts("used", "root"))
    return PASS
