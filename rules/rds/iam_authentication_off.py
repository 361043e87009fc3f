from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbInstance

_SUPPORTING = ("mysql", "postgres", "mariadb", "aurora-mysql", "aurora-postgresql")
"""Engines that have IAM authentication by a setting of the instance (Amazon RDS User Guide)."""


@rule("RDS-012", Severity.LOW, controls=("rds-iam-auth",))
def iam_authentication_off(instance: DbInstance) -> Verdict:
    """
    Database knows passwords alone.

    With IAM authentication clients sign in by tokens of their role that last for minutes, and nobody needs to keep a password.
    Switch it on, and give users of the database the role for it.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          IAMDatabaseAuthenticationEnabled: false
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          IAMDatabaseAuthenticationEnabled: true
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
      identifier                          = "orders"
      engine                              = "postgres"
      instance_class                      = "db.t4g.small"
      allocated_storage                   = 20
      username                            = "orders_owner"
      manage_master_user_password         = true
      iam_database_authentication_enabled = true
    }
    ```
    """
    if instance.engine not in _SUPPORTING:
        return Skip(f"{instance.engine} has no IAM authentication")
    if instance.iam_authentication:
        return PASS
    return Fail(f"{instance.label} takes passwords alone", facts("iam authentication", "off"))
