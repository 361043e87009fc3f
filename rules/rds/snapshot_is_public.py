from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.rds import DbSnapshot, DbSnapshotSharing


@rule("RDS-004", Severity.CRITICAL, controls=("rds-snapshot-not-public",))
def snapshot_is_public(snapshot: DbSnapshot, sharing: DbSnapshotSharing) -> Verdict:
    """
    Database snapshot is public.

    Anyone with an AWS account can make a database of it and read everything in it; public snapshots are searched for all the
    time. Make it private, and treat what it holds as disclosed. An encrypted snapshot cannot be public.

    ```evidence bad
    rds:DescribeDBSnapshots:
      DBSnapshots:
        - DBSnapshotIdentifier: before
          DBSnapshotArn: "arn:aws:rds:eu-west-1:123456789012:snapshot:before"
          DBInstanceIdentifier: orders
          SnapshotType: manual
          Encrypted: false
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    rds:DescribeDBSnapshotAttributes:
      - parameters: {DBSnapshotIdentifier: before}
        response:
          DBSnapshotAttributesResult:
            DBSnapshotIdentifier: before
            DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: [all]}]
    ```
    ```evidence good
    rds:DescribeDBSnapshots:
      DBSnapshots:
        - DBSnapshotIdentifier: before
          DBSnapshotArn: "arn:aws:rds:eu-west-1:123456789012:snapshot:before"
          DBInstanceIdentifier: orders
          SnapshotType: manual
          Encrypted: false
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    rds:DescribeDBSnapshotAttributes:
      - parameters: {DBSnapshotIdentifier: before}
        response:
          DBSnapshotAttributesResult:
            DBSnapshotIdentifier: before
            DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: ["210987654321"]}]
    ```
    """
    if "all" in sharing.accounts:
        return Fail(f"anyone can restore {snapshot.label}", facts("restorable by", "all"))
    return PASS
