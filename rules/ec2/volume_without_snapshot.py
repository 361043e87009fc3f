from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Snapshot, Volume
from scanner.model.kind import All
from scanner.model.mentions import mentioned


def _volume(snapshot: Snapshot) -> tuple[str, ...]:
    return (f"{snapshot.volume}",)


@rule("EC2-024", Severity.LOW, controls=("ebs-snapshots-exist",))
def volume_without_snapshot(volume: Volume, snapshots: All[Snapshot]) -> Verdict:
    """
    EBS volume has no snapshot.

    Without a snapshot the volume's data is lost with the volume, by accident or by someone's hand. Put it into a
    backup plan or a Data Lifecycle Manager policy. Volumes whose data is disposable may be waived.

    ```evidence bad
    ec2:DescribeVolumes: {Volumes: [{VolumeId: vol-1, Encrypted: true, State: in-use}]}
    ec2:DescribeSnapshots: {Snapshots: []}
    ```
    ```evidence good
    ec2:DescribeVolumes: {Volumes: [{VolumeId: vol-1, Encrypted: true, State: in-use}]}
    ec2:DescribeSnapshots: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", VolumeId: vol-1}]}
    ```
    """
    if mentioned(snapshots, _volume).has(volume.id):
        return PASS
    return Fail(f"{volume.label} has no snapshot", facts("snapshots", "none"))
