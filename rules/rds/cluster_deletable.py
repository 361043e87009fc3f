from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbCluster


@rule("RDS-009", Severity.LOW, controls=("rds-deletion-protection",))
def cluster_deletable(cluster: DbCluster) -> Verdict:
    """
    Database cluster can be deleted at once.

    Without deletion protection one call, by mistake or by an attacker, removes the cluster and, if it says so, its automatic
    backups. Switch deletion protection on: it must then be switched off first.

    ```evidence bad
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          DeletionProtection: false
    ```
    ```evidence good
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          DeletionProtection: true
    ```
    ```terraform bad
    resource "aws_rds_cluster" "orders" {
      cluster_identifier          = "orders"
      engine                      = "aurora-postgresql"
      master_username             = "orders_owner"
      manage_master_user_password = true
    }
    ```
    ```terraform good
    resource "aws_rds_cluster" "orders" {
      cluster_identifier          = "orders"
      engine                      = "aurora-postgresql"
      master_username             = "orders_owner"
      manage_master_user_password = true
      deletion_protection         = true
    }
    ```
    """
    if cluster.deletion_protection:
        return PASS
    return Fail(f"{cluster.label} is not protected from deletion", facts("deletion protection", "off"))
