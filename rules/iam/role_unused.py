from scanner import PASS, Absent, Fail, Severity, Skip, Undecided, Verdict, facts, known, rule
from scanner.model.iam import Role
from scanner.model.kind import Moment
from scanner.model.maybe import Reason, Why


@rule("IAM-045", Severity.LOW, controls=("iam-unused-role",))
def role_unused(role: Role, now: Moment, *, days: int = 90) -> Verdict:
    """
    Role is unused.

    A role that nobody uses keeps its rights and its trust, and nobody would notice that somebody else uses it. Delete
    it. The option `days` tells how long is too long; a role that was never used counts from its creation. AWS
    remembers 400 days.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: importer
          Path: /
          Arn: arn:aws:iam::123456789012:role/importer
          CreateDate: "2024-01-01T00:00:00+00:00"
          RoleLastUsed: {}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: importer
          Path: /
          Arn: arn:aws:iam::123456789012:role/importer
          CreateDate: "2024-01-01T00:00:00+00:00"
          RoleLastUsed: {LastUsedDate: "2025-12-20T00:00:00+00:00", Region: eu-west-1}
    ```
    """
    if role.is_service_linked or role.is_identity_center:
        return Skip(f"{role.name} is owned by a service")
    last = role.created if isinstance(role.last_used, Absent) else role.last_used
    if isinstance(last, Absent):
        return Undecided(Why(Reason.NOT_COLLECTED, f"it is not told when {role.name} was made"))
    if now.days_since(known(last)) <= days:
        return PASS
    return Fail(f"{role.name} was not used for more than {days} days", facts("used", "no"))
