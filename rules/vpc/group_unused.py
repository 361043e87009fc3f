from scanner import PASS, Fail, Severity, Skip, Verdict, any_of, facts, known, rule
from scanner.model.kind import All
from scanner.model.mentions import mentioned
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface


def _carried(interface: NetworkInterface) -> tuple[str, ...]:
    return known(interface.groups)


@rule("VPC-009", Severity.LOW, controls=("sg-unused",))
def group_unused(group: SecurityGroup, interfaces: All[NetworkInterface], groups: All[SecurityGroup]) -> Verdict:
    """
    Security group is not in use.

    A group that no network interface carries and no other group refers to protects nothing, but may be attached by
    mistake with rules nobody remembers. Delete it, unless a template or a stopped service still names it.

    ```evidence bad
    ec2:DescribeSecurityGroups:
      SecurityGroups: [{GroupId: sg-1, GroupName: old, VpcId: vpc-1, OwnerId: "123456789012"}]
    ec2:DescribeNetworkInterfaces: {NetworkInterfaces: []}
    ```
    ```evidence good
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: web
          VpcId: vpc-1
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, UserIdGroupPairs: [{GroupId: sg-2}]}]
        - {GroupId: sg-2, GroupName: balancer, VpcId: vpc-1, OwnerId: "123456789012"}
        - {GroupId: sg-3, GroupName: default, VpcId: vpc-1, OwnerId: "123456789012"}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - {NetworkInterfaceId: eni-1, OwnerId: "123456789012", Groups: [{GroupId: sg-1, GroupName: web}]}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]
    }
    ```
    """
    if group.is_default:
        return Skip("a default group cannot be deleted")
    if any_of(
        lambda: mentioned(interfaces, _carried).has(group.id),
        lambda: mentioned(groups, SecurityGroup.refers_to).has(group.id),
    ):
        return PASS
    return Fail(f"nothing carries or refers to {group.label}", facts("use", "none"))
