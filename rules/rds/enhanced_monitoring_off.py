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
    """
    if instance.monitoring_seconds:
        return PASS
    return Fail(f"{instance.label} lacks enhanced monitoring", facts("monitoring", "off"))
