from scanner import PASS, Absent, Fail, Severity, Verdict, facts, known, rule
from scanner.model.kind import All
from scanner.model.network_hygiene import SubnetRouting
from scanner.model.quantifiers import some
from scanner.model.rds import DbInstance


@rule("RDS-016", Severity.MEDIUM, controls=("rds-not-in-public-subnet",))
def instance_in_public_subnet(instance: DbInstance, routings: All[SubnetRouting]) -> Verdict:
    """
    Database may lie in a subnet that is routed to the internet.

    A switch of public access, or one address more, and the database is on the internet: nothing of the route is in the way. Make
    a subnet group of private subnets, and move the database into it.

    A subnet counts as public if its routes in force lead some of the internet to an internet gateway, whatever its name says.

    ```evidence bad
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1, State: active, Origin: CreateRoute}
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}]
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          DBSubnetGroup: {VpcId: vpc-1, Subnets: [{SubnetIdentifier: subnet-1}]}
    ```
    ```evidence good
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes:
            - {DestinationCidrBlock: 10.0.0.0/16, GatewayId: local, State: active, Origin: CreateRouteTable}
            - {DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1, State: active, Origin: CreateRoute}
    ec2:DescribeSubnets:
      Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}]
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          DBSubnetGroup: {VpcId: vpc-1, Subnets: [{SubnetIdentifier: subnet-1}]}
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

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_db_subnet_group" "main" {
      name       = "main"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_db_instance" "main" {
      identifier           = "main"
      engine               = "postgres"
      instance_class       = "db.t3.micro"
      db_subnet_group_name = aws_db_subnet_group.main.name
    }
    ```
    ```terraform good
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
    }

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_db_subnet_group" "main" {
      name       = "main"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_db_instance" "main" {
      identifier           = "main"
      engine               = "postgres"
      instance_class       = "db.t3.micro"
      db_subnet_group_name = aws_db_subnet_group.main.name
    }
    ```
    """

    def is_public(native_id: str) -> bool:
        routing = routings.get(native_id)
        return not isinstance(routing, Absent) and bool(routing.is_public)

    subnets = known(instance.subnets)
    if not some(subnets, is_public):
        return PASS
    found = [one for one in subnets if is_public(one)]
    return Fail(f"{instance.label} may lie in {', '.join(found)}, which are public", facts("public subnets", *found))
