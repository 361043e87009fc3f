from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.exposure import Exposure
from scanner.model.traffic import traffic_text, whole
from scanner.model.vpc import NetworkInterface
from scanner.remedies.security_groups import shut_all_ports


@rule(
    "VPC-104",
    Severity.CRITICAL,
    controls=("sg-no-all-ports-from-internet", "sg-no-high-risk-ports", "sg-only-authorized-ports"),
    remedy=shut_all_ports,
)
def all_ports_reached_from_internet(interface: NetworkInterface, exposure: Exposure, *, share: float = 0.25) -> Verdict:
    """
    Every port of a protocol can be reached from the internet.

    Whatever listens on the machine, today or after the next update, is offered to everyone: agents, consoles, databases
    and test servers that nobody meant to publish. Admit the few ports that serve the public, and nothing else.

    This is reasoned, not matched: it fails where routes, network ACLs, security groups, addresses, the block of public
    access and the listeners of a load balancer together let at least a quarter of the internet (option `share`) connect
    to all ports of TCP or UDP, however many rules that takes.

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
            - {IpProtocol: "tcp", FromPort: 0, ToPort: 65535, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
            - {IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
      ip_protocol       = "-1"
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]

      associate_public_ip_address = true
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
      ip_protocol       = "-1"
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]

      associate_public_ip_address = false
    }
    ```
    """
    reached = exposure.open_traffic(share)
    found = [name for name in ("tcp", "udp") if whole(name) <= reached]
    if not found:
        return PASS
    return Fail(f"the internet reaches {traffic_text(reached)} of {interface.label}", facts("reached", *found))
