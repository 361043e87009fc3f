from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import VpcEndpoint


@rule("VPC-028", Severity.LOW, controls=("vpc-endpoint-multi-az",))
def endpoint_in_one_zone(endpoint: VpcEndpoint) -> Verdict:
    """
    Interface endpoint lies in one Availability Zone.

    When that zone fails, nothing in the VPC reaches the service any more. Add subnets of other zones; an endpoint has
    at most one subnet in each zone.

    ```evidence bad
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - {VpcEndpointId: vpce-1, VpcId: vpc-1, VpcEndpointType: Interface, State: available, SubnetIds: [subnet-1]}
    ```
    ```evidence good
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - VpcEndpointId: vpce-1
          VpcId: vpc-1
          VpcEndpointType: Interface
          State: available
          SubnetIds: [subnet-1, subnet-2]
        - {VpcEndpointId: vpce-2, VpcId: vpc-1, VpcEndpointType: Gateway, State: available}
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_vpc_endpoint" "ssm" {
      vpc_id            = aws_vpc.main.id
      service_name      = "com.amazonaws.eu-west-1.ssm"
      vpc_endpoint_type = "Interface"
      subnet_ids        = [aws_subnet.app.id]
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "other" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.2.0/24"
      availability_zone = "eu-west-1b"
    }

    resource "aws_vpc_endpoint" "ssm" {
      vpc_id            = aws_vpc.main.id
      service_name      = "com.amazonaws.eu-west-1.ssm"
      vpc_endpoint_type = "Interface"
      subnet_ids        = [aws_subnet.app.id, aws_subnet.other.id]
    }
    ```
    """
    if endpoint.endpoint_type != "Interface":
        return Skip("it is not an interface endpoint")
    subnets = known(endpoint.subnets)
    if len(subnets) > 1:
        return PASS
    return Fail(f"{endpoint.label} lies in one subnet only", facts("subnet", *subnets))
