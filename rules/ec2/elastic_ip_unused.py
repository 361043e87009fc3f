from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.vpc import ElasticIp
from scanner.remedies.ec2 import release_address


@rule("EC2-017", Severity.LOW, controls=("ec2-eip-unused",), remedy=release_address)
def elastic_ip_unused(address: ElasticIp) -> Verdict:
    """
    Elastic IP address is not in use.

    An address that nothing uses costs money, and DNS names and allow-lists that still speak of it may be forgotten.
    Remove what refers to it, then release it.

    ```evidence bad
    ec2:DescribeAddresses: {Addresses: [{AllocationId: eipalloc-1, PublicIp: 198.51.100.7}]}
    ```
    ```evidence good
    ec2:DescribeAddresses:
      Addresses: [{AllocationId: eipalloc-1, PublicIp: 198.51.100.7, AssociationId: eipassoc-1}]
    ```
    ```terraform bad
    resource "aws_eip" "spare" {
      domain = "vpc"
    }
    ```
    ```terraform good
    resource "aws_eip" "app" {
      domain   = "vpc"
      instance = aws_instance.app.id
    }

    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
    }
    ```
    """
    if any_of(lambda: address.association, lambda: address.interface, lambda: address.service_managed):
        return PASS
    return Fail(f"{address.public_ipv4} is not associated with anything", facts("association", "none"))
