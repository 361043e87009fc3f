from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbInstance
from scanner.model.service_exposure import DbInstanceExposure


@rule("RDS-001", Severity.CRITICAL, controls=("rds-not-public",))
def instance_publicly_accessible(instance: DbInstance, exposure: DbInstanceExposure) -> Verdict:
    """
    Database asks for a public address.

    A database with a public address is one rule of a security group, or one route, away from every password guesser on
    the internet. Switch public access off, and reach it from inside the VPC, through a VPN or through Session Manager.

    The setting alone fails. Whether the internet gets in today is reasoned over the subnets of its subnet group, their routes
    and network ACLs, and its security groups, and the message tells the way or what stops it.

    ```evidence bad
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          PubliclyAccessible: true
    ```
    ```evidence good
    rds:DescribeDBInstances:
      DBInstances:
        - DBInstanceIdentifier: orders
          DBInstanceArn: "arn:aws:rds:eu-west-1:123456789012:db:orders"
          Engine: postgres
          DBInstanceStatus: available
          PubliclyAccessible: false
    ```
    """
    if not instance.publicly_accessible:
        return PASS
    evidence = facts("publicly accessible", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{instance.label} asks for a public address; {exposure.account()}", evidence)
