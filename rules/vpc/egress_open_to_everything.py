from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.kind import All
from scanner.model.security_group import ALL_PORTS, SecurityGroup, open_ports
from scanner.model.vpc import PrefixListEntries


@rule("VPC-007", Severity.LOW, controls=("sg-egress-not-open",))
def egress_open_to_everything(group: SecurityGroup, lists: All[PrefixListEntries], *, share: float = 0.25) -> Verdict:
    """
    Security group lets everything out.

    Who gets into a server wants to load tools and send data out; unrestricted egress makes both easy. Admit outbound
    only what the application talks to: HTTPS, its data stores, prefix lists of AWS services.

    A group fails if every TCP port is open outbound to at least a quarter of the internet (option `share`). This is
    literal: whether a route leads out is not asked.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissionsEgress: [{IpProtocol: "-1", IpRanges: [{CidrIp: 0.0.0.0/0}]}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissionsEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]
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
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_vpc_security_group_egress_rule" "all" {
      security_group_id = aws_security_group.app.id
      ip_protocol       = "-1"
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
    if open_ports(known(group.egress), "tcp", lists, share).hold(ALL_PORTS):
        return Fail(f"{group.label} lets every TCP port out to the internet", facts("egress", "all"))
    return PASS
