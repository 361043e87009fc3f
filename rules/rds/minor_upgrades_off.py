from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-010", Severity.MEDIUM, controls=("rds-auto-minor-upgrade",))
def minor_upgrades_off(instance: DbInstance) -> Verdict:
    """
    Database does not take minor versions by itself.

    Minor versions of the engine close its flaws; without them a database keeps known ones until somebody remembers. Switch
    automatic minor version upgrades on: they happen in the maintenance window.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          AutoMinorVersionUpgrade: false
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          AutoMinorVersionUpgrade: true
    ```
    ```terraform bad
    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "orders_owner"
      manage_master_user_password = true
      auto_minor_version_upgrade  = false
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
    }
    ```
    """
    if instance.minor_upgrades:
        return PASS
    return Fail(f"{instance.label} does not take minor versions by itself", facts("minor upgrades", "off"))
