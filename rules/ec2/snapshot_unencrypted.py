from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Snapshot


@rule("EC2-006", Severity.MEDIUM, controls=("ebs-snapshot-encrypted",))
def snapshot_unencrypted(snapshot: Snapshot) -> Verdict:
    """
    EBS snapshot is not encrypted.

    An unencrypted snapshot can be shared and copied out of the account without any key. Copy it with encryption and
    delete the original; with encryption by default new ones are encrypted.

    ```evidence bad
    ec2:DescribeSnapshots: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}]}
    ```
    ```evidence good
    ec2:DescribeSnapshots: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: true}]}
    ```
    ```terraform bad
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 20
    }

    resource "aws_ebs_snapshot" "data" {
      volume_id = aws_ebs_volume.data.id
    }
    ```
    ```terraform good
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 20
      encrypted         = true
    }

    resource "aws_ebs_snapshot" "data" {
      volume_id = aws_ebs_volume.data.id
    }
    ```
    """
    if snapshot.encrypted:
        return PASS
    return Fail(f"{snapshot.label} is not encrypted", facts("encryption", "none"))
