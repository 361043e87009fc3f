from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketEncryption
from scanner.remedies.s3 import encrypt_with_kms


@rule("S3-009", Severity.LOW, controls=("s3-kms-encryption",), remedy=encrypt_with_kms)
def encryption_without_kms(bucket: Bucket, encryption: BucketEncryption) -> Verdict:
    """
    Bucket does not encrypt with a KMS key by default.

    S3 encrypts every new object, but with keys of its own (SSE-S3) whoever may read the object may read its plaintext,
    and no key policy, no key log and no key rotation of yours stands in between. Set the default encryption to SSE-KMS,
    with a bucket key to keep the number of KMS calls low.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketEncryption:
      - parameters: {Bucket: invoices}
        response:
          ServerSideEncryptionConfiguration:
            Rules: [{ApplyServerSideEncryptionByDefault: {SSEAlgorithm: AES256}, BucketKeyEnabled: false}]
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketEncryption:
      - parameters: {Bucket: invoices}
        response:
          ServerSideEncryptionConfiguration:
            Rules: [{ApplyServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms"}, BucketKeyEnabled: true}]
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm     = "aws:kms"
          kms_master_key_id = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
        }
      }
    }
    ```
    """
    if encryption.algorithm in ("aws:kms", "aws:kms:dsse"):
        return PASS
    algorithm = f"{encryption.algorithm or 'AES256'}"
    return Fail(f"{bucket.name} encrypts new objects with {algorithm}, not with KMS", facts("algorithm", algorithm))
