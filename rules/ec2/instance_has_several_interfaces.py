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
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_network_interface" "front" {
      subnet_id       = aws_subnet.app.id
      security_groups = [aws_security_group.app.id]
    }

    resource "aws_network_interface" "back" {
      subnet_id       = aws_subnet.app.id
      security_groups = [aws_security_group.app.id]
    }

    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      network_interface {
        network_interface_id = aws_network_interface.front.id
        device_index         = 0
      }

      network_interface {
        network_interface_id = aws_network_interface.back.id
        device_index         = 1
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_network_interface" "front" {
      subnet_id       = aws_subnet.app.id
      security_groups = [aws_security_group.app.id]
    }

    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      network_interface {
        network_interface_id = aws_network_interface.front.id
        device_index         = 0
      }
    }
    ```
    """
    if instance.managed_by:
        return Skip(f"{instance.managed_by} operates it")
    found = [known(interface.id) for interface in known(instance.interfaces)]
    if len(found) < len(("primary", "another")):
        return PASS
    return Fail(f"{instance.label} has {len(found)} network interfaces", facts("interface", *found))
