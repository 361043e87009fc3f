from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.kind import All
from scanner.model.port_families import CLEARTEXT
from scanner.model.security_group import SecurityGroup, open_among
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import close_cleartext_ports


@rule(
    "VPC-108",
    Severity.LOW,
    controls=(
        "sg-only-authorized-ports",
        "sg-no-high-risk-ports",
        "sg-no-telnet-from-internet",
        "sg-no-ftp-from-internet",
        "sg-no-cifs-from-internet",
    ),
    remedy=close_cleartext_ports,
)
def cleartext_ports_latently_open(
    group: SecurityGroup, use: GroupUse, lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens cleartext and file sharing ports to the internet, and something else is shut.

    Nothing that carries the group is reached by these ports today: the message says what is in the way, and how many changes
    away the exposure is. The next public address, route or load balancer opens them without anybody touching the group.
    Close the rule while it costs nothing.

    It fails where it is known that the internet reaches none of the interfaces that carry the group. What is reached is told
    by VPC-103, and where that is not known VPC-003 tells the opening itself.

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
            - {IpProtocol: tcp, FromPort: 23, ToPort: 23, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
            - {IpProtocol: tcp, FromPort: 23, ToPort: 23, IpRanges: [{CidrIp: 10.0.0.0/8}]}
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
      from_port         = 23
      to_port           = 23
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
      from_port         = 23
      to_port           = 23
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
    found = open_among(group, CLEARTEXT, lists, share)
    if not found:
        return PASS
    standing = use.standing_among(found, share)
    if standing != Standing.LATENT:
        return Skip(f"it is {standing}")
    named = [str(one) for one in found]
    return Fail(f"{group.label} opens {', '.join(named)} to the internet: {use.shut_by()}", facts("open", *named))
