from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import PeeringConnection


@rule("VPC-030", Severity.LOW, controls=("vpc-peering-dns",))
def peering_dns_off(peering: PeeringConnection) -> Verdict:
    """
    Peering connection does not resolve names to private addresses.

    Without it a public host name of the other VPC resolves to its public address, and traffic between the VPCs leaves
    over the internet. Allow DNS resolution on both sides.

    ```evidence bad
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, PeeringOptions: {AllowDnsResolutionFromRemoteVpc: true}}
          AccepterVpcInfo: {VpcId: vpc-2, PeeringOptions: {AllowDnsResolutionFromRemoteVpc: false}}
    ```
    ```evidence good
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, PeeringOptions: {AllowDnsResolutionFromRemoteVpc: true}}
          AccepterVpcInfo: {VpcId: vpc-2, PeeringOptions: {AllowDnsResolutionFromRemoteVpc: true}}
    ```
    ```terraform bad
    resource "aws_vpc" "a" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "b" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "ab" {
      vpc_id      = aws_vpc.a.id
      peer_vpc_id = aws_vpc.b.id
      auto_accept = true

      accepter {
        allow_remote_vpc_dns_resolution = false
      }

      requester {
        allow_remote_vpc_dns_resolution = false
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "a" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "b" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "ab" {
      vpc_id      = aws_vpc.a.id
      peer_vpc_id = aws_vpc.b.id
      auto_accept = true

      accepter {
        allow_remote_vpc_dns_resolution = true
      }

      requester {
        allow_remote_vpc_dns_resolution = true
      }
    }
    ```
    """
    if peering.status != "active":
        return Skip(f"it is {peering.status}")
    sides = {"requester": known(peering.requester), "accepter": known(peering.accepter)}
    off = [name for name, side in sides.items() if not side.resolves_dns]
    if not off:
        return PASS
    return Fail(f"{peering.label} does not resolve DNS on the side of the {' and '.join(off)}", facts("off", *off))
