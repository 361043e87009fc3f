from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbCluster


@rule(
    "RDS-003",
    Severity.MEDIUM,
    controls=(
        "rds-cluster-encryption",
        "rds-encryption-at-rest",
    ),
)
def cluster_unencrypted(cluster: DbCluster) -> Verdict:
    """
    Storage of a database cluster is not encrypted.

    The volume of the cluster, its backups and snapshots can be read by whoever gets at them, without a KMS key that could
    refuse. Copy a snapshot with encryption, and restore the cluster of it.

    ```evidence bad
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          StorageEncrypted: false
    ```
    ```evidence good
    rds:DescribeDBClusters:
      DBClusters:
        - DBClusterIdentifier: ledger
          DBClusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger"
          Engine: aurora-postgresql
          Status: available
          StorageEncrypted: true
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
      storage_encrypted           = true
    }
    ```
    """
    if cluster.storage_encrypted:
        return PASS
    return Fail(f"the storage of {cluster.label} is not encrypted", facts("encryption", "none"))
