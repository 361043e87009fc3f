from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.kind import All
from scanner.model.mentions import mentioned
from scanner.model.vpc import NetworkInterface, Vpc


def _vpc(interface: NetworkInterface) -> tuple[str, ...]:
    return (known(interface.vpc),)


@rule("VPC-021", Severity.LOW, controls=("vpc-default-not-used",))
def default_vpc_in_use(vpc: Vpc, interfaces: All[NetworkInterface]) -> Verdict:
    """
    Default VPC is in use.

    The default VPC has only public subnets, an internet gateway and open network ACLs: what lands there is exposed by
    default. Move what runs in it to a VPC that was designed, then delete it.

    ```evidence bad
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012", IsDefault: true}]}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces: [{NetworkInterfaceId: eni-1, VpcId: vpc-1, OwnerId: "123456789012"}]
    ```
    ```evidence good
    ec2:DescribeVpcs:
      Vpcs:
        - {VpcId: vpc-1, OwnerId: "123456789012", IsDefault: true}
        - {VpcId: vpc-2, OwnerId: "123456789012", IsDefault: false}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces: [{NetworkInterfaceId: eni-1, VpcId: vpc-2, OwnerId: "123456789012"}]
    ```
    ```terraform bad
    resource "aws_default_vpc" "default" {}

    resource "aws_default_subnet" "a" {
      availability_zone = "eu-west-1a"
      vpc_id            = aws_default_vpc.default.id
    }

    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
      subnet_id     = aws_default_subnet.a.id
    }
    ```
    ```terraform good
    resource "aws_default_vpc" "default" {}
    ```
    """
    if not vpc.is_default:
        return Skip("it is not the default VPC")
    if mentioned(interfaces, _vpc).has(vpc.id):
        return Fail(f"network interfaces lie in the default VPC {vpc.id}", facts("default VPC", "in use"))
    return PASS
