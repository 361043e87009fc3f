from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.network_acl import NetworkAcl


@rule("VPC-017", Severity.LOW, controls=("nacl-unused",))
def nacl_unused(acl: NetworkAcl) -> Verdict:
    """
    Network ACL is not in use.

    A network ACL that no subnet uses protects nothing, while its presence suggests that it does. Associate it with the
    subnets it was made for, or delete it. The default one of a VPC cannot be deleted and is skipped.

    ```evidence bad
    ec2:DescribeNetworkAcls:
      NetworkAcls: [{NetworkAclId: acl-1, VpcId: vpc-1, OwnerId: "123456789012", IsDefault: false}]
    ```
    ```evidence good
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Associations: [{SubnetId: subnet-1}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_network_acl" "app" {
      vpc_id = aws_vpc.main.id
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

    resource "aws_network_acl" "app" {
      vpc_id = aws_vpc.main.id
      subnet_ids = [aws_subnet.app.id]
    }
    ```
    """
    if known(acl.subnets):
        return PASS
    if acl.is_default:
        return Skip("it is the default one of its VPC")
    return Fail(f"no subnet uses {acl.label}", facts("subnets", "none"))
