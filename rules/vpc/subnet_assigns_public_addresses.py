from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.vpc import Subnet
from scanner.remedies.vpc import stop_assigning_public_addresses


@rule("VPC-020", Severity.MEDIUM, controls=("vpc-subnet-no-auto-public-ip",), remedy=stop_assigning_public_addresses)
def subnet_assigns_public_addresses(subnet: Subnet) -> Verdict:
    """
    Subnet assigns public IPv4 addresses by itself.

    Whatever is launched in it becomes reachable from outside unless someone remembers to decline. Turn
    `MapPublicIpOnLaunch` off, and give public addresses to load balancers and NAT gateways on purpose. This is
    literal: whether the subnet has a route to an internet gateway is not asked.

    ```evidence bad
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", MapPublicIpOnLaunch: true}]
    ```
    ```evidence good
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", MapPublicIpOnLaunch: false}]
    ```
    ```terraform bad
    resource "aws_subnet" "app" {
      vpc_id                  = "vpc-0a1b2c3d"
      cidr_block              = "10.0.1.0/24"
      map_public_ip_on_launch = true
    }
    ```
    ```terraform good
    resource "aws_subnet" "app" {
      vpc_id                  = "vpc-0a1b2c3d"
      cidr_block              = "10.0.1.0/24"
      map_public_ip_on_launch = false
    }
    ```
    """
    if not subnet.maps_public_ipv4:
        return PASS
    return Fail(f"{subnet.label} assigns public IPv4 addresses at launch", facts("public IPv4", "at launch"))
