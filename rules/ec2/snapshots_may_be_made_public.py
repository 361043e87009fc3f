from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.ec2 import SnapshotBlockPublicAccess
from scanner.remedies.ec2 import block_public_snapshots


@rule("EC2-008", Severity.HIGH, controls=("ebs-snapshot-block-public-access",), remedy=block_public_snapshots)
def snapshots_may_be_made_public(region: AccountRegion, block: SnapshotBlockPublicAccess) -> Verdict:
    """
    Snapshots may be shared with everyone.

    Block public access for EBS snapshots refuses public sharing whatever a user asks for. `block-all-sharing` also
    hides those that are public already; `block-new-sharing` leaves them open. Set it to block all sharing in every
    region.

    ```evidence bad
    ec2:GetSnapshotBlockPublicAccessState: {State: block-new-sharing, ManagedBy: account}
    ```
    ```evidence good
    ec2:GetSnapshotBlockPublicAccessState: {State: block-all-sharing, ManagedBy: account}
    ```
    ```terraform bad
    resource "aws_ebs_snapshot_block_public_access" "all" {
      state = "unblocked"
    }
    ```
    ```terraform good
    resource "aws_ebs_snapshot_block_public_access" "all" {
      state = "block-all-sharing"
    }
    ```
    """
    if block.state == "block-all-sharing":
        return PASS
    left = "leaves public ones open" if block.state == "block-new-sharing" else "is off"
    return Fail(f"block public access for snapshots {left} in {region.id}", facts("block", f"{block.state}"))
