from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.group_use import GroupUse, Standing
from scanner.model.kind import BESIDE, All
from scanner.model.port_families import DATABASES
from scanner.model.security_group import SecurityGroup, open_among
from scanner.model.vpc import PrefixListEntries
from scanner.remedies.security_groups import close_database_ports


@rule(
    "VPC-002",
    Severity.HIGH,
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
    remedy=close_database_ports,
)
def database_ports_open_to_internet(
    group: SecurityGroup, use: Annotated[GroupUse, BESIDE], lists: All[PrefixListEntries], *, share: float = 0.25
) -> Verdict:
    """
    Security group opens database ports to the internet.

    Data stores are made for trusted networks; many answer without a password, and all are scanned for. Admit only the
    security groups of the applications that use them.

    All of a group's sources are taken together: it counts as open to the internet if IPv4 or IPv6 addresses that make
    up at least a quarter of it (option `share`) may connect, however they are split into blocks or prefix lists.

    It fails unless the network says more: what the internet really reaches through the group is told by VPC-102, and an
    opening behind which something else is shut by VPC-107.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 0.0.0.0/0}]}
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - {IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 10.0.0.0/8}]}
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
      from_port         = 5432
      to_port           = 5432
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
      from_port         = 5432
      to_port           = 5432
      cidr_ipv4         = "10.0.0.0/8"
    }
    ```
    """
    found = open_among(group, DATABASES, lists, share)
    if not found:
        return PASS
    if use.is_proven(Standing.REACHED, lambda exposure: exposure.open_among(found, share)):
        return Skip("the internet reaches what carries it, which VPC-102 tells")
    if use.is_proven(Standing.LATENT, lambda exposure: exposure.open_among(found, share)):
        return Skip("nothing that carries it is reached, which VPC-107 tells")
    named = [str(one) for one in found]
    return Fail(f"{group.label} opens {', '.join(named)} to the internet", facts("open", *named))
