from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.rds import DbInstance

_PROPOSED = ("admin", "postgres", "root", "sa", "administrator", "master", "awsuser")
"""Names that consoles, examples and engines propose."""


@rule("RDS-014", Severity.LOW, controls=("rds-custom-admin",))
def user_name_guessable(instance: DbInstance) -> Verdict:
    """
    Administrator of a database has a name that everyone knows.

    Guessing a password is half of the work when the name of the administrator is the one that the console proposes. Restore the
    database with a name of its own, or make such a user and lock the first one out.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MasterUsername: postgres
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          MasterUsername: harbour
    ```
    ```terraform bad
    resource "aws_db_instance" "orders" {
      identifier                  = "orders"
      engine                      = "postgres"
      instance_class              = "db.t4g.small"
      allocated_storage           = 20
      username                    = "postgres"
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
    }
    ```
    """
    if not instance.user:
        return Skip("it has no administrator of its own")
    if instance.user.casefold() in _PROPOSED:
        return Fail(f"the administrator of {instance.label} is called {instance.user}", facts("user", instance.user))
    return PASS
