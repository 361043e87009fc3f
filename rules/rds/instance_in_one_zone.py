from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbInstance


@rule("RDS-011", Severity.MEDIUM, controls=("rds-multi-az",))
def instance_in_one_zone(instance: DbInstance) -> Verdict:
    """
    Database lies in one Availability Zone.

    When the zone fails, or its host is replaced, the database is gone until it is restored. Make it a Multi-AZ deployment: a
    standby in another zone takes over within minutes.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MultiAZ: false
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MultiAZ: true
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
      multi_az                    = true
    }
    ```
    """
    if instance.cluster:
        return Skip("its cluster spans zones by its members")
    if instance.multi_az:
        return PASS
    return Fail(f"{instance.label} lies in one zone", facts("zones", "1"))
