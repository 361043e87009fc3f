from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.elasticache import ReplicationGroup


@rule("ELASTICACHE-003", Severity.MEDIUM, controls=("elasticache-authentication",))
def clients_unauthenticated(group: ReplicationGroup) -> Verdict:
    """
    Cache takes clients without a password.

    Whoever reaches a node reads and changes everything in it. Nodes never have public addresses, but one foothold in the VPC is
    enough. Give it a group of users, or at least an AUTH token.

    ```evidence bad
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          AuthTokenEnabled: false
    ```
    ```evidence good
    elasticache:DescribeReplicationGroups:
      ReplicationGroups:
        - ReplicationGroupId: carts
          Status: available
          UserGroupIds: [apps]
    ```
    ```terraform bad
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "Sessions"
      node_type                  = "cache.t4g.small"
      transit_encryption_enabled = true
    }
    ```
    ```terraform good
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "Sessions"
      node_type                  = "cache.t4g.small"
      transit_encryption_enabled = true
      user_group_ids             = ["sessions"]
    }
    ```
    """
    if group.auth_token or group.user_groups:
        return PASS
    return Fail(f"{group.label} takes clients without a password", facts("authentication", "none"))
