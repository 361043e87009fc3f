from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Instance
from scanner.remedies.ec2 import monitor_in_detail


@rule("EC2-018", Severity.LOW, controls=("ec2-detailed-monitoring",), remedy=monitor_in_detail)
def instance_lacks_detailed_monitoring(instance: Instance) -> Verdict:
    """
    Instance is not monitored in detail.

    Basic monitoring has one data point in five minutes, too coarse to see short abuse such as mining or scanning.
    Enable detailed monitoring where metrics are watched; it is charged for.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, Monitoring: {State: disabled}}]
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances: [{InstanceId: i-1, State: {Name: running}, Monitoring: {State: enabled}}]
    ```
    ```terraform bad
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
    }
    ```
    ```terraform good
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
      monitoring = true
    }
    ```
    """
    if instance.detailed_monitoring:
        return PASS
    return Fail(f"{instance.label} has basic monitoring only", facts("detailed monitoring", "off"))
