from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Instance


@rule("EC2-015", Severity.MEDIUM, controls=("ec2-paravirtual",))
def instance_is_paravirtual(instance: Instance) -> Verdict:
    """
    Instance is paravirtual.

    Paravirtual instances run on old hardware generations without Nitro's isolation, and their images are no longer
    maintained. Move the workload to an HVM image on a current instance type.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, VirtualizationType: paravirtual}]
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, VirtualizationType: hvm}]
    ```
    """
    if instance.virtualization == "paravirtual":
        return Fail(f"{instance.label} is paravirtual", facts("virtualization", "paravirtual"))
    return PASS
