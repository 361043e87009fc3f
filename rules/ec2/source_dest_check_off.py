from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.vpc import NetworkInterface


@rule("EC2-016", Severity.MEDIUM, controls=("ec2-source-dest-check",))
def source_dest_check_off(interface: NetworkInterface) -> Verdict:
    """
    Source/destination check is off.

    With the check off an interface may send and receive packets that are not its own: whoever takes the instance can
    impersonate others and route past the network's rules. Turn it on for all but NAT instances, firewalls and routers,
    and waive those. Interfaces that AWS services manage are skipped.

    ```evidence bad
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - {NetworkInterfaceId: eni-1, OwnerId: "123456789012", InterfaceType: interface, SourceDestCheck: false}
    ```
    ```evidence good
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - {NetworkInterfaceId: eni-1, OwnerId: "123456789012", InterfaceType: interface, SourceDestCheck: true}
        - {NetworkInterfaceId: eni-2, OwnerId: "123456789012", RequesterManaged: true, SourceDestCheck: false}
    ```
    ```terraform bad
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
      source_dest_check = false
    }
    ```
    ```terraform good
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
    }
    ```
    """
    if interface.requester_managed:
        return Skip("an AWS service manages it")
    if interface.source_dest_check:
        return PASS
    return Fail(f"{interface.label} does not check source and destination", facts("source/destination check", "off"))
