from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-002", Severity.MEDIUM, controls=("rds-encryption-at-rest",))
def instance_unencrypted(instance: DbInstance) -> Verdict:
    """
    Storage of a database is not encrypted.

    Its disks, automatic backups and snapshots can be read by whoever gets at them, without a KMS key that could refuse. Copy a
    snapshot with encryption, and restore the database of it.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          StorageEncrypted: false
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          StorageEncrypted: true
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
    ```
    """
    if instance.storage_encrypted:
        return PASS
    return Fail(f"the storage of {instance.label} is not encrypted", facts("encryption", "none"))
