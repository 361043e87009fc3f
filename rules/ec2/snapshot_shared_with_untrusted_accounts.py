from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Snapshot, SnapshotGrantees
from scanner.model.publicaccess import Trusted


@rule("EC2-026", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def snapshot_shared_with_untrusted_accounts(snapshot: Snapshot, sharing: SnapshotGrantees, trusted: Trusted) -> Verdict:
    """
    EBS snapshot is shared with accounts that are not trusted.

    Such an account can make a volume of the snapshot, or copy it to keep for good, and read everything on the disk.
    Remove the account from the snapshot's permission to create volumes once it has its copy, or name it as trusted in
    the configuration; the accounts of one scan trust each other. AWS tells the sharing of one snapshot a call: of more
    than 1,000 in a region the rest is undecided, unless the answers are in the evidence. Deleting snapshots that nobody
    needs helps with both.

    ```evidence bad
    ec2:DescribeSnapshots:
      - parameters: {OwnerIds: [self], MaxResults: 1000}
        response: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}]}
    ec2:DescribeSnapshotAttribute:
      - parameters: {Attribute: createVolumePermission, SnapshotId: snap-1}
        response: {SnapshotId: snap-1, CreateVolumePermissions: [{UserId: "210987654321"}]}
    ```
    ```evidence good
    ec2:DescribeSnapshots:
      - parameters: {OwnerIds: [self], MaxResults: 1000}
        response: {Snapshots: [{SnapshotId: snap-1, OwnerId: "123456789012", Encrypted: false}]}
    ec2:DescribeSnapshotAttribute:
      - parameters: {Attribute: createVolumePermission, SnapshotId: snap-1}
        response: {SnapshotId: snap-1, CreateVolumePermissions: []}
    ```
    ```terraform bad
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 8
    }

    resource "aws_ebs_snapshot" "before" {
      volume_id = aws_ebs_volume.data.id
    }

    resource "aws_snapshot_create_volume_permission" "partner" {
      snapshot_id = aws_ebs_snapshot.before.id
      account_id  = "999988887777"
    }
    ```
    ```terraform good
    data "aws_caller_identity" "me" {}

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 8
    }

    resource "aws_ebs_snapshot" "before" {
      volume_id = aws_ebs_volume.data.id
    }

    resource "aws_snapshot_create_volume_permission" "own" {
      snapshot_id = aws_ebs_snapshot.before.id
      account_id  = data.aws_caller_identity.me.account_id
    }
    ```
    """
    strangers = sorted(set(sharing.shared_with) - {"all", *trusted.accounts})
    if strangers:
        named = ", ".join(strangers)
        return Fail(f"{snapshot.label} can be restored by untrusted {named}", facts("restorable by", *strangers))
    return PASS
