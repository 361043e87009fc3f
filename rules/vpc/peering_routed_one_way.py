from typing import Annotated

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import PeeringConnection
from scanner.model.kind import EVERYWHERE, All
from scanner.model.vpc import RouteTable, Via


@rule("VPC-115", Severity.LOW, controls=("vpc-peering-least-route",))
def peering_routed_one_way(peering: PeeringConnection, tables: Annotated[All[RouteTable], EVERYWHERE]) -> Verdict:
    """
    Peering connection is routed from one side alone.

    Packets cross and no answer comes back: nothing works by it, and single packets of UDP still arrive where nobody expects them.
    Route the answers too, or remove the route and the peering.

    It is asked of active connections whose two VPCs both were read.

    ```evidence bad
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.1.0.0/16}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 10.1.0.0/24, VpcPeeringConnectionId: pcx-1, State: active}]
        - RouteTableId: rtb-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          Routes: []
    ```
    ```evidence good
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.1.0.0/16}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 10.1.0.0/24, VpcPeeringConnectionId: pcx-1, State: active}]
        - RouteTableId: rtb-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 10.0.0.0/24, VpcPeeringConnectionId: pcx-1, State: active}]
    ```
    ```terraform bad
    resource "aws_vpc" "here" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "there" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "both" {
      vpc_id      = aws_vpc.here.id
      peer_vpc_id = aws_vpc.there.id
      auto_accept = true
    }

    resource "aws_route_table" "here" {
      vpc_id = aws_vpc.here.id

      route {
        cidr_block                = "10.1.0.0/24"
        vpc_peering_connection_id = aws_vpc_peering_connection.both.id
      }
    }

    resource "aws_route_table" "there" {
      vpc_id = aws_vpc.there.id
    }
    ```
    ```terraform good
    resource "aws_vpc" "here" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "there" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "both" {
      vpc_id      = aws_vpc.here.id
      peer_vpc_id = aws_vpc.there.id
      auto_accept = true
    }

    resource "aws_route_table" "here" {
      vpc_id = aws_vpc.here.id

      route {
        cidr_block                = "10.1.0.0/24"
        vpc_peering_connection_id = aws_vpc_peering_connection.both.id
      }
    }

    resource "aws_route_table" "there" {
      vpc_id = aws_vpc.there.id

      route {
        cidr_block                = "10.0.0.0/24"
        vpc_peering_connection_id = aws_vpc_peering_connection.both.id
      }
    }
    ```
    """
    if peering.status != "active":
        return Skip("it is not active")
    sides = (known(known(peering.requester).vpc), known(known(peering.accepter).vpc))
    seen = {known(table.vpc) for table in tables}
    if not seen.issuperset(sides):
        return Skip("the routes of one of its VPCs are another account's or region's")
    routed = {
        known(table.vpc)
        for table in tables
        if any(route.via == Via.PEERING and route.target == peering.id for route in known(table.routes))
    }
    found = [vpc for vpc in sides if vpc in routed]
    if len(found) != 1:
        return PASS
    return Fail(f"{peering.label} is routed from {found[0]} alone", facts("routed from", *found))
