from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.exposure import Exposure, ExposurePath
from scanner.model.port_families import DATABASES
from scanner.model.vpc import NetworkInterface
from scanner.remedies.security_groups import shut_database_ports


@rule(
    "VPC-102",
    Severity.CRITICAL,
    controls=(
        "sg-only-authorized-ports",
        "sg-no-high-risk-ports",
        "sg-no-mysql-from-internet",
        "sg-no-postgres-from-internet",
        "sg-no-sqlserver-from-internet",
        "sg-no-oracle-from-internet",
        "sg-no-mongodb-from-internet",
        "sg-no-redis-from-internet",
        "sg-no-memcached-from-internet",
        "sg-no-cassandra-from-internet",
        "sg-no-elasticsearch-from-internet",
        "sg-no-kafka-from-internet",
    ),
    remedy=shut_database_ports,
)
def database_ports_reached_from_internet(
    interface: NetworkInterface, exposure: Exposure, path: ExposurePath, *, share: float = 0.25
) -> Verdict:
    """
    Ports of databases can be reached from the internet.

    A database that the internet reaches is one weak password or one flaw away from losing all its data, and has no web server
    in front that would log or limit what is tried. Move it to a subnet without a route from the internet, or admit only
    the groups of its clients.

    This is reasoned, not matched: it fails where routes, network ACLs, security groups, addresses, the block of public
    access and the listeners of a load balancer together let at least a quarter of the internet (option `share`) send a
    packet to the port and get its answer. The message tells the way of one packet.

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
            - {IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
            - {IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
      from_port         = 5432
      to_port           = 5432
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
      ip_protocol       = "tcp"
      from_port         = 5432
      to_port           = 5432
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
    found = exposure.open_among(DATABASES, share)
    if not found:
        return PASS
    named = [str(one) for one in found]
    way = path.text(exposure, found)
    return Fail(f"the internet reaches {', '.join(named)} of {interface.label}: {way}", facts("reached", *named))
