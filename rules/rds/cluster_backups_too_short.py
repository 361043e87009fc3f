from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbCluster


@rule("RDS-007", Severity.MEDIUM, controls=("rds-backups",))
def cluster_backups_too_short(cluster: DbCluster, *, days: int = 7) -> Verdict:
    """
    Automatic backups of a database cluster are kept for too short a time.

    A mistake or an attacker that is noticed after the last backup has gone cannot be undone. Keep backups for at least the days
    of the option `days`.

    ```evidence bad
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          BackupRetentionPeriod: 1
    ```
    ```evidence good
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          BackupRetentionPeriod: 7
    ```
    ```terraform bad
    resource "aws_rds_cluster" "orders" {
      cluster_identifier          = "orders"
      engine                      = "aurora-postgresql"
      master_username             = "orders_owner"
      manage_master_user_password = true
      backup_retention_period     = 1
    }
    ```
    ```terraform good
    resource "aws_rds_cluster" "orders" {
      cluster_identifier          = "orders"
      engine                      = "aurora-postgresql"
      master_username             = "orders_owner"
      manage_master_user_password = true
      backup_retention_period     = 14
    }
    ```
    """
    if cluster.backup_days >= days:
        return PASS
    return Fail(
        f"{cluster.label} keeps backups for {cluster.backup_days} days", facts("backup days", str(cluster.backup_days))
    )
