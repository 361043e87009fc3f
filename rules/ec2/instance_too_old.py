from scanner import PASS, Fail, Severity, Skip, Verdict, known, rule
from scanner.model.ec2 import Instance
from scanner.model.kind import Moment


@rule("EC2-014", Severity.LOW, controls=("ec2-old-instances",))
def instance_too_old(instance: Instance, now: Moment, *, most_days: int = 180) -> Verdict:
    """
    Instance has run for too long without a new launch.

    An instance that is never replaced drifts from its template and gathers unpatched software and forgotten changes.
    Replace instances from a fresh image regularly. The number of days since the last start is the option `most_days`.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, LaunchTime: "2024-01-01T00:00:00+00:00"}]
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, LaunchTime: "2025-12-01T00:00:00+00:00"}]
    ```
    """
    if instance.state != "running":
        return Skip("it is not running")
    if now.days_since(known(instance.launched_at)) <= most_days:
        return PASS
    return Fail(f"{instance.label} has run since {known(instance.launched_at):%Y-%m-%d}")
