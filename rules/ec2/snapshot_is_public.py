from scanner import PASS, Absent, Fail, Severity, Verdict, all_of, facts, rule
from scanner.model.ec2 import PublicSnapshot, Snapshot
from scanner.model.kind import All
from scanner.remedies.ec2 import make_snapshot_private


@rule("EC2-007", Severity.CRITICAL, controls=("ebs-snapshot-not-public",), remedy=make_snapshot_private)
def snapshot_is_public(snapshot: Snapshot, public: All[PublicSnapshot]) -> Verdict:
    """
    EBS snapshot is public.

    Anyone with an AWS account can make a volume of it and read everything on it; public snapshots are searched for
    secrets all the time. Make it private, treat what it holds as disclosed, and block public sharing in the region.
    An encrypted snapshot cannot be public.

    ```evidence bad
    ec2:DescribeSnapshots:
      - parameters: {OwnerIds: [self], MaxResults: 1000}
        response: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}]}
      - parameters: {OwnerIds: [self], RestorableByUserIds: [all], MaxResults: 1000}
        response: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}]}
    ```
    ```evidence good
    ec2:DescribeSnapshots:
      - parameters: {OwnerIds: [self], MaxResults: 1000}
        response:
          Snapshots:
            - {SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}
            - {SnapshotId: snap-2, OwnerId: "123456789012", Encrypted: true}
      - parameters: {OwnerIds: [self], RestorableByUserIds: [all], MaxResults: 1000}
        response: {Snapshots: []}
    ```
    """
    if all_of(lambda: not snapshot.encrypted, lambda: not isinstance(public.get(snapshot.id), Absent)):
        return Fail(f"anyone can restore {snapshot.label}", facts("restorable by", "all"))
    return PASS
