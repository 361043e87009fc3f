from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.kind import BESIDE, All
from scanner.model.port_families import RISKY
from scanner.model.security_group import SecurityGroup, open_among
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import close_risky_ports


@rule(
    "VPC-004", Severity.HIGH, controls=("sg-no-high-risk-ports", "sg-only-authorized-ports"), remedy=close_risky_ports
)
def risky_ports_open_to_internet(
    group: SecurityGroup, use: Annotated[GroupUse, BESIDE], lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens ports of high risk to the internet.

    These ports belong to services that are seldom meant for everyone and often attacked: what Security Hub's control
    EC2.19 lists beside administration, databases and cleartext protocols, which rules of their own tell. Admit only the
    networks that need them, and publish web applications through a load balancer on 443.

    All of a group's sources are taken together: it counts as open to the internet if IPv4 or IPv6 addresses that make
    up at least a quarter of it (option `share`) may connect, however they are split into blocks or prefix lists.

    It fails unless it is known that nothing which carries the group is reached: VPC-109 tells that.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
      from_port         = 8080
      to_port           = 8080
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
      from_port         = 8080
      to_port           = 8080
      cidr_ipv4         = "10.0.0.0/8"
    }
    ```
    """
    found = open_among(group, RISKY, lists, share)
    if not found:
        return PASS
    if use.is_proven(Standing.LATENT, lambda exposure: exposure.open_among(found, share)):
        return Skip("nothing that carries it is reached, which VPC-109 tells")
    named = [str(one) for one in found]
    return Fail(f"{group.label} opens {', '.join(named)} to the internet", facts("open", *named))
