from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.security_group import SecurityGroup


@rule("VPC-013", Severity.LOW, controls=("sg-too-many-rules",))
def group_has_too_many_rules(group: SecurityGroup, *, most_rules: int = 50) -> Verdict:
    """
    Security group has too many rules.

    Nobody can review a group with dozens of rules; wide ones hide among them. Split it by purpose, or gather addresses
    in prefix lists. The largest number in one direction is the option `most_rules`.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions:
            - IpProtocol: tcp
              FromPort: 443
              ToPort: 443
              IpRanges: &range
                [{CidrIp: 10.0.0.1/32}, {CidrIp: 10.0.0.2/32}, {CidrIp: 10.0.0.3/32}, {CidrIp: 10.0.0.4/32},
                 {CidrIp: 10.0.0.5/32}, {CidrIp: 10.0.0.6/32}, {CidrIp: 10.0.0.7/32}, {CidrIp: 10.0.0.8/32},
                 {CidrIp: 10.0.0.9/32}, {CidrIp: 10.0.1.0/32}, {CidrIp: 10.0.1.1/32}, {CidrIp: 10.0.1.2/32},
                 {CidrIp: 10.0.1.3/32}]
            - {IpProtocol: tcp, FromPort: 80, ToPort: 80, IpRanges: *range}
            - {IpProtocol: tcp, FromPort: 81, ToPort: 81, IpRanges: *range}
            - {IpProtocol: tcp, FromPort: 82, ToPort: 82, IpRanges: *range}
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 10.0.0.1/32}]}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id

      dynamic "ingress" {
        for_each = range(60)

        content {
          description = "Clients"
          protocol    = "tcp"
          from_port   = 8000 + ingress.value
          to_port     = 8000 + ingress.value
          cidr_blocks = ["10.0.0.0/8"]
        }
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id

      dynamic "ingress" {
        for_each = range(5)

        content {
          description = "Clients"
          protocol    = "tcp"
          from_port   = 8000 + ingress.value
          to_port     = 8000 + ingress.value
          cidr_blocks = ["10.0.0.0/8"]
        }
      }
    }
    ```
    """
    many = {
        direction: len(known(permissions))
        for direction, permissions in (("inbound", group.ingress), ("outbound", group.egress))
        if len(known(permissions)) > most_rules
    }
    if not many:
        return PASS
    named = " and ".join(f"{number} {direction}" for direction, number in many.items())
    return Fail(f"{group.label} has {named} rules", facts("too many", *many))
