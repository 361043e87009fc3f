from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import VpcEndpoint
from scanner.model.kind import All
from scanner.model.mentions import mentioned
from scanner.model.quantifiers import some
from scanner.model.vpc import NetworkInterface, Vpc

_SERVICES = ("ec2",)


def _vpc(interface: NetworkInterface) -> tuple[str, ...]:
    return (known(interface.vpc),)


@rule("VPC-025", Severity.LOW, controls=("vpc-endpoint-ec2",))
def ec2_endpoint_missing(vpc: Vpc, endpoints: All[VpcEndpoint], interfaces: All[NetworkInterface]) -> Verdict:
    """
    VPC has no endpoint for the EC2 API.

    Calls to the EC2 API from instances leave through the internet, so the network must be open for them.
    An interface endpoint keeps these calls inside the network and under an endpoint policy. VPCs without network
    interfaces are skipped.

    ```evidence bad
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeVpcEndpoints: {VpcEndpoints: []}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces: [{NetworkInterfaceId: eni-1, VpcId: vpc-1, OwnerId: "123456789012"}]
    ```
    ```evidence good
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - VpcEndpointId: vpce-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          VpcEndpointType: Interface
          ServiceName: com.amazonaws.eu-west-1.ec2
          State: available
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces: [{NetworkInterfaceId: eni-1, VpcId: vpc-1, OwnerId: "123456789012"}]
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

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]
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

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]
    }

    resource "aws_vpc_endpoint" "ec2" {
      vpc_id            = aws_vpc.main.id
      service_name      = "com.amazonaws.eu-west-1.ec2"
      vpc_endpoint_type = "Interface"
      subnet_ids        = [aws_subnet.app.id]
    }
    ```
    """
    if not mentioned(interfaces, _vpc).has(vpc.id):
        return Skip("it has no network interfaces")

    def serves(endpoint: VpcEndpoint, service: str) -> bool:
        name = f"com.amazonaws.{vpc.scope.region}.{service}"
        return endpoint.vpc == vpc.id and endpoint.service_name == name and endpoint.state == "available"

    def served(service: str) -> bool:
        return some(endpoints, lambda endpoint: serves(endpoint, service))

    missing = [service for service in _SERVICES if not served(service)]
    if not missing:
        return PASS
    return Fail(f"{vpc.label} has no endpoint for {', '.join(missing)}", facts("missing", *missing))
