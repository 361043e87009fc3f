from typing import Annotated

from scanner import PASS, Fail, Severity, Undecided, Verdict, any_of, facts, rule
from scanner.model.kind import EVERYWHERE, All
from scanner.model.maybe import Reason, Why
from scanner.model.s3 import Bucket, BucketReplication


@rule("S3-017", Severity.LOW, controls=("s3-cross-region-replication",))
def not_replicated(
    bucket: Bucket,
    replication: BucketReplication,
    everywhere: Annotated[All[Bucket], EVERYWHERE],
    *,
    same_region_suffices: bool = False,
) -> Verdict:
    """
    Bucket has no replica in another region.

    When a region fails, or everything in the bucket is deleted, a replica elsewhere is what is left. Replicate what you
    could not recreate into a bucket in another region, best in another account. With the option
    `same_region_suffices` any replica will do. The region of a replica in an account that is not scanned is not known.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketReplication:
      - parameters: {Bucket: invoices}
        error: ReplicationConfigurationNotFoundError
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}, {Name: copy, BucketRegion: eu-central-1}]}
    s3:GetBucketReplication:
      - parameters: {Bucket: invoices}
        response:
          ReplicationConfiguration:
            Role: arn:aws:iam::123456789012:role/replicate
            Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::copy"}}]
      - parameters: {Bucket: copy}
        response:
          ReplicationConfiguration:
            Role: arn:aws:iam::123456789012:role/replicate
            Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::invoices"}}]
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "copy"
      region = "eu-central-1"
    }

    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }

    resource "aws_s3_bucket" "copy" {
      provider = aws.copy
      bucket   = "data-copy"
    }

    resource "aws_s3_bucket_replication_configuration" "data" {
      bucket = aws_s3_bucket.data.id
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        status = "Enabled"

        destination {
          bucket = aws_s3_bucket.copy.arn
        }
      }
    }

    resource "aws_s3_bucket_replication_configuration" "copy" {
      provider = aws.copy
      bucket   = aws_s3_bucket.copy.id
      role     = "arn:aws:iam::111122223333:role/replication"

      rule {
        status = "Enabled"

        destination {
          bucket = aws_s3_bucket.data.arn
        }
      }
    }
    ```
    """
    names = [destination.rpartition(":")[2] for destination in replication.destinations]
    if not names:
        return Fail(f"{bucket.name} is not replicated", facts("replica", "none"))
    if same_region_suffices:
        return PASS
    replicas = {name: everywhere.get(name) for name in names}
    if any_of(*(lambda one=one: one and one.region != bucket.region for one in replicas.values())):
        return PASS
    if foreign := sorted(name for name, one in replicas.items() if not one):
        return Undecided(
            Why(
                Reason.NOT_COLLECTED,
                f"{foreign[0]} belongs to an account that was not scanned: its region is not known",
            )
        )
    return Fail(f"{bucket.name} is replicated only within {bucket.region}", facts("replica_in", f"{bucket.region}"))
