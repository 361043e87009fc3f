from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-006", Severity.MEDIUM, controls=("rds-backups",))
def instance_backups_too_short(instance: DbInstance, *, days: int = 7) -> Verdict:
    """
    Automatic backups of a database are off, or kept for too short a time.

    A mistake or an attacker that is noticed after the last backup has gone cannot be undone. Keep backups for at least the days
    of the option `days`.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          BackupRetentionPeriod: 0
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          BackupRetentionPeriod: 7
    ```
    ```terraform bad
    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
      backup_retention_period     = 1
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
      backup_retention_period     = 14
    }
    ```
    """
    if instance.cluster:
        return Skip("its cluster has the backups")
    if instance.backup_days >= days:
        return PASS
    return Fail(
        f"{instance.label} keeps backups for {instance.backup_days} days",
        facts("backup days", str(instance.backup_days)),
    )
