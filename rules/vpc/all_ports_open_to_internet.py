from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, any_of, facts, known, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.intervals import Intervals
from scanner.model.kind import BESIDE, All
from scanner.model.security_group import ALL_PORTS, SecurityGroup, open_ports
from scanner.model.traffic import whole as whole_of
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import revoke_public_rules


@rule(
    "VPC-005",
    Severity.HIGH,
    controls=("sg-no-all-ports-from-internet", "sg-no-high-risk-ports", "sg-only-authorized-ports"),
    remedy=revoke_public_rules,
)
def all_ports_open_to_internet(
    group: SecurityGroup, use: Annotated[GroupUse, BESIDE], lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens every port to the internet.

    Whatever listens on an interface with this group, now or later, is open to everyone. Replace the rule by the ports
    that are meant for the public.

    TCP and UDP are judged apart; one of them wholly open is a failure, also where several rules or blocks together
    open it. Addresses count as the internet if they make up at least a quarter of it (option `share`).
    It fails unless the network says more: what the internet really reaches through the group is told by VPC-104, and an
    opening behind which something else is shut by VPC-110.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: tcp, FromPort: 0, ToPort: 30000, IpRanges: [{CidrIp: 0.0.0.0/0}]}
            - {IpProtocol: tcp, FromPort: 30001, ToPort: 65535, IpRanges: [{CidrIp: 0.0.0.0/0}]}
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "-1", IpRanges: [{CidrIp: 10.0.0.0/8}]}
            - {IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}
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
      from_port         = 0
      to_port           = 65535
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
      from_port         = 443
      to_port           = 443
      cidr_ipv4         = "0.0.0.0/0"
    }
    ```
    """
    opened = {protocol: open_ports(known(group.ingress), protocol, lists, share) for protocol in ("tcp", "udp")}
    if not any_of(lambda: opened["tcp"].hold(ALL_PORTS), lambda: opened["udp"].hold(ALL_PORTS)):
        return PASS
    whole = [protocol for protocol, ports in opened.items() if ports.ports == ALL_PORTS]
    opening = Intervals(tuple(span for protocol in whole for span in whole_of(protocol).spans))
    if use.is_proven(Standing.REACHED, lambda exposure: opening <= exposure.open_traffic(share)):
        return Skip("the internet reaches what carries it, which VPC-104 tells")
    if use.is_proven(Standing.LATENT, lambda exposure: exposure.open_traffic(share) & opening):
        return Skip("nothing that carries it is reached, which VPC-110 tells")
    named = " and ".join(protocol.upper() for protocol in whole)
    return Fail(f"{group.label} opens every port of {named} to the internet", facts("open", *whole))
