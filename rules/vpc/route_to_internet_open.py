from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.addresses import address_set
from scanner.model.kind import All
from scanner.model.quantifiers import some
from scanner.model.security_group import entries_of
from scanner.model.vpc import PrefixListEntries, Route, RouteTable, Via


@rule("VPC-031", Severity.LOW, controls=("vpc-no-unrestricted-igw-route",))
def route_to_internet_open(table: RouteTable, lists: All[PrefixListEntries], *, share: float = 0.25) -> Verdict:
    """
    Route table leads the whole internet to an internet gateway.

    Every subnet of the table is public: what has a public address there can be spoken to. Keep such tables for the
    subnets of load balancers and NAT gateways, and waive those. A route that covers at least a quarter of the internet
    counts (option `share`); a blackhole does not. This is literal: what lies in the subnets is not asked.

    ```evidence bad
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes: [{DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1, State: active, Origin: CreateRoute}]
    ```
    ```evidence good
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1, State: active, Origin: CreateRoute}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.main.id
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id
    }
    ```
    """

    def wide(route: Route) -> bool:
        if route.via != Via.INTERNET_GATEWAY or route.state == "blackhole":
            return False
        destination = known(route.destination)
        listed = destination.startswith("pl-")
        return (entries_of(destination, lists) if listed else address_set((destination,))).internet_share >= share

    routes = known(table.routes)
    if not some(routes, wide):
        return PASS
    found = sorted({f"{route.destination}" for route in routes if wide(route)})
    return Fail(f"{table.label} leads {', '.join(found)} to an internet gateway", facts("route", *found))
