from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.addresses import is_wide
from scanner.model.quantifiers import some
from scanner.model.security_group import AddressRange, Permission, SecurityGroup
from scanner.remedies.security_groups import revoke_public_rules


@rule("VPC-012", Severity.MEDIUM, controls=("sg-no-wide-public-cidr",), remedy=revoke_public_rules)
def public_range_too_wide(group: SecurityGroup, *, shortest_ipv4: int = 16, shortest_ipv6: int = 32) -> Verdict:
    """
    Security group admits an overly wide public range.

    A block such as 52.0.0.0/8 looks like a restriction but admits millions of strangers, every customer of a cloud
    among them. Admit the few addresses that are meant, or a prefix list of them. Blocks with more public addresses
    than a /16 of IPv4 or a /32 of IPv6 fail (options `shortest_ipv4`, `shortest_ipv6`); those open to all, 0.0.0.0/0
    and ::/0, are left to the rules about ports.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 52.0.0.0/8}]}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}, {CidrIp: 10.0.0.0/8}]}
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
      from_port         = 443
      to_port           = 443
      cidr_ipv4         = "8.0.0.0/7"
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
      cidr_ipv4         = "8.8.8.0/24"
    }
    ```
    """

    def wide(permission: Permission) -> str:
        peer = permission.peer
        if isinstance(peer, AddressRange) and peer.cidr not in ("0.0.0.0/0", "::/0"):
            return peer.cidr if is_wide(peer.cidr, shortest_ipv4, shortest_ipv6) else ""
        return ""

    ingress = known(group.ingress)
    if not some(ingress, wide):
        return PASS
    found = sorted({wide(permission) for permission in ingress} - {""})
    return Fail(f"{group.label} admits {', '.join(found)}", facts("range", *found))
