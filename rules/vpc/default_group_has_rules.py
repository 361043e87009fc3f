from scanner import PASS, Fail, Severity, Skip, Verdict, any_of, facts, known, rule
from scanner.model.security_group import SecurityGroup
from scanner.remedies.security_groups import empty_default_group


@rule("VPC-008", Severity.MEDIUM, controls=("vpc-default-sg-closed",), remedy=empty_default_group)
def default_group_has_rules(group: SecurityGroup) -> Verdict:
    """
    Default security group has rules.

    Whatever is launched without naming a group gets the default one, and with AWS's own rules it is then open to
    everything else that was launched so. Remove all its rules, in both directions, and give each workload a group of
    its own.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: default
          VpcId: vpc-1
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: "-1", UserIdGroupPairs: [{GroupId: sg-1, UserId: "123456789012"}]}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - {GroupId: sg-1, GroupName: default, VpcId: vpc-1, OwnerId: "123456789012"}
        - GroupId: sg-2
          GroupName: web
          VpcId: vpc-1
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]
    ```
    ```terraform bad
    resource "aws_default_security_group" "default" {
      vpc_id = "vpc-0a1b2c3d"

      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        self        = true
      }
    }
    ```
    ```terraform good
    resource "aws_default_security_group" "default" {
      vpc_id = "vpc-0a1b2c3d"
    }
    ```
    """
    if not group.is_default:
        return Skip("it is not a default group")
    if not any_of(lambda: known(group.ingress), lambda: known(group.egress)):
        return PASS
    return Fail(f"the default security group {group.id} of {group.vpc} has rules", facts("rules", "present"))
