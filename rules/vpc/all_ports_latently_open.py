from scanner import PASS, Fail, Severity, Skip, Verdict, any_of, facts, known, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.kind import All
from scanner.model.security_group import ALL_PORTS, SecurityGroup, open_ports
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import revoke_public_rules


@rule(
    "VPC-110",
    Severity.LOW,
    controls=("sg-no-all-ports-from-internet", "sg-no-high-risk-ports", "sg-only-authorized-ports"),
    remedy=revoke_public_rules,
)
def all_ports_latently_open(
    group: SecurityGroup, use: GroupUse, lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens every port to the internet, and something else is shut.

    Nothing that carries the group is reached today: the message says what is in the way, and how many changes away the
    exposure is. The next public address, route or load balancer opens every port without anybody touching the group. Close
    the rule while it costs nothing.

    It fails where it is known that the internet reaches none of the interfaces that carry the group. What is reached is told
    by VPC-104, and where that is not known VPC-005 tells the opening itself.

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
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: tcp, FromPort: 0, ToPort: 65535, IpRanges: [{CidrIp: 0.0.0.0/0}]}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
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
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: tcp, FromPort: 0, ToPort: 65535, IpRanges: [{CidrIp: 10.0.0.0/8}]}
    elbv2:DescribeLoadBalancers: {LoadBalancers: []}
    elb:DescribeLoadBalancers: {LoadBalancerDescriptions: []}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
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
      from_port         = 0
      to_port           = 65535
      cidr_ipv4         = "0.0.0.0/0"
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

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
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
      from_port         = 0
      to_port           = 65535
      cidr_ipv4         = "10.0.0.0/8"
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
    opened = {protocol: open_ports(known(group.ingress), protocol, lists, share) for protocol in ("tcp", "udp")}
    if not any_of(lambda: opened["tcp"].hold(ALL_PORTS), lambda: opened["udp"].hold(ALL_PORTS)):
        return PASS
    standing = use.standing(lambda exposure: exposure.open_traffic(share))
    if standing != Standing.LATENT:
        return Skip(f"it is {standing}")
    whole = [protocol for protocol, ports in opened.items() if ports.ports == ALL_PORTS]
    named = " and ".join(protocol.upper() for protocol in whole)
    return Fail(f"{group.label} opens every port of {named} to the internet: {use.shut_by()}", facts("open", *whole))
