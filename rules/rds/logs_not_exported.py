from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-013", Severity.MEDIUM, controls=("rds-log-export",))
def logs_not_exported(instance: DbInstance) -> Verdict:
    """
    Logs of a database stay on the database.

    Logs on its own disk are rotated away, and go with the database when it goes. Export them to CloudWatch Logs, where they
    can be kept, searched and watched.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          EnabledCloudwatchLogsExports: []
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          EnabledCloudwatchLogsExports: [postgresql]
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
      identifier                      = "orders"
      engine                          = "postgres"
      instance_class                  = "db.t4g.small"
      allocated_storage               = 20
      username                        = "orders_owner"
      manage_master_user_password     = true
      enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
    }
    ```
    """
    if instance.log_exports:
        return PASS
    return Fail(f"{instance.label} exports no logs", facts("log exports", "none"))
