from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.redshift import RedshiftCluster
from scanner.model.service_exposure import RedshiftClusterExposure


@rule("REDSHIFT-001", Severity.CRITICAL, controls=("redshift-not-public",))
def cluster_publicly_accessible(cluster: RedshiftCluster, exposure: RedshiftClusterExposure) -> Verdict:
    """
    Redshift cluster asks for a public address.

    A warehouse with a public address is one rule of a security group, or one route, away from every password guesser on the
    internet. Switch public access off, and reach it from inside the VPC.

    The setting alone fails. Whether the internet gets in today is reasoned over the subnets of its subnet group, their routes
    and network ACLs, and its security groups, and the message tells the way or what stops it.

    ```evidence bad
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
          PubliclyAccessible: true
    ```
    ```evidence good
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
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

    resource "aws_redshift_subnet_group" "warehouse" {
      name       = "warehouse"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_redshift_cluster" "warehouse" {
      cluster_identifier        = "warehouse"
      node_type                 = "ra3.large"
      master_username           = "warehouse_owner"
      manage_master_password    = true
      cluster_subnet_group_name = aws_redshift_subnet_group.warehouse.name
      vpc_security_group_ids    = [aws_security_group.app.id]
      publicly_accessible       = true
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

    resource "aws_redshift_subnet_group" "warehouse" {
      name       = "warehouse"
      subnet_ids = [aws_subnet.app.id]
    }

    resource "aws_redshift_cluster" "warehouse" {
      cluster_identifier        = "warehouse"
      node_type                 = "ra3.large"
      master_username           = "warehouse_owner"
      manage_master_password    = true
      cluster_subnet_group_name = aws_redshift_subnet_group.warehouse.name
      vpc_security_group_ids    = [aws_security_group.app.id]
      publicly_accessible       = false
    }
    ```
    """
    if not cluster.publicly_accessible:
        return PASS
    evidence = facts("publicly accessible", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{cluster.label} asks for a public address; {exposure.account()}", evidence)
