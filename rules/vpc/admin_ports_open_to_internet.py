from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.kind import BESIDE, All
from scanner.model.port_families import ADMINISTRATION
from scanner.model.security_group import SecurityGroup, open_among
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import close_administration_ports


@rule(
    "VPC-001",
    Severity.HIGH,
    controls=(
        "sg-only-authorized-ports",
        "sg-no-high-risk-ports",
        "sg-no-ssh-from-internet",
        "sg-no-rdp-from-internet",
        "sg-no-admin-ports-ipv4",
        "sg-no-admin-ports-ipv6",
    ),
    remedy=close_administration_ports,
)
def admin_ports_open_to_internet(
    group: SecurityGroup, use: Annotated[GroupUse, BESIDE], lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens administration ports to the internet.

    Ports for administration are tried by attackers within minutes: one weak password, leaked key or unpatched server
    gives them the machine. Close them and use Session Manager or an Instance Connect endpoint, or admit only the
    networks that administrators come from.

    All of a group's sources are taken together: it counts as open to the internet if IPv4 or IPv6 addresses that make
    up at least a quarter of it (option `share`) may connect, however they are split into blocks or prefix lists.

    It fails unless the network says more: what the internet really reaches through the group is told by VPC-101, and an
    opening behind which something else is shut by VPC-106.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 0.0.0.0/1}, {CidrIp: 128.0.0.0/1}]}
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 198.51.100.0/24}]}
            - {IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}
    ```
    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "-1", Ipv6Ranges: [{CidrIpv6: "::/0"}]}
    ```
    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, PrefixListIds: [{PrefixListId: pl-1}]}]
    ec2:GetManagedPrefixListEntries:
      - parameters: {PrefixListId: pl-1, MaxResults: 100}
        response: {Entries: [{Cidr: 0.0.0.0/0}]}
    ```
    ```terraform bad
    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Clients"
      ip_protocol       = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_ipv4         = "0.0.0.0/0"
    }
    ```
    ```terraform good
    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Clients"
      ip_protocol       = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_ipv4         = "10.0.0.0/8"
    }
    ```
    """
    found = open_among(group, ADMINISTRATION, lists, share)
    if not found:
        return PASS
    if use.is_proven(Standing.REACHED, lambda exposure: exposure.open_among(found, share)):
        return Skip("the internet reaches what carries it, which VPC-101 tells")
    if use.is_proven(Standing.LATENT, lambda exposure: exposure.open_among(found, share)):
        return Skip("nothing that carries it is reached, which VPC-106 tells")
    named = [str(one) for one in found]
    return Fail(f"{group.label} opens {', '.join(named)} to the internet", facts("open", *named))
