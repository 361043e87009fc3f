from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.redshift import RedshiftCluster


@rule("REDSHIFT-003", Severity.MEDIUM, controls=("redshift-encryption-at-rest",))
def cluster_unencrypted(cluster: RedshiftCluster) -> Verdict:
    """
    Redshift cluster is not encrypted.

    Its disks and snapshots can be read by whoever gets at them, without a KMS key that could refuse. Encryption can be switched
    on in place: the cluster moves its data by itself.

    ```evidence bad
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
          Encrypted: false
    ```
    ```evidence good
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
          Encrypted: true
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
      encrypted                 = true
    }
    ```
    """
    if cluster.encrypted:
        return PASS
    return Fail(f"{cluster.label} is not encrypted", facts("encryption", "none"))
