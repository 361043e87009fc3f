from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.dms import ReplicationInstance


@rule("DMS-001", Severity.CRITICAL, controls=("dms-not-public",))
def replication_instance_publicly_accessible(instance: ReplicationInstance) -> Verdict:
    """
    Replication instance has a public address.

    It holds credentials of databases on both sides, and speaks to them over the internet. Make one in private subnets without a
    public address, and reach the databases through the VPC, a peering or a VPN.

    ```evidence bad
    dms:DescribeReplicationInstances:
      ReplicationInstances:
        - ReplicationInstanceIdentifier: move
          ReplicationInstanceArn: "arn:aws:dms:eu-west-1:123456789012:rep:MOVE"
          ReplicationInstanceStatus: available
          PubliclyAccessible: true
    ```
    ```evidence good
    dms:DescribeReplicationInstances:
      ReplicationInstances:
        - ReplicationInstanceIdentifier: move
          ReplicationInstanceArn: "arn:aws:dms:eu-west-1:123456789012:rep:MOVE"
          ReplicationInstanceStatus: available
          PubliclyAccessible: false
    ```
    ```terraform bad
    resource "aws_dms_replication_instance" "migration" {
      replication_instance_id    = "migration"
      replication_instance_class = "dms.t3.medium"
      publicly_accessible        = true
    }
    ```
    ```terraform good
    resource "aws_dms_replication_instance" "migration" {
      replication_instance_id    = "migration"
      replication_instance_class = "dms.t3.medium"
      publicly_accessible        = false
    }
    ```
    """
    if not instance.publicly_accessible:
        return PASS
    return Fail(f"{instance.label} has a public address", facts("publicly accessible", "yes"))
