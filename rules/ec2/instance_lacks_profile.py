from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Instance


@rule("EC2-012", Severity.LOW, controls=("ec2-instance-profile",))
def instance_lacks_profile(instance: Instance) -> Verdict:
    """
    Instance has no instance profile.

    Software on an instance without a role that calls AWS must hold long-lived keys, which leak and do not rotate.
    Attach an instance profile whose role allows just what the software does. An instance that never calls AWS may be
    waived, though Systems Manager needs a role too.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - {OwnerId: "123456789012", Instances: [{InstanceId: i-1, State: {Name: running}}]}
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              IamInstanceProfile: {Arn: "arn:aws:iam::123456789012:instance-profile/web"}
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
      iam_instance_profile = "app"
    }
    ```
    """
    if instance.instance_profile:
        return PASS
    return Fail(f"{instance.label} has no instance profile", facts("instance profile", "none"))
