from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.exposure import Exposure
from scanner.model.vpc import NetworkInterface


@rule("VPC-114", Severity.LOW, controls=("ec2-no-public-ip",))
def public_address_serves_nobody(interface: NetworkInterface, exposure: Exposure) -> Verdict:
    """
    Public address serves nobody on the internet.

    Nothing of the internet reaches the interface, so its public address serves at most to go out, which a NAT gateway does for a
    whole subnet. What it does is to leave one rule of a security group between the machine and everyone. Remove it.

    It fails where routes, network ACLs, security groups and the block of public access let no connection in. Interfaces of AWS
    services are left out.

    ```evidence bad
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
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true, Association: {PublicIp: 54.0.0.10, IpOwnerId: amazon}}]
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
      InternetGateways: [{InternetGatewayId: igw-1, OwnerId: "123456789012", Attachments: [{State: available, VpcId: vpc-1}]}]
    ec2:DescribeVpcEndpoints: {VpcEndpoints: []}
    ec2:DescribeVpcBlockPublicAccessOptions: {VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: "off"}}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 10.0.0.0/8}]}]
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
          RequesterManaged: false
          Attachment: {InstanceId: i-1, DeviceIndex: 0}
          Groups: [{GroupId: sg-1}]
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true, Association: {PublicIp: 54.0.0.10, IpOwnerId: amazon}}]
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
      InternetGateways: [{InternetGatewayId: igw-1, OwnerId: "123456789012", Attachments: [{State: available, VpcId: vpc-1}]}]
    ec2:DescribeVpcEndpoints: {VpcEndpoints: []}
    ec2:DescribeVpcBlockPublicAccessOptions: {VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: "off"}}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]
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

      ingress {
        description = "Clients"
        protocol    = "tcp"
        from_port   = 443
        to_port     = 443
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_instance" "app" {
      ami                         = "ami-0a1b2c3d"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.app.id
      vpc_security_group_ids      = [aws_security_group.app.id]
      associate_public_ip_address = true
    }
    ```
    """
    if not interface.instance:
        return Skip("it belongs to no instance")
    if not any(one.public_ipv4 for one in known(interface.addresses)):
        return Skip("it has no public address")
    if exposure.connections:
        return PASS
    exposure.ask()
    shut = ", ".join(one.code for one in known(exposure.blockers))
    return Fail(
        f"the internet reaches nothing of {interface.label} by its public address ({shut})", facts("address", "unused")
    )
