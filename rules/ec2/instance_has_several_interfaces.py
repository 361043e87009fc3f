from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.ec2 import Instance


@rule("EC2-023", Severity.LOW, controls=("ec2-single-eni",))
def instance_has_several_interfaces(instance: Instance) -> Verdict:
    """
    Instance has several network interfaces.

    An instance with feet in several subnets can carry traffic from one to the other past the network's controls. Give
    it one interface unless it is an appliance. Instances that an AWS service operates are skipped, and clusters whose
    network plug-in adds interfaces may be waived.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              NetworkInterfaces: [{NetworkInterfaceId: eni-1}, {NetworkInterfaceId: eni-2}]
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, NetworkInterfaces: [{NetworkInterfaceId: eni-1}]}]
    ```
    """
    if instance.managed_by:
        return Skip(f"{instance.managed_by} operates it")
    found = [known(interface.id) for interface in known(instance.interfaces)]
    if len(found) < len(("primary", "another")):
        return PASS
    return Fail(f"{instance.label} has {len(found)} network interfaces", facts("interface", *found))
