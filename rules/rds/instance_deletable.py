from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-008", Severity.LOW, controls=("rds-deletion-protection",))
def instance_deletable(instance: DbInstance) -> Verdict:
    """
    Database can be deleted at once.

    Without deletion protection one call, by mistake or by an attacker, removes the database and, if it says so, its automatic
    backups. Switch deletion protection on: it must then be switched off first.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          DeletionProtection: false
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          DeletionProtection: true
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
      deletion_protection         = true
    }
    ```
    """
    if instance.cluster:
        return Skip("its cluster has the protection")
    if instance.deletion_protection:
        return PASS
    return Fail(f"{instance.label} is not protected from deletion", facts("deletion protection", "off"))
