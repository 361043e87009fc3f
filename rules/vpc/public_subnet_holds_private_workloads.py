from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.kind import All
from scanner.model.network_hygiene import SubnetRouting
from scanner.model.vpc import NetworkInterface, Subnet


@rule("VPC-113", Severity.LOW, controls=("vpc-subnet-separation",))
def public_subnet_holds_private_workloads(
    subnet: Subnet, routing: SubnetRouting, interfaces: All[NetworkInterface]
) -> Verdict:
    """
    Public subnet holds instances that need no public address.

    Instances without a public address work as well in a private subnet, and there no address that somebody adds later, and no
    load balancer with a wrong target, exposes them by itself. Keep public subnets for what faces the public: load balancers and
    NAT gateways.

    A subnet counts as public if its routes in force lead some of the internet to an internet gateway, whatever its name says.

    ```evidence bad
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1, State: active, Origin: CreateRoute}
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}]
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          RequesterManaged: false
          Attachment: {InstanceId: i-1, DeviceIndex: 0}
          Groups: [{GroupId: sg-1}]
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ```
    ```evidence good
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1, State: active, Origin: CreateRoute}
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}]
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          RequesterManaged: false
          Attachment: {InstanceId: i-1, DeviceIndex: 0}
          Groups: [{GroupId: sg-1}]
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.main.id
      }
    }

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_instance" "app" {
      ami                         = "ami-0a1b2c3d"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.app.id
      vpc_security_group_ids      = [aws_security_group.app.id]
      associate_public_ip_address = false
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_instance" "app" {
      ami                         = "ami-0a1b2c3d"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.app.id
      vpc_security_group_ids      = [aws_security_group.app.id]
      associate_public_ip_address = false
    }
    ```
    """
    if not routing.is_public:
        return PASS
    private = [
        one.label
        for one in interfaces
        if one.subnet == subnet.id and one.instance and not any(each.public_ipv4 for each in known(one.addresses))
    ]
    if not private:
        return PASS
    return Fail(f"{subnet.label} is public and holds {len(private)} without a public address", facts("holds", *private))
