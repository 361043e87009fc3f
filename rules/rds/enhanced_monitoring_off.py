from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-015", Severity.LOW, controls=("rds-enhanced-monitoring",))
def enhanced_monitoring_off(instance: DbInstance) -> Verdict:
    """
    Database lacks enhanced monitoring.

    Its hypervisor alone tells how it fares, once a minute: what a process of the database does to its machine is not seen.
    Switch enhanced monitoring on.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MonitoringInterval: 0
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MonitoringInterval: 60
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
      monitoring_interval         = 60
      monitoring_role_arn         = "arn:aws:iam::111122223333:role/rds-monitoring"
    }
    ```
    """
    if instance.monitoring_seconds:
        return PASS
    return Fail(f"{instance.label} lacks enhanced monitoring", facts("monitoring", "off"))
