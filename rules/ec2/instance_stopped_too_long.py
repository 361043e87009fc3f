from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, known, rule
from scanner.model.ec2 import Instance
from scanner.model.kind import Moment


@rule("EC2-013", Severity.MEDIUM, controls=("ec2-stopped-instances",))
def instance_stopped_too_long(instance: Instance, now: Moment, *, most_days: int = 30) -> Verdict:
    """
    Instance has been stopped for too long.

    A stopped instance is not patched, yet its disks, role and groups wait for a start. Make an image of what must be
    kept and terminate it. The number of days is the option `most_days`.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: stopped}
              StateTransitionReason: "User initiated (2025-10-01 08:00:00 GMT)"
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: stopped}
              StateTransitionReason: "User initiated (2025-12-20 08:00:00 GMT)"
            - {InstanceId: i-2, State: {Name: running}}
    ```
    """
    if instance.state != "stopped":
        return Skip("it is not stopped")
    stopped = instance.stopped_at
    if isinstance(stopped, Absent) or now.days_since(known(stopped)) <= most_days:
        return PASS
    return Fail(f"{instance.label} has been stopped since {known(stopped):%Y-%m-%d}")
