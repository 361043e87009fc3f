from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbSnapshot


@rule("RDS-005", Severity.MEDIUM, controls=("rds-snapshot-encrypted",))
def snapshot_unencrypted(snapshot: DbSnapshot) -> Verdict:
    """
    Database snapshot is not encrypted.

    Whoever may copy or restore it reads everything in it, and it can be shared with other accounts or made public by one call.
    Copy it with a KMS key, and delete the original.

    ```evidence bad
    rds:DescribeDBSnapshots:
      DBSnapshots:
        - DBSnapshotIdentifier: before
          DBSnapshotArn: "arn:aws:rds:eu-west-1:123456789012:snapshot:before"
          DBInstanceIdentifier: orders
          SnapshotType: manual
          Encrypted: false
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    ```
    ```evidence good
    rds:DescribeDBSnapshots:
      DBSnapshots:
        - DBSnapshotIdentifier: before
          DBSnapshotArn: "arn:aws:rds:eu-west-1:123456789012:snapshot:before"
          DBInstanceIdentifier: orders
          SnapshotType: manual
          Encrypted: true
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    ```
    ```terraform bad
    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
    }

    resource "aws_db_snapshot" "before" {
      db_instance_identifier = aws_db_instance.orders.identifier
      db_snapshot_identifier = "before-upgrade"
    }
    ```
    ```terraform good
    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
      storage_encrypted           = true
    }

    resource "aws_db_snapshot" "before" {
      db_instance_identifier = aws_db_instance.orders.identifier
      db_snapshot_identifier = "before-upgrade"
    }
    ```
    """
    if snapshot.snapshot_type == "automated":
        return Skip("it is encrypted as its database is")
    if snapshot.encrypted:
        return PASS
    return Fail(f"{snapshot.label} is not encrypted", facts("encryption", "none"))
