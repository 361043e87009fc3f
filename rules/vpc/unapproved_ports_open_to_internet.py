from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import BESIDE, All
from scanner.model.port_families import ADMINISTRATION, CLEARTEXT, DATABASES, RISKY
from scanner.model.quantifiers import some
from scanner.model.security_group import ALL_PORTS, SecurityGroup, open_ports, ports_text
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import revoke_public_rules


@rule("VPC-006", Severity.MEDIUM, controls=("sg-only-authorized-ports",), remedy=revoke_public_rules)
def unapproved_ports_open_to_internet(
    group: SecurityGroup,
    use: Annotated[GroupUse, BESIDE],
    lists: All[PrefixListEntries],
    *,
    tcp: tuple[str, ...] = ("80", "443"),
    udp: tuple[str, ...] = (),
    share: float = 0.25,
) -> Verdict:
    """
    Security group opens ports to the internet that are not approved for it.

    What is meant for everyone is usually the web. Any other port that a group opens to the internet should be a
    decision: close it, or approve it by the options `tcp` and `udp`. Ports of administration, databases, cleartext
    protocols and others that are often attacked, and groups that open every port, are told by rules of their own.

    Addresses count as the internet if they make up at least a quarter of it (option `share`), however they are split.
    It fails unless it is known that nothing which carries the group is reached: such an opening waits for other mistakes, and
    is counted in the ledger of the report.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 444, Ipv6Ranges: [{CidrIpv6: "2000::/3"}]}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: tcp, FromPort: 443, ToPort: 443, Ipv6Ranges: [{CidrIpv6: "2000::/3"}]}
            - {IpProtocol: tcp, FromPort: 8443, ToPort: 8443, IpRanges: [{CidrIp: 198.51.100.0/24}]}
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
      from_port         = 9000
      to_port           = 9000
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
    approved = {
        protocol: intervals((int(port), int(port)) for port in ports) | _told_elsewhere(protocol)
        for protocol, ports in (("tcp", tcp), ("udp", udp))
    }
    opened = {protocol: open_ports(known(group.ingress), protocol, lists, share) for protocol in approved}
    if not some(approved, lambda protocol: opened[protocol].among(ALL_PORTS - approved[protocol])):
        return PASS
    found = [
        f"{protocol}/{ports_text(rest)}"
        for protocol, ports in opened.items()
        if ports.ports != ALL_PORTS and (rest := ports.ports - approved[protocol])
    ]
    if not found:
        return PASS
    if use.is_proven(Standing.LATENT, lambda exposure: exposure.open_traffic(share)):
        return Skip("nothing that carries it is reached")
    return Fail(f"{group.label} opens {' and '.join(found)} to the internet", facts("open", *found))


def _told_elsewhere(protocol: str) -> Intervals:
    families = (*ADMINISTRATION, *DATABASES, *CLEARTEXT, *RISKY)
    return intervals((ports.first, ports.last) for ports in families if ports.protocol == protocol)
