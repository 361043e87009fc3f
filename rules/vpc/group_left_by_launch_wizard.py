from scanner import PASS, Absent, Fail, Severity, Verdict, facts, known, rule
from scanner.model.security_group import SecurityGroup


@rule("VPC-010", Severity.LOW, controls=("sg-launch-wizard",))
def group_left_by_launch_wizard(group: SecurityGroup) -> Verdict:
    """
    Security group was left by the launch wizard.

    The console's launch wizard makes groups that open SSH or RDP to everyone by default, under names that tell nothing.
    Replace the group by one with a name, a description and rules that were thought about.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups: [{GroupId: sg-1, GroupName: launch-wizard-3, OwnerId: "123456789012"}]
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups: [{GroupId: sg-1, GroupName: web, OwnerId: "123456789012"}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_security_group" "app" {
      name        = "launch-wizard-1"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
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
    }
    ```
    """
    name = group.name
    if isinstance(name, Absent) or not known(name).startswith("launch-wizard-"):
        return PASS
    return Fail(f"{group.label} was made by the launch wizard", facts("name", known(name)))
