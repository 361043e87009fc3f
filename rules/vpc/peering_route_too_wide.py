from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.addresses import address_set
from scanner.model.gateways import PeeringConnection
from scanner.model.kind import All
from scanner.model.quantifiers import some
from scanner.model.vpc import Route, RouteTable, Via


@rule("VPC-022", Severity.MEDIUM, controls=("vpc-peering-least-route",))
def peering_route_too_wide(table: RouteTable, peerings: All[PeeringConnection]) -> Verdict:
    """
    Route to a peered VPC is wider than needed.

    A route to the whole of the other VPC, or to more, lets every subnet of one side talk to every subnet of the other.
    Route to the subnets or hosts that are really needed. A route fails if it covers an entire CIDR block of the peer.

    ```evidence bad
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: pcx-1, State: active}]
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "210987654321", CidrBlock: 10.1.0.0/16}
    ```
    ```evidence good
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 10.1.7.0/24, VpcPeeringConnectionId: pcx-1, State: active}]
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "210987654321", CidrBlock: 10.1.0.0/16}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "shared" {
      vpc_id      = aws_vpc.main.id
      peer_vpc_id = aws_vpc.shared.id
      auto_accept = true
    }

    resource "aws_vpc" "shared" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block                = "10.1.0.0/16"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "shared" {
      vpc_id      = aws_vpc.main.id
      peer_vpc_id = aws_vpc.shared.id
      auto_accept = true
    }

    resource "aws_vpc" "shared" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block                = "10.1.2.0/28"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }
    ```
    """

    def too_wide(route: Route) -> bool:
        destination = known(route.destination)
        if route.via != Via.PEERING or isinstance(route.target, Absent) or destination.startswith("pl-"):
            return False
        peering = peerings.get(known(route.target))
        if isinstance(peering, Absent):
            return False
        there = peering.other_side(known(table.vpc))
        return some(known(there.cidrs), lambda cidr: address_set((cidr,)) <= address_set((destination,)))

    routes = known(table.routes)
    if not some(routes, lambda route: route.via == Via.PEERING):
        return Skip("it has no route to a peered VPC")
    if not some(routes, too_wide):
        return PASS
    bad = [known(route.destination) for route in routes if too_wide(route)]
    return Fail(f"{table.label} routes {', '.join(bad)} to a peered VPC", facts("route", *bad))
