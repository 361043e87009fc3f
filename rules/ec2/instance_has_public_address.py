from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.ec2 import Instance


@rule("EC2-011", Severity.HIGH, controls=("ec2-no-public-ip",))
def instance_has_public_address(instance: Instance) -> Verdict:
    """
    Instance has a public IPv4 address.

    A public address makes the instance's security groups the only thing between it and the internet. Put it into a
    private subnet behind a load balancer, and reach out through a NAT gateway or VPC endpoints. This is literal:
    whether a route and a group let the internet in is not asked here.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              NetworkInterfaces:
                - NetworkInterfaceId: eni-1
                  PrivateIpAddresses:
                    - {PrivateIpAddress: 10.0.0.4, Primary: true}
                    - {PrivateIpAddress: 10.0.0.5, Primary: false, Association: {PublicIp: 198.51.100.7}}
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              NetworkInterfaces:
                - NetworkInterfaceId: eni-1
                  PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.4, Primary: true}]
    ```
    ```terraform bad
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
      associate_public_ip_address = true
    }
    ```
    ```terraform good
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
      associate_public_ip_address = false
    }
    ```
    """
    public = {address for interface in known(instance.interfaces) for address in known(interface.public_ipv4)}
    if not public:
        return PASS
    return Fail(
        f"{instance.label} has the public address {', '.join(sorted(public))}", facts("public address", *public)
    )
