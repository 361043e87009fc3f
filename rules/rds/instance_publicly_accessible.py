from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance
from scanner.model.service_exposure import DbInstanceExposure


@rule("RDS-001", Severity.CRITICAL, controls=("rds-not-public",))
def instance_publicly_accessible(instance: DbInstance, exposure: DbInstanceExposure) -> Verdict:
    """
    Database asks for a public address.

    A database with a public address is one rule of a security group, or one route, away from every password guesser on
    the internet. Switch public access off, and reach it from inside the VPC, through a VPN or through Session Manager.

    The setting alone fails. Whether the internet gets in today is reasoned over the subnets of its subnet group, their routes
    and network ACLs, and its security groups, and the message tells the way or what stops it.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          PubliclyAccessible: true
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          PubliclyAccessible: false
    ```
    ```terraform bad
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

    resource "aws_db_subnet_group" "orders" {
      name       = "orders"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
      db_subnet_group_name        = aws_db_subnet_group.orders.name
      vpc_security_group_ids      = [aws_security_group.app.id]
      publicly_accessible         = true
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

    resource "aws_db_subnet_group" "orders" {
      name       = "orders"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
      db_subnet_group_name        = aws_db_subnet_group.orders.name
      vpc_security_group_ids      = [aws_security_group.app.id]
      publicly_accessible         = false
    }
    ```
    """
    if not instance.publicly_accessible:
        return PASS
    evidence = facts("publicly accessible", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{instance.label} asks for a public address; {exposure.account()}", evidence)
