from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.elasticache import ReplicationGroup


@rule("ELASTICACHE-002", Severity.MEDIUM, controls=("elasticache-encryption-in-transit",))
def traffic_unencrypted(group: ReplicationGroup) -> Verdict:
    """
    Cache speaks without encryption.

    Whoever listens on the way reads sessions, tokens and whatever else is cached, and without TLS there can be no password.
    Switch encryption in transit on.

    ```evidence bad
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          TransitEncryptionEnabled: false
    ```
    ```evidence good
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          TransitEncryptionEnabled: true
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
      transit_encryption_enabled = true
    }
    ```
    """
    if group.encrypted_in_transit:
        return PASS
    return Fail(f"{group.label} speaks without encryption", facts("encryption in transit", "off"))
