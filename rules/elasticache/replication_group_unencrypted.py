from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.elasticache import ReplicationGroup


@rule("ELASTICACHE-001", Severity.MEDIUM, controls=("elasticache-encryption-at-rest",))
def replication_group_unencrypted(group: ReplicationGroup) -> Verdict:
    """
    Cache is not encrypted at rest.

    What nodes write to disk when they synchronise, swap or back up can be read by whoever gets at it. Make a new group with
    encryption at rest of a backup: it cannot be switched on afterwards.

    ```evidence bad
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          AtRestEncryptionEnabled: false
    ```
    ```evidence good
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          AtRestEncryptionEnabled: true
    ```
    ```terraform bad
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"
      node_type            = "cache.t4g.small"
    }
    ```
    ```terraform good
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "Sessions"
      node_type                  = "cache.t4g.small"
      at_rest_encryption_enabled = true
    }
    ```
    """
    if group.encrypted_at_rest:
        return PASS
    return Fail(f"{group.label} is not encrypted at rest", facts("encryption at rest", "off"))
