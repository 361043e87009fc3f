from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import Trusted
from scanner.model.rds import DbSnapshot, DbSnapshotSharing


@rule("RDS-017", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def snapshot_shared_with_untrusted_accounts(
    snapshot: DbSnapshot, sharing: DbSnapshotSharing, trusted: Trusted
) -> Verdict:
    """
    Database snapshot is shared with accounts that are not trusted.

    Such an account can make a database of the snapshot, or copy it to keep for good, and read everything in it. Remove
    the account from the snapshot's restore attribute once it has its copy, or name it as trusted in the configuration;
    the accounts of one scan trust each other. A snapshot that is encrypted with the key that AWS manages cannot be
    shared.

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
            DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: ["210987654321"]}]
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
            DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: []}]
    ```
    ```terraform bad
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.t4g.micro"
    }

    resource "aws_db_snapshot" "before" {
      db_instance_identifier = aws_db_instance.orders.identifier
      db_snapshot_identifier = "before"
      shared_accounts        = ["999988887777"]
    }
    ```
    ```terraform good
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.t4g.micro"
    }

    resource "aws_db_snapshot" "before" {
      db_instance_identifier = aws_db_instance.orders.identifier
      db_snapshot_identifier = "before"
    }
    ```
    """
    strangers = sorted(set(sharing.accounts) - {"all", *trusted.accounts})
    if strangers:
        named = ", ".join(strangers)
        return Fail(f"{snapshot.label} can be restored by untrusted {named}", facts("restorable by", *strangers))
    return PASS
