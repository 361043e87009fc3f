from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.exposure import Exposure, traffic_open_to
from scanner.model.traffic import traffic_text, whole
from scanner.model.vpc import NetworkInterface


@rule("VPC-105", Severity.LOW, controls=("sg-only-authorized-ports",))
def requests_reach_without_answer(interface: NetworkInterface, exposure: Exposure, *, share: float = 0.25) -> Verdict:
    """
    Packets from the internet arrive by UDP where no answer can leave.

    The internet gateway delivers to a public address whatever the subnet's route table says: that bears on answers alone.
    One packet of UDP can be an attack by itself, and a missing route is taken for a closed door. Remove the public
    address, or admit no UDP from the internet in the security group or the network ACL.

    It fails where at least a quarter of the internet (option `share`) can send UDP to an interface and the network ACL or
    the route table lets no answer back.

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
            - {IpProtocol: "udp", FromPort: 161, ToPort: 161, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
            - {IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
      ip_protocol       = "udp"
      from_port         = 53
      to_port           = 53
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]

      associate_public_ip_address = true
    }

    resource "aws_network_acl" "app" {
      vpc_id     = aws_vpc.main.id
      subnet_ids = [aws_subnet.app.id]

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "-1"
        from_port  = 0
        to_port    = 0
        cidr_block = "0.0.0.0/0"
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
      ip_protocol       = "udp"
      from_port         = 53
      to_port           = 53
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]

      associate_public_ip_address = true
    }

    resource "aws_network_acl" "app" {
      vpc_id     = aws_vpc.main.id
      subnet_ids = [aws_subnet.app.id]

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "-1"
        from_port  = 0
        to_port    = 0
        cidr_block = "0.0.0.0/0"
      }

      egress {
        rule_no    = 100
        action     = "allow"
        protocol   = "-1"
        from_port  = 0
        to_port    = 0
        cidr_block = "0.0.0.0/0"
      }
    }
    ```
    """
    blind = traffic_open_to(known(exposure.requests), share) & whole("udp")
    if not blind:
        return PASS
    text = traffic_text(blind)
    return Fail(f"{text} from the internet arrives at {interface.label}, and no answer leaves", facts("arrives", text))
