from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.kind import All
from scanner.model.vpc import Subnet, Vpc


@rule("VPC-032", Severity.LOW, controls=("vpc-subnets-multi-az",))
def vpc_in_one_zone(vpc: Vpc, subnets: All[Subnet]) -> Verdict:
    """
    VPC has subnets in one Availability Zone only.

    When that zone fails, all of the VPC fails. Make subnets in a second zone and spread the workload over both.

    ```evidence bad
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", AvailabilityZone: eu-west-1a}]
    ```
    ```evidence good
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeSubnets:
      Subnets:
        - {SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", AvailabilityZone: eu-west-1a}
        - {SubnetId: subnet-2, VpcId: vpc-1, OwnerId: "123456789012", AvailabilityZone: eu-west-1b}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "a" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "a" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "b" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.2.0/24"
      availability_zone = "eu-west-1b"
    }
    ```
    """
    zones = set[str]()
    for subnet in subnets:
        if subnet.vpc == vpc.id:
            zones.add(known(subnet.availability_zone))
        if len(zones) > 1:
            return PASS
    if not zones:
        return Skip("it has no subnets")
    return Fail(f"all subnets of {vpc.label} lie in {', '.join(zones)}", facts("zone", *zones))
