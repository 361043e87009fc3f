from scanner import PASS, Absent, Fail, Severity, Skip, Undecided, Verdict, facts, known, rule
from scanner.model.iam import User
from scanner.model.iam_usage import UserUsage
from scanner.model.kind import Moment
from scanner.model.maybe import Reason, Why

_SHOWN = 5


@rule("IAM-108", Severity.LOW, controls=("iam-unused-permissions",))
def user_holds_unused_permissions(user: User, usage: UserUsage, now: Moment, *, days: int = 90) -> Verdict:
    """
    User holds permissions that it does not use.

    Rights that nobody needs are those that a thief of its keys is glad of. Take the services that were not called out
    of its policies; Access Analyzer can write a policy from what the user really did. The option `days` tells how long
    is too long. AWS counts attempts too, remembers 400 days, and needs up to four hours to tell a call.

    A user that is not active at all is another rule's matter.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: importer
          Path: /
          Arn: arn:aws:iam::123456789012:user/importer
          CreateDate: "2024-01-01T00:00:00+00:00"
    iam:GenerateServiceLastAccessedDetails:
      - parameters: {Arn: "arn:aws:iam::123456789012:user/importer"}
        response: {JobId: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f}
    iam:GetServiceLastAccessedDetails:
      - parameters: {JobId: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f}
        response:
          JobStatus: COMPLETED
          ServicesLastAccessed:
            - {ServiceName: Amazon S3, ServiceNamespace: s3, LastAuthenticated: "2025-12-20T00:00:00+00:00"}
            - {ServiceName: Amazon EC2, ServiceNamespace: ec2}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: importer
          Path: /
          Arn: arn:aws:iam::123456789012:user/importer
          CreateDate: "2024-01-01T00:00:00+00:00"
    iam:GenerateServiceLastAccessedDetails:
      - parameters: {Arn: "arn:aws:iam::123456789012:user/importer"}
        response: {JobId: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f}
    iam:GetServiceLastAccessedDetails:
      - parameters: {JobId: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f}
        response:
          JobStatus: COMPLETED
          ServicesLastAccessed:
            - {ServiceName: Amazon S3, ServiceNamespace: s3, LastAuthenticated: "2025-12-20T00:00:00+00:00"}
    ```
    """
    if isinstance(user.created, Absent):
        return Undecided(Why(Reason.NOT_COLLECTED, f"it is not told when {user.name} was made"))
    if now.days_since(known(user.created)) <= days:
        return Skip(f"{user.name} is younger than {days} days")
    services = known(usage.services)
    unused = sorted(
        use.service for use in services if isinstance(use.last, Absent) or now.days_since(known(use.last)) > days
    )
    if services and len(unused) == len(services):
        return Skip(f"{user.name} is not used at all")
    if not unused:
        return PASS
    more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
    return Fail(
        f"{user.name} used {len(services) - len(unused)} of {len(services)} services in {days} days, "
        f"but not {', '.join(unused[:_SHOWN])}{more}",
        facts("unused", *unused),
    )
