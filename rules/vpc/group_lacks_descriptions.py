from scanner import PASS, Fail, Severity, Verdict, any_of, facts, known, rule
from scanner.model.quantifiers import some
from scanner.model.security_group import SecurityGroup


@rule("VPC-011", Severity.LOW, controls=("sg-description",))
def group_lacks_descriptions(group: SecurityGroup) -> Verdict:
    """
    Security group or one of its inbound rules has no description.

    A rule whose reason nobody wrote down is never removed. Describe each rule: who needs it, and for what; the group's
    own description cannot be changed later, so choose it when making the group. Outbound rules are not asked, since AWS
    itself adds one without a description.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          Description: public web servers
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          Description: public web servers
          OwnerId: "123456789012"
          IpPermissions:
            - IpProtocol: tcp
              FromPort: 443
              ToPort: 443
              IpRanges: [{CidrIp: 0.0.0.0/0, Description: customers}]
    ```
    ```terraform bad
    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      ip_protocol       = "tcp"
      from_port         = 443
      to_port           = 443
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
    if any_of(
        lambda: not group.description,
        lambda: some(known(group.ingress), lambda permission: not permission.description),
    ):
        return Fail(f"{group.label} or an inbound rule of it has no description", facts("description", "missing"))
    return PASS
