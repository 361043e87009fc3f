from typing import Final

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.assertion import AssertedPaths, parse_assertion
from scanner.model.exposure import Exposure
from scanner.model.port_families import ADMINISTRATION, CLEARTEXT, DATABASES
from scanner.model.vpc import NetworkInterface

_USUAL: Final = ("deny internet -> tag:tier=db", "deny internet -> tag:tier=data")
_TOLD: Final = (*ADMINISTRATION, *DATABASES, *CLEARTEXT)
"""What VPC-101 to VPC-104 tell of, each interface that the internet reaches by it."""
_SHARE: Final = 0.25
"""The share of the internet from which on they tell it."""


@rule("VPC-112", Severity.HIGH, controls=("network-path-assertion",))
def path_assertion_broken(
    interface: NetworkInterface, paths: AssertedPaths, exposure: Exposure, *, assertions: tuple[str, ...] = _USUAL
) -> Verdict:
    """
    Network lets through what a path assertion denies.

    What a network is meant for is seldom written down, so nobody notices when it is no longer so. An assertion says it:
    `deny internet -> tag:tier=db`, or `only alb/* -> tag:tier=app tcp/8080`. It is judged exactly, over routes, network
    ACLs, security groups, load balancers, peerings and transit gateways, and a broken one is told with the way of a packet.

    Write assertions into `assertions` of `casemate.toml`; they replace the usual ones, which keep the internet from what is
    tagged as the tier `db` or `data`; what VPC-101 to VPC-104 tell already, they do not tell again. A place is an id, a
    name (with `*`), `tag:KEY=VALUE`, `alb/NAME`, `nlb/NAME`, `clb/NAME`, a block of addresses, or `internet`.

    ```evidence bad
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          Groups: [{GroupId: sg-1}]
          TagSet: [{Key: tier, Value: db}]
          PrivateIpAddresses:
            - {PrivateIpAddress: 10.0.0.10, Primary: true, Association: {PublicIp: 54.0.0.10, IpOwnerId: amazon}}
    ec2:DescribeSubnets:
      Subnets:
        - SubnetId: subnet-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          CidrBlock: 10.0.0.0/24
          BlockPublicAccessStates: {InternetGatewayBlockMode: "off"}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1, State: active, Origin: CreateRoute}
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
    ec2:DescribeInternetGateways:
      InternetGateways:
        - {InternetGatewayId: igw-1, OwnerId: "123456789012", Attachments: [{State: available, VpcId: vpc-1}]}
    ec2:DescribeVpcEndpoints: {VpcEndpoints: []}
    ec2:DescribeVpcBlockPublicAccessOptions: {VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: "off"}}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, IpRanges: [{CidrIp: 0.0.0.0/1}, {CidrIp: 128.0.0.0/1}]}
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}]}
    ec2:DescribeInstances: {Reservations: []}
    ```
    ```evidence good
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          Groups: [{GroupId: sg-1}]
          TagSet: [{Key: tier, Value: db}]
          PrivateIpAddresses:
            - {PrivateIpAddress: 10.0.0.10, Primary: true, Association: {PublicIp: 54.0.0.10, IpOwnerId: amazon}}
    ec2:DescribeSubnets:
      Subnets:
        - SubnetId: subnet-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          CidrBlock: 10.0.0.0/24
          BlockPublicAccessStates: {InternetGatewayBlockMode: "off"}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
    ec2:DescribeInternetGateways:
      InternetGateways:
        - {InternetGatewayId: igw-1, OwnerId: "123456789012", Attachments: [{State: available, VpcId: vpc-1}]}
    ec2:DescribeVpcEndpoints: {VpcEndpoints: []}
    ec2:DescribeVpcBlockPublicAccessOptions: {VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: "off"}}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, IpRanges: [{CidrIp: 0.0.0.0/0}]}
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}]}
    ec2:DescribeInstances: {Reservations: []}
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

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Clients"
      ip_protocol       = "tcp"
      from_port         = 8080
      to_port           = 8080
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                         = "ami-0a1b2c3d"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.app.id
      vpc_security_group_ids      = [aws_security_group.app.id]
      associate_public_ip_address = true

      tags = {
        tier = "db"
      }
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

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Clients"
      ip_protocol       = "tcp"
      from_port         = 8080
      to_port           = 8080
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                         = "ami-0a1b2c3d"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.app.id
      vpc_security_group_ids      = [aws_security_group.app.id]
      associate_public_ip_address = false

      tags = {
        tier = "db"
      }
    }
    ```
    """
    asked = [parse_assertion(text) for text in assertions]
    concerned = [one for one in asked if known(paths.concerns)(one)]
    if not concerned:
        return Skip("no path assertion speaks of it")
    if assertions == _USUAL and exposure.open_among(_TOLD, _SHARE):
        return Skip("VPC-101 to VPC-104 tell what the internet reaches of it")
    broken = {one.text: way for one in concerned if (way := known(paths.counterexample)(one))}
    if not broken:
        return PASS
    told = "; ".join(f"`{text}` is broken by {way}" for text, way in broken.items())
    return Fail(f"{interface.label}: {told}", facts("broken", *broken))
